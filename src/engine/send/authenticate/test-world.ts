import { authenticate } from '#engine/send/authenticate/authenticate.ts'
import type { AuthContext, Proof, Signable, Words } from '#engine/send/authenticate/proof.ts'
import { tokens } from '#engine/send/authenticate/tokens.ts'
import type { Auth } from '#catalog/index.ts'
import type { InboundAnswer, NoAnswer, OutboundRequest } from '#engine/ports.ts'
import type { Failure } from '#wire/failure.ts'

/** What a token endpoint answers, in short; the body as JSON. */
export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** A clock that stands still, a network that answers as told, and an empty store of tokens. */
export interface World {
  readonly context: AuthContext
  /** Calls that went out, in their order. */
  readonly asked: OutboundRequest[]
  /** What the next calls are answered with. */
  answer: (request: OutboundRequest) => Answer | NoAnswer | Promise<Answer | NoAnswer>
  pass(ms: number): void
  prove(auth: Auth, credential: string | Words, request?: Partial<Signable>): Promise<Proof>
}

const REQUEST: Signable = {
  method: 'POST',
  url: 'https://api.example/v1/chat/completions',
  headers: { 'content-type': 'application/json' },
  body: '{"model":"m"}',
}

export const TIMEOUTS = { connectMs: 5_000, firstByteMs: 60_000, idleMs: 60_000, totalMs: 600_000 }

/** A world at an instant: ISO, or Unix milliseconds. */
export function worldAt(instant: string | number, region = 'us-east-1'): World {
  let now = typeof instant === 'number' ? instant : Date.parse(instant)
  const clock = { now: () => now, elapsed: () => now, after: () => () => undefined }
  const asked: OutboundRequest[] = []
  const world: World = {
    asked,
    answer: () => ({ status: 500 }),
    context: {
      clock,
      tokens: tokens(clock),
      timeouts: TIMEOUTS,
      region,
      platform: 'the-platform',
      fetch: async (request) => {
        asked.push(request)
        const answer = await world.answer(request)
        return 'ok' in answer ? answer : inbound(answer)
      },
    },
    pass: (ms) => {
      now += ms
    },
    prove: async (auth, credential, request = {}) =>
      authenticate({ auth, credential }, { ...REQUEST, ...request }, world.context),
  }
  return world
}

function inbound({ status = 200, headers = {}, body }: Answer): InboundAnswer {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
  return { ok: true, status, headers, body: bytesOf(text) }
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

/** A platform's refusal of a request, as a dialect's reader would tell it. */
export function refusal(status: number, code?: string): Failure {
  return {
    kind: 'credentials',
    message: 'refused',
    retryable: true,
    mayHaveCost: false,
    blame: 'operator',
    platform: { platform: 'the-platform', status, ...(code === undefined ? {} : { code }) },
  }
}
