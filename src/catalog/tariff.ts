import { type Bounds, readBounds } from '#catalog/bounds.ts'
import { type Leaf, LEAVES, RATES_OF, RATES_WHILE_THINKING } from '#catalog/leaves.ts'
import { type Decimal, decimalText, ONE, overOneDivisor, parseDecimal, times } from '#catalog/money.ts'
import { type Opening, openingAt, placeAt, readOpening, STATES } from '#catalog/openings.ts'
import { doubtOf, ruleWords, type Step } from '#catalog/rule.ts'
import type { PriceLane, PriceRow, PriceTier, PriceVariant, Rates } from '#catalog/schema.ts'
import { cachedTokens, inputTokens, outputTokens, type Usage } from '#wire/usage.ts'

/** A price row made ready for arithmetic, once: requests parse no text. */
export interface Tariff {
  readonly row: PriceRow
  /** Unix milliseconds, infinite where the row is open; `until` is the first instant at which it no longer holds. */
  readonly from: number
  readonly until: number
  readonly tiers: readonly PriceTier[]
  readonly windows: readonly Opening[]
  readonly variants: readonly PriceVariant[]
  readonly lanes: readonly (readonly [name: string, lane: PriceLane])[]
  /** Some rate of its own for answers that thought. */
  readonly tellsThinking: boolean
  /** Of requests that ask for no lane, and of those that ask for any. */
  readonly bounds: Bounds
  readonly laneBounds: Bounds
  /** Filled as they are asked for, by the place of what they depend on. */
  readonly cards: (Card | undefined)[]
  /** The same under a discount. */
  readonly discounted: Map<string, (Card | undefined)[]>
}

/** What each kind of token costs where all rules but a graduated row's tiers are settled. */
export interface Card {
  /** Every kind of token, in the order of `LEAVES`. */
  readonly prices: readonly LeafPrice[]
  readonly steps: readonly Step[]
  /** The steps in one line of plain words, and why they are not certain. */
  readonly rule: string
  readonly doubt: string | undefined
  /** What all rates of the row were multiplied by. */
  readonly factor: Decimal
  /** The row's rates there, for what is counted otherwise than in tokens. */
  readonly rates: Rates
}

export interface LeafPrice {
  readonly what: Leaf
  /** Absent where no rate of the row may price it. */
  readonly price: UnitPrice | undefined
}

export interface UnitPrice {
  readonly rate: keyof Rates
  /** Per million tokens, all factors included. */
  readonly unit: Decimal
  /** Nanos are `tokens × doubled / (2 × divisor)`, half up: as doubles, for `inDoubles` to judge. */
  readonly doubled: number
  readonly divisor: number
}

/** A part that a contract leaves of every rate. */
export interface Discount {
  /** `0.85` = fifteen per cent off. */
  readonly multiplier: string
  /** For the rule's words. */
  readonly note?: string
}

/** Reads a row. Throws a RangeError where a price is no decimal, a time zone or a calendar unknown. */
export function readTariff(row: PriceRow): Tariff {
  const windows = (row.windows ?? []).map(readOpening)
  const factors = windows.map((window) => window.factor)
  const lanes = lanesOf(row)
  return {
    row,
    ...spanOf(row),
    tiers: row.tiers ?? [],
    windows,
    variants: row.variants ?? [],
    lanes,
    tellsThinking: [row, ...(row.tiers ?? []), ...(row.variants ?? [])].some((rates) => rates.outputThinking),
    bounds: readBounds({ row, factors, lanes: [] }),
    laneBounds: readBounds({ row, factors, lanes: lanes.map(([, lane]) => lane) }),
    cards: [],
    discounted: new Map(),
  }
}

/** The instants between which a row holds. */
export function spanOf({ from, until }: PriceRow): { readonly from: number; readonly until: number } {
  return {
    from: from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(from),
    until: until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until),
  }
}

/** A batch discount is a lane like others; a lane of that name says it better. */
function lanesOf({ batchDiscount, lanes = {} }: PriceRow): Tariff['lanes'] {
  const named = Object.entries(lanes)
  if (batchDiscount === undefined || lanes['batch'] !== undefined) return named
  const { mantissa, scale } = parseDecimal(batchDiscount)
  const multiplier = decimalText({ mantissa: 10n ** BigInt(scale) - mantissa, scale })
  return [...named, ['batch', { multiplier }]]
}

/** What a card depends on. `at` is the instant that decides the window. */
export interface CardWish {
  readonly usage: Usage
  readonly at: number
  readonly discount?: Discount | undefined
}

/**
 * The rates of the whole request: those of the last tier that its totals reach, in the first window that is open, the
 * last variant that fits and the lane that it was served in.
 */
export function cardAt(tariff: Tariff, wish: CardWish): Card {
  const { tiers, row } = tariff
  const graduated = row.graduated === true
  const tier = tiers.length === 0 || graduated ? -1 : lastReached(tiers, wish.usage)
  return cardIn(tariff, tier, wish)
}

/** The card of one tier: -1 = the row's own rates. */
export function cardIn(tariff: Tariff, tier: number, { usage, at, discount }: CardWish): Card {
  const { windows, variants, lanes } = tariff
  const window = windows.length === 0 ? 0 : placeAt(windows, at)
  const variant = variants.length === 0 ? -1 : variants.findLastIndex((each) => fits(each, usage))
  const lane = usage.lane === undefined ? -1 : lanes.findIndex(([name]) => name === usage.lane)
  const thinking = tariff.tellsThinking && usage.outputReasoning > 0
  const found: Place = { tier, window, variant, lane, thinking }
  // Lanes that no row names differ in their words: they are rare and not kept.
  if (usage.lane !== undefined && lane < 0) return readCard(tariff, { ...found, unknownLane: usage.lane, discount })
  const cards = discount === undefined ? tariff.cards : cardsUnder(tariff, discount)
  const place = placeOf(tariff, found)
  return (cards[place] ??= readCard(tariff, { ...found, discount }))
}

