import { Worker } from 'node:worker_threads'
import type { Pool } from '#engine/pool.ts'
import type { Log } from '#engine/ports.ts'
import { StoreFailure } from '#store/failure.ts'
import type { StoredGroup } from '#store/groups.ts'
import type { StoredKey } from '#store/keys.ts'
import type { KeptEntry } from '#store/sqlite/memory.ts'
import type { FromWorker, ToWorker, Verbs, WorkerOptions } from '#store/sqlite/messages.ts'

/** A nudge at most this often: a batch of many lines costs the worker little more than a batch of one. */
const NEWS_MS = 50
const RESTART_MS = 200
const RESTART_MOST_MS = 10_000

export interface ClientOptions {
  /** Which of the stores the worker keeps. */
  readonly kind: 'sqlite' | 'postgres'
  readonly worker: WorkerOptions
  readonly log: Log
  /** Live keys: once before `start` resolves, then whenever they change. */
  readonly onKeys: (next: { readonly keys: readonly StoredKey[]; readonly groups: readonly StoredGroup[] }) => void
  /** Another process has erased something that was remembered. */
  readonly onErased: () => void
  /** Another process is short of these pools. */
  readonly onScarce: (keys: readonly string[]) => void
  /** Other processes have let go of all that this one had drawn. */
  readonly onLost: () => void
  /** Of which kinds anything is remembered: once before `start` resolves, then whenever that changes. */
  readonly onHolds: (kinds: readonly string[]) => void
}

interface Waiting {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: StoreFailure) => void
}

/** The main thread's end of the worker. A worker that dies is started again; the journal waits for it. */
export class WorkerClient {
  readonly #options: ClientOptions
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #calls = 0
  #news: NodeJS.Timeout | undefined
  #restartMs = RESTART_MS
  #closed = false

  private constructor(options: ClientOptions) {
    this.#options = options
  }

  /** Resolves when the database is open and holds all that dead processes left; rejects with `refused`. */
  static async start(options: ClientOptions): Promise<WorkerClient> {
    const client = new WorkerClient(options)
    await client.#start()
    return client
  }

  /** Tells the worker that the journal has grown. */
  news(): void {
    this.#news ??= setTimeout(() => {
      this.#news = undefined
      this.#send({ kind: 'news' })
    }, NEWS_MS).unref()
  }

  /** Has the entries kept, soon; false when the worker is not there to do it. */
  remember(entries: readonly KeptEntry[], maxBytes: number): boolean {
    this.#send({ kind: 'remember', entries, maxBytes })
    return this.#worker !== undefined
  }

  /** Gives a share back; false when the worker is not there to take it. */
  giveBack(pool: Pool, amount: bigint): boolean {
    this.#send({ kind: 'giveBack', pool, amount })
    return this.#worker !== undefined
  }

  /** Rejects with the worker's failure, or `failed` when the worker is not there. */
  call<V extends keyof Verbs>(verb: V, ask: Verbs[V]['ask']): Promise<Verbs[V]['answer']> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new StoreFailure('closed', 'the store is closed'))
      if (this.#worker === undefined) return reject(new StoreFailure('failed', 'the store is being restarted'))
      const id = (this.#calls += 1)
      // A caller that waits keeps the process alive, an idle store does not.
      this.#worker.ref()
      this.#waiting.set(id, { resolve: resolve as (answer: unknown) => void, reject })
      this.#send({ kind: 'call', id, call: { verb, ask } as Extract<ToWorker, { kind: 'call' }>['call'] })
    })
  }

  /** Books everything and ends the worker; answers whether the instance's files are all gone. */
  async close(): Promise<boolean> {
    const worker = this.#worker
    const ended = worker === undefined ? undefined : new Promise((resolve) => worker.once('exit', resolve))
    const closing = this.call('close', undefined)
    this.#closed = true
    clearTimeout(this.#news)
    const gone = await closing
    await ended
    return gone
  }

  #send(message: ToWorker): void {
    this.#worker?.postMessage(message)
  }

  #start(): Promise<void> {
    return new Promise((resolve, reject) => {
      // From source this file is .ts, from a build .js; the workers lie at the same places in either.
      const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'))
      const file = new URL(`../${this.#options.kind}/worker${extension}`, import.meta.url)
      const worker = new Worker(file, { workerData: this.#options.worker })
      let trouble: string | undefined
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'ready') {
          worker.unref()
          this.#worker = worker
          this.#restartMs = RESTART_MS
          this.news()
          resolve()
        } else if (message.kind === 'refused') trouble = message.message
        else this.#receive(message)
      })
      worker.on('error', (error) => {
        trouble = error.message
      })
      worker.on('exit', () => {
        this.#ended(trouble)
        reject(new StoreFailure('refused', trouble ?? "the store's worker ended before it was ready"))
      })
    })
  }

  #receive(message: Exclude<FromWorker, { kind: 'ready' | 'refused' }>): void {
    switch (message.kind) {
      case 'keys':
        this.#options.onKeys(message)
        return
      case 'erased':
        this.#options.onErased()
        return
      case 'lost':
        this.#options.onLost()
        return
      case 'holds':
        this.#options.onHolds(message.kinds)
        return
      case 'scarce':
        this.#options.onScarce(message.keys)
        return
      case 'log':
        this.#options.log[message.level](message.fields, message.message)
        return
      case 'answer':
        this.#take(message.id)?.resolve(message.answer)
        return
      case 'error':
        this.#take(message.id)?.reject(new StoreFailure(message.code, message.message))
    }
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (this.#waiting.size === 0 && !this.#closed) this.#worker?.unref()
    return waiting
  }

  /** A worker that was running and is gone is replaced; callers learn of it, intents do not wait for it. */
  #ended(trouble: string | undefined): void {
    const ran = this.#worker !== undefined
    this.#worker = undefined
    for (const { reject } of this.#waiting.values())
      reject(new StoreFailure('failed', `the store's worker ended: ${trouble ?? 'no reason given'}`))
    this.#waiting.clear()
    if (!ran || this.#closed) return
    this.#options.log.warn({ error: trouble }, "the store's worker starts again")
    this.#restart()
  }

  #restart(): void {
    setTimeout(() => {
      if (this.#closed) return
      this.#start().catch((error: unknown) => {
        this.#options.log.error({ error: String(error) }, "the store's worker could not be started again; will retry")
        this.#restart()
      })
    }, this.#restartMs).unref()
    this.#restartMs = Math.min(this.#restartMs * 2, RESTART_MOST_MS)
  }
}
