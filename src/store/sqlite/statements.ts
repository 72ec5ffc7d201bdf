import { poolBooks } from '#store/shares/sqlite.ts'
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { Intent, Money } from '#engine/ports.ts'
import type { EndLine } from '#store/line.ts'
import type { RejectedLine, UnsettledEntry } from '#store/usage.ts'

/** How far one instance's journal is in the books. */
export interface Progress {
  readonly id: number
  readonly segment: number
  /** Bytes of the segment that are in the books. */
  readonly offset: number
}

/** What booking a line did: `known` is the same line read again, `refused` contradicts the books. */
export type Booked = 'booked' | 'known' | { readonly refused: string }

/** The books: every statement on ledger, traces and progress, prepared once. None opens a transaction. */
export interface Books {
  progress(instance: string): Progress
  advance(progress: Progress): void
  end(id: number, at: number): void
  /** Instances of which no end is booked. */
  unended(): readonly string[]
  intent(intent: Intent, instance: number): Booked
  finish(line: EndLine, instance: number): Booked
  /** An intent together with its end, neither of which is in the books yet: nothing is kept open in between. */
  pair(intent: Intent, line: EndLine, instance: number): Booked
  reject(line: Omit<RejectedLine, 'instance'>, instance: number): void
  /** Books the open intents of an instance at their bound; answers how many. */
  settleOpen(instance: number, reason: string): number
  trace(requestId: string): string | undefined
  spent(keyId: string, currency: string, sinceMs: number): bigint
  unsettled(): readonly UnsettledEntry[]
  rejected(): readonly RejectedLine[]
  /** Deletes up to `most` of the oldest traces: those from before `before`, and all but the newest `keep`; answers how many. */
  prune(limits: { readonly before: number; readonly keep: number; readonly most: number }): number
}

const END_COLUMNS = `request_id, kind, at, instance, key_id, model, target, nanos, currency, input_fresh, input_cached,
  cache_write_short, cache_write_long, input_audio, output_text, output_reasoning, output_audio, usage_raw, price,
  estimated, tags, above, begun_at, held, held_currency`

/** Prepares the statements; the database must be migrated. */
export function openBooks(db: DatabaseSync): Books {
  return { ...progressBooks(db), ...entryBooks(db), ...closingBooks(db), ...readingBooks(db) }
}

/**
 * The amount of a row with sums of whole units and of the rest, as big integers: one plain sum fails at 2^63, which is a
 * large customer's year in rupiah. Sums of nothing are NULL, and 0.
 */
export function exactSum(row: Record<string, unknown>): bigint {
  return bigintOf(row['whole']) * 1_000_000_000n + bigintOf(row['rest'])
}

