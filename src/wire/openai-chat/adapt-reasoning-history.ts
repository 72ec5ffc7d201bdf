import { isObject, type JsonObject } from '#wire/json.ts'
import {
  type Adapt,
  type Change,
  has,
  isOwn,
  type Job,
  type Mended,
  mendMessages,
  messagePath,
  objectsOf,
  type Rule,
  without,
} from '#wire/openai-chat/adapt.ts'
import { REASONING_PLACES, reasoningPlace } from '#wire/openai-chat/reasoning-place.ts'
import { willThink } from '#wire/openai-chat/thinking-wish.ts'
import type { Warning } from '#wire/warning.ts'

/**
 * Thinking of earlier turns as the platform takes it back: not at all, under its own name, or without fail with every
 * call that the model made (pain T19: DeepSeek V4 and Kimi answer 400 "reasoning_content must be passed back").
 */
export const reasoningHistoryRule: Rule = ({ reasoningReturn }) => {
  switch (reasoningReturn) {
    case 'refused':
      return withoutThinking
    case 'accepted':
      return (body, job) => (job.traits.reasoning ? withThinking(body, job, 'taken') : undefined)
    case 'required':
      return (body, job) => {
        const demanded = job.traits.calls && willThink(job)
        return job.traits.reasoning || demanded ? withThinking(body, job, demanded ? 'demanded' : 'taken') : undefined
      }
  }
}

const withoutThinking: Adapt = (body, job) =>
  job.traits.reasoning ? mendMessages(body, (message, i) => strip(message, messagePath(job, i))) : undefined

/** Where thinking is demanded, calls without it get an empty one. */
function withThinking(body: JsonObject, job: Job, wanted: 'taken' | 'demanded'): Change | undefined {
  return mendMessages(body, (message, i) => {
    if (message['role'] !== 'assistant') return undefined
    const renamed = rename(message, job, messagePath(job, i))
    if (wanted === 'taken' || !has(message, 'tool_calls')) return renamed
    return placeholder(renamed?.value ?? message, job, messagePath(job, i)) ?? renamed
  })
}

function strip(message: JsonObject, path: string): Mended | undefined {
  const fields = REASONING_PLACES.filter((field) => field in message)
  if (message['role'] !== 'assistant' || fields.length === 0) return undefined
  const warnings = fields
    .filter((field) => has(message, field))
    .map((field): Warning => ({ action: 'dropped', path: `${path}.${field}`, detail: 'refused in earlier turns' }))
  return { value: without(message, ...fields), warnings }
}

/** The text under the platform's name for it; a message that has that name already is left alone. */
function rename(message: JsonObject, job: Job, path: string): Mended | undefined {
  const place = reasoningPlace(job.quirks)
  if (place === 'none' || has(message, place)) return undefined
  const field = REASONING_PLACES.find((name) => has(message, name))
  const text = field === undefined ? undefined : textOf(message[field])
  if (field === undefined || text === undefined) return undefined
  const warnings: Warning[] = [{ action: 'renamed', path: `${path}.${field}`, detail: `sent as ${place}` }]
  const value = put(without(message, ...REASONING_PLACES), place, text)
  return isOwn(job) ? { value, warnings: [...warnings, ...sealsLost(message, path)] } : { value }
}

/** Signatures and encrypted blocks, which only `reasoning_details` can carry. */
function sealsLost(message: JsonObject, path: string): Warning[] {
  return objectsOf(message['reasoning_details']).flatMap((entry, i): Warning[] => {
    const lost = has(entry, 'signature') ? '.signature' : has(entry, 'data') ? '' : undefined
    return lost === undefined ? [] : [{ action: 'dropped', path: `${path}.reasoning_details.${i}${lost}` }]
  })
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (!Array.isArray(value)) return undefined
  const texts = value.filter(isObject).map((entry) => entry['text'] ?? entry['summary'])
  return texts.filter((text) => typeof text === 'string').join('')
}

function put(message: JsonObject, place: string, text: string): JsonObject {
  if (place === 'reasoning_details') {
    return { ...message, reasoning_details: [{ type: 'reasoning.text', text, index: 0 }] }
  }
  if (place !== 'think-tags') return { ...message, [place]: text }
  const { content } = message
  const thought = `<think>${text}</think>`
  if (Array.isArray(content)) return { ...message, content: [{ type: 'text', text: thought }, ...content] }
  return { ...message, content: typeof content === 'string' ? thought + content : thought }
}

/** An empty thought satisfies the platform's check where the caller has not kept the real one. */
function placeholder(message: JsonObject, job: Job, path: string): Mended | undefined {
  const place = reasoningPlace(job.quirks)
  if ((place !== 'reasoning_content' && place !== 'reasoning') || has(message, place)) return undefined
  const warning: Warning = { action: 'emulated', path: `${path}.${place}`, detail: 'an empty text in its place' }
  return { value: { ...message, [place]: '' }, warnings: [warning] }
}

/** Asks a platform that mixes thinking into the content to keep it apart. */
export const reasoningSplitRule: Rule = ({ reasoningSplit }) =>
  reasoningSplit ? (body) => (has(body, 'reasoning_split') ? undefined : { set: { reasoning_split: true } }) : undefined
