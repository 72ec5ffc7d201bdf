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
  /** Lines of settlements that are not in the file yet. */
  #pending = ''
  #turnEnd: NodeJS.Immediate | undefined
  #retry: NodeJS.Timeout | undefined
  #failing = false
  #closed = false

  constructor(options: JournalOptions) {
    this.#options = options
    this.#segmentBytes = options.segmentBytes ?? SEGMENT_BYTES
  }

  /** Returns when the line, and every line before it, survives the death of this process. Throws `unwritable`. */
  intend(line: string): void {
    if (this.#closed) throw new StoreFailure('closed', 'the ledger is closed')
    const settlements = this.#pending
    const text = settlements + line
    const { bytes, error } = this.#write(text)
    this.#pending = error === undefined ? '' : rest(settlements, bytes)
    if (error === undefined) return
    if (this.#pending !== '') this.#retryLater(error)
    throw new StoreFailure('unwritable', `the journal cannot be written: ${wordsOf(error)}`)
  }

  /** Keeps the line for the next write: with the next intent, or when this turn of the event loop ends. Never throws. */
  append(line: string): void {
    if (this.#closed) {
      this.#options.log.error({ line }, 'a settlement came after the ledger was closed and is not in the books')
      return
    }
    this.#pending += line
    this.#turnEnd ??= setImmediate(() => {
      this.#turnEnd = undefined
      this.flush()
    })
  }

  /** Writes what is pending; false when that failed, was logged, and will be tried again. */
  flush(): boolean {
    if (this.#pending === '') return true
    const { bytes, error } = this.#write(this.#pending)
    this.#pending = rest(this.#pending, bytes)
    if (error !== undefined) this.#retryLater(error)
    return error === undefined
  }

  /** Writes what is pending and closes the file; lines that could not be written are in the log. */
  close(): void {
    if (this.#closed) return
    if (!this.flush()) this.#options.log.error({ lines: this.#pending }, 'settlements lost: the journal took no more')
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

/** What is left of `text` after its first `bytes` bytes. */
function rest(text: string, bytes: number): string {
  if (bytes === 0) return text
  return Buffer.from(text).subarray(bytes).toString()
}
