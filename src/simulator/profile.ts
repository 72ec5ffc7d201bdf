/** How fast the simulated platform is. */
export interface Profile {
  /** From the request to the answer's headers, milliseconds. */
  readonly headersMs: number
  /** From the headers to the first token, milliseconds. */
  readonly firstTokenMs: number
  /** `Infinity` = as fast as the reader takes them. */
  readonly tokensPerSecond: number
  /** Tokens in one event of a stream. */
  readonly chunkTokens: number
  /** Part by which each wait may be longer or shorter, 0 to 1; drawn from the seed. */
  readonly jitter: number
}

/** No waiting at all. */
export const INSTANT: Profile = {
  headersMs: 0,
  firstTokenMs: 0,
  tokensPerSecond: Number.POSITIVE_INFINITY,
  chunkTokens: 1,
  jitter: 0,
}

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m)?$/
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 }

/** `200ms`, `1.5s`, `2m` or a bare number of milliseconds; undefined for anything else. */
export function durationMs(text: string): number | undefined {
  const found = DURATION.exec(text.trim())
  if (found === null) return undefined
  return Number(found[1]) * (UNIT_MS[found[2] ?? 'ms'] ?? 1)
}
