import { isObject, type JsonObject } from '#wire/json.ts'
import { type Adapt, has, isOwn, messagesOf, objectsOf, type Rule } from '#wire/openai-chat/adapt.ts'
import { refuses } from '#wire/openai-chat/adapt-fields.ts'
import { withInstruction } from '#wire/openai-chat/adapt-messages.ts'
import { warn } from '#wire/openai-chat/caller-names.ts'
import { askedFormat } from '#wire/shape/asked-format.ts'
import { willThink } from '#wire/openai-chat/thinking-wish.ts'

/** The nearest form of structured output that is taken; `askedRule` says the rest in words. */
export const responseFormatRule: Rule =
  ({ responseFormats }) =>
  (body, job) => {
    const asked = askedIn(body)
    if (asked === undefined || responseFormats.includes(asked)) return undefined
    const mode = responseFormats.includes('json') ? { type: 'json_object' } : undefined
    const detail = `asked for in the instructions${mode === undefined ? '' : ', in JSON mode'}`
    return {
      set: { response_format: mode },
      warnings: [warn(job, { action: 'emulated', field: 'response_format', detail })],
    }
  }

function askedIn({ response_format: format }: JsonObject): 'json' | 'json-schema' | undefined {
  const type = isObject(format) ? format['type'] : undefined
  return type === 'json_schema' ? 'json-schema' : type === 'json_object' ? 'json' : undefined
}

/** Asks in the instructions for what there is no field for. */
export const askedRule: Rule =
  ({ responseFormats }) =>
  (body, job) => {
    const { responseFormat: format } = job.request
    if (format === undefined || format.kind === 'text' || responseFormats.includes(format.kind)) return undefined
    return { set: { messages: withInstruction(messagesOf(body), askedFormat(format), job.quirks) } }
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
