import { createHash } from 'node:crypto'
import { createClient, type RedisClientType } from '@redis/client'
import { type Draw, type Pool, poolKey, type RatePool, type Shares, type SlotPool, type Wish } from '#engine/pool.ts'
import type { Log } from '#engine/ports.ts'
import { StoreFailure, wordsOf } from '#store/failure.ts'
import { localPools } from '#store/shares/local.ts'
import { BEAT, DRAW_RATE, DRAW_SLOTS, GIVE_RATE, GIVE_SLOTS } from '#store/shares/redis-script.ts'

export interface RedisOptions {
  readonly url: string
  /** Longest wait for an answer. */
  readonly deadlineMs: number
  /** `allow`: each replica serves its part of a limit by itself while Redis cannot be asked. */
  readonly whenUnreachable: 'refuse' | 'allow'
}

/** Rates and slots in Redis. Money never comes here: it changes with the ledger, in one transaction. */
export interface RedisShares extends Shares {
  close(): Promise<void>
}

const BEAT_MS = 1_000
const LIFE_MS = 10_000
/** After so many failures in a row nobody waits for Redis for a while. */
const FAILURES = 3
const OPEN_MS = 1_000
/** One tag for all keys: on a cluster they lie on one node. */
const PREFIX = '{tongwen}'
const LIVING = `${PREFIX} living`
const SCARCE = `${PREFIX} scarce`

interface Script {
  readonly text: string
  readonly sha: string
}

const SCRIPTS = {
  drawRate: scriptOf(DRAW_RATE),
  giveRate: scriptOf(GIVE_RATE),
  drawSlots: scriptOf(DRAW_SLOTS),
  giveSlots: scriptOf(GIVE_SLOTS),
  beat: scriptOf(BEAT),
}

function scriptOf(text: string): Script {
  return { text, sha: createHash('sha1').update(text).digest('hex') }
}

/** Connects, and goes on connecting in the background: a Redis that is down at the start is no reason not to start. */
export function redisShares(
  { url, deadlineMs, whenUnreachable }: RedisOptions,
  { process, log }: { readonly process: string; readonly log: Log },
): RedisShares {
  const line = connection(url, deadlineMs, log)
  const local = localPools(process)
  const waiting: { readonly pool: Pool; readonly amount: bigint }[] = []
  let onScarce: (key: string) => void = () => {}
  let replicas = 1
  const beat = (): void => {
    line.run(SCRIPTS.beat, { keys: [LIVING], values: [process, String(LIFE_MS)] }).then(
      (answer) => {
        replicas = Math.max(1, Number(answer))
        for (const { pool, amount } of waiting.splice(0)) give(pool, amount)
      },
      () => {},
    )
  }
  const beats = setInterval(beat, BEAT_MS).unref()
  line.onReady(beat)
  const give = (pool: Pool, amount: bigint): void => {
    const script = pool.kind === 'rate' ? SCRIPTS.giveRate : SCRIPTS.giveSlots
    const values = pool.kind === 'rate' ? [...rateValues(pool), String(amount)] : [process, String(amount)]
    // What was not answered may have happened. A rate loses it; slots are dropped with the process at the latest.
    line.run(script, { keys: [keyOf(pool)], values }).catch((error: unknown) => {
      if (error instanceof NotAsked) waiting.push({ pool, amount })
    })
  }
  line.listen(SCARCE, (message) => {
    const [from, ...rest] = message.split(' ')
    if (from !== process) onScarce(rest.join(' '))
  })
  return {
    async draw(pool, wish) {
      if (pool.kind === 'money') throw new StoreFailure('failed', 'money is not drawn from Redis')
      try {
        return pool.kind === 'rate' ? await drawRate(pool, wish) : await drawSlots(pool, wish)
      } catch (error) {
        if (whenUnreachable === 'allow') return local.draw(pool, wish, replicas)
        throw error
      }
    },
    giveBack(pool, amount) {
      const rest = pool.kind === 'money' ? 0n : local.giveBack(pool, amount)
      if (rest > 0n) give(pool, rest)
    },
    onScarce(call) {
      onScarce = call
    },
    onLost() {},
    async close() {
      clearInterval(beats)
      await line.close()
    },
  }

  /** Nobody waits for it any more: it goes back. */
  function late(pool: RatePool | SlotPool): (answer: unknown) => void {
    return (answer) => {
      const [granted = 0n] = bigints(answer)
      if (granted > 0n) give(pool, granted)
    }
  }

  async function drawRate(pool: RatePool, { least, most }: Wish): Promise<Draw> {
    const values = [...rateValues(pool), String(least), String(most)]
    const [granted = 0n, whole = 0n, rest = 0n] = bigints(
      await line.run(SCRIPTS.drawRate, { keys: [keyOf(pool)], values, late: late(pool) }),
    )
    const answer = { granted, left: whole, others: 0n, scarce: false }
    if (granted > 0n || least > pool.perWindow) return answer
    const missing = (least - whole) * BigInt(pool.windowMs) - rest
    return { ...answer, retryAfterMs: Number((missing + pool.perWindow - 1n) / pool.perWindow) }
  }

  async function drawSlots(pool: SlotPool, { least, most }: Wish): Promise<Draw> {
    const values = [String(pool.count), process, String(least), String(most)]
    const answer = bigints(await line.run(SCRIPTS.drawSlots, { keys: [keyOf(pool), LIVING], values, late: late(pool) }))
    const [granted = 0n, left = 0n, others = 0n, scarce = 0n] = answer
    if (scarce === 1n) line.publish(SCARCE, `${process} ${poolKey(pool)}`)
    return { granted, left, others, scarce: scarce === 1n }
  }
}

