import { isObject, type JsonObject } from '#wire/json.ts'
import { type Adapt, has, isOwn, messagesOf, objectsOf, type Rule } from '#wire/openai-chat/adapt.ts'
import { refuses } from '#wire/openai-chat/adapt-fields.ts'
import { withInstruction } from '#wire/openai-chat/adapt-messages.ts'
import { warn } from '#wire/openai-chat/caller-names.ts'
import { willThink } from '#wire/openai-chat/thinking-wish.ts'

/** The nearest form of structured output that is taken. */
export const responseFormatRule: Rule =
  ({ responseFormats }) =>
  (body, job) => {
    const format = body['response_format']
    const type = isObject(format) ? format['type'] : undefined
    const asked = type === 'json_schema' ? 'json-schema' : type === 'json_object' ? 'json' : undefined
    if (asked === undefined || responseFormats.includes(asked)) return undefined
    const field = 'response_format'
    if (asked === 'json-schema' && responseFormats.includes('json')) {
      const warning = warn(job, { action: 'approximated', field, detail: 'json_schema → json_object: any JSON' })
      return { set: { response_format: { type: 'json_object' } }, warnings: [warning] }
    }
    const warning = warn(job, { action: 'dropped', field, detail: `the model has no ${asked} output` })
    return { set: { response_format: undefined }, warnings: [warning] }
  }

/** What `json_object` platforms want to read; the application asked for something else that we said so. */
const JSON_SENTENCE = 'Answer with one JSON object.'

/**
 * The word "json" in the instructions, where `json_object` is refused without it and was not the caller's own choice:
 * who asked for it in this dialect knows the rule, and its 400.
 */
export const jsonWordRule: Rule = ({ jsonWord }) => (jsonWord === 'required' ? withJsonWord : undefined)

const withJsonWord: Adapt = (body, job) => {
  const format = body['response_format']
  if (!isObject(format) || format['type'] !== 'json_object') return undefined
  if (isOwn(job) && job.request.responseFormat?.kind === 'json') return undefined
  const messages = messagesOf(body)
  if (messages.some(saysJson)) return undefined
  const detail = `"${JSON_SENTENCE}" was put into the instructions`
  return {
    set: { messages: withInstruction(messages, JSON_SENTENCE, job.quirks) },
    warnings: [warn(job, { action: 'emulated', field: 'response_format', detail })],
  }
}

function saysJson({ content }: JsonObject): boolean {
  if (typeof content === 'string') return content.toLowerCase().includes('json')
  return objectsOf(content).some(({ text }) => typeof text === 'string' && text.toLowerCase().includes('json'))
}

/**
 * Streams where the platform refuses to answer whole (pain T21: open-weight Qwen3 while it thinks). The model keeps
 * its thinking; whoever called us gets the answer folded.
 */
export const streamRule: Rule = ({ streamOnly }) => {
  const isForced = streamOnly === 'while-thinking' ? willThink : (): boolean => streamOnly === 'always'
  return (body, job) => {
    const wanted = job.request.stream || isForced(job)
    if (wanted === (body['stream'] === true)) return undefined
    return { set: { stream: wanted ? true : undefined } }
  }
}

/** Asks for usage in streams where it only comes when asked for: nobody can be billed without it. */
export const usageInStreamRule: Rule = (quirks) => {
  if (quirks.usageInStream === 'on-request') return askForUsage
  return refuses(quirks, 'stream_options') ? withoutStreamOptions : undefined
}

/** What the caller asked for comes anyway. */
const withoutStreamOptions: Adapt = (body) => {
  if (!has(body, 'stream_options')) return undefined
  const options = body['stream_options']
  const more = isObject(options) ? Object.keys(options).filter((key) => key !== 'include_usage') : []
  return {
    set: { stream_options: undefined },
    warnings: more.map((key) => ({ action: 'dropped', path: `stream_options.${key}` })),
  }
}

const askForUsage: Adapt = (body, job) => {
  const options = body['stream_options']
  if (body['stream'] !== true || (isObject(options) && options['include_usage'] === true)) return undefined
  const set = { stream_options: { ...(isObject(options) ? options : {}), include_usage: true } }
  return { set, usageAdded: !job.request.streamUsage }
}
