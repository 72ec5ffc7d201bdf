import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { base64Of, base64OfFloats, floatsOf, floatsOfBase64, lengthOf, type Vector } from '#wire/embeddings/vector.ts'
import { readPlaced, readVector } from '#wire/embeddings/read-vector.ts'

/** What Node makes of the same floats: another implementation. */
function byBuffer(values: readonly number[]): string {
  return Buffer.from(new Float32Array(values).buffer).toString('base64')
}

const float = fc.float({ noNaN: true, noDefaultInfinity: true })
const floats = fc.array(float, { maxLength: 300 })

describe('the float codec', () => {
  test('codes every float32 as Node does, and decodes it to the same float', () => {
    fc.assert(
      fc.property(floats, (values) => {
        const text = base64OfFloats(values)
        expect(text).toBe(byBuffer(values))
        expect(floatsOfBase64(text)).toEqual(values)
      }),
    )
  })

  test('rounds a number with more digits to the nearest float32', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1, max: 1 }), { maxLength: 50 }), (values) => {
        expect(floatsOfBase64(base64OfFloats(values))).toEqual(values.map(Math.fround))
      }),
    )
  })

  test('knows the length of either kind without decoding it', () => {
    fc.assert(
      fc.property(floats, (values) => {
        const either: readonly Vector[] = [
          { kind: 'floats', values },
          { kind: 'base64', text: byBuffer(values) },
        ]
        expect(either.map(lengthOf)).toEqual([values.length, values.length])
        expect(either.map(floatsOf)).toEqual([values, values])
        expect(either.map(base64Of)).toEqual([byBuffer(values), byBuffer(values)])
      }),
    )
  })

  test('keeps the ends of the range, and the sign of zero', () => {
    const values = [0, -0, 1e-45, -1.401298464324817e-45, 3.4028234663852886e38, 1.1754943508222875e-38, 1 / 3]
    expect(floatsOfBase64(base64OfFloats(values))).toEqual(values.map(Math.fround))
  })

  test.each([['?'], ['AAA'], ['AAAAA'], ['AAAA AAA'], ['AAAAgD8']])('takes %j for no vector', (text) => {
    expect(floatsOfBase64(text)).toBeUndefined()
  })
})

describe('vectors in answers', () => {
  test.each([
    { value: [], why: 'empty' },
    { value: [1, null], why: 'NaN written as null' },
    { value: [1, '2'], why: 'text' },
    { value: { 0: 1 }, why: 'an object' },
    { value: '', why: 'empty base64' },
    { value: 'AAA', why: 'broken base64' },
  ])('$why is no vector', ({ value }) => {
    expect(readVector(value)).toBeUndefined()
  })

  test('they are put into the order of their places', () => {
    const items = [
      { index: 1, vector: [2] },
      { index: 0, vector: [1] },
    ]
    expect(readPlaced(items, (item) => item as (typeof items)[number])).toEqual([
      { kind: 'floats', values: [1] },
      { kind: 'floats', values: [2] },
    ])
  })

  test.each([
    { places: [0, 0], why: 'a place that is taken twice' },
    { places: [0, 2], why: 'a place beyond the last' },
    { places: [0, -1], why: 'a place before the first' },
  ])('$why makes the whole answer unreadable, since nobody knows whose vector is whose', ({ places }) => {
    expect(readPlaced(places, (item) => ({ index: item as number, vector: [1] }))).toBeUndefined()
  })
})
