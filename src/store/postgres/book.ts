import type { Pool } from 'pg'
import type { Money } from '#engine/ports.ts'
import { type JournalChunk, nextChunk } from '#store/chunk.ts'
import { clean, cleanJson, inTransaction, type Queries, type Row, rowsOf } from '#store/postgres/connect.ts'
import {
  type KnownRequests,
  type OpenIntent,
  parseLines,
  type PlannedEntry,
  type ParsedLine,
  type Plan,
  planOf,
  type Unbookable,
} from '#store/postgres/plan.ts'
import { wordsOf } from '#store/failure.ts'
import { readLine } from '#store/line.ts'

export interface Booking {
  readonly pool: Pool
  /** The journal's directory. */
  readonly directory: string
  readonly batchBytes?: number
  /** Told after the commit what could not be booked. */
  readonly onReject: (reject: { instance: string; segment: number; reason: string }) => void
}

/** How far one instance's journal is in the books. */
export interface Progress {
  readonly id: number
  readonly segment: number
  readonly offset: number
  readonly ended: boolean
}

/** One batch: whether the journal may hold more, and where it stands. */
export interface Batch {
  readonly more: boolean
  readonly progress: Progress
}

/** Books the lines of one instance's journal that are not in the books, all batches of them. */
export async function book(booking: Booking, instance: string, writer: 'alive' | 'dead'): Promise<Progress> {
  for (;;) {
    const { more, progress } = await bookBatch(booking, instance, writer)
    if (!more) return progress
  }
}

/**
 * Books the next lines of an instance's journal, and in the same transaction how far it got: whoever does this, however
 * often, whatever breaks in between, each line is booked once.
 */
export async function bookBatch(booking: Booking, instance: string, writer: 'alive' | 'dead'): Promise<Batch> {
  const { directory, batchBytes } = booking
  const size = batchBytes === undefined ? {} : { batchBytes }
  try {
    return await transact(booking, instance, ({ segment, offset }) =>
      nextChunk({ directory, instance, segment, offset, writer, ...size }),
    )
  } catch (error) {
    if (!isAboutData(error)) throw error
    // One line in it is what no table takes: line by line, that one is found and kept as rejected.
    return transact(booking, instance, (progress) => {
      const { segment, offset } = progress
      return firstLine(nextChunk({ directory, instance, segment, offset, writer, batchBytes: 1 }), progress)
    })
  }
}

/** The first line alone; the rest of the chunk is read again. */
function firstLine(chunk: JournalChunk, { segment, offset }: Progress): JournalChunk {
  const end = chunk.lines.indexOf('\n') + 1
  if (end === 0 || end === chunk.lines.length) return chunk
  const lines = chunk.lines.slice(0, end)
  return { lines, segment, offset: offset + Buffer.byteLength(lines), more: true }
}

async function transact(
  booking: Booking,
  instance: string,
  read: (progress: Progress) => JournalChunk,
): Promise<Batch> {
  const rejects: { instance: string; segment: number; reason: string }[] = []
  const batch = await inTransaction(booking.pool, async (queries) => {
    const progress = await progressOf(queries, instance)
    const chunk = read(progress)
    const { segment } = progress
    for (const { reason } of await bookChunk(queries, chunk, progress)) rejects.push({ instance, segment, reason })
    if (chunk.segment !== segment || chunk.offset !== progress.offset)
      await queries.query('UPDATE journal_progress SET segment = $1, position = $2 WHERE id = $3', [
        chunk.segment,
        chunk.offset,
        progress.id,
      ])
    return { more: chunk.more, progress: { ...progress, segment: chunk.segment, offset: chunk.offset } }
  })
  for (const reject of rejects) booking.onReject(reject)
  return batch
}

/** Where an instance's journal stands, locked until the transaction ends; an unknown one begins at its first line. */
export async function progressOf(queries: Queries, instance: string): Promise<Progress> {
  const find = 'SELECT id, segment, position, ended_at FROM journal_progress WHERE instance = $1 FOR UPDATE'
  let [row] = await rowsOf(queries, find, [instance])
  if (row === undefined) {
    const begin = 'INSERT INTO journal_progress (instance, segment, position) VALUES ($1, 1, 0) ON CONFLICT DO NOTHING'
    await queries.query(begin, [instance])
    ;[row] = await rowsOf(queries, find, [instance])
  }
  return {
    id: Number(row?.['id']),
    segment: Number(row?.['segment']),
    offset: Number(row?.['position']),
    ended: row?.['ended_at'] !== null,
  }
}

