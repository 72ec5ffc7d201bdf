import { closeSync, existsSync, fdatasyncSync, fsyncSync, openSync } from 'node:fs'
import { platform, setPriority } from 'node:os'
import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import type { Log } from '#engine/ports.ts'
import { StoreFailure, wordsOf } from '#store/failure.ts'
import { readJournalDirectory, segmentPath } from '#store/instance.ts'
import { ingest, ingestBatch } from '#store/sqlite/ingest.ts'
import { openPools, type PoolTable } from '#store/shares/sqlite.ts'
import { listGroups } from '#store/sqlite/groups.ts'
import { dataVersion, keysRevision, listKeys } from '#store/sqlite/keys.ts'
import { type MemoryTable, openMemory } from '#store/sqlite/memory.ts'
import type { Call, FromWorker, SpentQuery, ToWorker, Verbs, WorkerOptions } from '#store/sqlite/messages.ts'
import { openDatabase } from '#store/sqlite/open.ts'
import { MIGRATIONS } from '#store/sqlite/schema.ts'
import { deleteSegments, finish, recover, type Recovery } from '#store/sqlite/recover.ts'
import { openBooks } from '#store/sqlite/statements.ts'
import { performOnTables } from '#store/sqlite/perform.ts'
import { readUsage } from '#store/sqlite/usage.ts'

const TICK_MS = 250
const SYNC_TICKS = 4
const RECOVER_TICKS = 20
const PRUNE_TICKS = 240
const SWEEP_TICKS = 40
const SWEEP_MOST = 200
const RETRY_MS = 1_000
const PRUNE_MOST = 1_000
/**
 * On a full machine requests go first, books after: without this, ingestion takes half of a single core. Not 19: draws on
 * pools are answered here too, and at 19 some waited 1.8 s on a machine with four busy processes a core, at 10 a third.
 */
const NICENESS = 10
/** Half a gigabyte of journal. A thread that is this far behind needs its full share, which only a new thread gets. */
const BEHIND_SEGMENTS = 32

/** What the thread knows from one message to the next. */
interface State {
  readonly port: MessagePort
  readonly options: WorkerOptions
  readonly recovery: Recovery & { readonly self: string }
  readonly memory: MemoryTable
  readonly pools: PoolTable
  timer: NodeJS.Timeout | undefined
  draining: boolean
  retry: NodeJS.Timeout | undefined
  /** Has given way to the main thread. */
  nice: boolean
  dataVersion: number
  keysRevision: number
  erasures: number
  /** The kinds that are remembered, as the main thread knows them. */
  holds: string
  /** The journal has grown since the last fsync. */
  unsynced: boolean
  /** Segments below are on the disk. */
  syncedSegment: number
  /** Segments below are in the books and deleted. */
  deletedSegment: number
  ticks: number
}

/** The thread that owns the database. It is the only one that waits for a disk. */
function start(port: MessagePort, options: WorkerOptions): void {
  const send = (message: FromWorker): void => port.postMessage(message)
  let state: State
  try {
    state = open(port, options)
  } catch (error) {
    send({ kind: 'refused', message: wordsOf(error) })
    port.close()
    return
  }
  pushKeys(state)
  pushHolds(state)
  send({ kind: 'ready' })
  drain(state)
  state.timer = setInterval(() => tick(state), TICK_MS)
  port.on('message', (message: ToWorker) => {
    if (message.kind === 'news') {
      state.unsynced = true
      drain(state)
      return
    }
    if (message.kind === 'giveBack') {
      giveBack(state, message)
      return
    }
    if (message.kind === 'remember') {
      remember(state, message)
      return
    }
    answer(state, message)
    if (message.call.verb === 'close') leave(state)
  })
}

/** Lets the thread end. */
function leave({ port, recovery, timer, retry }: State): void {
  clearInterval(timer)
  clearTimeout(retry)
  recovery.db.close()
  port.close()
}

