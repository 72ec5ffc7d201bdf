import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  awsEventStreamBytes,
  awsEventStreamReader,
  endAwsEventStream,
  readAwsEventStream,
} from '#engine/framing/aws-event-stream.ts'
import type { Frame } from '#wire/event.ts'

/** As botocore writes it: event contentBlockDelta, its payload, and the three headers. */
const KNOWN = Buffer.from(
  '0000009400000057b4ab9aee0b3a6576656e742d74797065070011636f6e74656e74426c6f636b44656c7461' +
    '0d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d74797065070005' +
    '6576656e747b22636f6e74656e74426c6f636b496e646578223a302c2264656c7461223a7b2274657874223a226869227d7dde556953',
  'hex',
)
const KNOWN_FRAME = { event: 'contentBlockDelta', data: '{"contentBlockIndex":0,"delta":{"text":"hi"}}' }

/** A message with any headers. */
function message(headers: Buffer, payload: string): Buffer {
  const body = Buffer.concat([Buffer.alloc(12), headers, Buffer.from(payload), Buffer.alloc(4)])
  body.writeUInt32BE(body.length, 0)
  body.writeUInt32BE(headers.length, 4)
  body.writeUInt32BE(crc32(body.subarray(0, 8)), 8)
  body.writeUInt32BE(crc32(body.subarray(0, -4)), body.length - 4)
  return body
}

function header(name: string, type: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from([type]), value])
}

function text(name: string, value: string): Buffer {
  return header(name, 7, Buffer.concat([Buffer.from([0, value.length]), Buffer.from(value)]))
}

function read(chunks: readonly Uint8Array[], limit = 1 << 20): Frame[] | undefined {
  const reader = awsEventStreamReader(limit)
  const frames: Frame[] = []
  for (const chunk of chunks) {
    const some = readAwsEventStream(reader, chunk)
    if (some === undefined) return undefined
    frames.push(...some)
  }
  return [...frames, ...endAwsEventStream(reader)]
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.toSorted((a, b) => a - b), bytes.length]
  return at.slice(1).map((end, i) => bytes.subarray(at[i], end))
}

test('a known frame is read with its own bytes, and written as the very same bytes', () => {
  expect(read([KNOWN])).toEqual([{ ...KNOWN_FRAME, bytes: KNOWN }])
  expect(Buffer.from(awsEventStreamBytes([KNOWN_FRAME])).toString('hex')).toBe(KNOWN.toString('hex'))
})

test('any cutting of the bytes gives the same frames', () => {
  const frames = fc.array(
    fc.record({
      event: fc.constantFrom('messageStart', 'contentBlockDelta', 'metadata', 'throttlingException'),
      data: fc.oneof(fc.json(), fc.string({ unit: 'grapheme' })),
    }),
    { minLength: 1, maxLength: 5 },
  )
  fc.assert(
    fc.property(frames, fc.array(fc.nat(2_000), { maxLength: 30 }), (list, cuts) => {
      const bytes = Buffer.from(awsEventStreamBytes(list))
      const places = cuts.map((place) => place % (bytes.length + 1))
      const got = read(cut(bytes, places)) ?? []
      expect(got.map(({ event, data }) => ({ event, data }))).toEqual(list)
      expect(Buffer.concat(got.map((frame) => frame.bytes ?? Buffer.alloc(0))).equals(bytes)).toBe(true)
    }),
    { numRuns: 300 },
  )
})

test('one byte a read gives the same frames', () => {
  expect(read([...KNOWN, ...KNOWN].map((byte) => Uint8Array.of(byte)))).toEqual([
    { ...KNOWN_FRAME, bytes: KNOWN },
    { ...KNOWN_FRAME, bytes: KNOWN },
  ])
})

