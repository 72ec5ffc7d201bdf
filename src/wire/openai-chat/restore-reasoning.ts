import type { RestoredTurn } from '#wire/dialect.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import { extraContent } from '#wire/openai-chat/thought-signature.ts'
import type { Part, ReasoningPart, RedactedReasoningPart } from '#wire/part.ts'
import type { Source } from '#wire/request.ts'
import { editTurns } from '#wire/shape/edit-source.ts'
import { sealFor } from '#wire/shape/seal.ts'

/** See `Dialect`: texts in `reasoning_content`, sealed ones in `reasoning_details` too, seals of calls on the calls. */
export function restoreReasoning(source: Source, turns: readonly RestoredTurn[]): Source {
  return editTurns(source, turns, { field: 'messages', edit: withReasoning })
}

type Thinking = ReasoningPart | RedactedReasoningPart

function withReasoning(message: JsonObject, { parts, added }: RestoredTurn): JsonObject {
  const onCalls = new Map<string, string>()
  const thoughts: Thinking[] = []
  for (const [i, part] of parts.entries()) {
    if (!added.has(part) || !isThinking(part)) continue
    const next = parts[i + 1]
    const seal = part.kind === 'reasoning' && part.text === '' ? part.signature : undefined
    if (next?.kind === 'tool-call' && seal !== undefined) onCalls.set(next.id, sealFor(OWN, seal, part.sealedBy))
    else thoughts.push(part)
  }
  const text = thoughts.map((part) => (part.kind === 'reasoning' ? part.text : '')).join('')
  const sealed = thoughts.some((part) => part.kind === 'reasoning-redacted' || part.signature !== undefined)
  return {
    ...message,
    ...(text === '' ? {} : { reasoning_content: text }),
    ...(sealed ? { reasoning_details: thoughts.map(detailOf) } : {}),
    ...(onCalls.size === 0 ? {} : { tool_calls: callsWith(message['tool_calls'], onCalls) }),
  }
}

const OWN = 'openai-chat'

function isThinking(part: Part): part is Thinking {
  return part.kind === 'reasoning' || part.kind === 'reasoning-redacted'
}

function detailOf(part: Thinking, index: number): JsonObject {
  if (part.kind === 'reasoning-redacted') {
    return { type: 'reasoning.encrypted', data: sealFor(OWN, part.data, part.sealedBy), index }
  }
  const { text, signature, sealedBy } = part
  const seal = signature === undefined ? {} : { signature: sealFor(OWN, signature, sealedBy) }
  return { type: 'reasoning.text', text, ...seal, index }
}

function callsWith(calls: unknown, seals: ReadonlyMap<string, string>): unknown {
  if (!Array.isArray(calls)) return calls
  const list: readonly unknown[] = calls
  return list.map((call) => {
    const id = isObject(call) ? call['id'] : undefined
    const seal = typeof id === 'string' ? seals.get(id) : undefined
    return isObject(call) && seal !== undefined ? { ...call, ...extraContent(seal) } : call
  })
}
