import type { Frame } from '#wire/event.ts'

const TAB = 9
const LF = 10
const CR = 13
const SPACE = 32
const QUOTE = 34
const COMMA = 44
const OPEN_BRACKET = 91
const BACKSLASH = 92
const CLOSE_BRACKET = 93
const OPEN_BRACE = 123
const CLOSE_BRACE = 125
/** What a byte order mark is made of; none of it begins a JSON value. */
const MARK: ReadonlySet<number> = new Set([0xef, 0xbb, 0xbf])

/**
 * Cuts the elements out of one JSON array that comes in pieces, as Google streams where nobody asks for server-sent
 * events. Bytes may end anywhere, inside a character or an escape too: only ASCII is looked at. What stands there
 * instead of an array (an error object, a page of HTML) is handed over as an element, for the dialect to judge.
 */
export interface JsonArrayReader {
  /** Pieces of the element that is not complete. */
  pending: Uint8Array[]
  pendingBytes: number
  /** Open brackets and braces inside the element; 0 = between elements, or in one without brackets. */
  depth: number
  inString: boolean
  escaped: boolean
  /** The outer bracket is open. */
  opened: boolean
  /** An element larger than this ends the stream. */
  readonly maxFrameBytes: number
}

export function jsonArrayReader(maxFrameBytes: number): JsonArrayReader {
  return { pending: [], pendingBytes: 0, depth: 0, inString: false, escaped: false, opened: false, maxFrameBytes }
}

/** The elements that these bytes complete; `undefined` when one grows beyond the limit. */
export function readJsonArray(reader: JsonArrayReader, chunk: Uint8Array): Frame[] | undefined {
  const frames: Frame[] = []
  // Where the running element goes on in this chunk; -1 = none runs.
  let from = isInside(reader) ? 0 : -1
  for (let i = 0; i < chunk.length; i++) {
    const byte = chunk[i] ?? 0
    if (from < 0) {
      if (isBetween(reader, byte)) continue
      from = i
    }
    const end = endAfter(reader, byte, i)
    if (end === undefined) continue
    if (!hold(reader, chunk.subarray(from, end))) return undefined
    frames.push(frameOf(reader))
    from = -1
    // The comma or bracket that ended an element without brackets of its own.
    if (end === i) isBetween(reader, byte)
  }
  if (from >= 0 && !hold(reader, chunk.subarray(from))) return undefined
  return frames
}

/** What is left when the bytes are over: an element that breaks off, which no reader takes for a whole one. */
export function endJsonArray(reader: JsonArrayReader): Frame[] {
  return reader.pendingBytes === 0 ? [] : [frameOf(reader)]
}

function isInside({ pendingBytes }: JsonArrayReader): boolean {
  return pendingBytes > 0
}

/** Takes a byte that belongs to no element: white space, commas, the outer brackets. */
function isBetween(reader: JsonArrayReader, byte: number): boolean {
  if (byte === OPEN_BRACKET && !reader.opened) {
    reader.opened = true
    return true
  }
  return isSpace(byte) || byte === COMMA || (byte === CLOSE_BRACKET && reader.opened) || MARK.has(byte)
}

function isSpace(byte: number): boolean {
  return byte === SPACE || byte === LF || byte === CR || byte === TAB
}

/** The offset after the element if this byte ends it, undefined if it goes on. */
function endAfter(reader: JsonArrayReader, byte: number, at: number): number | undefined {
  if (reader.inString) {
    inString(reader, byte)
    return undefined
  }
  if (byte === QUOTE) reader.inString = true
  else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) reader.depth++
  else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) return closed(reader, at)
  else if (byte === COMMA && reader.depth === 0) return at
  return undefined
}

function closed(reader: JsonArrayReader, at: number): number | undefined {
  // An element without brackets ends before the outer one.
  if (reader.depth === 0) return at
  reader.depth--
  return reader.depth === 0 ? at + 1 : undefined
}

function inString(reader: JsonArrayReader, byte: number): void {
  if (reader.escaped) reader.escaped = false
  else if (byte === BACKSLASH) reader.escaped = true
  else if (byte === QUOTE) reader.inString = false
}

function hold(reader: JsonArrayReader, bytes: Uint8Array): boolean {
  reader.pending.push(bytes)
  reader.pendingBytes += bytes.length
  return reader.pendingBytes <= reader.maxFrameBytes
}

function frameOf(reader: JsonArrayReader): Frame {
  const [only] = reader.pending
  const bytes = reader.pending.length === 1 && only !== undefined ? bufferOf(only) : Buffer.concat(reader.pending)
  reader.pending = []
  reader.pendingBytes = 0
  reader.depth = 0
  reader.inString = false
  reader.escaped = false
  return { data: bytes.toString('utf8').trimEnd() }
}

/** Bytes of a socket are a Buffer already. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Makes one JSON array of frames. */
export interface JsonArrayWriter {
  /** Something is between the brackets. */
  begun: boolean
}

export function jsonArrayWriter(): JsonArrayWriter {
  return { begun: false }
}

/** The next piece of the array. Frames without data are nothing to it. */
export function jsonArrayText(writer: JsonArrayWriter, frames: readonly Frame[]): string {
  let text = ''
  for (const { data } of frames) {
    if (data === '') continue
    text += (writer.begun ? ',\r\n' : '[') + data
    writer.begun = true
  }
  return text
}

/** What closes the array. */
export function endJsonArrayText({ begun }: JsonArrayWriter): string {
  return begun ? ']' : '[]'
}
