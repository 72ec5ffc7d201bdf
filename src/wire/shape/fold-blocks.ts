import type { DialectId } from '#wire/dialect.ts'
import type { Event, FinishEvent, StartEvent } from '#wire/event.ts'
import { type Lost, lose, OTHER_ANSWERS } from '#wire/shape/lost.ts'
import type { BlockKind, Opening } from '#wire/shape/serial-blocks.ts'
import type { Usage } from '#wire/usage.ts'

/** A content block, whole: its text, its arguments, or thinking that only its platform can read. */
export interface FoldedBlock {
  readonly kind: BlockKind
  /** Of calls; empty elsewhere. */
  readonly id: string
  readonly name: string
  text: string
  signature: string
  sealedBy: DialectId | undefined
}

/** An answer in one piece, for a dialect with one answer to a request. */
export interface FoldedAnswer {
  /** By the number that events give, in the order of their first appearance. */
  readonly blocks: Map<number, FoldedBlock>
  readonly lost: Lost
  start: StartEvent | undefined
  usage: Usage | undefined
  finish: FinishEvent | undefined
}

/** All events of an answer as its blocks. What such a dialect has no place for is noted as lost. */
export function foldBlocks(events: readonly Event[]): FoldedAnswer {
  const answer: FoldedAnswer = {
    blocks: new Map(),
    lost: new Map(),
    start: undefined,
    usage: undefined,
    finish: undefined,
  }
  for (const event of events) add(answer, event)
  return answer
}

function add(answer: FoldedAnswer, event: Event): void {
  if ((event.choice ?? 0) > 0) lose(answer.lost, ...OTHER_ANSWERS)
  else if (event.type === 'extension') lose(answer.lost, event.path)
  else if (event.type === 'start') answer.start = event
  else if (event.type === 'usage') answer.usage = event.usage
  else if (event.type === 'finish') answer.finish = event
  else if ('block' in event) addContent(answer, event)
}

function addContent(answer: FoldedAnswer, event: Extract<Event, { block: number }>): void {
  switch (event.type) {
    case 'text-delta':
    case 'refusal-delta':
      blockOf(answer, event.block, { kind: 'text' }).text += event.text
      return
    case 'reasoning-delta':
      blockOf(answer, event.block, { kind: 'reasoning' }).text += event.text
      return
    case 'reasoning-signature': {
      const block = blockOf(answer, event.block, { kind: 'reasoning' })
      block.signature = event.signature
      block.sealedBy = event.sealedBy
      return
    }
    case 'reasoning-redacted': {
      const block = blockOf(answer, event.block, { kind: 'redacted', data: event.data })
      block.text = event.data
      block.sealedBy = event.sealedBy
      return
    }
    case 'tool-call-start':
      blockOf(answer, event.block, { kind: 'call', id: event.id, name: event.name })
      return
    case 'tool-call-delta':
      blockOf(answer, event.block, { kind: 'call', id: '', name: '' }).text += event.arguments
      return
    case 'block-end':
  }
}

function blockOf({ blocks }: FoldedAnswer, number: number, opening: Opening): FoldedBlock {
  const known = blocks.get(number)
  if (known !== undefined) return known
  const { id, name } = opening.kind === 'call' ? opening : { id: '', name: '' }
  const added: FoldedBlock = { kind: opening.kind, id, name, text: '', signature: '', sealedBy: undefined }
  blocks.set(number, added)
  return added
}
