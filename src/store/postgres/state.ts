import type { MessagePort } from 'node:worker_threads'
import type { Client, Pool } from 'pg'
import type { Recovery } from '#store/postgres/close.ts'
import type { PoolTable } from '#store/postgres/pools.ts'
import type { Watch } from '#store/postgres/watch.ts'
import type { WorkerOptions } from '#store/sqlite/messages.ts'

/** What the thread knows from one message to the next. */
export interface State {
  readonly port: MessagePort
  readonly options: WorkerOptions
  readonly pool: Pool
  readonly recovery: Recovery & { readonly self: string }
  readonly pools: PoolTable
  readonly watch: Watch
  /** This process as the books number it. */
  readonly process: number
  readonly timers: NodeJS.Timeout[]
  draining: boolean
  /** News came while draining. */
  again: boolean
  retryMs: number
  keysRevision: number
  erasures: number
  holds: string
  unsynced: boolean
  beatenAt: number
  fenced: boolean
  listener: Client | undefined
  memoryBytes: number
  closed: boolean
}
