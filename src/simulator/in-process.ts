import {
  BodyBroken,
  type Clock,
  type Fetch,
  type InboundAnswer,
  type NoAnswer,
  type OutboundRequest,
} from '#engine/ports.ts'
import { ConnectionCut } from '#simulator/play.ts'
import { createSimulator, type Simulator } from '#simulator/simulator.ts'
import { machineClock } from '#simulator/system.ts'
import { type Failure, failure } from '#wire/failure.ts'

/** The built-in simulator: what calls to its origin are answered with, without sockets. */
export function builtInSimulator(clock: Clock = machineClock): { readonly origin: string; readonly fetch: Fetch } {
  const simulator = createSimulator({ platform: 'simulator', clock })
  return { origin: simulator.platform.regions[0]?.baseUrl ?? '', fetch: simulatorFetch(simulator, clock) }
}

/**
 * A simulator as the engine's network: same deadlines, same failures. Bytes are made when they are read, so a slow
 * reader slows the answer; leaving the loop or aborting ends it.
 */
export function simulatorFetch(simulator: Simulator, clock: Clock = machineClock): Fetch {
  return async (request, signal) => {
    if (signal.aborted) return { ok: false, failure: hungUp() }
    const watch = watchOf(request, signal, clock)
    const path = pathOf(request.url)
    const call = { method: request.method, path, headers: lowerCase(request.headers), body: request.body }
    const answer = await simulator.answer(call, watch.stop.signal)
    const broken = watch.why ?? (answer.kind === 'dropped' ? dropped() : undefined)
    if (broken !== undefined || answer.kind === 'dropped') {
      watch.end()
      return noAnswer(broken ?? dropped())
    }
    watch.heard()
    const body = watched(answer.body, watch)
    return { ok: true, status: answer.status, headers: answer.headers, body } satisfies InboundAnswer
  }
}

function noAnswer(why: Failure): NoAnswer {
  return { ok: false, failure: why }
}

function hungUp(): Failure {
  return failure('cut', 'the caller hung up', { retryable: false, blame: 'caller' })
}

function dropped(): Failure {
  return failure('upstream', 'the platform cannot be reached (UND_ERR_SOCKET)')
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url)
  return pathname + search
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

/** The deadlines of one call. */
interface Watch {
  readonly stop: AbortController
  /** Why it was stopped. */
  why: Failure | undefined
  /** Bytes or headers have come. */
  heard(): void
  /** The reader is busy: silence is not the platform's. */
  rest(): void
  end(): void
}

function watchOf(request: OutboundRequest, signal: AbortSignal, clock: Clock): Watch {
  const { connectMs, firstByteMs, idleMs, totalMs } = request.timeouts
  const stop = new AbortController()
  const breakOff = (why: Failure): void => {
    watch.why ??= why
    stop.abort()
  }
  const onAbort = (): void => breakOff(hungUp())
  const late =
    (words: string): (() => void) =>
    () =>
      breakOff(failure('timeout', `the platform ${words}`))
  let silence = clock.after(connectMs + firstByteMs, late(`sent no answer within ${firstByteMs} ms`))
  const total = clock.after(totalMs, late(`did not finish within ${totalMs} ms`))
  signal.addEventListener('abort', onAbort, { once: true })
  const watch: Watch = {
    stop,
    why: undefined,
    heard() {
      silence()
      silence = clock.after(idleMs, late(`was silent for ${idleMs} ms in the middle of its answer`))
    },
    rest: () => silence(),
    end() {
      silence()
      total()
      signal.removeEventListener('abort', onAbort)
      stop.abort()
    },
  }
  return watch
}

async function* watched(body: AsyncIterable<Uint8Array>, watch: Watch): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) {
      if (watch.why !== undefined) break
      watch.rest()
      yield chunk
      watch.heard()
    }
    if (watch.why !== undefined) throw new BodyBroken(watch.why)
  } catch (error) {
    throw error instanceof ConnectionCut ? new BodyBroken(cut()) : error
  } finally {
    watch.end()
  }
}

function cut(): Failure {
  return failure('cut', 'the platform broke off in the middle of its answer (UND_ERR_SOCKET)')
}
