import { closeSync, fdatasyncSync, openSync } from 'node:fs'
import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import type { Log } from '#engine/ports.ts'
import { StoreFailure, wordsOf } from '#store/failure.ts'
import { readJournalDirectory } from '#store/instance.ts'
import { bookBatch, progressOf } from '#store/postgres/book.ts'
import { deleteSegments, finish, recover } from '#store/postgres/close.ts'
import { inTransaction, openPool } from '#store/postgres/connect.ts'
import { beat, listen, look } from '#store/postgres/lookout.ts'
import { keep, makeRoom, sweep } from '#store/postgres/memory.ts'
import { perform } from '#store/postgres/perform.ts'
import { openPools, tidyPools } from '#store/postgres/pools.ts'
import { pruneTraces } from '#store/postgres/read.ts'
import { migrate, MIGRATIONS } from '#store/postgres/schema.ts'
import type { State } from '#store/postgres/state.ts'
import { openWatch } from '#store/postgres/watch.ts'
import type { FromWorker, ToWorker, WorkerOptions } from '#store/sqlite/messages.ts'

const POLL_MS = 500
const BEAT_MS = 1_000
const SYNC_MS = 1_000
const RECOVER_MS = 5_000
const SWEEP_MS = 10_000
const PRUNE_MS = 60_000
const RETRY_MS = 250
const RETRY_MOST_MS = 2_000
const SWEEP_MOST = 200
const PRUNE_MOST = 1_000
/** Closing waits so long for a database that does not answer; the journal stays then. */
const CLOSE_MS = 10_000

async function start(port: MessagePort, options: WorkerOptions): Promise<void> {
  const send = (message: FromWorker): void => port.postMessage(message)
  let state: State
  try {
    state = await open(port, options)
    await look(state)
    await beat(state)
  } catch (error) {
    send({ kind: 'refused', message: wordsOf(error) })
    port.close()
    return
  }
  send({ kind: 'ready' })
  drain(state)
  void listen(state)
  every(state, POLL_MS, look)
  every(state, BEAT_MS, beat)
  every(state, SYNC_MS, async () => syncJournal(state))
  every(state, RECOVER_MS, () => recover(state.recovery, 'skip'))
  every(state, SWEEP_MS, sweepMemory)
  every(state, PRUNE_MS, prune)
  port.on('message', (message: ToWorker) => receive(state, message))
}

async function open(port: MessagePort, options: WorkerOptions): Promise<State> {
  const log = logTo(port)
  const pool = openPool(options.database, log)
  try {
    const migrated = await migrate(options.database, pool)
    if (migrated.length > 0 && migrated.length < MIGRATIONS.length)
      log.info({ migrated }, 'the store has been migrated')
    const recovery = {
      pool,
      directory: options.directory,
      ...(options.batchBytes === undefined ? {} : { batchBytes: options.batchBytes }),
      onReject: (reject: object) =>
        log.error({ ...reject }, 'a journal line is not in the books; it is kept as rejected'),
      log,
      self: options.instance,
    }
    await recover(recovery, 'skip')
    const { id } = await inTransaction(pool, (queries) => progressOf(queries, options.instance))
    const elapsed = (): number => performance.now()
    const leaseDoubtMs = options.leaseDoubtMs ?? 60_000
    return {
      port,
      options,
      pool,
      recovery,
      pools: openPools(pool),
      watch: openWatch({ pool, log, self: id, leaseDoubtMs, elapsed }),
      process: id,
      timers: [],
      draining: false,
      again: false,
      retryMs: RETRY_MS,
      keysRevision: -1,
      erasures: -1,
      holds: '',
      unsynced: true,
      beatenAt: performance.now(),
      fenced: false,
      listener: undefined,
      memoryBytes: Number.POSITIVE_INFINITY,
      closed: false,
    }
  } catch (error) {
    await pool.end().catch(() => {})
    throw error
  }
}

function logTo(port: MessagePort): Log {
  const at = (level: 'info' | 'warn' | 'error') => (fields: Readonly<Record<string, unknown>>, message: string) =>
    port.postMessage({ kind: 'log', level, fields, message } satisfies FromWorker)
  return { info: at('info'), warn: at('warn'), error: at('error') }
}

/** Does a thing again and again, each time so long after the last; what fails is told once, until it works again. */
function every(state: State, ms: number, work: (state: State) => Promise<void>): void {
  let failing = false
  const run = async (): Promise<void> => {
    try {
      await work(state)
      failing = false
    } catch (error) {
      if (!failing && !state.closed)
        state.recovery.log.warn({ error: wordsOf(error) }, 'the store could not be looked after; will be tried again')
      failing = true
    }
    if (state.closed) return
    state.timers[slot] = setTimeout(() => void run(), ms)
  }
  const slot = state.timers.push(setTimeout(() => void run(), ms)) - 1
}

