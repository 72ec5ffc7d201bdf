/** An exact decimal: `mantissa / 10^scale`. */
export interface Decimal {
  readonly mantissa: bigint
  readonly scale: number
}

const NANO_DIGITS = 9
const NANOS = 1_000_000_000

/** Reads `12`, `0.0028`, `-3.5`. Throws a RangeError for anything else: a row or a configuration is wrong then. */
export function parseDecimal(text: string): Decimal {
  const parts = /^(-?)(\d{1,30})(?:\.(\d{1,30}))?$/.exec(text)
  if (parts === null) throw new RangeError(`"${text}" is no decimal number such as 12 or 0.0028`)
  const [, sign = '', whole = '', fraction = ''] = parts
  return { mantissa: BigInt(`${sign}${whole}${fraction}`), scale: fraction.length }
}

export const ONE: Decimal = { mantissa: 1n, scale: 0 }

/** Exact product. */
export function times(a: Decimal, b: Decimal): Decimal {
  return { mantissa: a.mantissa * b.mantissa, scale: a.scale + b.scale }
}

/** `0.5`, `12`: no exponent, no trailing zeros. */
export function decimalText({ mantissa, scale }: Decimal): string {
  const digits = (mantissa < 0n ? -mantissa : mantissa).toString().padStart(scale + 1, '0')
  const point = digits.length - scale
  const end = endOf(digits, point)
  const fraction = end === point ? '' : `.${digits.slice(point, end)}`
  return `${mantissa < 0n ? '-' : ''}${digits.slice(0, point)}${fraction}`
}

/** Where the zeros at the end of the digits begin, those before `least` left alone. */
function endOf(digits: string, least: number): number {
  let end = digits.length
  while (end > least && digits.charCodeAt(end - 1) === 0x30) end--
  return end
}

/** Nanos of so many at a price for `per` of them, half up. */
export function costOf(count: number | bigint, { mantissa, scale }: Decimal, per: number): bigint {
  const under = 10n ** BigInt(scale) * BigInt(per)
  return (2n * BigInt(count) * mantissa * BigInt(NANOS) + under) / (2n * under)
}

/** Prices per million tokens as nanos per token, fractions of one divisor that is a power of ten, the smallest there is. */
export function overOneDivisor(prices: readonly Decimal[]): {
  readonly numerators: bigint[]
  readonly divisor: bigint
} {
  const scale = Math.max(...prices.map((price) => price.scale))
  let numerators = prices.map((price) => price.mantissa * 1000n * 10n ** BigInt(scale - price.scale))
  let divisor = 10n ** BigInt(scale)
  while (divisor > 1n && numerators.every((numerator) => numerator % 10n === 0n)) {
    numerators = numerators.map((numerator) => numerator / 10n)
    divisor /= 10n
  }
  return { numerators, divisor }
}

/** An amount as nano-units of its currency. At most nine decimals; throws a RangeError otherwise. */
export function parseMoney(text: string): bigint {
  const { mantissa, scale } = parseDecimal(text)
  if (scale > NANO_DIGITS) throw new RangeError(`"${text}" has more than nine decimals`)
  return mantissa * 10n ** BigInt(NANO_DIGITS - scale)
}

/** `0.0123 CNY`, exact to the nano-unit. */
export function formatMoney(nanos: bigint, currency: string): string {
  const small = Number(nanos)
  // Doubles hold what requests cost exactly, and print several times faster.
  if (small < 0 || !Number.isSafeInteger(small)) {
    return `${decimalText({ mantissa: nanos, scale: NANO_DIGITS })} ${currency}`
  }
  const part = small % NANOS
  const whole = (small - part) / NANOS
  if (part === 0) return `${whole} ${currency}`
  const digits = String(NANOS + part)
  return `${whole}.${digits.slice(1, endOf(digits, 1))} ${currency}`
}
