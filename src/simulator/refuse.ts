import type { RefusalKind } from '#simulator/fault.ts'
import type { ErrorShape, WireDetails } from '#simulator/wire-details.ts'
import type { DialectId, ErrorRule } from '#wire/dialect.ts'
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

/** Status, type, code and message of each kind where the platform's table has none: OpenAI's. */
const OPENAI_WORDS: Readonly<Record<RefusalKind, readonly [number, string, string | undefined, string]>> = {
  'invalid-request': [400, 'invalid_request_error', undefined, 'The request is invalid.'],
  'context-length': [
    400,
    'invalid_request_error',
    'context_length_exceeded',
    "This model's maximum context length is 8192 tokens. However, you requested 9001 tokens.",
  ],
  'content-filter': [400, 'invalid_request_error', 'content_filter', 'The prompt was refused by the content filter.'],
  credentials: [401, 'invalid_request_error', 'invalid_api_key', 'Incorrect API key provided.'],
  quota: [429, 'insufficient_quota', 'insufficient_quota', 'You exceeded your current quota: insufficient balance.'],
  'not-found': [404, 'invalid_request_error', 'model_not_found', 'The model does not exist.'],
  'too-large': [413, 'invalid_request_error', undefined, 'The request is too large.'],
  'rate-limit': [429, 'requests', 'rate_limit_exceeded', 'Rate limit reached.'],
  upstream: [500, 'server_error', undefined, 'The server had an error while processing the request.'],
  overloaded: [503, 'server_error', undefined, 'The engine is currently overloaded, please try again later.'],
  timeout: [504, 'server_error', undefined, 'The request timed out.'],
}

/** The same in Anthropic's words, which have no codes. */
const ANTHROPIC_WORDS: Readonly<Record<RefusalKind, readonly [number, string, undefined, string]>> = {
  'invalid-request': [400, 'invalid_request_error', undefined, 'The request is invalid.'],
  'context-length': [400, 'invalid_request_error', undefined, 'prompt is too long: 210000 tokens > 200000 maximum'],
  'content-filter': [400, 'invalid_request_error', undefined, 'Output blocked by content filtering policy'],
  credentials: [401, 'authentication_error', undefined, 'invalid x-api-key'],
  quota: [400, 'invalid_request_error', undefined, 'Your credit balance is too low to access the Anthropic API.'],
  'not-found': [404, 'not_found_error', undefined, 'model: not found'],
  'too-large': [413, 'request_too_large', undefined, 'Request exceeds the maximum allowed number of bytes.'],
  'rate-limit': [429, 'rate_limit_error', undefined, 'This request would exceed your rate limit.'],
  upstream: [500, 'api_error', undefined, 'Internal server error'],
  overloaded: [529, 'overloaded_error', undefined, 'Overloaded'],
  timeout: [504, 'timeout_error', undefined, 'The request timed out.'],
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
    headers: { 'content-type': 'application/json', ...hintHeaders(refusal, voice) },
    body: JSON.stringify(bodyOf(words, voice)),
  }
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
  const table = dialect === 'anthropic-messages' ? ANTHROPIC_WORDS : OPENAI_WORDS
  const [status, type, code, message] = table[refusal.says]
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

function bodyOf(words: Words, voice: Voice): unknown {
  const { message, type } = words
  if (voice.dialect === 'anthropic-messages') {
    return { type: 'error', error: { type, message }, request_id: voice.requestId }
  }
  return BODIES[voice.details.errorShape](words)
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
