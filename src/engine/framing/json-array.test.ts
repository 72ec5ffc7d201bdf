import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  endJsonArray,
  endJsonArrayText,
  jsonArrayReader,
  jsonArrayText,
  jsonArrayWriter,
  readJsonArray,
} from '#engine/framing/json-array.ts'

function readAll(chunks: readonly Uint8Array[], limit = 1 << 20): string[] | undefined {
  const reader = jsonArrayReader(limit)
  const data: string[] = []
  for (const chunk of chunks) {
    const frames = readJsonArray(reader, chunk)
    if (frames === undefined) return undefined
    data.push(...frames.map((frame) => frame.data))
  }
  return [...data, ...endJsonArray(reader).map((frame) => frame.data)]
}

function cut(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [0, ...cuts.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length]
  return at.slice(1).map((end, i) => bytes.subarray(at[i], end))
}

function byBytes(text: string): Buffer[] {
  const bytes = Buffer.from(text)
  return [...bytes].map((byte) => Buffer.of(byte))
}

const element = fc.oneof(
  fc.dictionary(fc.string(), fc.jsonValue()),
  fc.constantFrom({ text: 'a "quote", a ] and a }' }, { text: '\\' }, { text: '中文 😀' }, { deep: [[{ a: [] }]] }),
)
const space = fc.constantFrom('', ' ', '\n', '\r\n', '\t ')

test('any cutting of an array gives its elements, whatever stands between them', () => {
  fc.assert(
    fc.property(
      fc.array(element, { maxLength: 6 }),
      space,
      fc.array(fc.nat(), { maxLength: 30 }),
      (values, gap, cuts) => {
        const texts = values.map((value) => JSON.stringify(value))
        const whole = Buffer.from(`${gap}[${gap}${texts.join(`${gap},${gap}`)}${gap}]${gap}`)
        expect(readAll(cut(whole, cuts))).toEqual(texts)
      },
    ),
    { numRuns: 500 },
  )
})

test('what is written is read back, and is one array', () => {
  fc.assert(
    fc.property(fc.array(element, { maxLength: 6 }), fc.array(fc.nat(), { maxLength: 10 }), (values, cuts) => {
      const writer = jsonArrayWriter()
      const texts = values.map((value) => JSON.stringify(value))
      const text = texts.map((data) => jsonArrayText(writer, [{ data }])).join('') + endJsonArrayText(writer)
      expect(JSON.stringify(JSON.parse(text))).toBe(`[${texts.join(',')}]`)
      expect(readAll(cut(Buffer.from(text), cuts))).toEqual(texts)
    }),
  )
})

test('pieces are as Google writes them', () => {
  const writer = jsonArrayWriter()
  const pieces = [
    jsonArrayText(writer, [{ data: '{"a":1}' }, { data: '' }]),
    jsonArrayText(writer, [{ data: '{"b":2}' }, { data: '{"c":3}' }]),
    endJsonArrayText(writer),
  ]
  expect(pieces).toEqual(['[{"a":1}', ',\r\n{"b":2},\r\n{"c":3}', ']'])
  expect(endJsonArrayText(jsonArrayWriter())).toBe('[]')
})

test('a pretty-printed array, one byte a read, gives its elements as they stand', () => {
  const text = '\ufeff[{\n  "text": "a\\"]},"\n}\n,\r\n{\n  "b": [1, 2]\n}\n]\n'
  expect(readAll(byBytes(text))).toEqual(['{\n  "text": "a\\"]},"\n}', '{\n  "b": [1, 2]\n}'])
})

test('an element is handed over with its last byte, before the comma that follows it', () => {
  const reader = jsonArrayReader(1000)
  expect(readJsonArray(reader, Buffer.from('[{"a":1}'))).toEqual([{ data: '{"a":1}' }])
  expect(readJsonArray(reader, Buffer.from(',\r\n{"b"'))).toEqual([])
  expect(readJsonArray(reader, Buffer.from(':2}]'))).toEqual([{ data: '{"b":2}' }])
  expect(endJsonArray(reader)).toEqual([])
})

test.each([
  ['an error object without an array', '{"error":{"code":500}}', ['{"error":{"code":500}}']],
  ['objects without brackets around them', '{"a":1}\n{"b":2}', ['{"a":1}', '{"b":2}']],
  ['a page of HTML', '<html>502 Bad Gateway</html>', ['<html>502 Bad Gateway</html>']],
  ['scalars', '[1,"a,]",null]', ['1', '"a,]"', 'null']],
  ['an empty array', '[]', []],
  ['nothing', '', []],
])('%s is for the dialect to judge', (_what, text, expected) => {
  expect(readAll(byBytes(text))).toEqual(expected)
  expect(readAll([Buffer.from(text)])).toEqual(expected)
})

test('an element that breaks off is handed over broken', () => {
  expect(readAll([Buffer.from('[{"a":1},{"b":"c')])).toEqual(['{"a":1}', '{"b":"c'])
})

test('an element beyond the limit ends the stream, whatever the reads', () => {
  const text = `[{"a":"${'x'.repeat(100)}"}]`
  expect(readAll([Buffer.from(text)], 64)).toBeUndefined()
  expect(readAll(byBytes(text), 64)).toBeUndefined()
  expect(readAll(byBytes(text), 128)).toEqual([text.slice(1, -1)])
})
