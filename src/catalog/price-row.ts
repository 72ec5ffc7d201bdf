import type { Offer, PriceRow } from '#catalog/schema.ts'
import { readTariff, spanOf, type Tariff } from '#catalog/tariff.ts'

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
export function tariffAt(wanted: PriceAt): Tariff | string {
  const { at } = wanted
  for (const tariff of tariffsOf(wanted)) if (holdsAt(tariff, at)) return tariff
  return whyNone(wanted)
}

/** Memo of a pure reading: the price list that requests ask for, under the offer that it belongs to. */
const ownLists = new WeakMap<Offer, readonly Tariff[]>()

function tariffsOf(wanted: PriceAt): readonly Tariff[] {
  if (wanted.region !== undefined || wanted.currency !== undefined) return readTariffs(wanted)
  const known = ownLists.get(wanted.offer)
  if (known !== undefined) return known
  const tariffs = readTariffs(wanted)
  ownLists.set(wanted.offer, tariffs)
  return tariffs
}

/** The rows of the list whatever the time, the preferred ones first. */
function readTariffs(wanted: PriceAt): readonly Tariff[] {
  return listOf(wanted)
    .filter((row) => row.unit === 'million-tokens')
    .map(readTariff)
    .toSorted(newestFirst)
}

function listOf({ offer, region, currency }: PriceAt): readonly PriceRow[] {
  const rows = undisputed(offer, region)
  const wanted = currency ?? rows[0]?.currency
  return rows.filter((row) => row.currency === wanted)
}

function undisputed({ prices }: Offer, region: string | undefined): readonly PriceRow[] {
  return inRegion(prices, region).filter((row) => row.disputed !== true)
}

function inRegion(rows: readonly PriceRow[], region: string | undefined): readonly PriceRow[] {
  if (region === undefined) {
    const home = rows[0]?.regions
    return rows.filter((row) => row.regions === home || row.regions?.join() === home?.join())
  }
  const named = rows.filter((row) => row.regions?.includes(region) === true)
  return named.length > 0 ? named : rows.filter((row) => row.regions === undefined)
}

function holdsAt({ from, until }: Pick<Tariff, 'from' | 'until'>, at: number): boolean {
  return from <= at && at < until
}

function newestFirst(a: Tariff, b: Tariff): number {
  if (a.from !== b.from) return a.from < b.from ? 1 : -1
  return a.row.asOf === b.row.asOf ? 0 : a.row.asOf < b.row.asOf ? 1 : -1
}

function whyNone(wanted: PriceAt): string {
  const { offer, at, region, currency } = wanted
  const [first] = undisputed(offer, region)
  if (first === undefined)
    return `the catalog has no price for ${offer.model}${region === undefined ? '' : ` in ${region}`}`
  if (listOf(wanted).some((row) => holdsAt(spanOf(row), at))) return `${offer.model} is not priced by tokens`
  return `the catalog has no price for ${offer.model} in ${currency ?? first.currency} at ${new Date(at).toISOString()}`
}
