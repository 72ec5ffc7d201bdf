import { crc32 } from 'node:zlib'
import type { Frame } from '#wire/event.ts'

/** Two lengths and the checksum of them, before the headers. */
const PRELUDE = 12
/** Prelude and the checksum of the whole message: the least that a message has. */
const LEAST = PRELUDE + 4

const BYTES = 6
const STRING = 7

/** Bytes of a header's value by its type; bytes and text tell their length themselves. */
const VALUE_BYTES: readonly (number | undefined)[] = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16]

/** Cuts messages of AWS's binary event stream out of bytes, however the network cut them. */
export interface AwsEventStreamReader {
  pending: Uint8Array[]
  pendingBytes: number
  /** So many bytes are needed before the next message can be looked at. */
  needed: number
  /** A message larger than this ends the stream. */
  readonly maxFrameBytes: number
}

export function awsEventStreamReader(maxFrameBytes: number): AwsEventStreamReader {
  return { pending: [], pendingBytes: 0, needed: PRELUDE, maxFrameBytes }
}

/**
 * The messages that these bytes complete; `undefined` for a message beyond the limit and for broken ones (checksums,
 * lengths, headers), after which nothing in the stream can be trusted. A frame's `event` is the message's
 * `:event-type`. A message of type `exception` has its `:exception-type` there, which ends in `Exception` as no event
 * does; one of type `error`, which has no payload, is `exception` with `:error-code` and `:error-message` as its data.
 */
export function readAwsEventStream(reader: AwsEventStreamReader, chunk: Uint8Array): Frame[] | undefined {
  reader.pending.push(chunk)
  reader.pendingBytes += chunk.length
  if (reader.pendingBytes < reader.needed) return []
  const bytes = joined(reader.pending)
  const frames: Frame[] = []
  let from = 0
  reader.needed = PRELUDE
  while (bytes.length - from >= PRELUDE) {
    const length = lengthAt(bytes, from, reader.maxFrameBytes)
    if (length === undefined) return undefined
    if (bytes.length - from < length) {
      reader.needed = length
      break
    }
    const frame = frameOf(bytes.subarray(from, from + length))
    if (frame === undefined) return undefined
    frames.push(frame)
    from += length
  }
  reader.pending = from === bytes.length ? [] : [bytes.subarray(from)]
  reader.pendingBytes = bytes.length - from
  return frames
}

/** What is left when the bytes are over: a message that breaks off is an exception, since it could have said anything. */
export function endAwsEventStream(reader: AwsEventStreamReader): Frame[] {
  if (reader.pendingBytes === 0) return []
  reader.pending = []
  reader.pendingBytes = 0
  return [{ event: 'exception', data: '{"message":"the stream broke off inside a message"}' }]
}

function joined(pieces: readonly Uint8Array[]): Buffer {
  const [only] = pieces
  if (pieces.length !== 1 || only === undefined) return Buffer.concat(pieces)
  return Buffer.isBuffer(only) ? only : Buffer.from(only.buffer, only.byteOffset, only.byteLength)
}

/** Length of the message at an offset, if its prelude is sound. */
function lengthAt(bytes: Buffer, from: number, maxFrameBytes: number): number | undefined {
  const length = bytes.readUInt32BE(from)
  const headers = bytes.readUInt32BE(from + 4)
  const sum = bytes.readUInt32BE(from + 8)
  if (length < LEAST || length > maxFrameBytes || headers > length - LEAST) return undefined
  return crc32(bytes.subarray(from, from + 8)) === sum ? length : undefined
}

function frameOf(bytes: Buffer): Frame | undefined {
  const end = bytes.length - 4
  if (crc32(bytes.subarray(0, end)) !== bytes.readUInt32BE(end)) return undefined
  const payload = PRELUDE + bytes.readUInt32BE(4)
  const headers = readHeaders(bytes, payload)
  if (headers === undefined) return undefined
  const data = bytes.toString('utf8', payload, end)
  switch (headers.get(':message-type')) {
    case 'exception':
      return { event: exceptionName(headers.get(':exception-type')), data, bytes }
    case 'error':
      return { event: 'exception', data: errorData(headers), bytes }
    default: {
      const event = headers.get(':event-type')
      return { data, bytes, ...(event === undefined ? {} : { event }) }
    }
  }
}

/** An exception is recognised by its name: AWS gives all of them this ending. */
function exceptionName(type: string | undefined): string {
  return type?.endsWith('Exception') === true ? type : 'exception'
}

function errorData(headers: ReadonlyMap<string, string>): string {
  return JSON.stringify({ code: headers.get(':error-code'), message: headers.get(':error-message') })
}

/** Headers with text values; those of other types are stepped over. `undefined` if they do not end where they must. */
function readHeaders(bytes: Buffer, end: number): Map<string, string> | undefined {
  const headers = new Map<string, string>()
  let at = PRELUDE
  while (at < end) {
    const typeAt = at + 1 + (bytes[at] ?? 0)
    const value = valueOf(bytes, typeAt, end)
    if (value === undefined) return undefined
    if (bytes[typeAt] === STRING) {
      headers.set(bytes.toString('latin1', at + 1, typeAt), bytes.toString('utf8', value.start, value.end))
    }
    at = value.end
  }
  return headers
}

/** Where a header's value stands, if it ends where it must. */
function valueOf(bytes: Buffer, typeAt: number, end: number): { start: number; end: number } | undefined {
  if (typeAt >= end) return undefined
  const type = bytes[typeAt] ?? 0
  let size = VALUE_BYTES[type]
  let start = typeAt + 1
  if (type === BYTES || type === STRING) {
    if (start + 2 > end) return undefined
    size = bytes.readUInt16BE(start)
    start += 2
  }
  return size === undefined || start + size > end ? undefined : { start, end: start + size }
}

/** Frames as bytes to send, in one piece. Frames that came as messages leave with their own bytes. */
export function awsEventStreamBytes(frames: readonly Frame[]): Uint8Array {
  const [only] = frames
  if (frames.length === 1 && only !== undefined) return only.bytes ?? messageBytes(only)
  return Buffer.concat(frames.map((frame) => frame.bytes ?? messageBytes(frame)))
}

/** One message; exceptions are recognised as `readAwsEventStream` names them. */
function messageBytes({ event, data }: Frame): Buffer {
  const exception = event === 'exception' || event?.endsWith('Exception') === true
  const headers = Buffer.concat([
    ...(event === undefined ? [] : [header(exception ? ':exception-type' : ':event-type', event)]),
    header(':content-type', 'application/json'),
    header(':message-type', exception ? 'exception' : 'event'),
  ])
  const payload = Buffer.from(data)
  const message = Buffer.alloc(LEAST + headers.length + payload.length)
  message.writeUInt32BE(message.length, 0)
  message.writeUInt32BE(headers.length, 4)
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8)
  headers.copy(message, PRELUDE)
  payload.copy(message, PRELUDE + headers.length)
  const end = message.length - 4
  message.writeUInt32BE(crc32(message.subarray(0, end)), end)
  return message
}

function header(name: string, value: string): Buffer {
  const text = Buffer.from(value)
  const head = Buffer.alloc(name.length + 4)
  head[0] = name.length
  head.write(name, 1, 'latin1')
  head[name.length + 1] = STRING
  head.writeUInt16BE(text.length, name.length + 2)
  return Buffer.concat([head, text])
}
