import { isObject, type JsonObject } from '#wire/json.ts'
import { type Effort, EFFORTS, type Reasoning } from '#wire/request.ts'
import { at, optionalBoolean, optionalInteger, optionalText, unreadKeys } from '#wire/shape/field.ts'

/** Every field by which callers of OpenAI-like platforms say how hard to think. */
export const REASONING_FIELDS = [
  'reasoning_effort',
  'thinking',
  'enable_thinking',
  'thinking_budget',
  'reasoning',
  'chat_template_kwargs',
] as const

/**
 * What the caller asked of thinking, in OpenAI's word (`reasoning_effort`), DeepSeek's and Zhipu's
 * (`thinking: {type}`), DashScope's (`enable_thinking`, `thinking_budget`), OpenRouter's (`reasoning: {…}`) or vLLM's
 * (`chat_template_kwargs`). Where several speak, the first of this list counts.
 */
export function readReasoning(json: JsonObject, unread: string[]): { reasoning?: Reasoning } {
  if (REASONING_FIELDS.every((field) => json[field] === undefined)) return {}
  const thinking = insideOf(json, 'thinking', unread)
  const router = insideOf(json, 'reasoning', unread)
  const template = insideOf(json, 'chat_template_kwargs', unread)
  const effort = readEffort(json, 'reasoning_effort', unread) ?? readEffort(router, 'effort', unread)
  const budgetTokens =
    optionalInteger(thinking, 'budget_tokens', 'thinking') ??
    optionalInteger(json, 'thinking_budget') ??
    optionalInteger(router, 'max_tokens', 'reasoning')
  const enabled =
    readSwitch(thinking) ??
    optionalBoolean(json, 'enable_thinking') ??
    optionalBoolean(router, 'enabled', 'reasoning') ??
    optionalBoolean(template, 'enable_thinking', 'chat_template_kwargs')
  const reasoning: Reasoning = {
    ...(effort === undefined ? {} : { effort }),
    ...(budgetTokens === undefined ? {} : { budgetTokens }),
    ...(enabled === undefined ? {} : { enabled }),
  }
  return Object.keys(reasoning).length === 0 ? {} : { reasoning }
}

const INSIDE: Readonly<Record<'thinking' | 'reasoning' | 'chat_template_kwargs', ReadonlySet<string>>> = {
  thinking: new Set(['type', 'budget_tokens']),
  reasoning: new Set(['effort', 'max_tokens', 'enabled']),
  chat_template_kwargs: new Set(['enable_thinking']),
}
const NOTHING: JsonObject = {}

/** None of these is OpenAI's own: another type than an object is somebody else's field, and stays unread. */
function insideOf(json: JsonObject, key: keyof typeof INSIDE, unread: string[]): JsonObject {
  const value = json[key]
  if (isObject(value)) {
    unread.push(...unreadKeys(value, INSIDE[key], key))
    return value
  }
  if (value !== undefined && value !== null) unread.push(key)
  return NOTHING
}

/** An effort that nobody knows yet stays unread, and so travels within the dialect; so does SGLang's number (0 to 0.99). */
function readEffort(json: JsonObject, key: 'reasoning_effort' | 'effort', unread: string[]): Effort | undefined {
  const path = key === 'effort' ? 'reasoning' : ''
  if (typeof json[key] === 'number') {
    unread.push(at(path, key))
    return undefined
  }
  const text = optionalText(json, key, path)
  const effort = EFFORTS.find((known) => known === text)
  if (text !== undefined && effort === undefined) unread.push(at(path, key))
  return effort
}

/** `thinking.type`: `auto` leaves it to the model, which is the same as saying nothing. */
function readSwitch(thinking: JsonObject): boolean | undefined {
  const type = optionalText(thinking, 'type', 'thinking')
  if (type === 'disabled') return false
  return type === 'enabled' || type === 'adaptive' ? true : undefined
}
