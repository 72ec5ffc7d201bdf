import { existsSync, mkdirSync } from 'node:fs'
import type { Shares } from '#engine/pool.ts'
import type { Group, Intent, KeyRecord, Ledger, Log, Memory, Vault } from '#engine/ports.ts'
import { StoreFailure, wordsOf } from '#store/failure.ts'
import { lockPath, newInstance, placesIn } from '#store/instance.ts'
import { Journal } from '#store/journal.ts'
import type { Adjustment, BookedAdjustment } from '#store/adjustment.ts'
import { groupAdmin, keyAdmin } from '#store/admin.ts'
import type { GroupAdmin } from '#store/groups.ts'
import type { KeyAdmin } from '#store/keys.ts'
import { endLine, intentLine, isBookable, readTrace } from '#store/line.ts'
import { storeShares } from '#store/shares/client.ts'
import type { RedisOptions, RedisShares } from '#store/shares/redis.ts'
import { routedShares } from '#store/shares/routed.ts'
import { StoreMemory } from '#store/memory.ts'
import { type ClientOptions, WorkerClient } from '#store/sqlite/client.ts'
import { takeLock, type Lock } from '#store/sqlite/lock.ts'
import type { TraceRetention } from '#store/sqlite/messages.ts'
import type { UsageQuery, UsageRow } from '#store/usage.ts'

export type { Adjustment, BookedAdjustment } from '#store/adjustment.ts'
export { openDirect, migrateStore, type Direct } from '#store/direct.ts'
export { StoreFailure, type StoreFailureCode } from '#store/failure.ts'
export type { GroupAdmin, StoredGroup } from '#store/groups.ts'
export type { KeyAdmin, NewKey, StoredKey } from '#store/keys.ts'
export type { TraceRetention } from '#store/sqlite/messages.ts'
export type { UsageQuery, UsageRow } from '#store/usage.ts'

export interface StoreOptions {
  /** Made when absent, for the owner's eyes only. Several processes on one machine may share it. */
  readonly dataDir: string
  readonly log: Log
  /** PostgreSQL's URL, for several replicas; absent = the embedded store in the data directory. */
  readonly database?: string
  /** How long after a replica's death others let go of what it had drawn and not booked. Default: a minute. */
  readonly leaseDoubtMs?: number
  /** Where replicas count rates and slots; absent = beside the books. */
  readonly redis?: RedisOptions
  /** Default: 30 days and 200,000 requests, whichever is less. */
  readonly traces?: TraceRetention
  /** Most that is remembered for callers, bytes; asked for at each write. Default: 1 GB. */
  readonly memoryBytes?: () => number
}

/** The ports on SQLite or PostgreSQL, with a journal before it. */
export interface Store {
  readonly ledger: Ledger
  readonly vault: Vault
  readonly memory: Memory
  readonly shares: Shares
  readonly keys: KeyAdmin
  readonly groups: GroupAdmin
  /** Sums of everything that any process on this data has written so far. */
  usage(query: UsageQuery): Promise<readonly UsageRow[]>
  /** Books a correction; one that has its id already is answered as it is. */
  adjust(adjustment: Adjustment): Promise<BookedAdjustment>
  /** Corrections of what counts from `since` on and before `until`, oldest first. */
  adjustments(since: number, until: number): Promise<readonly BookedAdjustment[]>
  /** Resolves when everything that this process wrote so far is in the database. */
  flush(): Promise<void>
  /** Books everything, lets go of the data. Intents still open are booked at their bound, as `unsettled`. */
  close(): Promise<void>
}

const MEMORY_BYTES = 1_000_000_000
const TRACES: TraceRetention = { maxAgeMs: 30 * 86_400_000, maxCount: 200_000 }

/**
 * Opens the store, migrates it, and books what dead processes left behind. Rejects with `refused` when the data is a
 * newer version's or cannot be opened.
 */
