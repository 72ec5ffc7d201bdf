import { parseDecimal } from '#catalog/money.ts'
import type { Priced } from '#catalog/price.ts'
import { spanOf } from '#catalog/tariff.ts'
import type { Offer } from '#catalog/schema.ts'

/** Documents that one search may rank; more count as another one (AWS and Cohere). */
const DOCUMENTS_A_SEARCH = 100

/** How many searches ranking so many documents in one call is billed as. */
export function searchesOf(documents: number): number {
  return Math.max(1, Math.ceil(documents / DOCUMENTS_A_SEARCH))
}

/** What so many searches cost, exactly; undefined for an offer that is not billed by them then. */
export function priceOfSearches(wanted: {
  readonly offer: Offer
  readonly searches: number
  /** Unix milliseconds. */
  readonly at: number
}): Priced | undefined {
  const { offer, searches, at } = wanted
  const row = offer.prices.find((each) => {
    const { from, until } = spanOf(each)
    return each.unit === 'search' && each.disputed !== true && from <= at && at < until
  })
  if (row?.input === undefined) return undefined
  const { mantissa, scale } = parseDecimal(row.input)
  const unit = 10n ** BigInt(scale)
  const nanos = (2n * BigInt(searches) * mantissa * 1_000_000_000n + unit) / (2n * unit)
  return { ok: true, currency: row.currency, nanos, row, rule: `${row.currency} per search as of ${row.asOf}` }
}
