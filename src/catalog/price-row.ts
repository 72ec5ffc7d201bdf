import { decimalText, parseDecimal } from '#catalog/money.ts'
import type { Offer, PriceRow, PriceWindow, Rates } from '#catalog/schema.ts'

/** When, where and in which currency a price is asked for. */
export interface PriceAt {
  readonly offer: Offer
  /** Unix milliseconds. */
  readonly at: number
  /** Id of the platform's region; absent = the offer's own first price list. */
  readonly region?: string
  /** Absent = the currency of the first row. */
  readonly currency?: string
}

/**
 * The row that holds then and there: undisputed, per million tokens, in the currency. Of several the one that began
 * last, then the one of the newest source. A sentence where there is none.
 */
export function rowAt({ offer, at, region, currency }: PriceAt): PriceRow | string {
  const rows = inRegion(offer.prices, region).filter((row) => row.disputed !== true)
  const [first] = rows
  if (first === undefined)
    return `the catalog has no price for ${offer.model}${region === undefined ? '' : ` in ${region}`}`
  const wanted = currency ?? first.currency
  const holding = rows.filter((row) => row.currency === wanted && holdsAt(row, at))
  const byTokens = holding.filter((row) => row.unit === 'million-tokens')
  const [best] = byTokens.toSorted(newestFirst)
  if (best !== undefined) return best
  if (holding.length > 0) return `${offer.model} is not priced by tokens`
  return `the catalog has no price for ${offer.model} in ${wanted} at ${new Date(at).toISOString()}`
}

function inRegion(rows: readonly PriceRow[], region: string | undefined): readonly PriceRow[] {
  if (region === undefined) {
    const home = rows[0]?.regions
    return rows.filter((row) => row.regions === home || row.regions?.join() === home?.join())
  }
  const named = rows.filter((row) => row.regions?.includes(region) === true)
  return named.length > 0 ? named : rows.filter((row) => row.regions === undefined)
}

function holdsAt(row: PriceRow, at: number): boolean {
  return (
    (row.from === undefined || Date.parse(row.from) <= at) && (row.until === undefined || at < Date.parse(row.until))
  )
}

function newestFirst(a: PriceRow, b: PriceRow): number {
  const began = beganAt(b) - beganAt(a)
  if (began !== 0 && !Number.isNaN(began)) return began
  return a.asOf === b.asOf ? 0 : a.asOf < b.asOf ? 1 : -1
}

function beganAt(row: PriceRow): number {
  return row.from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(row.from)
}

/** The rates of the whole request: the last tier that its totals reach, else the row's own; and words for the tier. */
export function tierOf(
  row: PriceRow,
  input: number,
  output: number,
): { readonly rates: Rates; readonly words: string } {
  const tier = row.tiers?.findLast((each) => input > each.inputAbove && output > (each.outputAbove ?? -1))
  if (tier === undefined) return { rates: row, words: '' }
  const above = tier.inputAbove > 0 ? [`input above ${tier.inputAbove} tokens`] : []
  if (tier.outputAbove !== undefined) above.push(`output above ${tier.outputAbove} tokens`)
  return { rates: tier, words: `, ${above.join(' and ')}` }
}

/** Minutes east of Greenwich of the zones that rows name: all without summer time, so that no time-zone table is needed. */
export const ZONE_MINUTES: Readonly<Record<string, number>> = { UTC: 0, 'Asia/Shanghai': 480 }

const MINUTE = 60_000
const DAY_MINUTES = 1440

/** The window of the row in which the instant lies. */
export function windowAt(row: PriceRow, at: number): PriceWindow | undefined {
  return row.windows?.find((window) => liesIn(window, at))
}

function liesIn(window: PriceWindow, at: number): boolean {
  const zone = ZONE_MINUTES[window.timeZone]
  if (zone === undefined) throw new RangeError(`a price row names the unknown time zone "${window.timeZone}"`)
  const local = Math.floor(at / MINUTE) + zone
  const day = Math.floor(local / DAY_MINUTES)
  // Day 0, 1970-01-01, was a Thursday.
  const weekday = ((((day + 3) % 7) + 7) % 7) + 1
  if (window.weekdays !== undefined && !window.weekdays.includes(weekday)) return false
  const minute = local - day * DAY_MINUTES
  return minutesOf(window.from) <= minute && minute < minutesOf(window.until)
}

function minutesOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))
}

const DAY_NAMES = ['', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** Plain words for a window that applies: what is multiplied, when, and which exemption is not applied. */
export function windowWords(window: PriceWindow): string {
  const days = window.weekdays === undefined ? 'daily' : window.weekdays.map((day) => DAY_NAMES[day]).join(' ')
  const exempt = window.exempt === undefined ? '' : `, exemption of ${window.exempt} not applied`
  const factor = decimalText(parseDecimal(window.multiplier))
  return `, times ${factor} (${days} ${window.from}-${window.until} ${window.timeZone}${exempt})`
}