function open(port: MessagePort, options: WorkerOptions): State {
  const log = logTo(port)
  const { db, migrated } = openDatabase(options.database)
  // A new store takes every step: nothing that anyone has to hear of.
  if (migrated.length > 0 && migrated.length < MIGRATIONS.length) log.info({ migrated }, 'the store has been migrated')
  const recovery = {
    db,
    books: openBooks(db),
    directory: options.directory,
    ...(options.batchBytes === undefined ? {} : { batchBytes: options.batchBytes }),
    onReject: (reject: object) =>
      log.error({ ...reject }, 'a journal line is not in the books; it is kept as rejected'),
    log,
    self: options.instance,
  }
  recover(recovery, 'skip')
  const memory = openMemory(db)
  return {
    port,
    options,
    recovery,
    memory,
    pools: openPools(db),
    timer: undefined,
    draining: false,
    retry: undefined,
    nice: false,
    dataVersion: dataVersion(db),
    keysRevision: -1,
    erasures: memory.erasures(),
    holds: '',
    unsynced: true,
    syncedSegment: 0,
    deletedSegment: 0,
    ticks: 0,
  }
}

function logTo(port: MessagePort): Log {
  const at = (level: 'info' | 'warn' | 'error') => (fields: Readonly<Record<string, unknown>>, message: string) =>
    port.postMessage({ kind: 'log', level, fields, message } satisfies FromWorker)
  return { info: at('info'), warn: at('warn'), error: at('error') }
}

/** Books what the journal holds, a batch at a time, so that calls and keys get their turn in between. */
function drain(state: State): void {
  if (state.draining || state.retry !== undefined) return
  state.draining = true
  setImmediate(() => {
    state.draining = false
    try {
      drainBatch(state)
    } catch (error) {
      const fields = { error: wordsOf(error) }
      state.recovery.log.error(fields, 'the journal cannot be booked now; it is kept, and tried again')
      state.retry = setTimeout(() => {
        state.retry = undefined
        drain(state)
      }, RETRY_MS)
    }
  })
}

function drainBatch(state: State): void {
  const { recovery, deletedSegment } = state
  const { self, directory } = recovery
  if (!recovery.db.isOpen) return
  const { more, progress } = ingestBatch(recovery, self, 'alive')
  if (progress.segment > deletedSegment && deleteSegments(recovery, self, progress.segment))
    state.deletedSegment = progress.segment
  if (!more) {
    giveWay(state)
  } else if (state.nice && existsSync(segmentPath(directory, self, progress.segment + BEHIND_SEGMENTS))) {
    recovery.log.warn({ segment: progress.segment }, 'the books are far behind the journal: they get their full share')
    leave(state)
  } else {
    drain(state)
  }
}

/** Linux gives each thread its own niceness; elsewhere this would slow the whole process down. */
function giveWay(state: State): void {
  if (state.nice || platform() !== 'linux') return
  setPriority(0, NICENESS)
  state.nice = true
}

function tick(state: State): void {
  state.ticks += 1
  const { recovery, ticks } = state
  try {
    pollOthers(state)
    if (ticks % SYNC_TICKS === 0) syncJournal(state)
    if (ticks % RECOVER_TICKS === 0) recover(recovery, 'skip')
    if (ticks % PRUNE_TICKS === 0) prune(state)
    if (ticks % SWEEP_TICKS === 0) sweep(state)
  } catch (error) {
    recovery.log.error({ error: wordsOf(error) }, 'the store could not be looked after; will be tried again')
  }
}

/** Another process may have made or revoked keys, or erased what was remembered. */
function pollOthers(state: State): void {
  const { port, recovery, memory } = state
  const version = dataVersion(recovery.db)
  if (version === state.dataVersion) return
  if (keysRevision(recovery.db) !== state.keysRevision) pushKeys(state)
  const scarce = state.pools.scarce(processOf(state))
  if (scarce.length > 0) port.postMessage({ kind: 'scarce', keys: scarce } satisfies FromWorker)
  const erasures = memory.erasures()
  if (erasures !== state.erasures) port.postMessage({ kind: 'erased' } satisfies FromWorker)
  state.erasures = erasures
  pushHolds(state)
  state.dataVersion = version
}

function pushHolds(state: State): void {
  const { port, memory } = state
  const kinds = memory.kinds()
  if (kinds.join() === state.holds) return
  state.holds = kinds.join()
  port.postMessage({ kind: 'holds', kinds } satisfies FromWorker)
}

/** This process as the books number it. */
function processOf({ recovery }: State): string {
  return String(recovery.books.progress(recovery.self).id)
}

/** A share that could not be given back comes back when this process ends. */
function giveBack(state: State, { pool, amount }: Extract<ToWorker, { kind: 'giveBack' }>): void {
  try {
    state.pools.giveBack(processOf(state), pool, amount)
  } catch (error) {
    state.recovery.log.error({ error: wordsOf(error), pool: pool.scope }, 'a share could not be given back')
  }
}

