import { type Discount, explainPrice, formatMoney, priceOf, priceOfSearches, upperBound } from '#catalog/index.ts'
import { estimatedInput, twelfthsOf } from '#engine/meter/estimate.ts'
import type { Charge } from '#engine/meter/packages.ts'
import { summedBills } from '#engine/meter/sum.ts'
import type { Money } from '#engine/ports.ts'
import type { Target } from '#engine/target.ts'
import type { TraceCost } from '#engine/trace.ts'
import type { Event } from '#wire/event.ts'
import type { Failure } from '#wire/failure.ts'
import type { ModelRequest } from '#wire/request.ts'
import { fitsPattern } from '#wire/shape/pattern.ts'
import { type Counts, NO_USAGE, outputTokens, type Usage } from '#wire/usage.ts'

/** What has been seen of an answer so far. Changed only by `observe`. */
export interface Meter {
  usage: Usage | undefined
  /** The calls that it is the sum of, where there were several. */
  calls: readonly Usage[] | undefined
  /** Output seen, in twelfths of a token, for an estimate where the platform's figure never comes. */
  textTwelfths: number
  reasoningTwelfths: number
  /** The terminal event, once it came. */
  end: 'complete' | Failure | undefined
}

export function meter(): Meter {
  return { usage: undefined, calls: undefined, textTwelfths: 0, reasoningTwelfths: 0, end: undefined }
}

/** Takes note of a batch. An error's own text is never counted as output (pain T29). */
export function observe(state: Meter, events: readonly Event[]): void {
  for (const event of events) {
    if (event.type === 'usage') {
      state.usage = event.usage
      state.calls = event.calls
    } else if (event.type === 'end') state.end = 'complete'
    else if (event.type === 'failure') state.end = event.failure
    else if (event.type === 'reasoning-delta') state.reasoningTwelfths += twelfthsOf(event.text)
    else state.textTwelfths += twelfthsOf(outputText(event))
  }
}

/** What an event adds to the visible output: text, and the names and arguments of calls. */
function outputText(event: Event): string {
  switch (event.type) {
    case 'text-delta':
    case 'refusal-delta':
      return event.text
    case 'tool-call-start':
      return event.name
    case 'tool-call-delta':
      return event.arguments
    default:
      return ''
  }
}

/** Final figures of a request; `estimated` says why they are ours and not the platform's. */
export interface Bill {
  readonly usage: Usage
  readonly estimated?: string
  readonly money?: Money
  readonly cost?: TraceCost
  readonly price?: string
  /** The prices that it is the sum of, where packages may cover some of it. */
  readonly charges?: readonly Charge[]
}

/**
 * The platform's own figures where they came. Where they did not (the caller hung up, the stream broke, the platform
 * sends none) what was seen is counted and marked as an estimate: input as sent, output as far as it came.
 */
export function bill(
  state: Meter,
  context: Moment & { readonly request: ModelRequest; readonly target: Target; readonly why: string },
): Bill {
  const complete = state.end === 'complete'
  const usage = state.usage
  if (usage !== undefined && (complete || coversWhatCame(state, usage))) {
    return summedBills((state.calls ?? [usage]).map((call) => priced(call, undefined, context)))
  }
  const estimate: Usage = {
    ...NO_USAGE,
    ...usage,
    inputFresh: usage === undefined ? estimatedInput(context.request) : usage.inputFresh,
    outputText: Math.ceil(state.textTwelfths / 12),
    outputReasoning: Math.ceil(state.reasoningTwelfths / 12),
    estimated: true,
  }
  return priced(estimate, context.why, context)
}

/** Running figures (Anthropic's first event, SiliconFlow's every chunk) may be older than the text that came after them. */
function coversWhatCame(state: Meter, usage: Usage): boolean {
  return outputTokens(usage) * 12 >= state.textTwelfths + state.reasoningTwelfths
}

/** When a request ended, and when it began, where that is known: makers price by the one or the other. */
interface Moment {
  readonly now: number
  readonly begunAt?: number
}

interface PricedContext extends Moment {
  readonly target: Target
  readonly searches?: number
}

