import type { Frame } from '#wire/event.ts'

const LF = 10
const CR = 13

/**
 * Cuts server-sent events out of bytes, however the network cut them, and keeps each event's very bytes.
 * Written here because the parsers to be had give text only: a frame that nobody touched must leave byte for byte.
 */
export interface SseReader {
  /** Bytes that do not yet end an event. */
  pending: Uint8Array[]
  pendingBytes: number
  /** A frame larger than this ends the stream. */
  readonly maxFrameBytes: number
}

export function sseReader(maxFrameBytes: number): SseReader {
  return { pending: [], pendingBytes: 0, maxFrameBytes }
}

/** The frames that these bytes complete; `undefined` when a frame grows beyond the limit. */
export function readSse(reader: SseReader, chunk: Uint8Array): Frame[] | undefined {
  const hasCr = chunk.includes(CR)
  if (!hasCr && !chunk.includes(LF)) return hold(reader, chunk) ? [] : undefined
  const waiting = reader.pending.length > 0
  const bytes = waiting ? Buffer.concat([...reader.pending, chunk]) : bufferOf(chunk)
  const crs = waiting ? bytes.includes(CR) : hasCr
  const frames: Frame[] = []
  let from = 0
  for (let end = frameEnd(bytes, 0, crs); end > 0; end = frameEnd(bytes, from, crs)) {
    frames.push(frameOf(from === 0 && end === bytes.length ? bytes : bytes.subarray(from, end)))
    from = end
  }
  if (waiting) {
    reader.pending = []
    reader.pendingBytes = 0
  }
  return from === bytes.length || hold(reader, bytes.subarray(from)) ? frames : undefined
}

/** Bytes of a socket are a Buffer already. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** What is left when the bytes are over: an event without its blank line, without `bytes` since they are no whole event. */
export function endSse(reader: SseReader): Frame[] {
  if (reader.pendingBytes === 0) return []
  const { data, event } = frameOf(Buffer.concat(reader.pending))
  reader.pending = []
  reader.pendingBytes = 0
  return data === '' ? [] : [{ data, ...(event === undefined ? {} : { event }) }]
}

function hold(reader: SseReader, bytes: Uint8Array): boolean {
  if (bytes.length === 0) return true
  reader.pending.push(bytes)
  reader.pendingBytes += bytes.length
  return reader.pendingBytes <= reader.maxFrameBytes
}

/**
 * Offset after the blank line that ends the event starting at `from`, or -1. Blank lines before any field belong to
 * the event. Carriage returns are looked for only in bytes that have any.
 */
function frameEnd(bytes: Uint8Array, from: number, hasCr: boolean): number {
  let lineStart = from
  let seen = false
  while (lineStart < bytes.length) {
    const lineEnd = hasCr ? terminator(bytes, lineStart) : bytes.indexOf(LF, lineStart)
    if (lineEnd < 0) return -1
    const next = hasCr ? afterTerminator(bytes, lineEnd) : lineEnd + 1
    if (next < 0) return -1
    if (lineEnd > lineStart) seen = true
    else if (seen) return next
    lineStart = next
  }
  return -1
}

function terminator(bytes: Uint8Array, from: number): number {
  const lf = bytes.indexOf(LF, from)
  const cr = bytes.indexOf(CR, from)
  return cr < 0 || (lf >= 0 && lf < cr) ? lf : cr
}

/** Offset after LF, CR or CRLF; -1 for a CR at the end of the bytes, which an LF may still follow. */
function afterTerminator(bytes: Uint8Array, at: number): number {
  if (bytes[at] === LF) return at + 1
  if (at + 1 >= bytes.length) return -1
  return bytes[at + 1] === LF ? at + 2 : at + 1
}

function frameOf(bytes: Buffer): Frame {
  const text = textOf(bytes)
  const single = singleData(text)
  if (single !== undefined) return { data: single, bytes }
  let event: string | undefined
  const data: string[] = []
  for (const line of text.split(/\r\n|\n|\r/)) {
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (field === 'data') data.push(value)
    else if (field === 'event') event = value
  }
  return { data: data.join('\n'), bytes, ...(event === undefined ? {} : { event }) }
}

function textOf(bytes: Buffer): string {
  const text = bytes.toString('utf8')
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}

/** The commonest event by far: one `data:` line, LF, LF. */
function singleData(text: string): string | undefined {
  if (!text.startsWith('data:') || !text.endsWith('\n\n')) return undefined
  const end = text.length - 2
  if (text.indexOf('\n') !== end || text.includes('\r')) return undefined
  return text.slice(text.charCodeAt(5) === 32 ? 6 : 5, end)
}

/** One event as text. A `data` of several lines becomes several `data:` lines. */
export function sseText(frame: Frame): string {
  const data = frame.data.includes('\n') ? frame.data.replaceAll('\n', '\ndata: ') : frame.data
  return frame.event === undefined ? `data: ${data}\n\n` : `event: ${frame.event}\ndata: ${data}\n\n`
}

/** Frames as bytes to send, in one piece. Frames that came as SSE leave with their own bytes. */
export function sseBytes(frames: readonly Frame[]): Uint8Array | string {
  if (frames.length === 1) return frames[0]?.bytes ?? sseText(frames[0] ?? { data: '' })
  if (frames.every((frame) => frame.bytes === undefined)) return frames.map(sseText).join('')
  return Buffer.concat(frames.map((frame) => frame.bytes ?? Buffer.from(sseText(frame))))
}
