import { parseDecimal } from '#catalog/index.ts'
import { BadCsv, type Cell, parseCsv } from '#cli/reconcile/csv.ts'
import type { Columns, Vendor } from '#cli/reconcile/vendors.ts'

/** One line of a bill. */
export interface BillLine {
  readonly day: string
  /** What the bill calls it; the name of a model stands in it. */
  readonly what: string
  readonly nanos: bigint
  readonly currency: string
  /** Tokens, where the line counts them. */
  readonly tokens?: number
  readonly line: number
}

/** Reads a bill. Throws `BadCsv` with line, column and remedy. */
export function readBill(text: string, vendor: Vendor): readonly BillLine[] {
  const [head, ...rows] = parseCsv(text)
  if (head === undefined) throw new BadCsv('the file is empty: export the bill again', { line: 1, column: 1 })
  const places = placesOf(head, vendor)
  return rows.map((row) => billLine(row, places, vendor))
}

type Places = Readonly<Record<keyof Columns, readonly number[]>>

function placesOf(head: readonly Cell[], { columns, currency }: Vendor): Places {
  const names = head.map((cell) => cell.text)
  const of = (key: keyof Columns): number[] => columns[key].map((name) => names.indexOf(name)).filter((at) => at >= 0)
  const places = {
    day: of('day'),
    model: of('model'),
    amount: of('amount'),
    currency: of('currency'),
    usage: of('usage'),
    unit: of('unit'),
  }
  for (const key of ['day', 'model', 'amount', 'currency'] as const) {
    if (places[key].length > 0 || (key === 'currency' && currency !== undefined)) continue
    const wanted = columns[key].map((name) => `"${name}"`).join(', ')
    throw new BadCsv(
      `no column for the ${key}: looked for ${wanted}; name it with --columns ${key}=NAME. The file has ${names.join(', ').slice(0, 400)}`,
      { line: head[0]?.line ?? 1, column: 1 },
    )
  }
  return places
}

function billLine(row: readonly Cell[], places: Places, vendor: Vendor): BillLine {
  const first = row[0] ?? { text: '', line: 1, column: 1 }
  const cell = (key: keyof Columns): Cell | undefined => {
    const [at] = places[key]
    return at === undefined
      ? undefined
      : (row[at] ?? { text: '', line: first.line, column: (row.at(-1)?.column ?? 0) + 1 })
  }
  const needed = (key: keyof Columns): Cell => cell(key) ?? first
  const currency = cell('currency')?.text.toUpperCase() ?? ''
  const known = currency === '' ? (vendor.currency ?? '') : (CURRENCIES[currency] ?? currency)
  if (!/^[A-Z]{3}$/.test(known))
    throw new BadCsv(`"${currency}" is no currency: three letters of ISO 4217, like CNY`, needed('currency'))
  const tokens = tokensOf(cell('usage'), cell('unit'))
  return {
    day: dayOf(needed('day'), vendor.offsetMinutes),
    what: places.model.map((at) => row[at]?.text ?? '').join(' '),
    nanos: nanosOf(needed('amount')),
    currency: known,
    ...(tokens === undefined ? {} : { tokens }),
    line: first.line,
  }
}

const CURRENCIES: Readonly<Record<string, string>> = { RMB: 'CNY', 人民币: 'CNY', 元: 'CNY', 美元: 'USD' }

/** `2026-10-03`, with or without a time, `2026/10/3`, `20261003`, or seconds since 1970. */
function dayOf(cell: Cell, offsetMinutes: number): string {
  const { text } = cell
  if (/^\d{9,10}$/.test(text)) return dayText(Number(text) * 1_000 + offsetMinutes * 60_000)
  if (/^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(text) && !Number.isNaN(Date.parse(text)))
    return dayText(Date.parse(text) + offsetMinutes * 60_000)
  const [, year, month, day] = /^(\d{4})[-/年.]?(\d{1,2})[-/月.]?(\d{1,2})(?:日|\D.*)?$/.exec(text) ?? []
  const name = `${year}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}`
  if (year !== undefined && !Number.isNaN(Date.parse(name)) && dayText(Date.parse(name)) === name) return name
  throw new BadCsv(`"${text}" is no day: export the bill by day, like 2026-10-03`, cell)
}

function dayText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

/** Billionths, rounded half away from zero where a bill has more digits. */
function nanosOf(cell: Cell): bigint {
  const plain = cell.text.replaceAll(/[,¥￥$\s`]/g, '')
  const [, number, exponent = '0'] = /^(-?\d{1,20}(?:\.\d{1,30})?)(?:[eE]([+-]?\d{1,2}))?$/.exec(plain) ?? []
  if (number === undefined) throw new BadCsv(`"${cell.text}" is no amount: a number like 12.34`, cell)
  const { mantissa, scale } = parseDecimal(number)
  const digits = 9 - scale + Number(exponent)
  if (digits >= 0) return mantissa * 10n ** BigInt(digits)
  const one = 10n ** BigInt(-digits)
  return (mantissa + (mantissa < 0n ? -one / 2n : one / 2n)) / one
}

/** A usage in tokens, thousands or millions of them; undefined where it counts something else. */
function tokensOf(usage: Cell | undefined, unit: Cell | undefined): number | undefined {
  if (usage === undefined || usage.text === '') return undefined
  const words = unit?.text.toLowerCase() ?? 'token'
  if (!/token|词元/.test(words)) return undefined
  const value = Number(usage.text.replaceAll(',', ''))
  if (!Number.isFinite(value)) throw new BadCsv(`"${usage.text}" is no usage: a number`, usage)
  return Math.round(value * factorOf(words))
}

function factorOf(unit: string): number {
  if (/百万|million|^1?m|\bmtoken/.test(unit)) return 1_000_000
  if (unit.includes('万')) return 10_000
  return /千|thousand|^1?k|\bktoken|1000/.test(unit) ? 1_000 : 1
}
