import { type Priced, priceOf } from '#catalog/price.ts'
import type { Offer } from '#catalog/schema.ts'
import { NO_USAGE } from '#wire/usage.ts'

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
  const priced = priceOf({ offer, at, usage: { ...NO_USAGE, counts: { search: searches } } })
  return priced.ok && priced.row.unit === 'search' ? priced : undefined
}
