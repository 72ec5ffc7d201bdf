import {
  awsEventStreamBytes,
  awsEventStreamReader,
  endAwsEventStream,
  readAwsEventStream,
} from '#engine/framing/aws-event-stream.ts'
import {
  endJsonArray,
  endJsonArrayText,
  jsonArrayReader,
  jsonArrayText,
  jsonArrayWriter,
  readJsonArray,
} from '#engine/framing/json-array.ts'
import { endSse, readSse, sseBytes, sseReader } from '#engine/framing/sse.ts'
import type { Framing } from '#wire/dialect.ts'
import type { Frame } from '#wire/event.ts'

/** The content type that `Fetch` gives to the messages of a WebSocket: one chunk of the body each. */
export const WEBSOCKET_MESSAGES = 'application/x-websocket-messages'

/** Cuts frames out of a stream's bytes. */
export interface FrameReader {
  /** The frames that these bytes complete; `undefined` when a frame grows beyond the limit or the bytes are broken. */
  take(chunk: Uint8Array): Frame[] | undefined
  /** What is left when the bytes are over. */
  end(): Frame[]
}

/** Makes a stream's bytes of frames. */
export interface FrameWriter {
  bytes(frames: readonly Frame[]): Uint8Array | string
  /** What closes the stream; empty where nothing does. */
  end(): Uint8Array | string
  /** What keeps a silent stream alive and means nothing; empty where the framing has no such thing. */
  readonly idle: string
}

/** A way to cut a stream into frames. */
export interface Framer {
  readonly contentType: string
  reader(maxFrameBytes: number): FrameReader
  writer(): FrameWriter
}

const SSE_WRITER: FrameWriter = { bytes: sseBytes, end: () => '', idle: ': keep-alive\n\n' }

const sse: Framer = {
  contentType: 'text/event-stream; charset=utf-8',
  reader(maxFrameBytes) {
    const state = sseReader(maxFrameBytes)
    return { take: (chunk) => readSse(state, chunk), end: () => endSse(state) }
  },
  writer: () => SSE_WRITER,
}

const awsEventStream: Framer = {
  contentType: 'application/vnd.amazon.eventstream',
  reader(maxFrameBytes) {
    const state = awsEventStreamReader(maxFrameBytes)
    return { take: (chunk) => readAwsEventStream(state, chunk), end: () => endAwsEventStream(state) }
  },
  writer: () => ({ bytes: awsEventStreamBytes, end: () => '', idle: '' }),
}

const jsonArray: Framer = {
  contentType: 'application/json; charset=utf-8',
  reader(maxFrameBytes) {
    const state = jsonArrayReader(maxFrameBytes)
    return { take: (chunk) => readJsonArray(state, chunk), end: () => endJsonArray(state) }
  },
  writer() {
    const state = jsonArrayWriter()
    // White space between the elements of an array means nothing.
    return { bytes: (frames) => jsonArrayText(state, frames), end: () => endJsonArrayText(state), idle: '\n' }
  },
}

/** A message is a chunk, whole: the socket has cut them already. Written, each is a line: JSON holds no line ends. */
const websocket: Framer = {
  contentType: WEBSOCKET_MESSAGES,
  reader: (maxFrameBytes) => ({
    take: (chunk) => (chunk.length > maxFrameBytes ? undefined : [{ data: Buffer.from(chunk).toString('utf8') }]),
    end: () => [],
  }),
  writer: () => ({ bytes: (frames) => frames.map(({ data }) => `${data}\n`).join(''), end: () => '', idle: '' }),
}

const FRAMERS: Readonly<Record<Framing, Framer>> = {
  sse,
  websocket,
  'json-array': jsonArray,
  'aws-event-stream': awsEventStream,
}

export function framerOf(framing: Framing): Framer {
  return FRAMERS[framing]
}

/** The framing of an answer by its content type; `undefined` = a whole answer. */
export function framingOf(contentType: string | undefined): Framing | undefined {
  if (contentType === undefined) return undefined
  if (contentType.startsWith('text/event-stream')) return 'sse'
  if (contentType.startsWith('application/vnd.amazon.eventstream')) return 'aws-event-stream'
  return contentType === WEBSOCKET_MESSAGES ? 'websocket' : undefined
}
