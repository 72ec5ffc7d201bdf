import type { Catalog } from '#catalog/catalog.ts'
import { CONTENT } from '#catalog/compare/content.ts'
import { CONVERSATION } from '#catalog/compare/conversation.ts'
import type { Feature } from '#catalog/compare/feature.ts'
import { judgeField } from '#catalog/compare/field.ts'
import { OPERATIONS } from '#catalog/compare/operations.ts'
import { REASONING } from '#catalog/compare/reasoning.ts'
import { SAMPLING } from '#catalog/compare/sampling.ts'
import { type NoTarget, type Target, targetsOf } from '#catalog/compare/target.ts'
import { TOOLS } from '#catalog/compare/tools.ts'
import { type Judged, rankOf, VERDICTS, type Verdict, type Words } from '#catalog/compare/verdict.ts'
import type { Platform } from '#catalog/schema.ts'

/** Every feature, in the order in which tables show them. */
export const FEATURES: readonly Feature[] = [
  ...CONVERSATION,
  ...SAMPLING,
  ...TOOLS,
  ...CONTENT,
  ...REASONING,
  ...OPERATIONS,
]

/** A verdict on one side; of several models the best. */
export interface State extends Judged {
  /** How many models are so well off, of how many; absent where all are, or a model is named. */
  readonly models?: { readonly so: number; readonly of: number }
}

/** One feature on both sides. */
export interface Compared {
  readonly feature: string
  readonly title: Words
  readonly parameters: readonly string[]
  /** What the application has today. */
  readonly from: State
  /** What it has through the gateway after the move. */
  readonly to: State
  /** `other` = neither lost nor gained, and not the same: another form, or other bounds. */
  readonly change: 'lost' | 'gained' | 'other' | 'same'
}

/** A side of a comparison: a platform, or one of its models. */
export interface Side {
  readonly platform: Platform
  readonly model?: string
}

export type Comparison =
  | { readonly ok: true; readonly rows: readonly Compared[] }
  /** Which side cannot be called, and why. */
  | { readonly ok: false; readonly side: 'from' | 'to'; readonly reason: string }

/** What an application that runs on `from` loses and gains by moving to `to` behind the gateway, feature by feature. */
export function compare(catalog: Catalog, from: Side, to: Side): Comparison {
  const [before, after] = [from, to].map(({ platform, model }) => targetsOf(catalog, platform, model))
  if (before === undefined || isNone(before)) return { ok: false, side: 'from', reason: before?.reason ?? '' }
  if (after === undefined || isNone(after)) return { ok: false, side: 'to', reason: after?.reason ?? '' }
  return { ok: true, rows: FEATURES.map((feature) => compared(feature, before, after)) }
}

function isNone(targets: readonly Target[] | NoTarget): targets is NoTarget {
  return 'reason' in targets
}

function compared(feature: Feature, before: readonly Target[], after: readonly Target[]): Compared {
  const from = stateOf(before.map(feature.direct ?? feature.judge))
  const to = stateOf(after.map(feature.judge))
  const { id, title, parameters } = feature
  return { feature: id, title, parameters, from, to, change: changeOf(from, to) }
}

/**
 * The best of several: which model is asked is the operator's choice. What is known counts before guesses; among equals
 * the verdict of most models, and the largest bound.
 */
function stateOf(judged: readonly Judged[]): State {
  const known = judged.filter(({ guess }) => guess !== true)
  const counted = known.length > 0 ? known : judged
  const best = Math.min(...counted.map(({ verdict }) => rankOf(verdict)))
  const so = counted.filter(({ verdict }) => rankOf(verdict) === best)
  const [usual] = VERDICTS.toSorted((a, b) => countOf(so, b) - countOf(so, a))
  const alike = so.filter(({ verdict }) => verdict === usual)
  const [first, ...more] = alike.toSorted((a, b) => (b.amount ?? 0) - (a.amount ?? 0))
  if (first === undefined) throw new RangeError('a side has at least one target')
  // What is true of one of many is not true of all: a detail counts where they agree, or is the best of them.
  const agreed = first.amount !== undefined || more.every(({ detail }) => detail?.en === first.detail?.en)
  const { detail: _, ...bare } = first
  const models = so.length < judged.length ? { models: { so: so.length, of: judged.length } } : {}
  return { ...(agreed ? first : bare), ...models }
}

function countOf(judged: readonly Judged[], verdict: Verdict): number {
  return judged.filter((each) => each.verdict === verdict).length
}

function changeOf(from: State, to: State): Compared['change'] {
  const worse = rankOf(to.verdict) - rankOf(from.verdict)
  if (worse !== 0) return worse > 0 ? 'lost' : 'gained'
  if (from.amount !== undefined && to.amount !== undefined && from.amount !== to.amount) {
    return to.amount < from.amount ? 'lost' : 'gained'
  }
  return from.verdict === to.verdict && from.detail?.en === to.detail?.en ? 'same' : 'other'
}

/** The best verdict on each feature that several targets have together, by the feature's id. */
export function statesOf(targets: readonly Target[]): ReadonlyMap<string, State> {
  return new Map(FEATURES.map(({ id, judge }) => [id, stateOf(targets.map(judge))]))
}

/** Verdicts on what applications write, by OpenAI's names for it. */
export interface Verdicts {
  /** By parameter: `logit_bias`, `tool_choice.required`, `messages.content.image_url`, `embeddings`. */
  readonly byParameter: ReadonlyMap<string, State>
  /** Of any field at the top of a chat request, also of one that nobody has heard of. */
  ofField(name: string): State
}

/** What becomes of an application's words on a platform, or on one of its models; the reason where it cannot be called. */
export function verdictsOn(catalog: Catalog, { platform, model }: Side): Verdicts | NoTarget {
  const targets = targetsOf(catalog, platform, model)
  if (isNone(targets)) return targets
  const byParameter = new Map<string, State>()
  for (const feature of FEATURES) {
    const state = stateOf(targets.map(feature.judge))
    for (const parameter of feature.parameters) byParameter.set(parameter, state)
  }
  return {
    byParameter,
    ofField: (name) => byParameter.get(name) ?? stateOf(targets.map((target) => judgeField(target, name))),
  }
}