function keyOf(pool: Pool): string {
  return `${PREFIX} ${poolKey(pool)}`
}

function rateValues({ perWindow, windowMs }: RatePool): string[] {
  return [String(perWindow), String(windowMs)]
}

function bigints(answer: unknown): bigint[] {
  return Array.isArray(answer) ? answer.map((each) => BigInt(String(each))) : []
}

/** Nothing was sent: what was wanted has certainly not happened. */
class NotAsked extends Error {}

interface Asking {
  readonly keys: readonly string[]
  readonly values: readonly string[]
  /** Called with an answer that came after the deadline, which nobody waits for. */
  readonly late?: (answer: unknown) => void
}

/** A connection with a deadline for each call, and a breaker before it. */
interface Line {
  run(script: Script, asking: Asking): Promise<unknown>
  publish(channel: string, message: string): void
  onReady(call: () => void): void
  listen(channel: string, call: (message: string) => void): void
  close(): Promise<void>
}

function connection(url: string, deadlineMs: number, log: Log): Line {
  const client: RedisClientType = createClient({
    url,
    disableOfflineQueue: true,
    socket: { connectTimeout: 2_000, reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, 2_000) },
  })
  const subscriber = client.duplicate({ disableOfflineQueue: false })
  let failures = 0
  let openUntil = 0
  let told = false
  const failed = (error: unknown): void => {
    failures += 1
    if (failures >= FAILURES) openUntil = performance.now() + OPEN_MS
    if (!told) log.warn({ error: wordsOf(error) }, 'Redis cannot be asked: limits do as `replicas.whenUnreachable` says')
    told = true
  }
  const answered = (): void => {
    if (told) log.info({}, 'Redis answers again')
    told = false
    failures = 0
  }
  for (const one of [client, subscriber]) {
    one.on('error', () => {})
    one.connect().catch(() => {})
  }
  return {
    async run({ text, sha }, { keys, values, late }) {
      if (performance.now() < openUntil) throw new NotAsked('Redis has not answered lately')
      if (!client.isReady) {
        failed('there is no connection')
        throw new NotAsked('there is no connection to Redis')
      }
      const options = { keys: [...keys], arguments: [...values] }
      try {
        const asked = client.evalSha(sha, options).catch((error: unknown) => {
          if (String(error).includes('NOSCRIPT')) return client.eval(text, options)
          throw error
        })
        const answer = await within(asked, deadlineMs, late)
        answered()
        return answer
      } catch (error) {
        failed(error)
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

function within(asked: Promise<unknown>, deadlineMs: number, late: Asking['late']): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let over = false
    const timer = setTimeout(() => {
      over = true
      reject(new StoreFailure('failed', `Redis did not answer within ${deadlineMs} ms`))
    }, deadlineMs)
    const answered = (answer: unknown): void => (over ? late?.(answer) : resolve(answer))
    asked.then(answered, reject).finally(() => clearTimeout(timer))
  })
}