test('headers of every type are stepped over by their size', () => {
  const headers = Buffer.concat([
    header('yes', 0, Buffer.alloc(0)),
    header('no', 1, Buffer.alloc(0)),
    header('byte', 2, Buffer.alloc(1)),
    header('short', 3, Buffer.alloc(2)),
    header('int', 4, Buffer.alloc(4)),
    header('long', 5, Buffer.alloc(8)),
    header('bytes', 6, Buffer.from([0, 3, 1, 2, 3])),
    header('time', 8, Buffer.alloc(8)),
    header('uuid', 9, Buffer.alloc(16)),
    text(':event-type', 'messageStop'),
  ])
  const bytes = message(headers, '{}')
  expect(read([bytes])).toEqual([{ event: 'messageStop', data: '{}', bytes }])
})

test('exceptions and errors are told from events by their names', () => {
  const exception = message(
    Buffer.concat([text(':exception-type', 'throttlingException'), text(':message-type', 'exception')]),
    '{"message":"slow down"}',
  )
  const nameless = message(text(':message-type', 'exception'), '{}')
  const error = message(
    Buffer.concat([
      text(':message-type', 'error'),
      text(':error-code', 'InternalFailure'),
      text(':error-message', 'oops'),
    ]),
    '',
  )
  expect(read([Buffer.concat([exception, nameless, error])])).toEqual([
    { event: 'throttlingException', data: '{"message":"slow down"}', bytes: exception },
    { event: 'exception', data: '{}', bytes: nameless },
    { event: 'exception', data: '{"code":"InternalFailure","message":"oops"}', bytes: error },
  ])
})

test('an exception is written as one', () => {
  const bytes = Buffer.from(awsEventStreamBytes([{ event: 'validationException', data: '{}' }]))
  expect(bytes.includes(':exception-type')).toBe(true)
  expect(read([bytes])).toEqual([{ event: 'validationException', data: '{}', bytes }])
})

test('one changed byte anywhere breaks the stream, whatever the reads', () => {
  fc.assert(
    fc.property(
      fc.nat(KNOWN.length - 1),
      fc.integer({ min: 1, max: 255 }),
      fc.array(fc.nat(KNOWN.length)),
      (at, flip, cuts) => {
        const broken = Buffer.concat([KNOWN, KNOWN])
        broken[at] = (broken[at] ?? 0) ^ flip
        expect(read(cut(broken, cuts))).toBeUndefined()
      },
    ),
  )
})

test('absurd lengths break the stream at once', () => {
  const lengths = (total: number, headers: number): Buffer => {
    const bytes = Buffer.alloc(12)
    bytes.writeUInt32BE(total, 0)
    bytes.writeUInt32BE(headers, 4)
    bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8)
    return bytes
  }
  expect(read([lengths(0xffffffff, 0)])).toBeUndefined()
  expect(read([lengths(15, 0)])).toBeUndefined()
  expect(read([lengths(100, 85)])).toBeUndefined()
  expect(read([KNOWN], 100)).toBeUndefined()
})

test('headers that do not end where they must break the stream', () => {
  expect(read([message(Buffer.from([200, 58]), '{}')])).toBeUndefined()
  expect(read([message(header('long', 5, Buffer.alloc(2)), '')])).toBeUndefined()
  expect(read([message(header('text', 7, Buffer.from([1, 255])), '')])).toBeUndefined()
  expect(read([message(header('text', 7, Buffer.from([1])), '')])).toBeUndefined()
  expect(read([message(header('unknown', 10, Buffer.alloc(4)), '')])).toBeUndefined()
})

test('any bytes give frames or a broken stream, never a crash', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 10 }), (chunks) => {
      const frames = read(chunks, 1 << 10)
      expect(frames === undefined || frames.length <= 1).toBe(true)
    }),
  )
})

test('a stream that ends inside a message ends in an exception', () => {
  expect(read([KNOWN, KNOWN.subarray(0, 50)])).toEqual([
    { ...KNOWN_FRAME, bytes: KNOWN },
    { event: 'exception', data: '{"message":"the stream broke off inside a message"}' },
  ])
})

test('frames of ours and frames that came leave in one piece', () => {
  const bytes = awsEventStreamBytes([{ ...KNOWN_FRAME, bytes: KNOWN }, KNOWN_FRAME])
  expect(Buffer.from(bytes).equals(Buffer.concat([KNOWN, KNOWN]))).toBe(true)
})
