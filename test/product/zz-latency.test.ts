import { test } from 'vitest'
import { startReplicas, type Answered } from '#test/support/replicas.ts'
import { freshDatabase } from '#store/testing/servers.ts'
test.each([false, true])('latency postgres=%s', async (pg) => {
  const db = pg ? await freshDatabase() : undefined
  const world = await startReplicas({ ...(db !== undefined && 'url' in db ? { database: db.url } : {}), key: { budget: { amount: '100000.00', currency: 'CNY', period: 'month' } } })
  const on = [await world.start(), await world.start(), await world.start()]
  for (const atOnce of [4, 40]) {
    const all: Answered[] = []
    const until = performance.now() + 8_000
    await Promise.all(on.flatMap((r) => Array.from({ length: atOnce }, async () => { while (performance.now() < until) all.push(await world.ask(r)) })))
    const ms = all.map((a) => a.ms).toSorted((a, b) => a - b)
    const at = (q: number) => Math.round(ms[Math.floor((ms.length - 1) * q)] ?? 0)
    console.log(JSON.stringify({ pg, atOnce, n: ms.length, p50: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1), statuses: Object.fromEntries([...Map.groupBy(all, (a) => a.status)].map(([s, e]) => [s, e.length])), bad: all.find((a) => a.status !== 200)?.text.slice(0, 200) }))
  }
  await world.close()
}, 120_000)
