import { decimalText, parseDecimal } from '#catalog/money.ts'
import type { OpeningState } from '#catalog/openings.ts'
import type { PriceFee, PriceRow, PriceTier, PriceVariant, PriceWindow } from '#catalog/schema.ts'
import type { Counted } from '#wire/usage.ts'

/** One rule that made a price what it is. */
export type Step =
  | { readonly kind: 'row'; readonly row: PriceRow }
  /** Said only where it is not the start. */
  | { readonly kind: 'counted-at-end' }
  | { readonly kind: 'tier'; readonly tier: PriceTier }
  | { readonly kind: 'graduated' }
  | { readonly kind: 'thinking' }
  | { readonly kind: 'variant'; readonly variant: PriceVariant }
  | { readonly kind: 'window'; readonly window: PriceWindow; readonly state: OpeningState }
  | { readonly kind: 'lane'; readonly lane: string; readonly multiplier: string | undefined }
  | { readonly kind: 'lane-unknown'; readonly lane: string }
  | { readonly kind: 'discount'; readonly multiplier: string; readonly note: string | undefined }
  | { readonly kind: 'fee-unknown'; readonly what: Counted }
  | { readonly kind: 'fee-free'; readonly what: Counted; readonly free: string }

/** The same in one line of plain words. */
export function ruleWords(steps: readonly Step[]): string {
  return steps.map(stepWords).join(', ')
}

/** Why a price is not certain; undefined where it is. */
export function doubtOf(steps: readonly Step[]): string | undefined {
  const doubts = steps.flatMap((step) => doubt(step) ?? [])
  return doubts.length === 0 ? undefined : doubts.join('; ')
}

/** One rule in plain words. */
export function stepWords(step: Step): string {
  switch (step.kind) {
    case 'row':
      return rowWords(step.row)
    case 'counted-at-end':
      return 'by the end of the request'
    case 'tier':
      return tierWords(step.tier)
    case 'graduated':
      return 'each part at the rates of its tier'
    case 'thinking':
      return 'output of an answer that thought'
    case 'variant':
      return `where ${whenWords(step.variant)}`
    case 'window':
    case 'lane':
    case 'discount':
      return factorWords(step)
    default:
      return doubt(step) ?? ''
  }
}

function factorWords(step: Extract<Step, { kind: 'window' | 'lane' | 'discount' }>): string {
  switch (step.kind) {
    case 'window':
      return windowWords(step.window, step.state)
    case 'lane':
      return step.multiplier === undefined ? `rates of ${step.lane}` : `times ${plain(step.multiplier)} (${step.lane})`
    case 'discount':
      return `times ${plain(step.multiplier)} (${step.note ?? 'contract discount'})`
  }
}

function doubt(step: Step): string | undefined {
  switch (step.kind) {
    case 'lane-unknown':
      return `no price is known for service tier ${step.lane}: the standard one is taken`
    case 'fee-unknown':
      return `no fee is known for ${step.what}`
    case 'fee-free':
      return `free allowance of ${step.what} not applied (${step.free})`
    case 'window':
      if (step.state !== 'assumed') return undefined
      return `the ${step.window.holidays} calendar does not reach that day: taken as no public holiday`
    default:
      return undefined
  }
}

/** Without zeros at the end. */
function plain(decimal: string): string {
  return decimalText(parseDecimal(decimal))
}

const UNIT_WORDS: Readonly<Partial<Record<PriceRow['unit'], string>>> = {
  'million-tokens': 'million tokens',
  'million-characters': 'million characters',
}

function rowWords({ currency, unit, asOf, from, until }: PriceRow): string {
  const dates = `${from === undefined ? '' : ` from ${from}`}${until === undefined ? '' : ` until ${until}`}`
  return `${currency} per ${UNIT_WORDS[unit] ?? unit} as of ${asOf}${dates}`
}

function tierWords(tier: PriceTier): string {
  const above = tier.inputAbove > 0 ? [`input above ${tier.inputAbove} tokens`] : []
  if (tier.outputAbove !== undefined) above.push(`output above ${tier.outputAbove} tokens`)
  return above.join(' and ')
}

/** `resolution 1080p and inputVideo`. */
export function whenWords({ when }: PriceVariant): string {
  return Object.entries(when)
    .map(([name, value]) => {
      if (typeof value === 'boolean') return value ? name : `no ${name}`
      return `${name} ${typeof value === 'string' ? value : value.join(' or ')}`
    })
    .join(' and ')
}

const DAY_NAMES = ['', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** Plain words for a window: what is multiplied, when, and why not where it does not apply. */
function windowWords(window: PriceWindow, state: OpeningState): string {
  const { weekdays, from, until, timeZone, holidays, exempt } = window
  const multiplier = plain(window.multiplier)
  const days = weekdays === undefined ? 'daily' : weekdays.map((day) => DAY_NAMES[day]).join(' ')
  const hours = `${days} ${from}-${until} ${timeZone}`
  switch (state) {
    case 'holiday':
      return `not times ${multiplier} (${hours}): a public holiday of the ${holidays} calendar`
    case 'made-up':
      return `not times ${multiplier} (${hours}): a day of the weekend, though worked by the ${holidays} calendar`
    case 'assumed':
    case 'open': {
      const exemption = exempt === undefined ? '' : `, exemption of ${exempt} not applied`
      const doubtful = state === 'open' ? '' : `, which the ${holidays} calendar does not reach: dearer reading`
      const apart =
        holidays === undefined || state === 'assumed' ? '' : `, no public holiday of the ${holidays} calendar`
      return `times ${multiplier} (${hours}${exemption}${apart}${doubtful})`
    }
  }
}

/** The step of a fee that cannot be had exactly; undefined for one that can. */
export function feeStep(what: Counted, fee: PriceFee | undefined): Step | undefined {
  if (fee === undefined) return { kind: 'fee-unknown', what }
  return fee.free === undefined ? undefined : { kind: 'fee-free', what, free: fee.free }
}
