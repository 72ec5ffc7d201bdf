import { once } from 'node:events'
import { expect, test } from 'vitest'
import { openDirect, openStore } from '#store/index.ts'
import { openDatabase } from '#store/sqlite/open.ts'
import { listeningLog, outputOf, spawnModule } from '#store/testing/samples.ts'
import { temporaryData } from '#store/testing/temporary.ts'

/** Writes intents as fast as it can, ends every second one, and says each id once `intend` has returned. */
const WRITER = `
  import { writeSync } from 'node:fs'
  import { openStore } from '#store/index.ts'
  import { sampleIntent, sampleSettlement } from '#store/testing/samples.ts'
  const [dataDir, prefix] = process.argv.slice(1)
  const quiet = () => {}
  const store = await openStore({ dataDir, log: { info: quiet, warn: quiet, error: quiet } })
  const say = (text) => {
    try {
      writeSync(1, text)
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error
      say(text)
    }
  }
  for (let count = 0; ; count += 1) {
    const id = prefix + '-' + count
    await store.ledger.intend(sampleIntent(id))
    say(id + '\\n')
    if (count % 2 === 0) store.ledger.settle(sampleSettlement(id))
    if (count % 50 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
`

/** Runs the writer for a while, kills it as nothing else can, and answers the ids that it had reported. */
async function writeUntilKilled(dataDir: string, prefix: string, ms: number): Promise<string[]> {
  const child = spawnModule(WRITER, [dataDir, prefix])
  if (child.stdout === null) throw new Error('no stdout')
  const output = outputOf(child)
  await once(child.stdout, 'data')
  await new Promise((resolve) => setTimeout(resolve, ms))
  child.kill('SIGKILL')
  const text = await output
  // The last line may be cut: its id was not reported.
  return text.slice(0, text.lastIndexOf('\n')).split('\n')
}

/** The ledger's entries, by request: `intent,settled`. */
function entriesByRequest(dataDir: string): Map<string, string> {
  const { db } = openDatabase(`${dataDir}/tongwen.sqlite`)
  const rows = db.prepare('SELECT request_id, group_concat(kind ORDER BY seq) AS kinds FROM ledger GROUP BY 1').all()
  db.close()
  return new Map(rows.map((row) => [String(row['request_id']), String(row['kinds'])]))
}

test('kill -9 at any moment loses no intent, books none twice, and leaves none open', async () => {
  const { dataDir } = temporaryData()
  const rounds: string[][] = []
  for (const [round, ms] of [3, 40, 90, 170, 260].entries())
    rounds.push(await writeUntilKilled(dataDir, `round${round}`, ms * (0.5 + Math.random())))
  const log = listeningLog()
  const store = await openStore({ dataDir, log })
  await store.close()

  const entries = entriesByRequest(dataDir)
  const reported = rounds.flat()
  // A settlement is written with the intent after it: only the last of a round may have died in memory.
  const wrong = rounds
    .flatMap((ids) => ids.slice(0, -1))
    .filter((id) => entries.get(id) !== (Number(id.split('-')[1]) % 2 === 0 ? 'intent,settled' : 'intent,unsettled'))
  const kinds = [...entries.values()].filter((kind) => kind !== 'intent,settled' && kind !== 'intent,unsettled')
  expect({
    lost: reported.filter((id) => !entries.has(id)),
    wrong,
    kinds,
    errors: log.lines.filter((line) => line.startsWith('error')),
  }).toEqual({ lost: [], wrong: [], kinds: [], errors: [] })
  // An intent may be written and not yet reported: one a round at the most.
  expect(entries.size - reported.length).toBeLessThanOrEqual(5)
  expect(reported.length).toBeGreaterThan(500)
}, 30_000)

test('what a dead process left open is booked at its bound and listed with the reason', async () => {
  const { dataDir } = temporaryData()
  const output = outputOf(
    spawnModule(
      `
      import { openStore } from '#store/index.ts'
      import { sampleIntent, sampleSettlement } from '#store/testing/samples.ts'
      const quiet = () => {}
      const store = await openStore({ dataDir: process.argv[1], log: { info: quiet, warn: quiet, error: quiet } })
      await store.ledger.intend(sampleIntent('ended'))
      store.ledger.settle(sampleSettlement('ended'))
      await store.ledger.intend(sampleIntent('open'))
      await store.ledger.intend({ requestId: 'free', keyId: 'key-1', at: 1764000000001, model: 'm', target: 'p/m' })
      process.kill(process.pid, 'SIGKILL')
    `,
      [dataDir],
    ),
  )
  await output
  const direct = await openDirect({ dataDir, log: listeningLog() })
  const entry = { keyId: 'key-1', model: 'm', target: 'p/m', reason: 'found after a crash' }
  expect(await direct.unsettled()).toEqual([
    { ...entry, requestId: 'open', at: 1_764_000_000_000, cost: { nanos: 90_000_000n, currency: 'CNY' } },
    { ...entry, requestId: 'free', at: 1_764_000_000_001 },
  ])
  const [row] = await direct.usage({})
  expect({ requests: row?.requests, unsettled: row?.unsettled, costs: row?.costs }).toEqual({
    requests: 3,
    unsettled: 2,
    costs: [{ nanos: 102_300_000n, currency: 'CNY' }],
  })
  await direct.close()
})
