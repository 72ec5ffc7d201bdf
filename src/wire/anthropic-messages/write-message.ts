import type { WriteContext, WrittenWhole } from '#wire/dialect.ts'
import type { Event } from '#wire/event.ts'
import type { JsonObject } from '#wire/json.ts'
import { messageHead, stopOf, writeUsage } from '#wire/anthropic-messages/write-frames.ts'
import { type FoldedBlock, foldBlocks } from '#wire/shape/fold-blocks.ts'
import { type Lost, lose, REST_OF_INPUT } from '#wire/shape/lost.ts'
import { onlyFrame } from '#wire/shape/native.ts'
import { sealFor } from '#wire/shape/seal.ts'
import { readInput } from '#wire/shape/tool-input.ts'
import { NO_USAGE } from '#wire/usage.ts'

/** The whole message. Within the dialect an answer that nobody touched leaves as it came. */
export function whole(context: WriteContext, events: readonly Event[]): WrittenWhole {
  const frame = context.native ? onlyFrame(events) : undefined
  if (frame !== undefined) return { frame, lost: [] }
  const { blocks, start, finish, usage, lost } = foldBlocks(events)
  const content = [...blocks.values()].filter(hasContent).map((block) => blockOf(block, lost))
  const toolCalls = content.some((block) => block['type'] === 'tool_use')
  const message = {
    ...messageHead(context, start),
    content,
    ...stopOf(finish, toolCalls),
    usage: writeUsage(usage ?? NO_USAGE),
  }
  return { frame: { data: JSON.stringify(message) }, lost: [...lost.values()] }
}

/** Anthropic refuses to read its own empty text blocks back, so none is written. */
function hasContent({ kind, text }: FoldedBlock): boolean {
  return kind !== 'text' || text !== ''
}

function blockOf({ kind, id, name, text, signature, sealedBy }: FoldedBlock, lost: Lost): JsonObject {
  switch (kind) {
    case 'text':
      return { type: 'text', text }
    case 'reasoning':
      return { type: 'thinking', thinking: text, signature: signature === '' ? '' : sealed(signature, sealedBy) }
    case 'redacted':
      return { type: 'redacted_thinking', data: sealed(text, sealedBy) }
    case 'call': {
      const { input, exact } = readInput(text)
      if (!exact) lose(lost, 'tool_use.input', REST_OF_INPUT)
      return { type: 'tool_use', id, name, input: input ?? {} }
    }
  }
}

function sealed(seal: string, sealedBy: FoldedBlock['sealedBy']): string {
  return sealFor('anthropic-messages', seal, sealedBy)
}
