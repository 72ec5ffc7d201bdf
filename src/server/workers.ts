import cluster, { type Worker } from 'node:cluster'
import type { FromPeer, Started, ToPeer } from '#server/peers.ts'

/** A gateway of several processes on one port. */
export interface Workers {
  /** As the first worker started. */
  readonly started: Started
  /** All take the configuration file again. */
  reload(): void
  /** All stop as one process would; resolves when the last is gone. */
  close(): Promise<void>
}

/** Why the first worker did not start: its exit code. */
export class WorkerFailed extends Error {
  readonly code: number
  constructor(code: number) {
    super(`a worker ended with code ${code} before it listened`)
    this.code = code
  }
}

/** A worker that dies at once is not started again at once. */
const RESTART_MS = 500

/**
 * Starts this very command in so many processes that share the port. The first one migrates the store and makes the
 * first keys alone; the others follow. One that dies is replaced: its journal is booked by whoever comes first.
 */
export async function startWorkers(count: number, warn: (message: string) => void): Promise<Workers> {
  const workers = new Set<Worker>()
  let closing = false
  const add = (): Worker => {
    const worker = cluster.fork()
    workers.add(worker)
    worker.on('message', (message: FromPeer) => relay(workers, worker, message))
    worker.once('exit', (code, signal) => {
      workers.delete(worker)
      if (closing) return
      warn(`worker ${worker.id} ended (${signal ?? code}); another takes its place`)
      setTimeout(() => closing || add(), RESTART_MS).unref()
    })
    return worker
  }
  const started = await firstListening(add())
  await Promise.all(Array.from({ length: count - 1 }, () => listening(add())))
  return {
    started,
    reload() {
      for (const worker of workers) worker.send({ kind: 'reload' } satisfies ToPeer)
    },
    async close() {
      closing = true
      await Promise.all([...workers].map(ended))
    },
  }
}

function firstListening(worker: Worker): Promise<Started> {
  return new Promise((resolve, reject) => {
    worker.on('message', (message: FromPeer) => {
      if (message.kind === 'listening') resolve(message.started)
    })
    worker.once('exit', (code) => reject(new WorkerFailed(code ?? 3)))
  })
}

/** Resolves when it listens or is gone: the rest of the gateway serves either way. */
function listening(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.on('message', (message: FromPeer) => {
      if (message.kind === 'listening') resolve()
    })
    worker.once('exit', () => resolve())
  })
}

function ended(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    if (worker.isDead()) return resolve()
    worker.once('exit', () => resolve())
    worker.process.kill('SIGTERM')
  })
}

/** Carries a question to all others, and an answer to whoever asked. */
function relay(workers: ReadonlySet<Worker>, from: Worker, message: FromPeer): void {
  if (message.kind === 'ask') {
    const { id, question } = message
    const others = [...workers].filter((worker) => worker !== from && worker.isConnected())
    if (others.length === 0) from.send({ kind: 'answered', id, of: 0 } satisfies ToPeer)
    for (const worker of others) worker.send({ kind: 'asked', asker: from.id, id, question } satisfies ToPeer)
  }
  if (message.kind === 'answer') {
    const { id, text } = message
    const asker = [...workers].find((worker) => worker.id === message.asker)
    const answer: ToPeer = { kind: 'answered', id, of: workers.size - 1, ...(text === undefined ? {} : { text }) }
    if (asker?.isConnected() === true) asker.send(answer)
  }
}
