import type { ErrorRule, RefusedAnswer } from '#wire/dialect.ts'
import { type Failure, type FailureKind, FAILURES, type PlatformWords } from '#wire/failure.ts'

/** Where it departs from its kind: who has to act, and whether another try may help. */
export function bearing(
  kind: FailureKind,
  { headers }: Pick<RefusedAnswer, 'headers'>,
  rule: ErrorRule | undefined,
): Partial<Failure> {
  // A model that the platform does not have is a mistake in our configuration, not the caller's.
  const own: Partial<Failure> = kind === 'not-found' ? { blame: 'operator', retryable: true } : {}
  if (headers['x-should-retry'] === 'false') return { ...own, retryable: false }
  return rule?.retryable === undefined ? own : { ...own, retryable: rule.retryable }
}

/** To a caller who can mend it, the platform's own words; to others, who said it first. */
export function messageOf(kind: FailureKind, { platform, status, message }: PlatformWords): string {
  if (message !== undefined && kind !== 'not-found' && FAILURES[kind][3] === 'caller') return message
  const said = message ?? 'no reason given'
  return status < 400 ? `${platform} broke off: ${said}` : `${platform} answered ${status}: ${said}`
}
