import cluster from 'node:cluster'
import type { FirstRun } from '#server/start.ts'
import { isObject } from '#wire/json.ts'

/** What one process of a gateway may ask the others. */
export type Question = { readonly kind: 'metrics' } | { readonly kind: 'trace'; readonly id: string }

/** What a worker tells of its start. */
export interface Started {
  readonly url: string
  readonly notes: readonly string[]
  readonly firstRun?: FirstRun
}

/** The other processes of this gateway: there are some under `serve --workers`. */
export interface Peers {
  /** This process among them; absent when it is the only one. */
  readonly worker?: string
  /** What the others answer, in no order; whoever takes too long is left out. */
  ask(question: Question): Promise<readonly string[]>
  /** How this process answers; `undefined` = nothing to say. */
  answering(answer: (question: Question) => Promise<string | undefined>): void
}

export const ALONE: Peers = { ask: () => Promise.resolve([]), answering: () => {} }

/** From a worker to the primary: a question for all others, an answer to somebody's, or that it listens. */
export type FromPeer =
  | { readonly kind: 'ask'; readonly id: number; readonly question: Question }
  | { readonly kind: 'answer'; readonly asker: number; readonly id: number; readonly text?: string }
  | { readonly kind: 'listening'; readonly started: Started }

/** From the primary to a worker. */
export type ToPeer =
  | { readonly kind: 'asked'; readonly asker: number; readonly id: number; readonly question: Question }
  | { readonly kind: 'answered'; readonly id: number; readonly text?: string; readonly of: number }
  | { readonly kind: 'reload' }

const PATIENCE_MS = 1_000

interface Asking {
  readonly texts: string[]
  answers: number
  readonly done: () => void
}

/** The peers of a worker process, by way of the primary. */
export function workerPeers(): Peers {
  const asking = new Map<number, Asking>()
  let asked = 0
  let answer: (question: Question) => Promise<string | undefined> = () => Promise.resolve(undefined)
  process.on('message', (message: ToPeer) => {
    if (!isObject(message)) return
    if (message.kind === 'asked') {
      const { asker, id } = message
      answer(message.question).then(
        (text) => tell({ kind: 'answer', asker, id, ...(text === undefined ? {} : { text }) }),
        () => tell({ kind: 'answer', asker, id }),
      )
    } else if (message.kind === 'answered') take(asking.get(message.id), message)
  })
  return {
    worker: String(cluster.worker?.id ?? 0),
    answering(next) {
      answer = next
    },
    ask(question) {
      const id = ++asked
      return new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(late)
          asking.delete(id)
          resolve(one.texts)
        }
        const one: Asking = { texts: [], answers: 0, done }
        const late = setTimeout(done, PATIENCE_MS)
        asking.set(id, one)
        tell({ kind: 'ask', id, question })
      })
    },
  }
}

function take(one: Asking | undefined, { text, of }: Extract<ToPeer, { kind: 'answered' }>): void {
  if (one === undefined) return
  one.answers++
  if (text !== undefined) one.texts.push(text)
  if (one.answers >= of) one.done()
}

/** Says something to the primary. One that is gone hears nothing, and its worker is about to end. */
export function tell(message: FromPeer): void {
  if (process.connected) process.send?.(message)
}
