import type { DatabaseSync } from 'node:sqlite'
import type { Intent } from '#engine/ports.ts'
import { nextChunk } from '#store/chunk.ts'
import { readLine } from '#store/line.ts'
import type { Booked, Books, Progress } from '#store/sqlite/statements.ts'
import { inTransaction } from '#store/sqlite/transaction.ts'

export interface Ingestion {
  readonly db: DatabaseSync
  readonly books: Books
  /** The journal's directory. */
  readonly directory: string
  readonly batchBytes?: number
  /** Told after the commit what could not be booked. */
  readonly onReject: (reject: { instance: string; segment: number; reason: string }) => void
}

/** One batch: whether the journal may hold more, and where it stands. */
export interface Batch {
  readonly more: boolean
  readonly progress: Progress
}

/** Books the lines of one instance's journal that are not in the books, all batches of them. */
export function ingest(ingestion: Ingestion, instance: string, writer: 'alive' | 'dead'): Progress {
  for (;;) {
    const { more, progress } = ingestBatch(ingestion, instance, writer)
    if (!more) return progress
  }
}

/**
 * Books the next lines of an instance's journal, and in the same transaction how far it got: whoever does this, however
 * often, whatever kills it in between, each line is booked once. While the writer lives, an unfinished last line is
 * left for later; of a dead writer it is the write that its death tore, which nobody was told had succeeded.
 */
export function ingestBatch(ingestion: Ingestion, instance: string, writer: 'alive' | 'dead'): Batch {
  const rejects: { instance: string; segment: number; reason: string }[] = []
  const batch = inTransaction(ingestion.db, () => {
    const progress = ingestion.books.progress(instance)
    const { segment } = progress
    const reject = (line: string, reason: string): void => {
      ingestion.books.reject({ at: Date.now(), segment, reason, line }, progress.id)
      rejects.push({ instance, segment, reason })
    }
    const batch = ingestSegment(ingestion, { instance, progress, writer, reject })
    if (batch.progress !== progress) ingestion.books.advance(batch.progress)
    return batch
  })
  for (const reject of rejects) ingestion.onReject(reject)
  return batch
}

interface Position {
  readonly instance: string
  readonly progress: Progress
  readonly writer: 'alive' | 'dead'
  readonly reject: (line: string, reason: string) => void
}

/** Books lines from the position on, of one segment at most. */
function ingestSegment({ books, directory, batchBytes }: Ingestion, position: Position): Batch {
  const { instance, progress, writer } = position
  const { segment, offset } = progress
  const size = batchBytes === undefined ? {} : { batchBytes }
  const chunk = nextChunk({ directory, instance, segment, offset, writer, ...size })
  if (chunk.gap !== undefined) position.reject('', chunk.gap)
  bookLines(books, chunk.lines, position)
  if (chunk.tail !== undefined) bookTail(books, chunk.tail.text, { ...position, closed: chunk.tail.closed })
  const stayed = chunk.segment === segment && chunk.offset === offset
  return {
    more: chunk.more,
    progress: stayed ? progress : { ...progress, segment: chunk.segment, offset: chunk.offset },
  }
}

/**
 * Books whole lines. An intent waits for its end within the batch: nearly every request has both there, and then
 * neither has to be looked for in the books nor kept among the open ones, which halves the work.
 */
function bookLines(books: Books, text: string, { progress, reject }: Position): void {
  const waiting: Waiting = new Map()
  let start = 0
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
    const line = text.slice(start, end)
    const refused = book(books, line, { instance: progress.id, waiting })
    if (refused !== undefined) reject(line, refused)
    start = end + 1
  }
  for (const { intent, text: line } of waiting.values()) {
    const refused = refusalOf(books.intent(intent, progress.id))
    if (refused !== undefined) reject(line, refused)
  }
}

/** A line without its end. In the writer's last segment it is expected; before, it means lost bytes. */
function bookTail(books: Books, line: string, position: Position & { readonly closed: boolean }): void {
  const refused = book(books, line, { instance: position.progress.id, waiting: undefined })
  if (refused !== undefined && position.closed) position.reject(line, `torn in the middle of a journal: ${refused}`)
}

/** Intents of a batch whose end has not come by yet. */
type Waiting = Map<string, { readonly intent: Intent; readonly text: string }>

/** Undefined when the line is in the books or waits for its end, else why not. */
function book(
  books: Books,
  text: string,
  { instance, waiting }: { instance: number; waiting: Waiting | undefined },
): string | undefined {
  const line = readLine(text)
  if (line.kind === 'malformed') return line.reason
  if (line.kind === 'intent') {
    if (waiting === undefined || waiting.has(line.requestId)) return refusalOf(books.intent(line, instance))
    waiting.set(line.requestId, { intent: line, text })
    return undefined
  }
  const begun = waiting?.get(line.requestId)
  if (begun === undefined) return refusalOf(books.finish(line, instance))
  waiting?.delete(line.requestId)
  return refusalOf(books.pair(begun.intent, line, instance))
}

function refusalOf(booked: Booked): string | undefined {
  return typeof booked === 'string' ? undefined : booked.refused
}
