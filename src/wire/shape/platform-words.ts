import type { ErrorRule } from '#wire/dialect.ts'
import { isObject, type JsonObject } from '#wire/json.ts'

/** What a platform's error says of itself, wherever it said it. */
export interface Words {
  readonly code?: string
  readonly type?: string
  readonly message?: string
  /** The field that the platform blames, in the platform's words. */
  readonly param?: string
}

/** The error's facts that an `ErrorRule` may ask for. */
export interface ErrorFacts extends Words {
  readonly status: number
}

const MESSAGE_LIMIT = 2000

/** Fields that hold the message, the more telling first: `{error: "text", message: "longer text"}`. */
const MESSAGES = [
  'message',
  'Message',
  'msg',
  'Msg',
  'status_msg',
  'error_msg',
  'error_message',
  'detail',
  'err_msg',
  'error',
  'errors',
]

/**
 * An error body in any shape that platforms are known to use: `{error: {…}}`, `{error: "…"}`, flat `{code, message}`,
 * a bare JSON string (SiliconFlow), `{base_resp}` (MiniMax), `{Response: {Error}}` (Tencent), `{status: {code}}`
 * (SenseNova), `{error_code, error_msg}` (Baidu), a list of one (Gemini), any of them as an SSE frame (DashScope),
 * plain text, an HTML page, or nothing.
 */
export function readWords(body: string): Words {
  const text = payloadOf(body.trim())
  if (text === '') return {}
  try {
    return wordsOf(JSON.parse(text))
  } catch {
    return said(undefined, undefined, plainText(text))
  }
}

/** The same for a body that is parsed already. */
export function wordsOf(value: unknown): Words {
  if (typeof value === 'string') return said(undefined, undefined, value)
  if (Array.isArray(value)) return wordsOf(value[0])
  if (!isObject(value)) return {}
  const inner = innermost(value)
  if (inner !== undefined) return wordsOf(inner)
  const words = said(
    first(value, ['code', 'Code', 'status_code', 'error_code', 'err_code', 'errorCode']),
    first(value, ['type', 'error_type', 'status', '__type']),
    first(value, MESSAGES),
  )
  const param = textOf(value['param'])
  return param === undefined || param === '' ? words : { ...words, param }
}

/** DashScope refuses a call that asked for a stream in a frame of the stream: its first `data:` line. */
function payloadOf(text: string): string {
  const line = /^(?:(?:id|event|retry)?:[^\n]*\n)*data:([^\n]*)/.exec(text)?.[1]
  return line === undefined ? text : line.trim()
}

/** The object or list that holds the error, one step inside. */
function innermost(value: JsonObject): unknown {
  const response = value['Response']
  const candidates = [
    value['error'],
    isObject(response) ? response['Error'] : undefined,
    value['errors'],
    value['ErrorMsg'],
    value['base_resp'],
    isObject(value['header']) && value['choices'] === undefined ? value['header'] : undefined,
    isObject(value['status']) ? value['status'] : undefined,
  ]
  for (const candidate of candidates) {
    if (isObject(candidate)) return candidate
    if (Array.isArray(candidate) && candidate.length > 0) return candidate
  }
  return undefined
}

function first(value: JsonObject, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const found = textOf(value[key])
    if (found !== undefined && found !== '') return found
  }
  return undefined
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  return undefined
}

function said(code: string | undefined, type: string | undefined, message: string | undefined): Words {
  return {
    ...(code === undefined ? {} : { code }),
    ...(type === undefined ? {} : { type }),
    ...(message === undefined ? {} : { message: message.slice(0, MESSAGE_LIMIT) }),
  }
}