export async function openStore({
  dataDir,
  log,
  database,
  leaseDoubtMs,
  redis,
  traces = TRACES,
  memoryBytes = () => MEMORY_BYTES,
}: StoreOptions): Promise<Store> {
  const places = placesIn(dataDir)
  makeDirectory(places.journal)
  const { instance, lock } = claimInstance(places.journal)
  const live = liveKeys()
  const doubt = leaseDoubtMs === undefined ? {} : { leaseDoubtMs }
  const at = { database: database ?? places.database, directory: places.journal }
  const worker = { ...at, instance, retention: traces, ...doubt }
  const shares = storeShares(() => client)
  const memory = new StoreMemory({ client: () => client, log, maxBytes: memoryBytes })
  const starting: ClientOptions = {
    kind: database === undefined ? 'sqlite' : 'postgres',
    worker,
    log,
    onKeys: live.replace,
    onErased: () => memory.mistrust(),
    onHolds: (kinds) => memory.hold(kinds),
    onScarce: (keys) => shares.scarce(keys),
    onLost: () => shares.lost(),
  }
  const client = await startClient(starting, lock)
  const counters = redis === undefined ? undefined : await countersIn(redis, instance, log)
  const journal = new Journal({ directory: places.journal, instance, log, onNews: () => client.news() })
  let closing: Promise<void> | undefined
  return {
    ledger: ledgerOn(journal, client, log),
    vault: live.vault,
    memory,
    shares: counters === undefined ? shares : routedShares(shares, counters),
    keys: keyAdmin(client, memory),
    groups: groupAdmin(client),
    async usage(query) {
      flushJournal(journal)
      return client.call('usage', query)
    },
    adjust: (adjustment) => client.call('adjust', adjustment),
    adjustments: (since, until) => client.call('adjustments', { since, until }),
    async flush() {
      flushJournal(journal)
      memory.flush()
      await client.call('flush', undefined)
    },
    close() {
      memory.flush()
      shares.flush()
      return (closing ??= close(journal, client, lock).finally(() => void counters?.close()))
    },
  }
}

async function startClient(starting: ClientOptions, lock: Lock): Promise<WorkerClient> {
  try {
    return await WorkerClient.start(starting)
  } catch (error) {
    lock.release(true)
    throw error
  }
}

/** Loaded where it is used: whoever has no Redis starts without its client. */
async function countersIn(options: RedisOptions, process: string, log: Log): Promise<RedisShares> {
  const { redisShares } = await import('#store/shares/redis.ts')
  return redisShares(options, { process, log })
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new StoreFailure('refused', `the data directory cannot be made: ${String(error)}`)
  }
}

/** A name and its lock. Another process may take a lock file for a dead one's before it is locked: then another name. */
function claimInstance(directory: string): { readonly instance: string; readonly lock: Lock } {
  let trouble: unknown
  for (let tries = 0; tries < 5; tries += 1) {
    const instance = newInstance(Date.now())
    const path = lockPath(directory, instance)
    try {
      const lock = takeLock(path)
      if (existsSync(path)) return { instance, lock }
      lock.release(false)
    } catch (error) {
      trouble = error
    }
  }
  throw new StoreFailure('refused', `the data directory ${directory} cannot be locked: ${String(trouble)}`)
}

interface LiveKeys {
  readonly vault: Vault
  readonly replace: (next: { readonly keys: readonly KeyRecord[]; readonly groups: readonly Group[] }) => void
}

function liveKeys(): LiveKeys {
  let keys: readonly KeyRecord[] = []
  let groups: readonly Group[] = []
  let revision = 0
  return {
    vault: { keys: () => keys, groups: () => groups, revision: () => revision },
    replace(next) {
      keys = next.keys
      groups = next.groups
      revision += 1
    },
  }
}

function ledgerOn(journal: Journal, client: WorkerClient, log: Log): Ledger {
  return {
    async intend(intent) {
      refuseUnbookable(intent)
      await journal.intend(intentLine(intent))
    },
    settle(settlement) {
      try {
        journal.append(endLine(settlement))
      } catch (error) {
        // JSON refuses a bigint or a circle in a trace: a bug of ours, which must not take the answer with it.
        log.error({ requestId: settlement.requestId, error: wordsOf(error) }, 'a settlement is not in the books')
      }
    },
    async trace(requestId) {
      flushJournal(journal)
      const text = await client.call('trace', requestId)
      return text === undefined ? undefined : readTrace(text)
    },
    async spent(keyId, currency, sinceMs) {
      flushJournal(journal)
      return client.call('spent', { keyId, currency, sinceMs })
    },
  }
}

function refuseUnbookable({ bound }: Intent): void {
  if (bound !== undefined && !isBookable(bound.nanos))
    throw new StoreFailure('unwritable', `the books cannot hold ${bound.nanos} billionths of ${bound.currency}`)
}

function flushJournal(journal: Journal): void {
  if (!journal.flush()) throw new StoreFailure('unwritable', 'the journal cannot be written')
}

async function close(journal: Journal, client: WorkerClient, lock: Lock): Promise<void> {
  journal.close()
  let gone = false
  try {
    gone = await client.close()
  } finally {
    // Files that had to stay keep their lock file: the next process that starts takes them for a dead one's.
    lock.release(gone)
  }
}
