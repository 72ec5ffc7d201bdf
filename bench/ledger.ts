import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '../src/store/sqlite/open.ts'
import { readUsage } from '../src/store/sqlite/usage.ts'
import type { UsageQuery } from '../src/store/usage.ts'

/** How many entries; 10 million unless the first word says otherwise. */
const COUNT = Number(process.argv[2] ?? 10_000_000)
const BATCH = 500_000
const KEYS = 100
const TARGETS = 4
const START = Date.UTC(2026, 9, 1)
const MONTH_MS = 31 * 86_400_000

/** What is asked of a month. */
const QUERIES: Readonly<Record<string, UsageQuery>> = {
  'by key': { by: ['key'] },
  'by team and model': { by: ['team', 'model'] },
  'by day, in China': { by: ['day'], offsetMinutes: 480 },
  'by key and day': { by: ['key', 'day'], offsetMinutes: 480 },
  'one key by target': { by: ['target'], keyId: 'key-7' },
}

const directory = mkdtempSync(join(tmpdir(), 'tongwen-bench-'))
const file = join(directory, 'ledger.sqlite')
try {
  const { db } = openDatabase(file)
  db.exec('PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; PRAGMA cache_size = -400000')
  db.exec("INSERT INTO journal_progress (id, instance, segment, offset) VALUES (1, 'bench', 1, 0)")
  const began = performance.now()
  // The entries' own triggers keep the sums, as they do when requests are booked.
  const fill =
    db.prepare(`WITH RECURSIVE n (value) AS (SELECT CAST(? AS INTEGER) UNION ALL SELECT value + 1 FROM n WHERE value + 1 < ?)
    INSERT INTO ledger (request_id, kind, at, instance, key_id, model, target, nanos, currency, input_fresh, output_text,
      above, begun_at)
    SELECT printf('r%010d', value), 'settled', ${START} + value * ${MONTH_MS} / ${COUNT}, 1,
      'key-' || (value * 7919 % ${KEYS}), 'model-' || (value / 13 % ${TARGETS}),
      'provider/model-' || (value / 13 % ${TARGETS}), 1000000 + value % 977, 'CNY', 900, 100,
      '["team:t' || (value % 10) || '"]', ${START} + value * ${MONTH_MS} / ${COUNT} FROM n`)
  for (let from = 0; from < COUNT; from += BATCH) fill.run(from, Math.min(COUNT, from + BATCH))
  const rows = Number(db.prepare('SELECT count(*) AS count FROM usage_hours').get()?.['count'])
  const seconds = ((performance.now() - began) / 1_000).toFixed(0)
  const gigabytes = (statSync(file).size / 1e9).toFixed(2)
  console.log(`${COUNT} entries, ${rows} hourly sums, ${gigabytes} GB, made in ${seconds} s`)
  for (const [name, query] of Object.entries(QUERIES)) {
    const times = [0, 1, 2].map(() => {
      const before = performance.now()
      readUsage(db, { since: START, until: START + MONTH_MS, ...query })
      return performance.now() - before
    })
    console.log(`usage ${name}: ${Math.min(...times).toFixed(0)} ms, at most ${Math.max(...times).toFixed(0)} ms`)
  }
  db.close()
} finally {
  rmSync(directory, { recursive: true, force: true })
}
