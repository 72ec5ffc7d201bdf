import { explainPrice, type Offer } from '#catalog/index.ts'
import { NO_USAGE } from '#wire/usage.ts'

/** A price with its lines, as the catalog reckons it. */
export type Priced = Extract<ReturnType<typeof explainPrice>, { readonly ok: true }>

/** When, where and in which currency: absent ones are the offer's own first. */
export interface PriceWish {
  /** Unix milliseconds. */
  readonly at: number
  readonly region?: string
  readonly currency?: string
}

/** Decimal text per million tokens; an absent rate is not charged apart, or not at all. */
export interface RatesNow {
  readonly input?: string
  readonly cachedInput?: string
  readonly output?: string
  readonly currency: string
}

/** What a model costs at a moment, below its first tier. */
export type PriceNow =
  | {
      readonly ok: true
      readonly rates: RatesNow
      /** Dearer above some length; dearer at some hours. */
      readonly tiers: boolean
      readonly windows: boolean
      /** Rates, rule and source in one line. */
      readonly words: string
      /** The operator's file that the row comes from; absent = as released. */
      readonly overlay?: string
    }
  | { readonly ok: false; readonly words: string }

/** The rates that one token of each kind is charged at. */
export function priceNow(offer: Offer, wish: PriceWish): PriceNow {
  const price = priceOfOne(offer, wish)
  if (!price.ok) return { ok: false, words: price.reason }
  const { row, rule } = price
  const rates = ratesOf(price)
  const tiers = (row.tiers?.length ?? 0) > 0
  const windows = (row.windows?.length ?? 0) > 0
  const { source, overlay } = row
  const from = overlay === undefined ? source : `${source}; overlay ${overlay}`
  const words = `${rateWords(rates)}: ${rule}${tiers ? ', dearer above its tiers' : ''} (${from})`
  return { ok: true, rates, tiers, windows, words, ...(overlay === undefined ? {} : { overlay }) }
}

/** Embeddings have no rate for output. */
function priceOfOne(offer: Offer, wish: PriceWish): ReturnType<typeof explainPrice> {
  const input = { ...NO_USAGE, inputFresh: 1, inputCached: 1 }
  const price = explainPrice({ offer, ...wish, usage: { ...input, outputText: 1 } })
  return price.ok ? price : explainPrice({ offer, ...wish, usage: input })
}

function ratesOf({ lines, currency }: Priced): RatesNow {
  const rateOf = (what: string): string | undefined => lines.find((line) => line.what === what)?.unitPrice
  const [input, cachedInput, output] = [rateOf('inputFresh'), rateOf('inputCached'), rateOf('outputText')]
  return {
    ...(input === undefined ? {} : { input }),
    ...(cachedInput === undefined || cachedInput === input ? {} : { cachedInput }),
    ...(output === undefined ? {} : { output }),
    currency,
  }
}

function rateWords({ input, cachedInput, output }: RatesNow): string {
  const rates = [
    ['input', input],
    ['cached', cachedInput],
    ['output', output],
  ]
  return rates.flatMap(([name, rate]) => (rate === undefined ? [] : [`${name} ${rate}`])).join(', ')
}
