import type { Log, Memory, MemoryEntry, MemoryKind } from '#engine/ports.ts'
import { Recent } from '#store/recent.ts'
import type { WorkerClient } from '#store/sqlite/client.ts'
import type { KeptEntry } from '#store/sqlite/memory.ts'

export interface MemoryOptions {
  /** Asked for at each use. */
  readonly client: () => Pick<WorkerClient, 'call' | 'remember'>
  readonly log: Log
  /** Most that is kept, bytes; may change while the process runs. */
  readonly maxBytes: () => number
  readonly cacheBytes?: number
}

/** What was written or read lately is answered without the worker, which stands back behind requests. */
const CACHE_BYTES = 32 * 1024 * 1024
/** Entries of so long are written together. Short: the next request of a tool loop may come to another process. */
const GATHER_MS = 5

/** What callers are remembered for, on SQLite by the worker, with a bounded cache before it. */
export class StoreMemory implements Memory {
  readonly #options: MemoryOptions
  readonly #recent: Recent
  #waiting: KeptEntry[] = []
  /** Kinds that the store holds, and those that this process has ever handed it. */
  #stored: readonly string[] = []
  readonly #own = new Set<MemoryKind>()
  #timer: NodeJS.Timeout | undefined

  constructor(options: MemoryOptions) {
    this.#options = options
    this.#recent = new Recent(options.cacheBytes ?? CACHE_BYTES)
  }

  holds(kind: MemoryKind): boolean {
    return this.#own.has(kind) || this.#stored.includes(kind)
  }

  async recall(owner: string, kind: MemoryKind, key: string): Promise<string | undefined> {
    return (await this.recallAll(owner, kind, [key])).get(key)
  }

  async recallAll(owner: string, kind: MemoryKind, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const now = Date.now()
    const found = new Map<string, string>()
    const missing: string[] = []
    for (const key of new Set(keys)) {
      const text = this.#recent.get(placeOf(owner, kind, key), now)
      if (text === undefined) missing.push(key)
      else found.set(key, text)
    }
    if (missing.length === 0) return found
    this.flush()
    const recalled = await this.#options.client().call('recall', { owner, kind, keys: missing })
    for (const { key, value, expiresAt } of recalled) {
      found.set(key, value)
      this.#recent.put(placeOf(owner, kind, key), value, expiresAt)
    }
    return found
  }

  remember({ owner, kind, key, value, ttlMs }: MemoryEntry): void {
    if (value.length > this.#options.maxBytes() / 10) return
    const expiresAt = Date.now() + ttlMs
    this.#recent.put(placeOf(owner, kind, key), value, expiresAt)
    this.#own.add(kind)
    this.#waiting.push({ owner, kind, key, value, expiresAt })
    this.#timer ??= setTimeout(() => this.flush(), GATHER_MS).unref()
  }

  async forget(owner: string, kind: MemoryKind, key: string): Promise<boolean> {
    this.#recent.drop(placeOf(owner, kind, key))
    this.flush()
    return this.#options.client().call('forget', { owner, kind, key })
  }

  /** Hands the worker what waits. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#waiting.length === 0) return
    const entries = this.#waiting
    this.#waiting = []
    const { client, log, maxBytes } = this.#options
    if (client().remember(entries, maxBytes())) return
    log.warn({ entries: entries.length }, 'the store is being restarted: what was to be remembered is lost')
  }

  /** Of which kinds the store has anything. */
  hold(kinds: readonly string[]): void {
    this.#stored = kinds
  }

  /** Something was erased: nothing that is at hand counts any more. */
  mistrust(): void {
    this.#recent.clear()
  }
}

/** Only the last of the parts may hold a line feed. */
function placeOf(owner: string, kind: MemoryKind, key: string): string {
  return `${owner}\n${kind}\n${key}`
}
