import { durationMs } from '#simulator/profile.ts'
import type { FailureKind } from '#wire/failure.ts'

/** What a platform can say no with. */
export type RefusalKind = Extract<
  FailureKind,
  | 'invalid-request'
  | 'context-length'
  | 'content-filter'
  | 'credentials'
  | 'quota'
  | 'not-found'
  | 'too-large'
  | 'rate-limit'
  | 'upstream'
  | 'overloaded'
  | 'timeout'
>

/**
 * One way in which an answer goes wrong. `afterTokens` counts the answer's tokens that leave before; in an answer that
 * is not streamed, the same part of the body does.
 */
export type Fault =
  /** The connection is destroyed; with 0 tokens, before the headers. */
  | { readonly kind: 'cut'; readonly afterTokens: number }
  /** The connection ends in good order, without finish reason or end mark (pain T01). */
  | { readonly kind: 'close'; readonly afterTokens: number }
  /** Silence, the connection open; for ever where `ms` is absent (pain T02). */
  | { readonly kind: 'stall'; readonly afterTokens: number; readonly ms?: number }
  /** A frame that is no JSON; the answer goes on after it (pain T02). */
  | { readonly kind: 'malformed'; readonly afterTokens: number }
  /** An error inside a 200, in the platform's own form; it ends the answer (pain T08). */
  | { readonly kind: 'error'; readonly afterTokens: number; readonly says: RefusalKind }
  /** A refusal in the platform's own form and with its retry hints. */
  | { readonly kind: 'refuse'; readonly says: RefusalKind; readonly status?: number; readonly retryAfterMs?: number }
  | { readonly kind: 'usage'; readonly how: 'missing' | 'zero' | 'doubled' }
  | { readonly kind: 'slow-headers'; readonly ms: number }
  /** Text without end. */
  | { readonly kind: 'endless' }
  /** One event of so many bytes, before the answer's own text. */
  | { readonly kind: 'huge-line'; readonly bytes: number }
  /** 200 with nothing. */
  | { readonly kind: 'empty' }
  /** A proxy's error page in place of an answer. */
  | { readonly kind: 'html'; readonly status: number }
  /** Bytes after the answer's end. */
  | { readonly kind: 'garbage' }

/** What `refuse` means by a status alone. */
const BY_STATUS: Readonly<Record<number, RefusalKind>> = {
  400: 'invalid-request',
  401: 'credentials',
  402: 'quota',
  403: 'credentials',
  404: 'not-found',
  413: 'too-large',
  429: 'rate-limit',
  500: 'upstream',
  502: 'upstream',
  503: 'overloaded',
  504: 'timeout',
  529: 'overloaded',
}

/** Names of refusals where the status alone does not say which one. */
const BY_NAME: ReadonlyMap<string, RefusalKind> = new Map([
  ['overflow', 'context-length'],
  ['filter', 'content-filter'],
  ['quota', 'quota'],
])

const KINDS: ReadonlySet<string> = new Set<RefusalKind>([...Object.values(BY_STATUS), ...BY_NAME.values()])

/** Platforms that say how long to wait say about this. */
const RETRY_AFTER_MS = 1_000
const HUGE_BYTES = 10_000_000
/** A caller of the built-in simulator may ask for a fault: no more memory than this. */
const MOST_BYTES = 64_000_000
const SLOW_MS = 5_000

/** Every fault as it is written in `--fault` and `fault=`, for help and error messages. */
export const FAULT_FORMS: readonly string[] = [
  'cut:TOKENS',
  'close:TOKENS',
  'stall:TOKENS[:DURATION]',
  'malformed:TOKENS',
  'error:TOKENS[:KIND]',
  '429[:SECONDS]',
  ...Object.keys(BY_STATUS).filter((status) => status !== '429'),
  ...BY_NAME.keys(),
  'usage:missing|zero|doubled',
  'slow-headers[:DURATION]',
  'endless',
  'huge-line[:BYTES]',
  'empty',
  'html[:STATUS]',
  'garbage',
]

type Reader = (first: string | undefined, second: string | undefined) => Fault | undefined

const READERS: Readonly<Record<string, Reader>> = {
  cut: (tokens) => after(tokens, (afterTokens) => ({ kind: 'cut', afterTokens })),
  close: (tokens) => after(tokens, (afterTokens) => ({ kind: 'close', afterTokens })),
  malformed: (tokens) => after(tokens, (afterTokens) => ({ kind: 'malformed', afterTokens })),
  stall,
  error: bodyError,
  usage: (how) => (how === 'missing' || how === 'zero' || how === 'doubled' ? { kind: 'usage', how } : undefined),
  'slow-headers': slow,
  'huge-line': (size = String(HUGE_BYTES)) =>
    count(size, (bytes) => ({ kind: 'huge-line', bytes: Math.min(MOST_BYTES, bytes) })),
  html: (code = '502') => (isStatus(code) ? { kind: 'html', status: Number(code) } : undefined),
  endless: (argument) => (argument === undefined ? { kind: 'endless' } : undefined),
  empty: (argument) => (argument === undefined ? { kind: 'empty' } : undefined),
  garbage: (argument) => (argument === undefined ? { kind: 'garbage' } : undefined),
}

/** Reads `NAME[:ARGUMENT]`; undefined for what is no fault. */
export function parseFault(text: string): Fault | undefined {
  const [name = '', first, second] = text.trim().split(':')
  return Object.hasOwn(READERS, name) ? READERS[name]?.(first, second) : refusal(name, first)
}

function isStatus(text: string): boolean {
  return /^[2-5]\d\d$/.test(text)
}

function after(text: string | undefined, fault: (tokens: number) => Fault): Fault | undefined {
  return count(text ?? '0', fault)
}

function count(text: string, fault: (number: number) => Fault): Fault | undefined {
  return /^\d{1,9}$/.test(text) ? fault(Number(text)) : undefined
}

function stall(tokens: string | undefined, duration: string | undefined): Fault | undefined {
  const ms = duration === undefined ? undefined : durationMs(duration)
  if (duration !== undefined && ms === undefined) return undefined
  return after(tokens, (afterTokens) => ({ kind: 'stall', afterTokens, ...(ms === undefined ? {} : { ms }) }))
}

function bodyError(tokens: string | undefined, kind = 'overloaded'): Fault | undefined {
  return isRefusal(kind) ? after(tokens, (afterTokens) => ({ kind: 'error', afterTokens, says: kind })) : undefined
}

function isRefusal(kind: string): kind is RefusalKind {
  return KINDS.has(kind)
}

function slow(duration: string | undefined): Fault | undefined {
  const ms = duration === undefined ? SLOW_MS : durationMs(duration)
  return ms === undefined ? undefined : { kind: 'slow-headers', ms }
}

function refusal(name: string, seconds: string | undefined): Fault | undefined {
  const status = isStatus(name) ? Number(name) : undefined
  const says = status === undefined ? BY_NAME.get(name) : BY_STATUS[status]
  if (says === undefined) return undefined
  const hint = retryHint(says, seconds)
  if (seconds !== undefined && hint === undefined) return undefined
  return {
    kind: 'refuse',
    says,
    ...(status === undefined ? {} : { status }),
    ...(hint === undefined ? {} : { retryAfterMs: hint }),
  }
}

function retryHint(says: RefusalKind, seconds: string | undefined): number | undefined {
  if (seconds === undefined) return says === 'rate-limit' ? RETRY_AFTER_MS : undefined
  return /^\d+(?:\.\d+)?$/.test(seconds) ? Math.round(Number(seconds) * 1_000) : undefined
}
