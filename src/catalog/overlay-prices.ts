import type { PriceRow, Region } from '#catalog/schema.ts'

/** A price row as the operator knows it. */
export type PriceOverlay = Omit<PriceRow, 'overlay'>

/**
 * The operator's rows hold from their `from` on, the catalog's of the same currency and region until then: a row
 * without `from` takes their place altogether, one with a day to come follows on them. Rows of other currencies and
 * regions stay. The operator's come first, so that their currency is the one that is charged.
 */
export function pricesWith(
  below: readonly PriceRow[],
  said: readonly PriceOverlay[],
  { file, regions }: { readonly file: string; readonly regions: readonly Region[] },
): readonly PriceRow[] {
  const everywhere = regions.map(({ id }) => id)
  let kept = below
  for (const row of said) {
    kept = kept.flatMap((old) => (old.currency === row.currency ? leftOf(old, row, everywhere) : [old]))
  }
  const own = said.flatMap((row) => alsoNamed(row, kept, said))
  return [...own.map((row) => ({ ...row, overlay: file })), ...kept]
}

/** What is left of a row when another of its currency begins: elsewhere all of it, where that one holds what was before. */
function leftOf(old: PriceRow, row: PriceOverlay, everywhere: readonly string[]): readonly PriceRow[] {
  const { regions: taken, from } = row
  const before = endedBy(old, from)
  if (taken === undefined) return before
  const mine = old.regions ?? everywhere
  const shared = mine.filter((id) => taken.includes(id))
  if (shared.length === 0) return [old]
  const elsewhere = mine.filter((id) => !taken.includes(id))
  // Where rows name a region, those that name none do not count there: such a row need not name the rest.
  const rest = old.regions === undefined ? [old] : elsewhere.length === 0 ? [] : [{ ...old, regions: elsewhere }]
  return [...rest, ...before.map((each) => ({ ...each, regions: shared }))]
}

/** A row as far as it holds before an instant; nothing of it where the other one always holds. */
function endedBy(old: PriceRow, from: string | undefined): readonly PriceRow[] {
  if (from === undefined) return []
  const at = Date.parse(from)
  if (old.from !== undefined && Date.parse(old.from) >= at) return []
  return [old.until !== undefined && Date.parse(old.until) <= at ? old : { ...old, until: from }]
}

/** A row for all regions, once more for those that only kept rows name: rows that name none do not count there. */
function alsoNamed(
  row: PriceOverlay,
  kept: readonly PriceRow[],
  said: readonly PriceOverlay[],
): readonly PriceOverlay[] {
  if (row.regions !== undefined) return [row]
  const namedBy = (rows: readonly PriceOverlay[]): readonly string[] =>
    rows.flatMap(({ currency, regions = [] }) => (currency === row.currency ? regions : []))
  const own = new Set(namedBy(said))
  const named = [...new Set(namedBy(kept))].filter((id) => !own.has(id))
  return named.length === 0 ? [row] : [row, { ...row, regions: named }]
}