function cardsUnder({ discounted }: Tariff, { multiplier, note = '' }: Discount): (Card | undefined)[] {
  const key = `${multiplier} ${note}`
  const known = discounted.get(key)
  if (known !== undefined) return known
  const cards: (Card | undefined)[] = []
  discounted.set(key, cards)
  return cards
}

interface Place {
  readonly tier: number
  readonly window: number
  readonly variant: number
  readonly lane: number
  readonly thinking: boolean
}

function placeOf({ windows, variants, lanes }: Tariff, { tier, window, variant, lane, thinking }: Place): number {
  let place = tier + 1
  place = place * (windows.length * STATES.length + 1) + window
  place = place * (variants.length + 1) + variant + 1
  place = place * (lanes.length + 1) + lane + 1
  return place * 2 + (thinking ? 1 : 0)
}

function lastReached(tiers: readonly PriceTier[], usage: Usage): number {
  const [input, output] = [inputTokens(usage), outputTokens(usage)]
  return tiers.findLastIndex((tier) => input > tier.inputAbove && output > (tier.outputAbove ?? -1))
}

function fits({ when }: PriceVariant, usage: Usage): boolean {
  for (const name in when) {
    const wanted = when[name]
    const is = traitOf(usage, name)
    if (Array.isArray(wanted) ? !wanted.includes(is) : is !== wanted) return false
  }
  return true
}

function traitOf(usage: Usage, name: string): string | boolean | undefined {
  const said = usage.traits?.[name]
  if (said !== undefined) return said
  switch (name) {
    case 'thinking':
      return usage.outputReasoning > 0
    case 'outputAudio':
      return usage.outputAudio > 0
    case 'inputMedia':
      return usage.inputAudio > 0 || (usage.inputImage ?? 0) > 0
    case 'cached':
      return cachedTokens(usage) > 0
    case 'serviceTier':
      return usage.lane ?? 'default'
    default:
      return undefined
  }
}

interface CardAsk extends Place {
  readonly unknownLane?: string
  readonly discount: Discount | undefined
}

function readCard(tariff: Tariff, ask: CardAsk): Card {
  const { row, tiers, variants, lanes, windows } = tariff
  const variant = variants[ask.variant]
  const [, lane] = lanes[ask.lane] ?? []
  const rates: Rates = { ...(tiers[ask.tier] ?? row), ...variant, ...lane }
  const opening = openingAt(windows, ask.window)
  const applies = opening !== undefined && (opening.state === 'open' || opening.state === 'assumed')
  const factor = [
    applies ? opening.opening.factor : ONE,
    lane?.multiplier === undefined ? ONE : parseDecimal(lane.multiplier),
    ask.discount === undefined ? ONE : parseDecimal(ask.discount.multiplier),
  ].reduce(times)
  const choice = ask.thinking ? RATES_WHILE_THINKING : RATES_OF
  const steps = stepsOf(tariff, ask)
  return {
    prices: LEAVES.map((what) => ({
      what,
      price: what === 'outputAudio' && isMute(rates, variant) ? undefined : priceIn(rates, choice[what], factor),
    })),
    steps,
    rule: ruleWords(steps),
    doubt: doubtOf(steps),
    factor,
    rates,
  }
}

/** Text beside sound is free at some makers: that rate is none for the sound itself. */
function isMute(rates: Rates, variant: PriceVariant | undefined): boolean {
  return variant?.when['outputAudio'] === true && rates.outputAudio === undefined
}

function stepsOf({ row, tiers, variants, lanes, windows }: Tariff, ask: CardAsk): readonly Step[] {
  const [tier, variant] = [tiers[ask.tier], variants[ask.variant]]
  const [lane, terms] = lanes[ask.lane] ?? []
  const opening = openingAt(windows, ask.window)
  const { discount, unknownLane } = ask
  const steps: readonly (Step | undefined)[] = [
    { kind: 'row', row },
    row.countedAt === 'end' ? { kind: 'counted-at-end' } : undefined,
    row.graduated === true ? { kind: 'graduated' } : undefined,
    tier === undefined ? undefined : { kind: 'tier', tier },
    ask.thinking ? { kind: 'thinking' } : undefined,
    variant === undefined ? undefined : { kind: 'variant', variant },
    opening === undefined ? undefined : { kind: 'window', window: opening.opening.window, state: opening.state },
    lane === undefined ? undefined : { kind: 'lane', lane, multiplier: terms?.multiplier },
    unknownLane === undefined ? undefined : { kind: 'lane-unknown', lane: unknownLane },
    discount === undefined ? undefined : { kind: 'discount', multiplier: discount.multiplier, note: discount.note },
  ]
  return steps.flatMap((step) => step ?? [])
}

function priceIn(rates: Rates, choice: readonly (keyof Rates)[], factor: Decimal): UnitPrice | undefined {
  for (const rate of choice) {
    const text = rates[rate]
    if (text === undefined) continue
    const unit = times(parseDecimal(text), factor)
    const { numerators, divisor } = overOneDivisor([unit])
    return { rate, unit, doubled: 2 * Number(numerators[0]), divisor: Number(divisor) }
  }
  return undefined
}
