import type { WriteContext, WrittenWhole } from '#wire/dialect.ts'
import type { Event } from '#wire/event.ts'
import type { JsonObject } from '#wire/json.ts'
import { writeRedacted } from '#wire/bedrock-converse/redacted.ts'
import { METRICS, stopOf, writeUsage } from '#wire/bedrock-converse/write-frames.ts'
import { type FoldedBlock, foldBlocks } from '#wire/shape/fold-blocks.ts'
import { type Lost, lose, REST_OF_INPUT } from '#wire/shape/lost.ts'
import { onlyFrame } from '#wire/shape/native.ts'
import { sealFor } from '#wire/shape/seal.ts'
import { readInput } from '#wire/shape/tool-input.ts'
import { NO_USAGE } from '#wire/usage.ts'

/** The whole answer of Converse. Within the dialect an answer that nobody touched leaves as it came. */
export function whole(context: WriteContext, events: readonly Event[]): WrittenWhole {
  const frame = context.native ? onlyFrame(events) : undefined
  if (frame !== undefined) return { frame, lost: [] }
  const { blocks, finish, usage, lost } = foldBlocks(events)
  const content = [...blocks.values()].filter(hasContent).map((block) => blockOf(block, lost))
  const toolCalls = content.some((block) => block['toolUse'] !== undefined)
  const answer = {
    output: { message: { role: 'assistant', content } },
    ...stopOf(finish, toolCalls),
    usage: writeUsage(usage ?? NO_USAGE),
    metrics: METRICS,
  }
  return { frame: { data: JSON.stringify(answer) }, lost: [...lost.values()] }
}

/** AWS refuses to read its own empty text blocks back, so none is written. */
function hasContent({ kind, text }: FoldedBlock): boolean {
  return kind !== 'text' || text !== ''
}

function blockOf({ kind, id, name, text, signature, sealedBy }: FoldedBlock, lost: Lost): JsonObject {
  switch (kind) {
    case 'text':
      return { text }
    case 'reasoning': {
      const seal = signature === '' ? {} : { signature: sealFor('bedrock-converse', signature, sealedBy) }
      return { reasoningContent: { reasoningText: { text, ...seal } } }
    }
    case 'redacted':
      return { reasoningContent: { redactedContent: writeRedacted(text, sealedBy) } }
    case 'call': {
      const { input, exact } = readInput(text)
      if (!exact) lose(lost, 'toolUse.input', REST_OF_INPUT)
      return { toolUse: { toolUseId: id, name, input: input ?? {} } }
    }
  }
}
