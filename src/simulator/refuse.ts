import type { RefusalKind } from '#simulator/fault.ts'
import { plainRefusal } from '#simulator/refusal-words.ts'
import type { ErrorShape, WireDetails } from '#simulator/wire-details.ts'
import type { DialectId, ErrorRule, Framing } from '#wire/dialect.ts'
import type { Frame } from '#wire/event.ts'
import type { Quirks } from '#wire/quirks.ts'
import { matchRule } from '#wire/shape/platform-words.ts'

/** Why a platform says no. `status` and `message` where the cause fixes them. */
export interface Refusal {
  readonly says: RefusalKind
  readonly status?: number
  readonly message?: string
  readonly param?: string
  readonly retryAfterMs?: number
}

/** Who says it, and how it speaks. */
export interface Voice {
  readonly dialect: DialectId
  /** Of its streams. */
  readonly framing: Framing
  readonly errors: readonly ErrorRule[]
  readonly quirks: Quirks
  readonly details: WireDetails
  readonly requestId: string
}

/** A refusal on the wire. */
export interface Refused {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

interface Words {
  readonly status: number
  readonly type: string | undefined
  readonly code: string | undefined
  readonly message: string
  readonly param: string | undefined
}

/** What a kind is filed under on platforms whose numbers have no place for it. */
const NEXT_KIND: Readonly<Partial<Record<RefusalKind, RefusalKind>>> = {
  'context-length': 'invalid-request',
  'content-filter': 'invalid-request',
  'too-large': 'invalid-request',
  'not-found': 'invalid-request',
  overloaded: 'upstream',
  timeout: 'upstream',
}

/** A refusal as the platform gives it: by its error table, in its shape, with its retry hints. */
export function refuse(refusal: Refusal, voice: Voice): Refused {
  const words = withHint(wordsFor(refusal, voice), refusal, voice)
  return {
    status: words.status,
    headers: { 'content-type': 'application/json', ...nameHeader(words, voice), ...hintHeaders(refusal, voice) },
    body: JSON.stringify(bodyOf(words, voice)),
  }
}

/** An error as an event of a stream. */
export function errorFrame(refusal: Refusal, voice: Voice): Frame {
  const data = errorPayload(refusal, voice)
  switch (voice.dialect) {
    case 'bedrock-converse':
      return { event: exceptionName(wordsFor(refusal, voice).code), data }
    case 'openai-responses': {
      const { message, code, param } = wordsFor(refusal, voice)
      const fields = { type: 'error', sequence_number: 0, code: code ?? null, message, param: param ?? null }
      return { event: 'error', data: JSON.stringify(fields) }
    }
    default:
      return { event: 'error', data }
  }
}

/** Inside streams AWS writes the names of exceptions small. */
function exceptionName(code: string | undefined): string {
  const name = code ?? 'InternalServerException'
  return name.charAt(0).toLowerCase() + name.slice(1)
}

/** The payload of an error inside a 200: whole, or one event of a stream. */
export function errorPayload(refusal: Refusal, voice: Voice): string {
  const words = wordsFor(refusal, voice)
  const code = numberOf(words.code)
  if (voice.dialect === 'openai-chat') {
    switch (voice.quirks.bodyError) {
      case 'base_resp':
        return JSON.stringify({ base_resp: { status_code: code, status_msg: words.message } })
      case 'code':
        return JSON.stringify({ code, message: words.message, sid: voice.requestId })
      case 'status':
        // SenseNova counts its errors, Tencent names them.
        return JSON.stringify(
          typeof code === 'number'
            ? { status: { code, message: words.message } }
            : { Response: { Error: { Code: code, Message: words.message }, RequestId: voice.requestId } },
        )
      case 'none':
    }
  }
  return JSON.stringify(bodyOf(words, voice))
}

/** The platform's own words: the first rule of its table that the same words would lead a reader to. */
function wordsFor(refusal: Refusal, voice: Voice): Words {
  const own = tableWords(refusal, voice)
  if (own !== undefined) return own
  const next = NEXT_KIND[refusal.says]
  if (next !== undefined && needsNumbers(voice)) {
    const message = refusal.message ?? plainWords(refusal, voice).message
    return wordsFor({ ...refusal, says: next, message }, voice)
  }
  return plainWords(refusal, voice)
}

function needsNumbers({ dialect, quirks }: Voice): boolean {
  return dialect === 'openai-chat' && quirks.bodyError !== 'none'
}

function plainWords(refusal: Refusal, { dialect }: Voice): Words {
  const [status, type, code, message] = plainRefusal(dialect, refusal.says)
  return {
    status: refusal.status ?? status,
    type,
    code,
    message: refusal.message ?? message,
    param: refusal.param,
  }
}

function tableWords(refusal: Refusal, voice: Voice): Words | undefined {
  const plain = plainWords(refusal, voice)
  for (const rule of candidates(refusal, voice, plain.status)) {
    const words = wordsOf(rule, refusal, plain)
    if (matchRule(voice.errors, factsOf(words)) === rule) return words
  }
  return undefined
}

/** Rules that could say it, the likeliest first. A status that is asked for is kept where the platform has statuses. */
function candidates(refusal: Refusal, voice: Voice, status: number): readonly ErrorRule[] {
  const usual = voice.details.usualCodes[refusal.says]
  const rules = voice.errors.filter((rule) => rule.kind === refusal.says && speaks(rule, voice))
  const exact = rules.filter((rule) => rule.status === status)
  const anywhere = rules.filter((rule) => rule.status === undefined)
  const free = refusal.status === undefined || needsNumbers(voice) ? rules : []
  const first = [...free, ...exact].filter((rule) => rule.code !== undefined && rule.code === usual)
  return [...first, ...exact, ...anywhere, ...free]
}

function factsOf({ status, type, code, message }: Words): Parameters<typeof matchRule>[1] {
  return { status, message, ...(type === undefined ? {} : { type }), ...(code === undefined ? {} : { code }) }
}

/** Codes are words of a platform's first dialect: its Anthropic layer speaks in types, errors inside a 200 in numbers. */
function speaks(rule: ErrorRule, voice: Voice): boolean {
  const coded = rule.code !== undefined || rule.codePrefix !== undefined
  return voice.dialect === 'anthropic-messages' ? !coded : coded || !needsNumbers(voice)
}

function wordsOf(rule: ErrorRule, refusal: Refusal, plain: Words): Words {
  const said = rule.message
  const fits = said === undefined || plain.message.toLowerCase().includes(said.toLowerCase())
  return {
    status: rule.status ?? plain.status,
    type: rule.type ?? plain.type,
    code: rule.code ?? (rule.codePrefix === undefined ? codeBeside(rule, plain) : `${rule.codePrefix}Simulated`),
    message: fits || refusal.message !== undefined ? plain.message : said,
    param: refusal.param,
  }
}

/** A platform that tells errors apart by their type has no code beside it. */
function codeBeside(rule: ErrorRule, plain: Words): string | undefined {
  return rule.type === undefined ? plain.code : undefined
}

/** AWS names an exception in a header. */
function nameHeader({ code }: Words, { dialect }: Voice): Record<string, string> {
  return dialect === 'bedrock-converse' && code !== undefined ? { 'x-amzn-errortype': code } : {}
}

function bodyOf(words: Words, voice: Voice): unknown {
  const { message, type, status } = words
  const { dialect, requestId } = voice
  switch (dialect) {
    case 'anthropic-messages':
      return { type: 'error', error: { type, message }, request_id: requestId }
    case 'gemini':
      return { error: { code: status, message, status: type } }
    case 'bedrock-converse':
      return { message }
    case 'tencent-chat':
      return { Response: { Error: { Code: words.code, Message: message }, RequestId: requestId } }
    case 'spark-chat':
      return { header: { code: numberOf(words.code), message, sid: requestId, status: 2 } }
    case 'sensenova-chat':
      return { error: { code: numberOf(words.code), message, details: [] } }
    case 'wenxin-chat':
      return { error_code: numberOf(words.code), error_msg: message, id: requestId }
    case 'openai-chat':
    case 'openai-responses':
    case 'openai-completions':
      return BODIES[voice.details.errorShape](words)
  }
}

/** The body of each shape. */
const BODIES: Readonly<Record<ErrorShape, (words: Words) => unknown>> = {
  full: ({ message, type, param, code }) => ({ error: { message, type, param: param ?? null, code: code ?? null } }),
  short: ({ message, type, code }) => ({ error: { ...(code === undefined ? {} : { code }), message, type } }),
  number: ({ message, code }) => ({ error: { code: numberOf(code), message, details: [] } }),
  'status-number': ({ message, type, param, status }) => ({
    error: { message, type, param: param ?? null, code: status },
  }),
  'flat-object': ({ message, type, param, status }) => ({
    object: 'error',
    message,
    type,
    param: param ?? null,
    code: status,
  }),
  siliconflow: ({ status, code, message }) => {
    if (status === 401 || status === 404 || status === 504) return message
    return { ...(status === 429 ? {} : { code: numberOf(code) }), message, data: null }
  },
  'base-resp': ({ code, message }) => ({ base_resp: { status_code: numberOf(code), status_msg: message } }),
  errors: ({ message }) => ({ errors: { message }, request_id: 'simulated' }),
  text: ({ message, type }) => ({ error: message, error_type: type }),
  detail: ({ message }) => ({ detail: message }),
}

/** Codes that are digits are numbers on wires that have numbers. */
function numberOf(code: string | undefined): number | string | undefined {
  return code !== undefined && /^\d+$/.test(code) ? Number(code) : code
}

function withHint(words: Words, { retryAfterMs }: Refusal, { dialect, details }: Voice): Words {
  if (retryAfterMs === undefined || dialect === 'anthropic-messages' || details.retryHint !== 'message') return words
  return { ...words, message: `${words.message} Please try again after ${retryAfterMs / 1_000} seconds.` }
}

function hintHeaders({ retryAfterMs }: Refusal, { dialect, details }: Voice): Record<string, string> {
  if (retryAfterMs === undefined) return {}
  const seconds = { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) }
  if (dialect === 'anthropic-messages') return seconds
  switch (details.retryHint) {
    case 'seconds':
      return seconds
    case 'milliseconds':
      return { ...seconds, 'retry-after-ms': String(retryAfterMs) }
    case 'message':
    case 'none':
      return {}
  }
}
