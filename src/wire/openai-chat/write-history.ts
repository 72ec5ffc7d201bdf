import type { JsonObject } from '#wire/json.ts'
import { reasoningPlace } from '#wire/openai-chat/reasoning-place.ts'
import { extraContent } from '#wire/openai-chat/thought-signature.ts'
import { note, type Writing } from '#wire/openai-chat/write-parts.ts'
import type { Part, ReasoningPart, RedactedReasoningPart, ToolCallPart } from '#wire/part.ts'
import type { Message } from '#wire/request.ts'
import { fits, sealOf, sealPath } from '#wire/shape/seal.ts'

/** An earlier turn's thinking in OpenAI's form: fields of the message, and seals that stand on its calls. */
export interface WrittenReasoning {
  readonly fields: JsonObject
  readonly onCalls: ReadonlyMap<ToolCallPart, string>
}

type Thinking = ReasoningPart | RedactedReasoningPart

const NONE: WrittenReasoning = { fields: {}, onCalls: new Map() }

/** Thinking of an earlier turn in the platform's field; seals only where the form has a place, and the platform made them. */
export function writeReasoning(writing: Writing, message: Message): WrittenReasoning {
  if (!message.parts.some(isThinking)) return NONE
  const parts = withoutForeignSeals(writing, message)
  if (!parts.some(isThinking)) return NONE
  const place = reasoningPlace(writing.quirks)
  if (place === 'reasoning_details') {
    return { fields: { reasoning_details: parts.filter(isThinking).map(detailOf) }, onCalls: new Map() }
  }
  const { onCalls, onMessage } = looseSeals(writing, message, parts)
  const seal = onMessage === undefined ? {} : extraContent(onMessage)
  noteLost(writing, message, parts.filter(isThinking))
  const texts = parts.filter((part) => part.kind === 'reasoning').map(({ text }) => text)
  const text = texts.filter((part) => part !== '').join('\n\n')
  if (text === '') return { fields: seal, onCalls }
  if (place === 'none') {
    note(writing, message, { action: 'dropped', detail: 'reasoning: the platform has no field for it' })
    return { fields: seal, onCalls }
  }
  return { fields: { [place === 'think-tags' ? 'reasoning_content' : place]: text, ...seal }, onCalls }
}

function isThinking(part: Part): part is Thinking {
  return part.kind === 'reasoning' || part.kind === 'reasoning-redacted'
}

/** The parts without seals that a platform of this dialect would refuse, and without what was nothing but such a seal. */
function withoutForeignSeals(writing: Writing, message: Message): readonly Part[] {
  const parts: Part[] = []
  for (const part of message.parts) {
    if (!isThinking(part) || sealOf(part) === undefined || fits('openai-chat', part)) {
      parts.push(part)
      continue
    }
    const path = sealPath(writing.request, message, part)
    writing.warnings.push({ action: 'dropped', path, detail: 'a seal that only its maker takes back' })
    if (part.kind === 'reasoning' && part.text !== '') parts.push({ kind: 'reasoning', text: part.text })
  }
  return parts
}

function detailOf(part: Thinking, index: number): JsonObject {
  if (part.kind === 'reasoning-redacted') return { type: 'reasoning.encrypted', data: part.data, index }
  const { text, signature } = part
  return { type: 'reasoning.text', text, ...(signature === undefined ? {} : { signature }), index }
}

/** Seals without text, in Google's place: on the call that follows, else on the message. */
function looseSeals(
  writing: Writing,
  message: Message,
  parts: readonly Part[],
): { readonly onCalls: ReadonlyMap<ToolCallPart, string>; readonly onMessage: string | undefined } {
  const onCalls = new Map<ToolCallPart, string>()
  let onMessage: string | undefined
  for (const [i, part] of parts.entries()) {
    if (part.kind !== 'reasoning' || part.text !== '' || part.signature === undefined) continue
    const next = parts[i + 1]
    if (next?.kind === 'tool-call') onCalls.set(next, part.signature)
    else if (onMessage === undefined) onMessage = part.signature
    else note(writing, message, { action: 'dropped', detail: 'a second seal of the text: a message has one place' })
  }
  return { onCalls, onMessage }
}

function noteLost(writing: Writing, message: Message, parts: readonly Thinking[]): void {
  if (parts.some((part) => part.kind === 'reasoning-redacted')) {
    note(writing, message, { action: 'dropped', detail: 'redacted reasoning: only its own platform can read it' })
  }
  if (parts.some((part) => part.kind === 'reasoning' && part.text !== '' && part.signature !== undefined)) {
    note(writing, message, { action: 'dropped', detail: "the reasoning's signature: the platform has no field for it" })
  }
}
