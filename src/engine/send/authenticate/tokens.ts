import type { Clock } from '#engine/ports.ts'
import { type Failure, failure } from '#wire/failure.ts'

/** A token as a platform gave it. */
export interface FreshToken {
  readonly ok: true
  readonly token: string
  /** How long it lives from now on, milliseconds. */
  readonly lifeMs: number
}

/** A token, or why there is none. */
export type Token = { readonly ok: true; readonly token: string } | { readonly ok: false; readonly failure: Failure }

/** Tokens that were fetched, by credential: few, each until it wears out. */
export interface Tokens {
  /**
   * The credential's token: at once where one is held, else fetched, by one call however many wait. One that is about
   * to wear out is still given while the next is on its way.
   */
  take(id: string, fetchToken: () => Promise<FreshToken | Extract<Token, { ok: false }>>): Token | Promise<Token>
  /**
   * The platform refused this token. True where asking again may help: it is forgotten, or was replaced meanwhile.
   * False right after the same happened: then the tokens are not what is wrong.
   */
  refuse(id: string, token: string): boolean
}

/** More credentials than any configuration has at once; old ones of earlier configurations make room. */
const MOST = 256
/** A token is renewed so long before its end, or at a tenth of its life where that is less. */
const AHEAD_MS = 5 * 60_000
/** In its last moments it may wear out on the way. */
const LAST_MS = 10_000
/** A refused call for a token is not repeated for so long, whoever asks. */
const HOLD_MS = 1_000
/** A refused token is replaced at most so often. */
const REPLACE_MS = 10_000

const NOTHING = failure('credentials', 'there is no token')

interface Entry {
  token?: string
  usableUntilMs: number
  renewAtMs: number
  pending?: Promise<Token>
  failure?: Failure
  failedUntilMs: number
  replacedAtMs: number
}

/** An empty store of tokens, on the unjumping clock. */
export function tokens({ elapsed }: Pick<Clock, 'elapsed'>): Tokens {
  const entries = new Map<string, Entry>()
  return {
    take(id, fetchToken) {
      const now = elapsed()
      const entry = entryOf(entries, id)
      const { token, failure: why } = entry
      const usable = token !== undefined && now < entry.usableUntilMs
      if (usable && now < entry.renewAtMs) return { ok: true, token }
      const held = why !== undefined && now < entry.failedUntilMs
      if (!held) entry.pending ??= renewed(entry, fetchToken, elapsed)
      if (usable) return { ok: true, token }
      return entry.pending ?? { ok: false, failure: why ?? NOTHING }
    },
    refuse(id, token) {
      const entry = entries.get(id)
      if (entry === undefined || entry.token !== token) return true
      const now = elapsed()
      if (now - entry.replacedAtMs < REPLACE_MS) return false
      entry.replacedAtMs = now
      delete entry.token
      return true
    },
  }
}

function entryOf(entries: Map<string, Entry>, id: string): Entry {
  const known = entries.get(id)
  if (known !== undefined) return known
  if (entries.size >= MOST) {
    const [oldest] = entries.keys()
    if (oldest !== undefined) entries.delete(oldest)
  }
  const entry: Entry = {
    usableUntilMs: 0,
    renewAtMs: 0,
    failedUntilMs: 0,
    replacedAtMs: Number.NEGATIVE_INFINITY,
  }
  entries.set(id, entry)
  return entry
}

/** Fetches a token into its entry. A failure leaves the one that is held, for as long as it lives. */
async function renewed(
  entry: Entry,
  fetchToken: Parameters<Tokens['take']>[1],
  elapsed: Clock['elapsed'],
): Promise<Token> {
  const fresh = await fetchToken().catch((error: unknown) => {
    delete entry.pending
    throw error
  })
  delete entry.pending
  const now = elapsed()
  if (!fresh.ok) {
    entry.failure = fresh.failure
    entry.failedUntilMs = now + HOLD_MS
    return fresh
  }
  delete entry.failure
  const { token, lifeMs } = fresh
  entry.token = token
  entry.usableUntilMs = now + lifeMs - Math.min(LAST_MS, lifeMs / 10)
  entry.renewAtMs = now + lifeMs - Math.min(AHEAD_MS, lifeMs / 10)
  return { ok: true, token }
}
