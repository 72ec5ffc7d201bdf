import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatMoney, parseMoney } from '#catalog/money.ts'

test('money reads and prints exactly', () => {
  expect(['100.00', '0.0123', '0', '-0.5', '12345678901234567890.000000001'].map((text) => parseMoney(text))).toEqual([
    100_000_000_000n,
    12_300_000n,
    0n,
    -500_000_000n,
    12345678901234567890_000000001n,
  ])
  expect([100_000_000_000n, 12_300_000n, 0n, -500_000_000n, 1n].map((nanos) => formatMoney(nanos, 'CNY'))).toEqual([
    '100 CNY',
    '0.0123 CNY',
    '0 CNY',
    '-0.5 CNY',
    '0.000000001 CNY',
  ])
})

test('what is no decimal amount is refused', () => {
  for (const text of ['', '1e3', '.5', '5.', '1,5', ' 1', '0.0000000001', 'NaN']) {
    expect(() => parseMoney(text)).toThrow(RangeError)
  }
})

test('printing and reading are inverse', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
      (nanos) => parseMoney(formatMoney(nanos, '').trimEnd()) === nanos,
    ),
  )
})

test('an amount prints alike whether doubles hold it or not', () => {
  const plainly = (nanos: bigint): string => {
    const digits = (nanos < 0n ? -nanos : nanos).toString().padStart(10, '0')
    return `${nanos < 0n ? '-' : ''}${`${digits.slice(0, -9)}.${digits.slice(-9)}`.replace(/\.?0+$/, '')} CNY`
  }
  const around = fc
    .bigInt({ min: -20n, max: 20n })
    .chain((more) => fc.constantFrom(0n, 10n ** 9n, 10n ** 12n, 2n ** 53n, -(2n ** 53n)).map((middle) => middle + more))
  const amounts = fc.oneof(around, fc.bigInt({ min: 0n, max: 10n ** 17n }), fc.bigInt())
  fc.assert(
    fc.property(amounts, (nanos) => {
      expect(formatMoney(nanos, 'CNY')).toBe(plainly(nanos))
    }),
  )
})
