import type { Anchor, KeptTurn, Thought } from '#engine/recall/kept.ts'
import type { Target } from '#engine/target.ts'
import type { RestoredTurn } from '#wire/dialect.ts'
import type { Part, SealMaker } from '#wire/part.ts'
import type { Message } from '#wire/request.ts'
import { type SealAccount, sealOf, takesSealOf } from '#wire/shape/seal.ts'

/** A turn that lost its thinking, with what was kept of it. */
export interface FoundTurn {
  readonly message: Message
  readonly thinks: boolean
  readonly kept: KeptTurn
}

/** The operator's account that a target is called with. */
export function accountOf({ provider, resolved }: Target): SealAccount {
  return { provider: provider.id, platform: resolved.platform.id }
}

/** Whether a target takes back a seal that an account made of an answer in a dialect. */
export function takesBack(
  target: Target,
  seal: { readonly sealedBy: SealMaker | undefined; readonly account: SealAccount },
): boolean {
  const { dialect, quirks } = target.resolved
  return seal.sealedBy === dialect && takesSealOf(accountOf(target), seal.account, quirks)
}

/** The turns as a target gets them: with what it demands back, or can make use of. Turns that stay as they are are left out. */
export function restoredTurns(found: readonly FoundTurn[], target: Target): RestoredTurn[] {
  return found.flatMap((turn) => {
    const thoughts = turn.kept.thoughts.flatMap(({ part, before }) => {
      const wanted = wantedOf(part, turn, target)
      return wanted === undefined ? [] : [{ part: wanted, before }]
    })
    if (thoughts.length === 0) return []
    const { path, parts } = turn.message
    return [{ path, parts: withThoughts(parts, thoughts), added: new Set<Part>(thoughts.map(({ part }) => part)) }]
  })
}

/**
 * A platform that demands thinking gets its text, with the seal if it made it; others only what they sealed themselves.
 * Beside a caller's own thinking nothing is put but seals that have no text.
 */
function wantedOf(part: Thought, { thinks, kept }: FoundTurn, target: Target): Thought | undefined {
  const { reasoningReturn } = target.resolved.quirks
  if (reasoningReturn === 'refused') return undefined
  const own = sealOf(part) !== undefined && takesBack(target, { sealedBy: part.sealedBy, account: kept.account })
  if (part.kind === 'reasoning-redacted') return own && !thinks ? part : undefined
  if (thinks && part.text !== '') return undefined
  if (own) return part
  return reasoningReturn === 'required' && part.text !== '' ? { kind: 'reasoning', text: part.text } : undefined
}

interface Placed {
  readonly part: Thought
  readonly before: Anchor | undefined
}

function withThoughts(parts: readonly Part[], thoughts: readonly Placed[]): Part[] {
  const places = thoughts.map(({ before }) => (before === undefined ? parts.length : placeOf(parts, before)))
  const restored: Part[] = []
  for (let i = 0; i <= parts.length; i++) {
    thoughts.forEach(({ part }, t) => {
      if (places[t] === i) restored.push(part)
    })
    const part = parts[i]
    if (part !== undefined) restored.push(part)
  }
  return restored
}

/** Where a caller has less than the model said (texts in one, calls parted), the nearest place before it. */
function placeOf(parts: readonly Part[], before: Anchor): number {
  if ('call' in before) {
    const place = parts.findIndex((part) => part.kind === 'tool-call' && part.id === before.call)
    return Math.max(0, place)
  }
  const texts = [...parts.keys()].filter((i) => parts[i]?.kind === 'text')
  const call = parts.findIndex((part) => part.kind === 'tool-call')
  return texts[before.text] ?? (call < 0 ? parts.length : call)
}