/** What a usage costs at a target. `searches` counts where its model is billed by them. */
export function priced(usage: Usage, estimated: string | undefined, context: PricedContext): Bill {
  const { target } = context
  const price = priceAt(usage, context)
  const why = estimated === undefined ? {} : { estimated }
  if (price === undefined || !price.ok) return { usage, ...why }
  const { nanos, currency, rule, row, doubt } = price
  const doubted = estimated ?? doubt
  const marked = doubted === undefined ? {} : { estimated: doubted }
  return {
    usage,
    ...marked,
    money: { nanos, currency },
    cost: { amount: formatMoney(nanos, currency).split(' ')[0] ?? '0', currency, rule, ...marked },
    price: `${row.source} (${row.asOf})`,
    ...('lines' in price ? { charges: [{ target, price, at: context.begunAt ?? context.now }] } : {}),
  }
}

/** With its lines where packages may cover some of them: dearer to make. */
function priceAt(usage: Usage, context: PricedContext): ReturnType<typeof priceOf | typeof explainPrice> | undefined {
  const { target, now, searches } = context
  const { offer } = target.resolved
  if (offer === undefined) return undefined
  const at = context.begunAt ?? now
  const isBySearch = searches !== undefined && offer.prices.some((row) => row.unit === 'search')
  const wanted = {
    offer,
    at,
    endedAt: now,
    usage: isBySearch ? { ...usage, counts: { ...usage.counts, search: searches } } : usage,
    ...contractOf(target, at),
  }
  const { billing } = target.provider
  return billing === undefined || billing.packages.length === 0 ? priceOf(wanted) : explainPrice(wanted)
}

/** What the operator's contract says of a request that began then. */
function contractOf(target: Target, at: number): { readonly currency?: string; readonly discount?: Discount } {
  const { billing } = target.provider
  if (billing === undefined) return {}
  const { currency, discounts } = billing
  const discount = discounts.find((each) => each.from <= at && at < each.until && isFor(each.models, target))
  return { ...(currency === undefined ? {} : { currency }), ...(discount === undefined ? {} : { discount }) }
}

function isFor(models: readonly string[], { resolved }: Target): boolean {
  return models.length === 0 || models.some((pattern) => fitsPattern(pattern, resolved.model))
}

/** What a bound of the cost is reckoned from. */
interface Most {
  readonly inputTokens: number
  readonly maxOutputTokens: number | undefined
  readonly now: number
  readonly searches?: number
  readonly answers?: number
  readonly schema?: boolean
  /** It may carry sounds or pictures, be served faster than usual, or have tools run by the platform. */
  readonly media?: boolean
  readonly lanes?: boolean
  readonly counts?: Counts
}

/** The most that a request can cost at a target, whatever calls it takes there, or undefined where it has no price. */
export function boundOf(target: Target, context: Most): Money | undefined {
  const { offer } = target.resolved
  if (offer === undefined) return undefined
  const { searches, now, inputTokens } = context
  const bySearch = searches === undefined ? undefined : priceOfSearches({ offer, searches, at: now })
  if (bySearch !== undefined) return { nanos: bySearch.nanos, currency: bySearch.currency }
  const maxOutputTokens = context.maxOutputTokens ?? offer.maxOutput ?? 8_192
  const { calls, answers, repairs } = callsOf(target, context)
  const terms = { offer, ...termsOf(target, context) }
  const first = upperBound({ ...terms, inputTokens, maxOutputTokens: maxOutputTokens * answers })
  if (first === undefined) return undefined
  if (!repairs) return { nanos: first.nanos * calls, currency: first.currency }
  // The answer that is to be repaired goes back with some words on what is wrong with it.
  const more = inputTokens + maxOutputTokens + REPAIR_TOKENS
  const second = upperBound({ ...terms, inputTokens: more, maxOutputTokens })
  return second === undefined ? undefined : { nanos: (first.nanos + second.nanos) * calls, currency: first.currency }
}

/** How many calls a target takes for a request, for how many answers each, and whether each may need another. */
function callsOf(
  { resolved: { quirks } }: Target,
  { answers = 1, schema = false }: Most,
): { readonly calls: bigint; readonly answers: number; readonly repairs: boolean } {
  const repairs = schema && !quirks.responseFormats.includes('json-schema')
  const most = repairs ? 1 : Math.max(1, Math.min(answers, quirks.answersMax))
  return { calls: BigInt(Math.ceil(answers / most)), answers: most, repairs }
}

function termsOf(
  { provider: { billing } }: Target,
  { now, media = false, lanes = false, counts }: Most,
): Omit<Parameters<typeof upperBound>[0], 'offer' | 'inputTokens' | 'maxOutputTokens'> {
  const currency = billing?.currency
  return {
    at: now,
    media,
    lanes,
    ...(counts === undefined ? {} : { counts }),
    ...(currency === undefined ? {} : { currency }),
  }
}

const REPAIR_TOKENS = 2_000