function receive(state: State, message: ToWorker): void {
  const failed = (what: string) => (error: unknown) =>
    state.recovery.log.error({ error: wordsOf(error) }, `${what} could not be written`)
  switch (message.kind) {
    case 'news':
      state.unsynced = true
      drain(state)
      return
    case 'giveBack':
      state.pools.giveBack(state.process, message.pool, message.amount).catch(failed('what goes back to a pool'))
      return
    case 'remember':
      state.memoryBytes = message.maxBytes
      keep(state.pool, message.entries)
        .then(() => look(state))
        .catch(failed('what is remembered for callers'))
      return
    case 'call':
      void answer(state, message)
  }
}

/** Books what the journal holds, one batch after the other; where the database does not answer, tries again later. */
function drain(state: State): void {
  state.again = true
  if (state.draining || state.closed) return
  state.draining = true
  void drainAll(state).finally(() => {
    state.draining = false
    if (state.again && !state.closed) drain(state)
  })
}

async function drainAll(state: State): Promise<void> {
  const { recovery } = state
  while (state.again && !state.closed) {
    state.again = false
    try {
      const { more, progress } = await bookBatch(recovery, recovery.self, 'alive')
      if (state.retryMs > RETRY_MS) recovery.log.info({}, 'the journal is booked again')
      state.retryMs = RETRY_MS
      deleteSegments(recovery.directory, recovery.self, progress.segment)
      if (more) state.again = true
    } catch (error) {
      if (state.closed) return
      if (state.retryMs === RETRY_MS)
        recovery.log.error({ error: wordsOf(error) }, 'the journal cannot be booked now; it is kept, and tried again')
      state.retryMs = Math.min(state.retryMs * 2, RETRY_MOST_MS)
      state.again = true
      await new Promise((resolve) => {
        setTimeout(resolve, state.retryMs)
      })
    }
  }
}

/** Makes the journal outlive the machine. */
function syncJournal(state: State): void {
  if (!state.unsynced) return
  state.unsynced = false
  const { directory, self } = state.recovery
  for (const { instance, path } of readJournalDirectory(directory).segments) {
    if (instance !== self) continue
    const file = openSync(path, 'r+')
    try {
      fdatasyncSync(file)
    } finally {
      closeSync(file)
    }
  }
}

async function sweepMemory(state: State): Promise<void> {
  while ((await sweep(state.pool, SWEEP_MOST)) === SWEEP_MOST);
  await makeRoom(state.pool, state.memoryBytes)
  await tidyPools(state.pool)
}

async function prune(state: State): Promise<void> {
  const { maxAgeMs, maxCount } = state.options.retention
  const limits = { before: Date.now() - maxAgeMs, keep: maxCount, most: PRUNE_MOST }
  while ((await pruneTraces(state.pool, limits)) === PRUNE_MOST);
}

async function answer(state: State, { id, call }: Extract<ToWorker, { kind: 'call' }>): Promise<void> {
  const { port } = state
  const send = (message: FromWorker): void => port.postMessage(message)
  try {
    send({ kind: 'answer', id, answer: call.verb === 'close' ? await close(state) : await perform(state, call) })
  } catch (error) {
    const code = error instanceof StoreFailure ? error.code : 'failed'
    send({ kind: 'error', id, code, message: wordsOf(error) })
  }
  if (call.verb === 'close') await leave(state)
}

/** Books everything; where the database does not answer, the files stay for the next start on this directory. */
async function close(state: State): Promise<boolean> {
  const { recovery } = state
  const late = new Promise<false>((resolve) => {
    setTimeout(() => resolve(false), CLOSE_MS).unref()
  })
  const finished = finish(recovery, recovery.self, 'still open at shutdown').then(
    () => true,
    (error: unknown) => {
      recovery.log.error(
        { error: wordsOf(error) },
        'the books could not be closed: the journal stays for the next start',
      )
      return false
    },
  )
  state.closed = true
  return Promise.race([finished, late])
}

/** Lets the thread end. */
async function leave(state: State): Promise<void> {
  for (const timer of state.timers) clearTimeout(timer)
  const { listener } = state
  state.listener = undefined
  state.port.close()
  await Promise.race([
    Promise.allSettled([listener?.end(), state.pool.end()]),
    new Promise((resolve) => {
      setTimeout(resolve, 2_000).unref()
    }),
  ])
  process.exit(0)
}

if (parentPort !== null) void start(parentPort, workerData as WorkerOptions)
