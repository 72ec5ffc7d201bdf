import { UNITS } from '#catalog/leaves.ts'
import type { Offer, PriceRow } from '#catalog/schema.ts'
import { readTariff, spanOf, type Tariff } from '#catalog/tariff.ts'
import type { Counts } from '#wire/usage.ts'

/** When, where and in which currency a price is asked for. */
export interface PriceAt {
  readonly offer: Offer
  /** When the request began, Unix milliseconds. */
  readonly at: number
  /** When it ended; absent = at once. */
  readonly endedAt?: number
  /** Id of the platform's region; absent = the offer's own first price list. */
  readonly region?: string
  /** Absent = the currency of the first row. */
  readonly currency?: string
}

/**
 * The row that holds then and there: undisputed, in the currency. One for what was counted, if there is any, else one
 * per million tokens; of several the one that began last, then the one of the newest source. A sentence where there is
 * none.
 */
export function tariffAt(wanted: PriceAt, counts?: Counts): Tariff | string {
  const { at, endedAt = at } = wanted
  const { byTokens, byUnits } = tariffsOf(wanted)
  if (counts !== undefined) {
    for (const tariff of byUnits) if (counts[unitOf(tariff)] !== undefined && holds(tariff, at, endedAt)) return tariff
  }
  for (const tariff of byTokens) if (holds(tariff, at, endedAt)) return tariff
  return whyNone(wanted)
}

/** A request that runs longer than so many milliseconds may end in a row that its bound does not know. */
const LONGEST_MS = 3_600_000

/** Every row that a request which begins then may come to be priced by: more than one where ends count. */
export function tariffsWithin(wanted: PriceAt, counts?: Counts): readonly Tariff[] {
  const first = tariffAt(wanted, counts)
  const { byTokens } = tariffsOf(wanted)
  if (!byTokens.some(({ row }) => row.countedAt === 'end')) return typeof first === 'string' ? [] : [first]
  const { at } = wanted
  const within = byTokens.filter(({ from, until }) => from <= at + LONGEST_MS && at < until)
  return typeof first === 'string' || within.includes(first) ? within : [first, ...within]
}

function holds({ row, from, until }: Tariff, at: number, endedAt: number): boolean {
  return holdsAt({ from, until }, row.countedAt === 'end' ? endedAt : at)
}

function unitOf({ row }: Tariff): keyof Counts {
  return UNITS[row.unit]?.what ?? 'credit'
}

/** The rows of a list, the preferred ones first. */
interface Tariffs {
  readonly byTokens: readonly Tariff[]
  readonly byUnits: readonly Tariff[]
}

/** Memo of a pure reading: the price list that requests ask for, under the offer that it belongs to. */
const ownLists = new WeakMap<Offer, Tariffs>()

/** The same for lists that are asked for by name. */
const namedLists = new WeakMap<Offer, Map<string, Tariffs>>()

function tariffsOf(wanted: PriceAt): Tariffs {
  if (wanted.region !== undefined || wanted.currency !== undefined) return namedList(wanted)
  const known = ownLists.get(wanted.offer)
  if (known !== undefined) return known
  const tariffs = readTariffs(wanted)
  ownLists.set(wanted.offer, tariffs)
  return tariffs
}

function namedList(wanted: PriceAt): Tariffs {
  const { offer, region = '', currency = '' } = wanted
  const lists = namedLists.get(offer) ?? new Map<string, Tariffs>()
  namedLists.set(offer, lists)
  const name = `${region} ${currency}`
  const tariffs = lists.get(name) ?? readTariffs(wanted)
  lists.set(name, tariffs)
  return tariffs
}

/** The rows of the list whatever the time, the preferred ones first. */
function readTariffs(wanted: PriceAt): Tariffs {
  const rows = listOf(wanted)
  return {
    byTokens: rows
      .filter((row) => row.unit === 'million-tokens')
      .map(readTariff)
      .toSorted(newestFirst),
    byUnits: rows
      .filter((row) => UNITS[row.unit] !== undefined)
      .map(readTariff)
      .toSorted(newestFirst),
  }
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
