import type { Event, FinishReason, ReasoningDelta, ReasoningRedacted, ReasoningSignature } from '#wire/event.ts'
import { FINISH_WORDS, type Head } from '#wire/openai-chat/chunks.ts'
import { openaiUsage } from '#wire/shape/openai-usage.ts'
import { extraContent } from '#wire/openai-chat/thought-signature.ts'
import { sealFor } from '#wire/shape/seal.ts'
import type { Usage } from '#wire/usage.ts'

interface FoldedCall {
  readonly block: number
  readonly id: string
  readonly name: string
  readonly seal: string | undefined
  arguments: string
}

/** A reasoning block; `data` in place of a text that only its platform can read. */
interface FoldedReasoning {
  readonly block: number
  text: string
  signature: string | undefined
  readonly data: string | undefined
}

interface FoldedChoice {
  readonly index: number
  content: string | undefined
  refusal: string | undefined
  readonly reasoning: FoldedReasoning[]
  /** A seal without text, which waits for the call that it seals. */
  held: string | undefined
  readonly calls: FoldedCall[]
  finish: FinishReason | undefined
}

/** A whole `chat.completion` from all events of an answer. */
export function foldAnswer(head: Head, events: readonly Event[]): object {
  const choices = new Map<number, FoldedChoice>()
  let usage: Usage | undefined
  for (const event of events) {
    if (event.type === 'usage') usage = event.usage
    else if ('block' in event || event.type === 'finish') fold(choiceAt(choices, event.choice ?? 0), event)
  }
  if (choices.size === 0) choiceAt(choices, 0)
  for (const choice of choices.values()) releaseSeal(choice)
  const sorted = [...choices.values()].sort((a, b) => a.index - b.index)
  return {
    id: head.id,
    object: 'chat.completion',
    created: head.created,
    model: head.model,
    choices: sorted.map(wholeChoice),
    ...(usage === undefined ? {} : { usage: openaiUsage(usage) }),
  }
}

function choiceAt(choices: Map<number, FoldedChoice>, index: number): FoldedChoice {
  const known = choices.get(index)
  if (known !== undefined) return known
  const choice: FoldedChoice = {
    index,
    content: undefined,
    refusal: undefined,
    reasoning: [],
    held: undefined,
    calls: [],
    finish: undefined,
  }
  choices.set(index, choice)
  return choice
}

type Foldable = Extract<Event, { readonly block: number } | { readonly type: 'finish' }>

function fold(choice: FoldedChoice, event: Foldable): void {
  if (!KEEPS_SEAL.has(event.type)) releaseSeal(choice)
  switch (event.type) {
    case 'text-delta':
      choice.content = joined(choice.content, event.text)
      return
    case 'refusal-delta':
      choice.refusal = joined(choice.refusal, event.text)
      return
    case 'reasoning-delta':
    case 'reasoning-signature':
    case 'reasoning-redacted':
      foldReasoning(choice, event)
      return
    case 'tool-call-start':
      choice.calls.push({ block: event.block, id: event.id, name: event.name, seal: choice.held, arguments: '' })
      choice.held = undefined
      return
    case 'tool-call-delta': {
      const call = choice.calls.find(({ block }) => block === event.block)
      if (call !== undefined) call.arguments += event.arguments
      return
    }
    case 'finish':
      choice.finish = event.reason
      return
    case 'block-end':
  }
}

/** What may stand between a seal and the call that it seals, since calls may interleave. */
const KEEPS_SEAL: ReadonlySet<Event['type']> = new Set(['block-end', 'tool-call-start', 'tool-call-delta'])

function joined(before: string | undefined, text: string): string {
  return before === undefined ? text : before + text
}

function foldReasoning(choice: FoldedChoice, event: ReasoningDelta | ReasoningSignature | ReasoningRedacted): void {
  const { block } = event
  if (event.type === 'reasoning-delta') reasoningAt(choice, block).text += event.text
  else if (event.type === 'reasoning-redacted') {
    const data = sealFor('openai-chat', event.data, event.sealedBy)
    choice.reasoning.push({ block, text: '', signature: undefined, data })
  } else {
    const seal = sealFor('openai-chat', event.signature, event.sealedBy)
    const known = choice.reasoning.find((part) => part.block === block)
    if (known === undefined) choice.held = seal
    else known.signature = seal
  }
}

/** What the seal stands before is no call. */
function releaseSeal(choice: FoldedChoice): void {
  if (choice.held === undefined) return
  choice.reasoning.push({ block: -1, text: '', signature: choice.held, data: undefined })
  choice.held = undefined
}

function reasoningAt(choice: FoldedChoice, block: number): FoldedReasoning {
  const known = choice.reasoning.find((part) => part.block === block)
  if (known !== undefined) return known
  const part = { block, text: '', signature: undefined, data: undefined }
  choice.reasoning.push(part)
  return part
}

function wholeChoice(choice: FoldedChoice): object {
  const { index, content, refusal, reasoning, calls, finish } = choice
  const text = reasoning.map((part) => part.text).join('')
  const details = reasoning.some((part) => part.signature !== undefined || part.data !== undefined)
  const empty = calls.length > 0 || refusal !== undefined ? null : ''
  return {
    index,
    message: {
      role: 'assistant',
      content: content ?? empty,
      ...(refusal === undefined ? {} : { refusal }),
      ...(text === '' ? {} : { reasoning_content: text }),
      ...(details ? { reasoning_details: reasoning.map(detailOf) } : {}),
      ...(calls.length === 0 ? {} : { tool_calls: calls.map(wholeCall) }),
    },
    finish_reason: FINISH_WORDS[finish ?? 'stop'],
  }
}

function detailOf({ text, signature, data }: FoldedReasoning, index: number): object {
  if (data !== undefined) return { type: 'reasoning.encrypted', data, index }
  return { type: 'reasoning.text', text, ...(signature === undefined ? {} : { signature }), index }
}

function wholeCall(call: FoldedCall): object {
  const text = call.arguments === '' ? '{}' : call.arguments
  const whole = { id: call.id, type: 'function', function: { name: call.name, arguments: text } }
  return call.seal === undefined ? whole : { ...whole, ...extraContent(call.seal) }
}
