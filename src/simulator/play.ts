import type { Clock, Random } from '#engine/ports.ts'
import type { Fault } from '#simulator/fault.ts'
import type { Profile } from '#simulator/profile.ts'
import { pause, untilAborted } from '#simulator/system.ts'

/** Thrown by an answer's body where the connection is to be destroyed. */
export class ConnectionCut extends Error {}

/** What leaves in one go, and how many tokens it says. */
export interface Beat {
  readonly bytes: Uint8Array
  readonly tokens: number
  /** Nothing of the text follows. */
  readonly closing: boolean
}

/** Everything that playing an answer takes. */
export interface Stage {
  readonly beats: Iterable<Beat>
  readonly fault: Fault | undefined
  readonly profile: Profile
  readonly clock: Clock
  readonly random: Random
  readonly signal: AbortSignal
  /** Bytes of an event that is no JSON, and of the platform's error inside a 200. */
  readonly broken: () => Uint8Array
  readonly error: () => Uint8Array
}

/** Faults that strike at a place of the text. */
type Strike = Extract<Fault, { readonly afterTokens: number }>

/** Large writes leave in parts, so that a slow reader slows us. */
const WRITE_BYTES = 64 * 1024

/** An answer that nobody slows lets others have their turn after so many beats. */
const BREATH_BEATS = 256

/** Plays an answer in its time, with its fault. Ends early when the signal aborts; throws `ConnectionCut` to cut. */
export async function* play(stage: Stage): AsyncGenerator<Uint8Array> {
  const pacer = pacerOf(stage)
  let strike = strikeOf(stage.fault)
  let said = 0
  for (const beat of stage.beats) {
    if (strike !== undefined && (said >= strike.afterTokens || beat.closing)) {
      if (yield* struck(strike, stage)) return
      strike = undefined
    }
    if (!(await pacer(beat.tokens))) return
    for (let from = 0; from < beat.bytes.length; from += WRITE_BYTES) {
      yield beat.bytes.length <= WRITE_BYTES ? beat.bytes : beat.bytes.subarray(from, from + WRITE_BYTES)
    }
    said += beat.tokens
  }
  if (stage.fault?.kind === 'garbage') yield Buffer.from('\u0000}{ trailing garbage\n')
}

function strikeOf(fault: Fault | undefined): Strike | undefined {
  return fault !== undefined && 'afterTokens' in fault ? fault : undefined
}

/** Whether the answer is over. */
async function* struck(strike: Strike, stage: Stage): AsyncGenerator<Uint8Array, boolean> {
  switch (strike.kind) {
    case 'cut':
      throw new ConnectionCut()
    case 'close':
      return true
    case 'stall':
      if (strike.ms !== undefined) return !(await pause(stage.clock, strike.ms, stage.signal))
      await untilAborted(stage.signal)
      return true
    case 'malformed':
      yield stage.broken()
      return false
    case 'error':
      yield stage.error()
      return true
  }
}

/** Waits for the time at which so many more tokens may leave; false when nobody waits for them any more. */
function pacerOf({ profile, clock, random, signal }: Stage): (tokens: number) => Promise<boolean> {
  const perTokenMs = 1_000 / profile.tokensPerSecond
  let due: number | undefined
  let beats = 0
  return async (tokens) => {
    if (++beats % BREATH_BEATS === 0 && perTokenMs === 0) await breath()
    if (signal.aborted) return false
    if (tokens === 0) return true
    const first = due === undefined
    due ??= clock.elapsed()
    due += varied(first ? profile.firstTokenMs : tokens * perTokenMs, { profile, random })
    const ms = due - clock.elapsed()
    return ms < 1 ? true : pause(clock, ms, signal)
  }
}

/** One turn of the event loop: not time, so no clock is asked. */
function breath(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

/** A wait, longer or shorter by the profile's jitter. */
export function varied(ms: number, { profile, random }: Pick<Stage, 'profile' | 'random'>): number {
  return profile.jitter === 0 || ms === 0 ? ms : ms * (1 + profile.jitter * (2 * random.fraction() - 1))
}