/** An HTML page says what it has to say in its title; tags never reach a caller. */
function plainText(text: string): string {
  const page = text.slice(0, 2 * MESSAGE_LIMIT)
  if (!page.startsWith('<')) return page
  const title = /<title[^>]*>([^<]*)</i.exec(page)?.[1]
  return (title ?? page.replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ').trim()
}

/**
 * How long the platform asks to wait, in milliseconds: `retry-after-ms`, `x-ms-retry-after-ms`, `retry-after` in
 * seconds, or a phrase in `text` (message or whole body): "try again in 6.2s", "after 20 seconds", Gemini's
 * `"retryDelay": "34s"`. HTTP dates are not read: there is no clock here.
 */
export function retryHint(
  headers: Readonly<Record<string, string | undefined>>,
  text: string | undefined,
): number | undefined {
  const exact = numberOf(headers['retry-after-ms']) ?? numberOf(headers['x-ms-retry-after-ms'])
  if (exact !== undefined) return Math.ceil(exact)
  const seconds = numberOf(headers['retry-after'])
  if (seconds !== undefined) return Math.ceil(seconds * 1000)
  return text === undefined ? undefined : spokenHint(text)
}

function numberOf(value: string | undefined): number | undefined {
  if (value === undefined || !/^\s*\d+(?:\.\d+)?\s*$/.test(value)) return undefined
  return Number(value)
}

const PHRASE =
  /(?:(?:try|retry)(?:ing)?(?: your request)?(?: again)? (?:in|after)|"retryDelay"\s*:\s*")\s*((?:\d+(?:\.\d+)?\s*(?:milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|h)\s*){1,3})/i
const AMOUNT = /(\d+(?:\.\d+)?)\s*(milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|h)/gi

function spokenHint(text: string): number | undefined {
  const amounts = PHRASE.exec(text)?.[1]
  if (amounts === undefined) return undefined
  let total = 0
  for (const [, count, unit] of amounts.matchAll(AMOUNT)) total += Number(count) * unitMs((unit ?? '').toLowerCase())
  return Math.ceil(total)
}

function unitMs(unit: string): number {
  if (unit === 'ms' || unit.startsWith('milli')) return 1
  if (unit.startsWith('s')) return 1000
  return unit.startsWith('h') ? 3_600_000 : 60_000
}

/**
 * How platforms say that the prompt is too long where no code of theirs says it (platforms §2.5), lower case. Words
 * that also stand in other complaints ("string too long", "max_tokens is too large") are not among them.
 */
const TOO_LONG = [
  'context length',
  'context_length',
  'context window',
  'context size',
  'context limit',
  'prompt is too long',
  'input is too long',
  'input token length too long',
  'range of input length',
  'input token count',
  'model token limit',
  'tokens > ',
  'tokens + `max_new_tokens` must be',
  'max_seq_len',
]

/** True for words that tell of a prompt which does not fit the model. */
export function saysTooLong({ message = '' }: Words): boolean {
  const lower = message.toLowerCase()
  return TOO_LONG.some((hint) => lower.includes(hint))
}

/**
 * What a platform's own rule leaves open: it goes by the status alone, or says no more than that the request is at
 * fault. There the words of the dialect, and of the message, may tell more.
 */
export function isBroad({ code, codePrefix, type, message, kind }: ErrorRule): boolean {
  return message === undefined && (kind === 'invalid-request' || (code ?? codePrefix ?? type) === undefined)
}

/**
 * The first rule that the facts fulfil: all fields that the rule names must match. An error inside a 200 has no status
 * of its own: there a rule that names any words goes by them alone.
 */
export function matchRule(rules: readonly ErrorRule[], facts: ErrorFacts): ErrorRule | undefined {
  const message = facts.message?.toLowerCase() ?? ''
  return rules.find(
    (rule) =>
      isStatus(rule, facts.status) &&
      (rule.code === undefined || rule.code === facts.code) &&
      (rule.codePrefix === undefined || facts.code?.startsWith(rule.codePrefix) === true) &&
      (rule.type === undefined || rule.type === facts.type) &&
      (rule.message === undefined || message.includes(rule.message.toLowerCase())),
  )
}

function isStatus({ status, code, codePrefix, type, message }: ErrorRule, given: number): boolean {
  if (status === undefined || status === given) return true
  return given < 400 && (code ?? codePrefix ?? type ?? message) !== undefined
}
