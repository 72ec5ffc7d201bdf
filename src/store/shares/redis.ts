import { type Draw, type Pool, poolKey, type RatePool, type Shares, type SlotPool, type Wish } from '#engine/pool.ts'
import type { Log } from '#engine/ports.ts'
import { StoreFailure } from '#store/failure.ts'
import { localPools } from '#store/shares/local.ts'
import { type Line, NotAsked, openLine, scriptOf } from '#store/shares/redis-line.ts'
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
/** One tag for all keys: on a cluster they lie on one node. */
const PREFIX = '{tongwen}'
const LIVING = `${PREFIX} living`
const SCARCE = `${PREFIX} scarce`

const SCRIPTS = {
  drawRate: scriptOf(DRAW_RATE),
  giveRate: scriptOf(GIVE_RATE),
  drawSlots: scriptOf(DRAW_SLOTS),
  giveSlots: scriptOf(GIVE_SLOTS),
  beat: scriptOf(BEAT),
}

/** Connects, and goes on connecting in the background: a Redis that is down at the start is no reason not to start. */
export function redisShares(
  { url, deadlineMs, whenUnreachable }: RedisOptions,
  { process, log }: { readonly process: string; readonly log: Log },
): RedisShares {
  const line = openLine(url, deadlineMs, log)
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
  const asking: Asker = { line, process, give }
  line.listen(SCARCE, (message) => {
    const [from, ...rest] = message.split(' ')
    if (from !== process) onScarce(rest.join(' '))
  })
  return {
    async draw(pool, wish) {
      if (pool.kind === 'money') throw new StoreFailure('failed', 'money is not drawn from Redis')
      try {
        return pool.kind === 'rate' ? await drawRate(asking, pool, wish) : await drawSlots(asking, pool, wish)
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
}

/** What draws need of a process's connection. */
interface Asker {
  readonly line: Line
  readonly process: string
  readonly give: (pool: Pool, amount: bigint) => void
}

/** Nobody waits for it any more: it goes back. */
function late({ give }: Asker, pool: RatePool | SlotPool): (answer: unknown) => void {
  return (answer) => {
    const [granted = 0n] = bigints(answer)
    if (granted > 0n) give(pool, granted)
  }
}

async function drawRate(asker: Asker, pool: RatePool, { least, most }: Wish): Promise<Draw> {
  const values = [...rateValues(pool), String(least), String(most)]
  const asking = { keys: [keyOf(pool)], values, late: late(asker, pool) }
  const [granted = 0n, whole = 0n, rest = 0n] = bigints(await asker.line.run(SCRIPTS.drawRate, asking))
  const answer = { granted, left: whole, others: 0n, scarce: false }
  if (granted > 0n || least > pool.perWindow) return answer
  const missing = (least - whole) * BigInt(pool.windowMs) - rest
  return { ...answer, retryAfterMs: Number((missing + pool.perWindow - 1n) / pool.perWindow) }
}

async function drawSlots(asker: Asker, pool: SlotPool, { least, most }: Wish): Promise<Draw> {
  const { line, process } = asker
  const values = [String(pool.count), process, String(least), String(most)]
  const asking = { keys: [keyOf(pool), LIVING], values, late: late(asker, pool) }
  const [granted = 0n, left = 0n, others = 0n, scarce = 0n] = bigints(await line.run(SCRIPTS.drawSlots, asking))
  if (scarce === 1n) line.publish(SCARCE, `${process} ${poolKey(pool)}`)
  return { granted, left, others, scarce: scarce === 1n }
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
