import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { readJournalDirectory, segmentPath } from '#store/instance.ts'

/** Some 90 requests: 4 ms of SQLite's write lock, so that draws and other processes get their turn in between. */
const BATCH_BYTES = 128 * 1024
const LINE_FEED = 0x0a

/** Where the next lines of a journal are looked for. */
export interface ChunkQuery {
  readonly directory: string
  readonly instance: string
  readonly segment: number
  /** Bytes of the segment that have been read. */
  readonly offset: number
  /** While the writer lives, an unfinished last line is left for later; of a dead one it is the write that its death tore. */
  readonly writer: 'alive' | 'dead'
  readonly batchBytes?: number
}

/** The next lines of one segment, and where to go on from. */
export interface JournalChunk {
  /** Whole lines, each with its line feed. */
  readonly lines: string
  /** A last line without its end, which will never get one. `closed`: segments come after it, so bytes are lost. */
  readonly tail?: { readonly text: string; readonly closed: boolean }
  /** Why lines are missing before this place. */
  readonly gap?: string
  readonly segment: number
  readonly offset: number
  readonly more: boolean
}

/** Bytes of a segment from the offset on. `last`: nothing comes after them in this segment. */
interface Piece {
  readonly bytes: Buffer
  readonly last: boolean
}

/** Reads what comes next in an instance's journal: at most the rest of one segment. */
export function nextChunk(query: ChunkQuery): JournalChunk {
  const { directory, instance, segment, offset, writer, batchBytes = BATCH_BYTES } = query
  // Asked before reading: the writer begins a segment after its last write to the one before.
  const closed = existsSync(segmentPath(directory, instance, segment + 1))
  const piece = readPiece(segmentPath(directory, instance, segment), offset, batchBytes)
  if (piece === undefined) return skipMissing(query)
  const { bytes, last } = piece
  const whole = bytes.lastIndexOf(LINE_FEED) + 1
  const lines = bytes.toString('utf8', 0, whole)
  const ended = last && (closed || writer === 'dead')
  const tail = ended && whole < bytes.length ? { tail: { text: bytes.toString('utf8', whole), closed } } : {}
  if (last && closed) return { lines, ...tail, segment: segment + 1, offset: 0, more: true }
  return { lines, ...tail, segment, offset: offset + (ended ? bytes.length : whole), more: !last }
}

/** The bytes from `offset`, at least one whole line if there is one; undefined when there is no such file. */
function readPiece(path: string, offset: number, size: number): Piece | undefined {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  try {
    for (let room = size; ; room *= 2) {
      const bytes = Buffer.allocUnsafe(room)
      const length = fill(file, bytes, offset)
      const read = bytes.subarray(0, length)
      if (length < room) return { bytes: read, last: true }
      if (read.includes(LINE_FEED)) return { bytes: read, last: false }
    }
  } finally {
    closeSync(file)
  }
}

function fill(file: number, bytes: Buffer, offset: number): number {
  let length = 0
  while (length < bytes.length) {
    const count = readSync(file, bytes, length, bytes.length - length, offset + length)
    if (count === 0) break
    length += count
  }
  return length
}

/** The segment is not there. When later ones are, somebody took it away: say so, and go on. */
function skipMissing({ directory, instance, segment, offset }: ChunkQuery): JournalChunk {
  const later = readJournalDirectory(directory).segments.find(
    (one) => one.instance === instance && one.number > segment,
  )
  if (later === undefined) return { lines: '', segment, offset, more: false }
  const gap = `journal segment ${segment} is missing`
  return { lines: '', gap, segment: later.number, offset: 0, more: true }
}
