import type { ErrorRule, ReadContext, RefusedAnswer } from '#wire/dialect.ts'
import { type Failure, failure, type FailureKind, FAILURES } from '#wire/failure.ts'
import { isBroad, matchRule, retryHint, saysTooLong, type Words } from '#wire/shape/platform-words.ts'
import { withoutSecrets } from '#wire/shape/secrets.ts'

/** What an answer that says no is read by. */
export interface Refusing {
  readonly words: Words
  readonly answer: RefusedAnswer
  readonly context: ReadContext
  /** The dialect's own words, after the platform's rules. */
  readonly rules: readonly ErrorRule[]
}

const BY_STATUS: Readonly<Record<number, FailureKind>> = {
  401: 'credentials',
  402: 'quota',
  403: 'credentials',
  404: 'not-found',
  408: 'timeout',
  413: 'too-large',
  429: 'rate-limit',
  503: 'overloaded',
  504: 'timeout',
}

/** The failure that a platform's words mean: by the platform's rules, the dialect's own words, the status. */
export function platformFailure({ words, answer, context, rules }: Refusing): Failure {
  const facts = { ...words, status: answer.status }
  const theirs = matchRule(context.errors, facts)
  const rule = theirs === undefined || isBroad(theirs) ? (matchRule(rules, facts) ?? theirs) : theirs
  const kind = kindOf(rule, facts)
  const retryAfterMs = retryHint(answer.headers, words.message ?? answer.body)
  const said = words.message === undefined ? undefined : withoutSecrets(words.message)
  return failure(kind, messageOf(kind, { said, status: answer.status, platform: context.platform }), {
    ...bearing(kind, rule),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    platform: {
      platform: context.platform,
      status: answer.status,
      ...(words.code === undefined ? {} : { code: withoutSecrets(words.code) }),
      ...(said === undefined ? {} : { message: said }),
    },
  })
}

/** Where it departs from its kind: who has to act, and whether another try may help. */
function bearing(kind: FailureKind, rule: ErrorRule | undefined): Partial<Failure> {
  // A model that the platform does not have is a mistake in our configuration, not the caller's.
  const own: Partial<Failure> = kind === 'not-found' ? { blame: 'operator', retryable: true } : {}
  return rule?.kind !== kind || rule.retryable === undefined ? own : { ...own, retryable: rule.retryable }
}

function kindOf(rule: ErrorRule | undefined, facts: Words & { readonly status: number }): FailureKind {
  const kind = rule?.kind ?? kindOfStatus(facts.status)
  const open = rule === undefined || isBroad(rule)
  return kind === 'invalid-request' && open && saysTooLong(facts) ? 'context-length' : kind
}

function kindOfStatus(status: number): FailureKind {
  return BY_STATUS[status] ?? (status >= 400 && status < 500 ? 'invalid-request' : 'upstream')
}

/** To a caller who can mend it, the platform's own words; to others, who said it first. */
function messageOf(kind: FailureKind, at: { said: string | undefined; status: number; platform: string }): string {
  const { said, status, platform } = at
  if (said !== undefined && said !== '' && kind !== 'not-found' && FAILURES[kind][3] === 'caller') return said
  const words = said === undefined || said === '' ? 'no reason given' : said
  return status < 400 ? `${platform} broke off: ${words}` : `${platform} answered ${status}: ${words}`
}

/** Our kinds in a platform's codes, each read back by `rulesOf`: what a platform that we play says. */
export type Codes = Readonly<Partial<Record<FailureKind, string>>>

/** Rules that read what `codes` wrote; the first kind of a code counts. */
export function rulesOf(codes: Codes): readonly ErrorRule[] {
  const rules: ErrorRule[] = []
  for (const kind of KINDS) {
    const code = codes[kind]
    if (code !== undefined && rules.every((rule) => rule.code !== code)) rules.push({ code, kind })
  }
  return rules
}

/** Kinds that a platform's answer can mean, the more telling first. */
const KINDS: readonly FailureKind[] = [
  'invalid-request',
  'context-length',
  'content-filter',
  'credentials',
  'quota',
  'not-found',
  'too-large',
  'rate-limit',
  'overloaded',
  'timeout',
  'upstream',
]

const NEAREST: Readonly<Partial<Record<FailureKind, FailureKind>>> = {
  // The words of the message tell the rest.
  'context-length': 'invalid-request',
  'too-large': 'invalid-request',
  quota: 'rate-limit',
  strict: 'invalid-request',
  'slow-caller': 'invalid-request',
  authentication: 'credentials',
  permission: 'credentials',
  budget: 'quota',
  'no-target': 'overloaded',
  draining: 'overloaded',
}

/** The code for a kind, else for the nearest one, else `otherwise`. */
export function codeFor(codes: Codes, kind: FailureKind, otherwise: string): string {
  return codes[kind] ?? codes[NEAREST[kind] ?? kind] ?? otherwise
}

/** True for a code in a 200 that says that all is not well. */
export function saysError(code: unknown): boolean {
  return code !== undefined && code !== null && code !== 0 && code !== '0' && code !== ''
}
