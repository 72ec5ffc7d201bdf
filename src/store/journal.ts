import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import type { Log } from '#engine/ports.ts'
import { StoreFailure, wordsOf } from '#store/failure.ts'
import { segmentPath } from '#store/instance.ts'

export interface JournalOptions {
  readonly directory: string
  readonly instance: string
  readonly log: Log
  /** Called after lines have reached the file; must be cheap. */
  readonly onNews: () => void
  /** A new file is begun when one has grown to this. */
  readonly segmentBytes?: number
  readonly retryMs?: number
}

const SEGMENT_BYTES = 16 * 1024 * 1024
const RETRY_MS = 250
/** Nearly every write fits: a settlement with its trace is 1–3 KB. Longer ones get a buffer of their own. */
const SCRATCH_BYTES = 256 * 1024
const LINE_FEED = 0x0a

/** What became of a write: how many bytes are in the file as whole lines, and what stopped the rest. */
interface Written {
  readonly bytes: number
  readonly error?: unknown
}

/**
 * The append-only file that requests are written to before they leave. A line that `intend` has written is in the
 * kernel's page cache and outlives this process, whatever kills it; the worker makes it outlive the machine within a
 * second (fsync there, not here: 2 ms on the request's path otherwise).
 */
export class Journal {
  readonly #options: JournalOptions
  readonly #scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES)
  readonly #segmentBytes: number
  #file: number | undefined
  #number = 0
  #size = 0
  /** Lines that are not in the file yet. */
  #pending: Entry[] = []
  #turnEnd: NodeJS.Immediate | undefined
  #retry: NodeJS.Timeout | undefined
  #failing = false
  #closed = false

  constructor(options: JournalOptions) {
    this.#options = options
    this.#segmentBytes = options.segmentBytes ?? SEGMENT_BYTES
  }

  /**
   * Resolves when the line, and every line before it, survives the death of this process; rejects with `unwritable`.
   * All lines of one turn of the event loop are written together: under load that is one write for many requests.
   */
  intend(line: string): Promise<void> {
    if (this.#closed) return Promise.reject(new StoreFailure('closed', 'the ledger is closed'))
    return new Promise((written, refused) => this.#add({ line, waiter: { written, refused } }))
  }

  /** Keeps the line for the write at the end of this turn of the event loop. Never throws. */
  append(line: string): void {
    if (this.#closed)
      this.#options.log.error({ line }, 'a settlement came after the ledger was closed and is not in the books')
    else this.#add({ line, waiter: undefined })
  }

  #add(entry: Entry): void {
    this.#pending.push(entry)
    this.#turnEnd ??= setImmediate(() => {
      this.#turnEnd = undefined
      this.flush()
    })
  }

  /** Writes what is pending; false when that failed: intents are refused then, settlements are tried again. */
  flush(): boolean {
    const entries = this.#pending
    if (entries.length === 0) return true
    this.#pending = []
    const { bytes, error } = this.#write(textOf(entries))
    if (error === undefined) {
      for (const { waiter } of entries) waiter?.written()
      return true
    }
    const failed = entries.slice(writtenLines(entries, bytes))
    for (const { waiter } of entries.slice(0, entries.length - failed.length)) waiter?.written()
    const words = `the journal cannot be written: ${wordsOf(error)}`
    for (const { waiter } of failed) waiter?.refused(new StoreFailure('unwritable', words))
    this.#pending = failed.filter(({ waiter }) => waiter === undefined)
    if (this.#pending.length > 0) this.#retryLater(error)
    return this.#pending.length === 0
  }

  /** Writes what is pending and closes the file; lines that could not be written are in the log. */
  close(): void {
    if (this.#closed) return
    if (!this.flush())
      this.#options.log.error({ lines: textOf(this.#pending) }, 'settlements lost: the journal took no more')
    this.#closed = true
    clearTimeout(this.#retry)
    if (this.#turnEnd !== undefined) clearImmediate(this.#turnEnd)
    this.#endSegment()
  }

  /** Writes whole lines. After a failure no partial line is left: the worker may already have read the whole ones. */
  #write(text: string): Written {
    const fits = text.length * 3 <= SCRATCH_BYTES
    const bytes = fits ? this.#scratch : Buffer.from(text)
    const length = fits ? bytes.write(text) : bytes.length
    let done = 0
    try {
      const file = (this.#file ??= this.#beginSegment())
      while (done < length) done += writeSync(file, bytes, done, length - done)
    } catch (error) {
      const whole = done === 0 ? 0 : bytes.lastIndexOf(LINE_FEED, done - 1) + 1
      if (whole < done) this.#truncate(this.#size + whole)
      this.#grow(whole)
      return { bytes: whole, error }
    }
    this.#grow(length)
    return { bytes: length }
  }

  #grow(bytes: number): void {
    if (bytes === 0) return
    if (this.#failing) this.#options.log.info({}, 'the journal takes lines again')
    this.#failing = false
    this.#size += bytes
    if (this.#size >= this.#segmentBytes) this.#endSegment()
    this.#options.onNews()
  }

  #beginSegment(): number {
    const number = this.#number + 1
    const file = openSync(segmentPath(this.#options.directory, this.#options.instance, number), 'ax', 0o600)
    this.#number = number
    this.#size = 0
    return file
  }

  #endSegment(): void {
    if (this.#file === undefined) return
    const file = this.#file
    this.#file = undefined
    try {
      closeSync(file)
    } catch (error) {
      this.#options.log.warn({ error: wordsOf(error) }, 'a journal segment did not close cleanly')
    }
  }

  /** A torn line that cannot be cut off stays at the end of its segment, where the worker reports it. */
  #truncate(size: number): void {
    if (this.#file === undefined) return
    try {
      ftruncateSync(this.#file, size)
    } catch (error) {
      this.#options.log.warn({ error: wordsOf(error) }, 'a torn journal line could not be cut off; new segment')
      this.#endSegment()
    }
  }

  /** Says once that settlements wait, and once that they wait no longer. */
  #retryLater(error: unknown): void {
    if (!this.#failing) this.#options.log.error({ error: wordsOf(error) }, 'the journal cannot be written; will retry')
    this.#failing = true
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined
      this.flush()
    }, this.#options.retryMs ?? RETRY_MS).unref()
  }
}

/** One line, and who waits for it to be written: an intent's request does, a settlement's does not. */
interface Entry {
  readonly line: string
  readonly waiter: { readonly written: () => void; readonly refused: (error: StoreFailure) => void } | undefined
}

function textOf(entries: readonly Entry[]): string {
  const [first] = entries
  return entries.length === 1 && first !== undefined ? first.line : entries.map(({ line }) => line).join('')
}

/** How many of the lines are within the first `bytes` bytes, which are whole lines. */
function writtenLines(entries: readonly Entry[], bytes: number): number {
  let left = bytes
  let count = 0
  for (const { line } of entries) {
    left -= Buffer.byteLength(line)
    if (left < 0) break
    count++
  }
  return count
}
