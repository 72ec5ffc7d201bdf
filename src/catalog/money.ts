/** An exact decimal: `mantissa / 10^scale`. */
export interface Decimal {
  readonly mantissa: bigint
  readonly scale: number
}

const NANO_DIGITS = 9

/** Reads `12`, `0.0028`, `-3.5`. Throws a RangeError for anything else: a row or a configuration is wrong then. */
export function parseDecimal(text: string): Decimal {
  const parts = /^(-?)(\d{1,30})(?:\.(\d{1,30}))?$/.exec(text)
  if (parts === null) throw new RangeError(`"${text}" is no decimal number such as 12 or 0.0028`)
  const [, sign = '', whole = '', fraction = ''] = parts
  return { mantissa: BigInt(`${sign}${whole}${fraction}`), scale: fraction.length }
}

/** Exact product. */
export function times(a: Decimal, b: Decimal): Decimal {
  return { mantissa: a.mantissa * b.mantissa, scale: a.scale + b.scale }
}

/** `0.5`, `12`: no exponent, no trailing zeros. */
export function decimalText({ mantissa, scale }: Decimal): string {
  const digits = (mantissa < 0n ? -mantissa : mantissa).toString().padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '')
  return `${mantissa < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

/** An amount as nano-units of its currency. At most nine decimals; throws a RangeError otherwise. */
export function parseMoney(text: string): bigint {
  const { mantissa, scale } = parseDecimal(text)
  if (scale > NANO_DIGITS) throw new RangeError(`"${text}" has more than nine decimals`)
  return mantissa * 10n ** BigInt(NANO_DIGITS - scale)
}

/** `0.0123 CNY`, exact to the nano-unit. */
export function formatMoney(nanos: bigint, currency: string): string {
  return `${decimalText({ mantissa: nanos, scale: NANO_DIGITS })} ${currency}`
}