/** Answers what could not be booked. */
async function bookChunk(queries: Queries, chunk: JournalChunk, progress: Progress): Promise<readonly Unbookable[]> {
  const { lines, rejects } = parseLines(chunk.lines)
  const tail = tailOf(chunk)
  const all = tail.line === undefined ? lines : [...lines, tail.line]
  const rejected = [...(chunk.gap === undefined ? [] : [{ line: '', reason: chunk.gap }]), ...rejects, ...tail.rejects]
  const only = chunk.lines.indexOf('\n') === chunk.lines.length - 1
  try {
    if (only) await queries.query('SAVEPOINT line')
    const plan = planOf(all, await knownOf(queries, all))
    await write(queries, plan, progress.id)
    rejected.push(...plan.rejects)
  } catch (error) {
    if (!only || !isAboutData(error)) throw error
    await queries.query('ROLLBACK TO SAVEPOINT line')
    for (const { text } of all) rejected.push({ line: text, reason: wordsOf(error) })
  }
  await reject(queries, rejected, progress)
  return rejected
}

/** A line without its end. In the writer's last segment it is expected; before, it means lost bytes. */
function tailOf({ tail }: JournalChunk): { readonly line?: ParsedLine; readonly rejects: readonly Unbookable[] } {
  if (tail === undefined) return { rejects: [] }
  const { text, closed } = tail
  const entry = readLine(text)
  if (entry.kind !== 'malformed') return { line: { text, entry }, rejects: [] }
  const reason = `torn in the middle of a journal: ${entry.reason}`
  return { rejects: closed ? [{ line: text, reason }] : [] }
}

async function knownOf(queries: Queries, lines: readonly ParsedLine[]): Promise<KnownRequests> {
  const ids = [...new Set(lines.map(({ entry }) => clean(entry.requestId)))]
  if (ids.length === 0) return { open: new Map(), ended: new Map() }
  const ended = await rowsOf(
    queries,
    "SELECT request_id, kind, at FROM ledger WHERE request_id = ANY ($1::text[]) AND kind <> 'intent'",
    [ids],
  )
  const open = await rowsOf(
    queries,
    'SELECT request_id, at, bound, currency FROM open_intents WHERE request_id = ANY ($1::text[])',
    [ids],
  )
  return {
    open: new Map(open.map((row) => [String(row['request_id']), openIntent(row)])),
    ended: new Map(
      ended.map((row) => [String(row['request_id']), { kind: String(row['kind']), at: Number(row['at']) }]),
    ),
  }
}

function openIntent({ at, bound, currency }: Row): OpenIntent {
  if (typeof bound !== 'bigint' || typeof currency !== 'string') return { at: Number(at) }
  return { at: Number(at), bound: { nanos: bound, currency } }
}

async function reject(queries: Queries, rejects: readonly Unbookable[], { id, segment }: Progress): Promise<void> {
  for (const { reason, line } of rejects)
    await queries.query(
      'INSERT INTO journal_rejects (at, instance, segment, reason, line) VALUES ($1, $2, $3, $4, $5)',
      [Date.now(), id, segment, clean(reason), clean(line)],
    )
}

/** Column names with their types, in the order of the values. */
const ENTRY_COLUMNS = [
  'request_id text',
  'kind text',
  'at bigint',
  'instance bigint',
  'key_id text',
  'model text',
  'target text',
  'bound bigint',
  'nanos bigint',
  'currency text',
  'input_fresh bigint',
  'input_cached bigint',
  'cache_write_short bigint',
  'cache_write_long bigint',
  'input_audio bigint',
  'output_text bigint',
  'output_reasoning bigint',
  'output_audio bigint',
  'usage_raw text',
  'price text',
  'estimated text',
  'tags jsonb',
  'above jsonb',
  'begun_at bigint',
  'held bigint',
  'held_currency text',
] as const
const OPEN_COLUMNS = [
  'request_id text',
  'instance bigint',
  'at bigint',
  'key_id text',
  'model text',
  'target text',
  'bound bigint',
  'currency text',
  'above jsonb',
] as const
const TRACE_COLUMNS = ['request_id text', 'key_id text', 'at bigint', 'json text'] as const

