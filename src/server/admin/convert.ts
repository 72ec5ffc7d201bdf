import { formatMoney, parseDecimal } from '#catalog/index.ts'
import type { Converted } from '#contract/index.ts'
import type { CurrencyConfig } from '#engine/config/config.ts'
import type { UsageRow } from '#store/index.ts'

const SCALE = 18

/**
 * The sums of rows by day, as one amount in the reporting currency: each day at the latest rate that began by then,
 * exactly, and rounded once, half away from zero, to a billionth. The last group of each row is its day.
 */
export function convert({ reporting, rates }: CurrencyConfig, rows: readonly UsageRow[]): Converted {
  let exact = 0n
  const missing = new Set<string>()
  for (const { group, costs } of rows) {
    const day = group.at(-1) ?? ''
    for (const { nanos, currency } of costs) {
      const rate = currency === reporting ? '1' : rateOf(rates, { from: currency, to: reporting, day })
      if (rate === undefined) missing.add(`${currency} ${day}`)
      else {
        const { mantissa, scale } = parseDecimal(rate)
        exact += nanos * mantissa * 10n ** BigInt(SCALE - scale)
      }
    }
  }
  const [amount = '0'] = formatMoney(rounded(exact), reporting).split(' ')
  return { amount, currency: reporting, missing: [...missing].toSorted() }
}

function rateOf(
  rates: CurrencyConfig['rates'],
  { from, to, day }: { readonly from: string; readonly to: string; readonly day: string },
): string | undefined {
  let latest: CurrencyConfig['rates'][number] | undefined
  for (const rate of rates) {
    if (rate.from !== from || rate.to !== to || rate.since > day) continue
    if (latest === undefined || rate.since >= latest.since) latest = rate
  }
  return latest?.rate
}

function rounded(exact: bigint): bigint {
  const one = 10n ** BigInt(SCALE)
  const half = exact < 0n ? -one / 2n : one / 2n
  return (exact + half) / one
}