/** What cannot be kept is lost: a request goes on without it. */
function remember(state: State, asked: Extract<ToWorker, { kind: 'remember' }>): void {
  const { memory, recovery } = state
  try {
    memory.keep(asked.entries, asked.maxBytes)
    pushHolds(state)
  } catch (error) {
    recovery.log.error({ error: wordsOf(error), entries: asked.entries.length }, 'the memory could not be written')
  }
}

function pushKeys(state: State): void {
  const { port, recovery } = state
  const { db } = recovery
  // The revision first: a change in between is then seen at the next poll, not missed.
  state.keysRevision = keysRevision(db)
  const keys = listKeys(db).filter(({ revokedAt }) => revokedAt === undefined)
  port.postMessage({ kind: 'keys', keys, groups: listGroups(db) } satisfies FromWorker)
}

/** Makes the journal outlive the machine. */
function syncJournal(state: State): void {
  if (!state.unsynced) return
  state.unsynced = false
  const { directory, self } = state.recovery
  const segments = readJournalDirectory(directory).segments.filter(
    ({ instance, number }) => instance === self && number >= state.syncedSegment,
  )
  for (const { path, number } of segments) {
    const file = openSync(path, 'r+')
    try {
      fdatasyncSync(file)
    } finally {
      closeSync(file)
    }
    if (number > state.syncedSegment) syncDirectory(directory)
    state.syncedSegment = Math.max(state.syncedSegment, number)
  }
}

/** A new file's name is on the disk when its directory is. */
function syncDirectory(directory: string): void {
  if (platform() === 'win32') return
  const file = openSync(directory, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** In small transactions: the oldest thousand, and again at the next tick of the loop while there are more. */
function prune(state: State): void {
  const { maxAgeMs, maxCount } = state.options.retention
  const limits = { before: Date.now() - maxAgeMs, keep: maxCount, most: PRUNE_MOST }
  if (state.recovery.books.prune(limits) === PRUNE_MOST) setImmediate(() => prune(state))
}

/** The same for what is remembered and has expired. */
function sweep(state: State): void {
  if (!state.recovery.db.isOpen) return
  if (state.memory.sweep(Date.now(), SWEEP_MOST) === SWEEP_MOST) setImmediate(() => sweep(state))
  else pushHolds(state)
}

function answer(state: State, { id, call }: Extract<ToWorker, { kind: 'call' }>): void {
  const { port } = state
  const send = (message: FromWorker): void => port.postMessage(message)
  try {
    send({ kind: 'answer', id, answer: perform(state, call) })
  } catch (error) {
    const code = error instanceof StoreFailure ? error.code : 'failed'
    send({ kind: 'error', id, code, message: wordsOf(error) })
  }
}

function perform(state: State, call: Call): Verbs[keyof Verbs]['answer'] {
  const { db } = state.recovery
  switch (call.verb) {
    case 'flush':
      ingest(state.recovery, state.recovery.self, 'alive')
      return undefined
    case 'close':
      return finish(state.recovery, state.recovery.self, 'still open at shutdown')
    case 'trace':
      return traceOf(state, call.ask)
    case 'spent':
      return afterCatchingUp(state, () => spent(state, call.ask))
    case 'usage':
      return afterCatchingUp(state, () => readUsage(db, call.ask))
    case 'draw':
      return state.pools.draw(processOf(state), call.ask.pool, call.ask.wish)
    case 'recall':
      return state.memory.recall(call.ask, Date.now())
    case 'forget':
      return state.memory.forget(call.ask.owner, call.ask.kind, call.ask.key)
    default:
      return performOnTables(db, call, () => pushKeys(state))
  }
}

function traceOf(state: State, requestId: string): string | undefined {
  const { books } = state.recovery
  return books.trace(requestId) ?? afterCatchingUp(state, () => books.trace(requestId))
}

/** Answers with every line in the books that any process on this data has written so far. */
function afterCatchingUp<T>(state: State, read: () => T): T {
  ingest(state.recovery, state.recovery.self, 'alive')
  recover(state.recovery, 'read')
  return read()
}

function spent(state: State, { keyId, currency, sinceMs }: SpentQuery): bigint {
  return state.recovery.books.spent(keyId, currency, sinceMs)
}

if (parentPort !== null) start(parentPort, workerData as WorkerOptions)
