import { createHash } from 'node:crypto'
import { createClient, type RedisClientType } from '@redis/client'
import type { Log } from '#engine/ports.ts'
import { StoreFailure, wordsOf } from '#store/failure.ts'

/** After so many failures in a row nobody waits for Redis for a while. */
const FAILURES = 3
const OPEN_MS = 1_000

/** A script, by its text and by the name that Redis gives it. */
export interface Script {
  readonly text: string
  readonly sha: string
}

export function scriptOf(text: string): Script {
  return { text, sha: createHash('sha1').update(text).digest('hex') }
}

/** Nothing was sent: what was wanted has certainly not happened. */
export class NotAsked extends Error {}

/** What a script is given. */
export interface Asking {
  readonly keys: readonly string[]
  readonly values: readonly string[]
  /** Called with an answer that came after the deadline, which nobody waits for. */
  readonly late?: (answer: unknown) => void
}

/** A connection with a deadline for each call, and a breaker before it. */
export interface Line {
  run(script: Script, asking: Asking): Promise<unknown>
  publish(channel: string, message: string): void
  onReady(call: () => void): void
  listen(channel: string, call: (message: string) => void): void
  close(): Promise<void>
}

/** Connects, now and whenever the connection breaks. */
export function openLine(url: string, deadlineMs: number, log: Log): Line {
  const client: RedisClientType = createClient({
    url,
    disableOfflineQueue: true,
    socket: { connectTimeout: 2_000, reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, 2_000) },
  })
  const subscriber = client.duplicate({ disableOfflineQueue: false })
  const breaker = openBreaker(log)
  for (const one of [client, subscriber]) {
    one.on('error', () => {})
    one.connect().catch(() => {})
  }
  return {
    async run({ text, sha }, { keys, values, late }) {
      if (breaker.isOpen()) throw new NotAsked('Redis has not answered lately')
      if (!client.isReady) {
        breaker.failed('there is no connection')
        throw new NotAsked('there is no connection to Redis')
      }
      const options = { keys: [...keys], arguments: [...values] }
      try {
        const asked = client.evalSha(sha, options).catch((error: unknown) => {
          if (String(error).includes('NOSCRIPT')) return client.eval(text, options)
          throw error
        })
        const answer = await within(asked, deadlineMs, late)
        breaker.answered()
        return answer
      } catch (error) {
        breaker.failed(error)
        throw error
      }
    },
    publish(channel, message) {
      if (client.isReady) client.publish(channel, message).catch(() => {})
    },
    onReady(call) {
      client.on('ready', call)
    },
    listen(channel, call) {
      subscriber.subscribe(channel, (message) => call(message)).catch(() => {})
    },
    async close() {
      client.destroy()
      subscriber.destroy()
      await Promise.resolve()
    },
  }
}

interface Breaker {
  readonly isOpen: () => boolean
  readonly failed: (error: unknown) => void
  readonly answered: () => void
}

/** Says once that Redis is away, and once that it is back. */
function openBreaker(log: Log): Breaker {
  let failures = 0
  let openUntil = 0
  let told = false
  return {
    isOpen: () => performance.now() < openUntil,
    failed(error) {
      failures += 1
      if (failures >= FAILURES) openUntil = performance.now() + OPEN_MS
      if (!told)
        log.warn({ error: wordsOf(error) }, 'Redis cannot be asked: limits do as `replicas.whenUnreachable` says')
      told = true
    },
    answered() {
      if (told) log.info({}, 'Redis answers again')
      told = false
      failures = 0
    },
  }
}

function within(asked: Promise<unknown>, deadlineMs: number, late: Asking['late']): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let over = false
    let done = false
    const giveUp = (): void => {
      if (done) return
      over = true
      reject(new StoreFailure('failed', `Redis did not answer within ${deadlineMs} ms`))
    }
    // This process may have stood still itself: an answer that is here already is read before the judgement.
    const timer = setTimeout(() => setImmediate(giveUp), deadlineMs)
    const answered = (answer: unknown): void => (over ? late?.(answer) : resolve(answer))
    asked.then(answered, reject).finally(() => {
      done = true
      clearTimeout(timer)
    })
  })
}
