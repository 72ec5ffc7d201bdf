import type { Leaf } from '#catalog/leaves.ts'
import { tokensOf } from '#catalog/leaves.ts'
import { costOf, decimalText } from '#catalog/money.ts'
import type { PriceLine } from '#catalog/price.ts'
import { cardIn, type CardWish, type Tariff } from '#catalog/tariff.ts'

/** What a cache serves stands first in a prompt, so it lies in the lowest tiers. */
const INPUT: readonly Leaf[] = [
  'inputCached',
  'inputCachedExplicit',
  'cacheWriteShort',
  'cacheWriteLong',
  'inputFresh',
  'inputImage',
  'inputAudio',
]
/** Thoughts come before the answer. */
const OUTPUT: readonly Leaf[] = ['outputReasoning', 'outputText', 'outputAudio', 'outputImage']

/**
 * The lines of a row whose tiers are graduated: tokens up to a tier's threshold have the rates below it, those beyond
 * have its own. Input is cut by `inputAbove`, output by `outputAbove`. A line for each kind in each tier.
 */
export function graduatedLines(tariff: Tariff, wish: CardWish): readonly PriceLine[] {
  const input = tariff.tiers.map((tier) => (tier.inputAbove > 0 ? tier.inputAbove : Number.POSITIVE_INFINITY))
  const output = tariff.tiers.map((tier) => tier.outputAbove ?? Number.POSITIVE_INFINITY)
  return [
    ...slices(tariff, wish, { leaves: INPUT, above: input }),
    ...slices(tariff, wish, { leaves: OUTPUT, above: output }),
  ]
}

interface Side {
  readonly leaves: readonly Leaf[]
  /** Of each tier. */
  readonly above: readonly number[]
}

function slices(tariff: Tariff, wish: CardWish, { leaves, above }: Side): readonly PriceLine[] {
  const lines: PriceLine[] = []
  let begun = 0
  for (const what of leaves) {
    const end = begun + tokensOf(wish.usage, what)
    while (begun < end) {
      const tier = tierAt(above, begun)
      const until = Math.min(end, nextAfter(above, begun))
      const price = cardIn(tariff, tier, wish).prices.find((each) => each.what === what)?.price
      const tokens = until - begun
      begun = until
      if (price === undefined) continue
      const { rate, unit } = price
      lines.push({ what, tokens, rate, unitPrice: decimalText(unit), nanos: costOf(tokens, unit, 1_000_000) })
    }
  }
  return lines
}

/** The tier that the token after so many lies in: the one with the highest threshold that is reached; -1 = none. */
function tierAt(above: readonly number[], begun: number): number {
  let found = -1
  for (const [tier, threshold] of above.entries()) {
    if (begun >= threshold && (found < 0 || threshold >= (above[found] ?? 0))) found = tier
  }
  return found
}

function nextAfter(above: readonly number[], begun: number): number {
  return Math.min(...above.filter((threshold) => threshold > begun), Number.POSITIVE_INFINITY)
}