export function bigintOf(value: unknown): bigint {
  return typeof value === 'bigint' ? value : 0n
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function progressBooks(db: DatabaseSync): Pick<Books, 'progress' | 'advance' | 'end' | 'unended'> {
  const begin = db.prepare(
    'INSERT INTO journal_progress (instance, segment, offset) VALUES (?, 1, 0) ON CONFLICT DO NOTHING',
  )
  const read = db.prepare('SELECT id, segment, offset FROM journal_progress WHERE instance = ?')
  const advance = db.prepare('UPDATE journal_progress SET segment = ?, offset = ? WHERE id = ?')
  const end = db.prepare('UPDATE journal_progress SET ended_at = ? WHERE id = ? AND ended_at IS NULL')
  const unended = db.prepare('SELECT instance FROM journal_progress WHERE ended_at IS NULL')
  return {
    progress(instance) {
      let row = read.get(instance)
      if (row === undefined) {
        begin.run(instance)
        row = read.get(instance)
      }
      return { id: Number(row?.['id']), segment: Number(row?.['segment']), offset: Number(row?.['offset']) }
    },
    advance({ id, segment, offset }) {
      advance.run(segment, offset, id)
    },
    end(id, at) {
      end.run(at, id)
    },
    unended() {
      return unended.all().map((row) => String(row['instance']))
    },
  }
}

type EntryBooks = Pick<Books, 'intent' | 'pair' | 'finish'>

function entryBooks(db: DatabaseSync): EntryBooks {
  const pools = poolBooks(db)
  const intent = db.prepare(`INSERT INTO ledger
    (request_id, kind, at, instance, key_id, model, target, bound, currency, above)
    SELECT ?1, 'intent', ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
    WHERE NOT EXISTS (SELECT 1 FROM ledger WHERE request_id = ?1 AND kind <> 'intent')`)
  const open = db.prepare('INSERT INTO open_intents (request_id, seq, instance) VALUES (?, ?, ?)')
  const openAt = db.prepare('SELECT at FROM open_intents JOIN ledger USING (seq) WHERE open_intents.request_id = ?')
  const end = db.prepare(`INSERT INTO ledger (${END_COLUMNS}) VALUES (${'?, '.repeat(24)}?) ON CONFLICT DO NOTHING`)
  const endOf = db.prepare("SELECT kind, at FROM ledger WHERE request_id = ? AND kind <> 'intent'")
  const close = db.prepare('DELETE FROM open_intents WHERE request_id = ?')
  const boundOf = openBounds(db)
  const trace = db.prepare('INSERT INTO traces (seq, request_id, key_id, at, json) VALUES (?, ?, ?, ?, ?)')

  const intend = ({ requestId, keyId, at, model, target, bound, above }: Intent, instance: number): StatementResult =>
    intent.run(
      requestId,
      at,
      instance,
      keyId,
      model,
      target,
      bound?.nanos ?? null,
      bound?.currency ?? null,
      listText(above),
    )
  const finish = (line: EndLine, instance: number, bound: Money | undefined): Booked => {
    const held = [bound?.nanos ?? null, bound?.currency ?? null]
    const { changes, lastInsertRowid } = end.run(...endValues(line, instance), ...held)
    if (changes === 0) return againstBooks(endOf, line)
    const { cost, keyId, above, begunAt } = line
    if (cost !== undefined) {
      pools.spend([`key:${keyId}`, ...above], cost, begunAt)
      pools.lower(String(instance), line.pools, cost.nanos)
    }
    trace.run(lastInsertRowid, line.requestId, keyId, line.at, line.trace)
    return 'booked'
  }

  return {
    intent(line, instance) {
      const { requestId, at } = line
      const opened = openAt.get(requestId)
      if (opened !== undefined) return opened['at'] === at ? 'known' : { refused: 'a second intent for one request' }
      const { changes, lastInsertRowid } = intend(line, instance)
      // Ended already: this line was read before. Were it another request under the same id, its end would be refused.
      if (changes === 0) return 'known'
      open.run(requestId, lastInsertRowid, instance)
      return 'booked'
    },
    pair(line, endLine, instance) {
      intend(line, instance)
      return finish(endLine, instance, line.bound)
    },
    finish(line, instance) {
      const booked = finish(line, instance, boundOf(line.requestId))
      if (booked === 'booked') close.run(line.requestId)
      return booked
    },
  }
}

/** What an open intent holds. */
function openBounds(db: DatabaseSync): (requestId: string) => Money | undefined {
  const bound = db.prepare(
    'SELECT bound, currency FROM open_intents JOIN ledger USING (seq) WHERE open_intents.request_id = ?',
  )
  bound.setReadBigInts(true)
  return (requestId) => {
    const row = bound.get(requestId)
    const currency = textOf(row?.['currency'])
    return currency === undefined ? undefined : { nanos: bigintOf(row?.['bound']), currency }
  }
}

type StatementResult = ReturnType<StatementSync['run']>

type ClosingBooks = Pick<Books, 'reject' | 'settleOpen' | 'prune'>

function closingBooks(db: DatabaseSync): ClosingBooks {
  const pools = poolBooks(db)
  const reject = db.prepare('INSERT INTO journal_rejects (at, instance, segment, reason, line) VALUES (?, ?, ?, ?, ?)')
  const settleOpen = db.prepare(`INSERT INTO ledger
    (request_id, kind, at, instance, key_id, model, target, nanos, currency, estimated, above, begun_at, held,
      held_currency)
    SELECT i.request_id, 'unsettled', i.at, i.instance, i.key_id, i.model, i.target, coalesce(i.bound, 0), i.currency, ?,
      i.above, i.at, i.bound, i.currency
    FROM open_intents JOIN ledger i USING (seq) WHERE open_intents.instance = ? ORDER BY seq
    ON CONFLICT DO NOTHING`)
  const openOf = db.prepare(`SELECT key_id, at, bound, currency, i.above FROM open_intents JOIN ledger i USING (seq)
    WHERE open_intents.instance = ? AND bound IS NOT NULL`)
  openOf.setReadBigInts(true)
  const closeAll = db.prepare('DELETE FROM open_intents WHERE instance = ?')
  const overCount = db.prepare('SELECT at FROM traces ORDER BY at DESC LIMIT 1 OFFSET ?')
  const prune = db.prepare('DELETE FROM traces WHERE seq IN (SELECT seq FROM traces WHERE at < ? ORDER BY at LIMIT ?)')
  return {
    reject({ at, segment, reason: why, line }, instance) {
      reject.run(at, instance, segment, why, line)
    },
    settleOpen(instance, reason) {
      for (const row of openOf.all(instance)) {
        const cost = { nanos: bigintOf(row['bound']), currency: String(row['currency']) }
        pools.spend([`key:${String(row['key_id'])}`, ...listOf(row['above'])], cost, Number(row['at']))
      }
      const { changes } = settleOpen.run(reason, instance)
      closeAll.run(instance)
      pools.gone(String(instance))
      return Number(changes)
    },
    prune({ before, keep, most }) {
      const newestOver = Number(overCount.get(keep)?.['at'] ?? -1)
      return Number(prune.run(Math.max(before, newestOver + 1), most).changes)
    },
  }
}

function endValues(line: EndLine, instance: number): SQLInputValue[] {
  const { usage, cost, tags } = line
  return [
    line.requestId,
    line.kind,
    line.at,
    instance,
    line.keyId,
    line.model,
    line.target,
    cost?.nanos ?? 0,
    cost?.currency ?? null,
    usage.inputFresh,
    usage.inputCached,
    usage.cacheWriteShort,
    usage.cacheWriteLong,
    usage.inputAudio,
    usage.outputText,
    usage.outputReasoning,
    usage.outputAudio,
    usage.raw === undefined ? null : JSON.stringify(usage.raw),
    line.price ?? null,
    line.estimated ?? null,
    Object.keys(tags).length === 0 ? null : JSON.stringify(tags),
    listText(line.above),
    line.begunAt,
  ]
}

/** A list of texts in one column; an empty one is NULL. */
function listText(list: readonly string[] | undefined): string | null {
  return list === undefined || list.length === 0 ? null : JSON.stringify(list)
}

function listOf(value: unknown): readonly string[] {
  return typeof value === 'string' ? JSON.parse(value) : []
}

/** The request has an end already: the same line again, or a second end, which nobody may lose. */
function againstBooks(endOf: StatementSync, line: EndLine): Booked {
  const end = endOf.get(line.requestId)
  if (end?.['kind'] === line.kind && end['at'] === line.at) return 'known'
  return { refused: `a second end for one request, which is ${String(end?.['kind'])} already` }
}

type ReadingBooks = Pick<Books, 'trace' | 'spent' | 'unsettled' | 'rejected'>

function readingBooks(db: DatabaseSync): ReadingBooks {
  const trace = db.prepare(`SELECT json FROM traces
    WHERE seq = (SELECT seq FROM ledger WHERE request_id = ? AND kind <> 'intent')`)
  const spent = db.prepare(
    'SELECT SUM(units) AS whole, SUM(nanos) AS rest FROM spent WHERE scope = ? AND day >= ? AND currency = ?',
  )
  spent.setReadBigInts(true)
  const unsettled = db.prepare(`SELECT request_id, key_id, at, model, target, nanos, currency, estimated
    FROM ledger WHERE kind = 'unsettled' ORDER BY at, seq`)
  unsettled.setReadBigInts(true)
  const rejected = db.prepare(`SELECT r.at, p.instance, r.segment, r.reason, r.line
    FROM journal_rejects r JOIN journal_progress p ON p.id = r.instance ORDER BY r.id`)
  return {
    trace(requestId) {
      return textOf(trace.get(requestId)?.['json'])
    },
    spent(keyId, currency, sinceMs) {
      return exactSum(spent.get(`key:${keyId}`, Math.floor(sinceMs / 86_400_000), currency) ?? {})
    },
    unsettled() {
      return unsettled.all().map(unsettledEntry)
    },
    rejected() {
      return rejected.all().map((row) => ({
        at: Number(row['at']),
        instance: String(row['instance']),
        segment: Number(row['segment']),
        reason: String(row['reason']),
        line: String(row['line']),
      }))
    },
  }
}

function unsettledEntry(row: Record<string, unknown>): UnsettledEntry {
  const currency = textOf(row['currency'])
  return {
    requestId: String(row['request_id']),
    keyId: String(row['key_id']),
    at: Number(row['at']),
    model: String(row['model']),
    target: String(row['target']),
    ...(currency === undefined ? {} : { cost: { nanos: bigintOf(row['nanos']), currency } }),
    reason: textOf(row['estimated']) ?? '',
  }
}
