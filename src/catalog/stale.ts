import type { Catalog } from '#catalog/catalog.ts'
import type { Offer, PriceRow } from '#catalog/schema.ts'

const DAY_MS = 86_400_000

/** A row of the catalog with its evidence. */
export interface DatedRow {
  readonly kind: 'platform' | 'price'
  /** `deepseek`, `deepseek/deepseek-flash`. */
  readonly id: string
  /** Of prices. */
  readonly currency?: string
  /** As the row has it: `2026`, `2026-11`, `2026-11-22`. */
  readonly asOf: string
  /** Whole days since the first day that the date may mean. */
  readonly days: number
  readonly source: string
  /** The operator's file that the row comes from; absent = as released. */
  readonly overlay?: string
}

export interface Stale {
  /** Oldest first. */
  readonly rows: readonly DatedRow[]
  /** Rows that are old and history: prices that have ended, or of models that no longer answer. Nobody needs to look at them again. */
  readonly history: number
}

/** The rows whose evidence is older than so many days at an instant: platforms by `checked`, prices by `asOf`. */
export function staleRows(catalog: Catalog, { now, days }: { readonly now: number; readonly days: number }): Stale {
  const rows: DatedRow[] = []
  let history = 0
  for (const platform of catalog.platforms.values()) {
    const { id, checked, sources, overlay } = platform
    rows.push(dated({ kind: 'platform', id, asOf: checked, source: sources.join('; ') }, { now, overlay }))
    for (const offer of catalog.offersOf(id)) {
      for (const price of offer.prices) {
        const { currency, asOf, source, overlay } = price
        const row = { kind: 'price', id: `${id}/${offer.model}`, currency, asOf, source } as const
        const found = dated(row, { now, overlay })
        if (!isHistory(offer, price, now)) rows.push(found)
        else if (found.days > days) history++
      }
    }
  }
  const old = rows.filter((row) => row.days > days)
  return { rows: old.toSorted((a, b) => b.days - a.days), history }
}

function dated(
  row: Omit<DatedRow, 'days' | 'overlay'>,
  { now, overlay }: { readonly now: number; readonly overlay: string | undefined },
): DatedRow {
  const days = Math.floor((now - Date.parse(row.asOf)) / DAY_MS)
  return { ...row, days, ...(overlay === undefined ? {} : { overlay }) }
}

function isHistory({ status }: Offer, { until }: PriceRow, now: number): boolean {
  return status === 'retired' || status === 'elsewhere' || (until !== undefined && Date.parse(until) <= now)
}
