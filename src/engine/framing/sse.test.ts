import fc from 'fast-check'
import { expect, test } from 'vitest'
import { endSse, readSse, sseBytes, sseReader } from '#engine/framing/sse.ts'

const STREAM =
  ': keep-alive\n\ndata: {"a":"中文😀"}\n\nevent: ping\r\ndata: {"x":1}\r\n\r\ndata:no space\rdata: second\r\r\n\nid:1\ndata: [DONE]\n\n'
const FRAMES = [
  { data: '' },
  { data: '{"a":"中文😀"}' },
  { event: 'ping', data: '{"x":1}' },
  { data: 'no space\nsecond' },
  { data: '[DONE]' },
]

function readAll(chunks: readonly Uint8Array[]): { frames: unknown[]; bytes: Buffer } {
  const reader = sseReader(1 << 20)
  const frames = chunks.flatMap((chunk) => readSse(reader, chunk) ?? [])
  const bytes = Buffer.concat(frames.map((frame) => frame.bytes ?? new Uint8Array()))
  return { frames: [...frames, ...endSse(reader)].map(({ bytes: _, ...rest }) => rest), bytes }
}

test('any cutting of the bytes gives the same frames, and the same bytes back', () => {
  const whole = Buffer.from(STREAM)
  fc.assert(
    fc.property(fc.array(fc.nat(whole.length), { maxLength: 30 }), (cuts) => {
      const at = [0, ...cuts.toSorted((a, b) => a - b), whole.length]
      const chunks = at.slice(1).map((end, i) => whole.subarray(at[i], end))
      const { frames, bytes } = readAll(chunks)
      expect(frames).toEqual(FRAMES)
      expect(bytes.toString()).toBe(STREAM)
    }),
    { numRuns: 300 },
  )
})

test('one byte a read gives the same frames', () => {
  expect(readAll([...Buffer.from(STREAM)].map((byte) => Uint8Array.of(byte))).frames).toEqual(FRAMES)
})

test('an event without its blank line is handed over without bytes', () => {
  const reader = sseReader(100)
  expect(readSse(reader, Buffer.from('data: [DONE]'))).toEqual([])
  expect(endSse(reader)).toEqual([{ data: '[DONE]' }])
})

test('a frame beyond the limit is refused, whatever the reads', () => {
  const reader = sseReader(64)
  expect(readSse(reader, Buffer.alloc(60, 'x'))).toEqual([])
  expect(readSse(reader, Buffer.alloc(60, 'x'))).toBeUndefined()
})

test('a frame of ours and a frame that came leave in one piece', () => {
  const came = Buffer.from('data:a\n\n')
  expect(sseBytes([{ data: 'a', bytes: came }])).toBe(came)
  expect(
    Buffer.from(
      sseBytes([
        { data: 'a', bytes: came },
        { event: 'e', data: '1\n2' },
      ]),
    ).toString(),
  ).toBe('data:a\n\nevent: e\ndata: 1\ndata: 2\n\n')
})
