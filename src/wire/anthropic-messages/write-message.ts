import type { WriteContext, WrittenWhole } from '#wire/dialect.ts'
import type { Event, FinishEvent, StartEvent } from '#wire/event.ts'
import type { JsonObject } from '#wire/json.ts'
import { onlyFrame } from '#wire/shape/native.ts'
import { NO_USAGE, type Usage } from '#wire/usage.ts'
import { readInput } from '#wire/anthropic-messages/tool-input.ts'
import { type Lost, lose, OTHER_ANSWERS, REST_OF_INPUT } from '#wire/anthropic-messages/write-lost.ts'
import { messageHead, stopOf, writeUsage } from '#wire/anthropic-messages/write-frames.ts'

/** A content block while its events are folded. */
interface Folded {
  readonly type: 'text' | 'thinking' | 'redacted_thinking' | 'tool_use'
  readonly id: string
  readonly name: string
  text: string
  signature: string
}

interface Fold {
  readonly blocks: Map<number, Folded>
  readonly lost: Lost
  start: StartEvent | undefined
  usage: Usage | undefined
  finish: FinishEvent | undefined
}

/** The whole message. Within the dialect an answer that nobody touched leaves as it came. */
export function whole(context: WriteContext, events: readonly Event[]): WrittenWhole {
  const frame = context.native ? onlyFrame(events) : undefined
  if (frame !== undefined) return { frame, lost: [] }
  const fold: Fold = { blocks: new Map(), lost: new Map(), start: undefined, usage: undefined, finish: undefined }
  for (const event of events) add(fold, event)
  const content = [...fold.blocks.values()].filter(hasContent).map((block) => blockOf(block, fold.lost))
  const toolCalls = content.some((block) => block['type'] === 'tool_use')
  const message = {
    ...messageHead(context, fold.start),
    content,
    ...stopOf(fold.finish, toolCalls),
    usage: writeUsage(fold.usage ?? NO_USAGE),
  }
  return { frame: { data: JSON.stringify(message) }, lost: [...fold.lost.values()] }
}

function add(fold: Fold, event: Event): void {
  if ((event.choice ?? 0) > 0) lose(fold.lost, ...OTHER_ANSWERS)
  else if (event.type === 'extension') lose(fold.lost, event.path)
  else if (event.type === 'start') fold.start = event
  else if (event.type === 'usage') fold.usage = event.usage
  else if (event.type === 'finish') fold.finish = event
  else if ('block' in event) addContent(fold, event)
}

function addContent(fold: Fold, event: Extract<Event, { block: number }>): void {
  switch (event.type) {
    case 'text-delta':
    case 'refusal-delta':
      block(fold, event.block, { type: 'text' }).text += event.text
      return
    case 'reasoning-delta':
      block(fold, event.block, { type: 'thinking' }).text += event.text
      return
    case 'reasoning-signature':
      block(fold, event.block, { type: 'thinking' }).signature = event.signature
      return
    case 'reasoning-redacted':
      block(fold, event.block, { type: 'redacted_thinking' }).text = event.data
      return
    case 'tool-call-start':
      block(fold, event.block, { type: 'tool_use', id: event.id, name: event.name })
      return
    case 'tool-call-delta':
      block(fold, event.block, { type: 'tool_use' }).text += event.arguments
      return
    case 'block-end':
  }
}

type Opening = Pick<Folded, 'type'> & { readonly id?: string; readonly name?: string }

function block(fold: Fold, number: number, { type, id = '', name = '' }: Opening): Folded {
  const known = fold.blocks.get(number)
  if (known !== undefined) return known
  const added: Folded = { type, id, name, text: '', signature: '' }
  fold.blocks.set(number, added)
  return added
}

/** Anthropic refuses to read its own empty text blocks back, so none is written. */
function hasContent({ type, text }: Folded): boolean {
  return type !== 'text' || text !== ''
}

function blockOf({ type, id, name, text, signature }: Folded, lost: Lost): JsonObject {
  switch (type) {
    case 'text':
      return { type, text }
    case 'thinking':
      return { type, thinking: text, signature }
    case 'redacted_thinking':
      return { type, data: text }
    case 'tool_use': {
      const { input, exact } = readInput(text)
      if (!exact) lose(lost, ...REST_OF_INPUT)
      return { type, id, name, input: input ?? {} }
    }
  }
}
