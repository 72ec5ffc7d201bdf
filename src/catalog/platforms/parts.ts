import type { Endpoint } from '#catalog/schema.ts'
import type { ErrorRule } from '#wire/dialect.ts'
import type { FailureKind } from '#wire/failure.ts'

type ByKind = Partial<Readonly<Record<FailureKind, readonly string[]>>>

/** Rules for error codes: at this HTTP status (`undefined` = at any), these codes mean that kind. */
export function coded(status: number | undefined, codes: ByKind): ErrorRule[] {
  return rulesOf(status, codes, (code) => ({ code }))
}

/** The same for platforms that tell errors apart by their `type`. */
export function typed(status: number | undefined, types: ByKind): ErrorRule[] {
  return rulesOf(status, types, (type) => ({ type }))
}

/** Rules for what is left: the HTTP status alone. They come last. */
export function byStatus(kinds: Readonly<Record<number, FailureKind>>): ErrorRule[] {
  return Object.entries(kinds).map(([status, kind]) => ({ status: Number(status), kind }))
}

function rulesOf(status: number | undefined, words: ByKind, match: (word: string) => Partial<ErrorRule>): ErrorRule[] {
  const at = status === undefined ? {} : { status }
  return KINDS.flatMap((kind) => (words[kind] ?? []).map((word) => ({ ...at, ...match(word), kind })))
}

/** Kinds that a platform's answer can mean. */
const KINDS: readonly FailureKind[] = [
  'context-length',
  'content-filter',
  'quota',
  'credentials',
  'not-found',
  'too-large',
  'rate-limit',
  'overloaded',
  'timeout',
  'upstream',
  'invalid-request',
]

/** A platform's layer that speaks Anthropic's dialect, with the version header that the official SDK sends. */
export function anthropicLayer(more: Omit<Endpoint, 'dialect' | 'path' | 'headers'> = {}): Endpoint {
  return {
    dialect: 'anthropic-messages',
    path: '/v1/messages',
    headers: { 'anthropic-version': '2023-06-01' },
    ...more,
  }
}

/** OpenAI's Responses API beside chat, below the same base URL. */
export function responsesBeside(more: Omit<Partial<Endpoint>, 'dialect'> = {}): Endpoint {
  return { dialect: 'openai-responses', path: '/responses', ...more }
}

/** OpenAI's completions of old beside chat, below the same base URL. */
export function completionsBeside(more: Omit<Partial<Endpoint>, 'dialect'> = {}): Endpoint {
  return { dialect: 'openai-completions', path: '/completions', ...more }
}
