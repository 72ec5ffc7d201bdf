import type { Caller } from '#engine/admit/keyring.ts'
import type { Clock } from '#engine/ports.ts'
import { type Failure, failure } from '#wire/failure.ts'

/** What a request holds of its key's limits until it ends. */
export interface Hold {
  /** Truth for the `x-ratelimit-*` headers at the moment of taking. */
  readonly headers: Readonly<Record<string, string>>
  /** Ends the hold, once; `tokens` is what was really used, absent when nothing was. */
  release(tokens: number): void
}

/** Limits per key, of this process: requests and tokens a minute as refilling buckets, and requests at once. */
export interface Limits {
  take(
    caller: Caller,
    tokens: number,
  ):
    | { readonly ok: true; readonly hold: Hold }
    | { readonly ok: false; readonly failure: Failure; readonly headers: Readonly<Record<string, string>> }
}

interface Bucket {
  level: number
  at: number
}

interface KeyState {
  readonly requests: Bucket
  readonly tokens: Bucket
  running: number
}

const NOTHING_HELD: Hold = { headers: {}, release: () => {} }
const MINUTE_MS = 60_000

export function limits(clock: Clock): Limits {
  const states = new Map<string, KeyState>()
  return {
    take(caller, wanted) {
      const { requestsPerMinute, tokensPerMinute, concurrency } = caller.limits
      if (requestsPerMinute === undefined && tokensPerMinute === undefined && concurrency === undefined) {
        return { ok: true, hold: NOTHING_HELD }
      }
      // A request that may need more than a whole minute's tokens waits for a full bucket, not for ever.
      const tokens = Math.min(wanted, tokensPerMinute ?? wanted)
      const state = stateOf(states, caller, clock.elapsed())
      const headers = (): Record<string, string> => headersOf(caller, state)
      const refusal = refuse(caller, state, tokens)
      if (refusal !== undefined) return { ok: false, failure: refusal, headers: headers() }
      state.requests.level -= 1
      state.tokens.level -= tokens
      state.running++
      let held = true
      const release = (used: number): void => {
        if (!held) return
        held = false
        state.running--
        state.tokens.level += tokens - used
      }
      return { ok: true, hold: { headers: headers(), release } }
    },
  }
}

function stateOf(states: Map<string, KeyState>, caller: Caller, now: number): KeyState {
  const { requestsPerMinute = 0, tokensPerMinute = 0 } = caller.limits
  let state = states.get(caller.id)
  if (state === undefined) {
    state = {
      requests: { level: requestsPerMinute, at: now },
      tokens: { level: tokensPerMinute, at: now },
      running: 0,
    }
    states.set(caller.id, state)
  }
  refill(state.requests, requestsPerMinute, now)
  refill(state.tokens, tokensPerMinute, now)
  return state
}

function refill(bucket: Bucket, perMinute: number, now: number): void {
  bucket.level = Math.min(perMinute, bucket.level + ((now - bucket.at) * perMinute) / MINUTE_MS)
  bucket.at = now
}

function refuse(caller: Caller, state: KeyState, tokens: number): Failure | undefined {
  const { requestsPerMinute, tokensPerMinute, concurrency } = caller.limits
  if (concurrency !== undefined && state.running >= concurrency) {
    return failure('rate-limit', `this key has ${concurrency} requests running, its limit`, { retryAfterMs: 1_000 })
  }
  if (requestsPerMinute !== undefined && state.requests.level < 1) {
    const retryAfterMs = waitMs(1 - state.requests.level, requestsPerMinute)
    return failure('rate-limit', `this key may make ${requestsPerMinute} requests a minute`, { retryAfterMs })
  }
  if (tokensPerMinute === undefined) return undefined
  if (state.tokens.level >= tokens) return undefined
  const retryAfterMs = waitMs(tokens - state.tokens.level, tokensPerMinute)
  return failure('rate-limit', `this key may use ${tokensPerMinute} tokens a minute`, { retryAfterMs })
}

function waitMs(missing: number, perMinute: number): number {
  return Math.ceil((missing * MINUTE_MS) / perMinute)
}

function headersOf(caller: Caller, state: KeyState): Record<string, string> {
  const { requestsPerMinute: requests, tokensPerMinute: tokens } = caller.limits
  const headers: Record<string, string> = {}
  if (requests !== undefined) {
    headers['x-ratelimit-limit-requests'] = String(requests)
    headers['x-ratelimit-remaining-requests'] = remaining(state.requests)
    headers['x-ratelimit-reset-requests'] = reset(state.requests, requests)
  }
  if (tokens !== undefined) {
    headers['x-ratelimit-limit-tokens'] = String(tokens)
    headers['x-ratelimit-remaining-tokens'] = remaining(state.tokens)
    headers['x-ratelimit-reset-tokens'] = reset(state.tokens, tokens)
  }
  return headers
}

function remaining({ level }: Bucket): string {
  return String(Math.max(0, Math.floor(level)))
}

/** When the bucket is full again, in OpenAI's words: `1250ms`. */
function reset({ level }: Bucket, perMinute: number): string {
  return `${waitMs(perMinute - level, perMinute)}ms`
}
