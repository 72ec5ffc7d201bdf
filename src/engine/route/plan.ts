import { upperBound } from '#catalog/index.ts'
import type { Found } from '#engine/route/registry.ts'
import type { Planned, Target } from '#engine/target.ts'

/** What planning may look at. */
export interface PlanFacts {
  /** Unix milliseconds: prices are functions of time. */
  readonly now: number
  readonly inputTokens: number
  readonly maxOutputTokens: number | undefined
  /** Text that makes weighted choices stable: the session, else the key. */
  readonly affinity: string
}

/** The targets in the order in which to try them, each with its reason. Pure. */
export function plan(found: Found, facts: PlanFacts): readonly Planned[] {
  const { targets, strategy } = found
  if (targets.length === 1) return targets.map((target) => ({ target, reason: 'only target' }))
  switch (strategy) {
    case 'priority':
      return targets.map((target, place) => ({ target, reason: `priority ${place + 1}` }))
    case 'weighted':
      return byWeight(targets, facts.affinity)
    case 'cheapest':
      return byPrice(targets, facts)
    case 'fastest':
      return targets.map((target, place) => ({ target, reason: `declared ${place + 1}: speeds are not measured yet` }))
  }
}

/** Rendezvous hashing: each target draws a number from its name and the affinity; a heavier weight draws higher. Stable as long as targets stay. */
function byWeight(targets: readonly Target[], affinity: string): Planned[] {
  const drawn = targets.map((target) => ({
    target,
    score: target.weight / -Math.log(fractionOf(`${affinity} ${target.id}`)),
  }))
  return drawn
    .toSorted((a, b) => b.score - a.score)
    .map(({ target }) => ({ target, reason: `weight ${target.weight}` }))
}

/** FNV-1a of a text as a fraction in (0, 1). */
function fractionOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return ((hash >>> 0) + 0.5) / 0x1_0000_0000
}

/** By the upper bound of this request's cost. Targets in another currency or without a price come last, in their declared order: amounts of two currencies are not compared. */
function byPrice(targets: readonly Target[], facts: PlanFacts): Planned[] {
  const priced = targets.map((target, place) => {
    const { offer } = target.resolved
    const bound = offer === undefined ? undefined : upperBound({ ...boundOf(target, facts), offer })
    return { target, place, bound }
  })
  const currency = priced.find(({ bound }) => bound !== undefined)?.bound?.currency
  const rank = (bound: { currency: string } | undefined): number => (bound?.currency === currency ? 0 : 1)
  return priced
    .toSorted((a, b) => {
      if (rank(a.bound) !== rank(b.bound)) return rank(a.bound) - rank(b.bound)
      const difference = (a.bound?.nanos ?? 0n) - (b.bound?.nanos ?? 0n)
      return rank(a.bound) === 1 || difference === 0n ? a.place - b.place : difference < 0n ? -1 : 1
    })
    .map(({ target, bound }, place) => ({
      target,
      reason: bound?.currency === currency && bound !== undefined ? `cheapest ${place + 1}` : 'no comparable price',
    }))
}

function boundOf(target: Target, facts: PlanFacts): { inputTokens: number; maxOutputTokens: number; at: number } {
  const maxOutputTokens = facts.maxOutputTokens ?? target.resolved.offer?.maxOutput ?? 4096
  return { inputTokens: facts.inputTokens, maxOutputTokens, at: facts.now }
}