/** Rows of other instances, spending and leases, come last: they are held for the shortest time. */
async function write(queries: Queries, plan: Plan, instance: number): Promise<void> {
  const { entries, opened, closed, spent, lowered } = plan
  const ends = entries.flatMap(({ entry }) => (entry.kind === 'intent' ? [] : [entry]))
  await insert(queries, {
    table: 'ledger',
    columns: ENTRY_COLUMNS,
    rows: entries.map((one) => entryRow(one, instance)),
  })
  const traces = ends.map(({ requestId, keyId, at, trace }) => [requestId, keyId, at, trace])
  await insert(queries, { table: 'traces', columns: TRACE_COLUMNS, rows: traces })
  const intents = opened.map(({ requestId, at, keyId, model, target, bound, above }) => [
    requestId,
    instance,
    at,
    keyId,
    model,
    target,
    ...moneyCells(bound),
    listText(above),
  ])
  await insert(queries, { table: 'open_intents', columns: OPEN_COLUMNS, rows: intents })
  if (closed.length > 0) await queries.query('DELETE FROM open_intents WHERE request_id = ANY ($1::text[])', [closed])
  await insert(queries, {
    table: 'spent',
    columns: ['scope text', 'currency text', 'day bigint', 'nanos numeric'],
    rows: spent.map(({ scope, currency, day, nanos }) => [scope, currency, day, nanos]),
    conflict: '(scope, currency, day) DO UPDATE SET nanos = spent.nanos + excluded.nanos',
  })
  for (const [pool, nanos] of lowered)
    await queries.query('UPDATE leases SET amount = amount - $1 WHERE pool = $2 AND process = $3', [
      nanos,
      clean(pool),
      instance,
    ])
}

type Cell = string | number | bigint | null

function entryRow({ entry, held }: PlannedEntry, instance: number): Cell[] {
  const { requestId, kind, at, keyId, model, target } = entry
  const subject = [requestId, kind, at, instance, keyId, model, target]
  if (entry.kind === 'intent') {
    const [bound, currency] = moneyCells(entry.bound)
    return [
      ...subject,
      bound,
      0,
      currency,
      ...NO_COUNTS,
      null,
      null,
      null,
      null,
      listText(entry.above),
      null,
      null,
      null,
    ]
  }
  const { usage, cost, price, estimated, tags, above, begunAt } = entry
  const [nanos, currency] = moneyCells(cost)
  return [
    ...subject,
    null,
    nanos ?? 0,
    currency,
    usage.inputFresh,
    usage.inputCached,
    usage.cacheWriteShort,
    usage.cacheWriteLong,
    usage.inputAudio,
    usage.outputText,
    usage.outputReasoning,
    usage.outputAudio,
    usage.raw === undefined ? null : JSON.stringify(usage.raw),
    price ?? null,
    estimated ?? null,
    Object.keys(tags).length === 0 ? null : cleanJson(tags),
    listText(above),
    begunAt,
    ...moneyCells(held),
  ]
}

function moneyCells(money: Money | undefined): readonly [bigint | null, string | null] {
  return money === undefined ? [null, null] : [money.nanos, money.currency]
}

const NO_COUNTS = [0, 0, 0, 0, 0, 0, 0, 0] as const

function listText(list: readonly string[] | undefined): string | null {
  return list === undefined || list.length === 0 ? null : cleanJson(list)
}

interface Insertion {
  readonly table: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
  readonly conflict?: string
}

/** All rows with one statement, whose text does not depend on their number: one array a column. */
async function insert(queries: Queries, { table, columns, rows, conflict }: Insertion): Promise<void> {
  if (rows.length === 0) return
  const names = columns.map((column) => column.slice(0, column.indexOf(' ')))
  const arrays = columns.map((column, index) => `$${index + 1}::${column.slice(column.indexOf(' ') + 1)}[]`)
  const values = columns.map((_, index) => rows.map((row) => cell(row[index] ?? null)))
  const end = conflict === undefined ? '' : ` ON CONFLICT ${conflict}`
  const text = `INSERT INTO ${table} (${names.join(', ')}) SELECT * FROM unnest(${arrays.join(', ')})${end}`
  await queries.query<Row>({ name: `insert-${table}`, text, values })
}

function cell(value: Cell): string | null {
  return value === null ? null : clean(String(value))
}

/** SQLSTATE classes 21 to 23: the values are wrong, not the server, the network or the moment. */
function isAboutData(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^2[1-3]/.test(String(error.code))
}
