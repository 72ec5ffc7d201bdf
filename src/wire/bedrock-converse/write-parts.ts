import { isObject, type JsonObject } from '#wire/json.ts'
import type { Part, ReasoningPart, RedactedReasoningPart, ToolCallPart, ToolResultPart } from '#wire/part.ts'
import { audioBlock, documentBlock, imageBlock } from '#wire/bedrock-converse/write-media.ts'
import { cacheBlocks, type PartPlace, warn } from '#wire/bedrock-converse/write-place.ts'
import { idOfCall, idOfResult } from '#wire/shape/call-ids.ts'
import { isReadable } from '#wire/shape/claude-thinking.ts'
import { fits, sealOf, sealPath } from '#wire/shape/seal.ts'
import { readInput } from '#wire/shape/tool-input.ts'

/** The content blocks of a message, cache points behind what they mark; what Converse cannot say is a warning. */
export function writeParts(parts: readonly Part[], place: PartPlace): JsonObject[] {
  const blocks: JsonObject[] = []
  for (const part of parts) {
    const thinks = part.kind === 'reasoning' || part.kind === 'reasoning-redacted'
    const block = thinks ? reasoningBlock(part, { ...place, parts }) : writePart(part, place)
    if (block !== undefined) blocks.push(block)
    if ('cache' in part) blocks.push(...cacheBlocks(part.cache, block !== undefined, place))
  }
  return blocks
}

type Said = Exclude<Part, ReasoningPart | RedactedReasoningPart>

function writePart(part: Said, place: PartPlace): JsonObject | undefined {
  switch (part.kind) {
    case 'text':
      return textBlock(part.text, place)
    case 'image':
      return imageBlock(part, place)
    case 'file':
      return documentBlock(part, place)
    case 'audio':
      return audioBlock(part)
    case 'refusal':
      warn(place, 'approximated', 'a refusal, as plain text')
      return textBlock(part.text, place)
    case 'tool-call':
      return toolUseBlock(part, place)
    case 'tool-result':
      return toolResultBlock(part, place)
    case 'native':
      if (part.dialect === 'bedrock-converse' && isObject(part.value)) return part.value
      return warn(place, 'dropped', `${part.type} is a part of another dialect`)
  }
}

/** A text block; AWS refuses blank ones. */
function textBlock(text: string, place: PartPlace): JsonObject | undefined {
  if (text.trim() !== '') return { text }
  return text === '' ? undefined : warn(place, 'dropped', 'a text of white space')
}

/** Models refuse thinking that they did not sign; those that demand thinking back take it without. */
function reasoningBlock(
  part: ReasoningPart | RedactedReasoningPart,
  { parts, ...place }: PartPlace & { readonly parts: readonly Part[] },
): JsonObject | undefined {
  const { draft, path } = place
  const foreign = sealOf(part) !== undefined && !fits(draft.dialect, part)
  if (foreign) {
    const sealed = sealPath(draft.request, { path, parts }, part)
    draft.warnings.push({ action: 'dropped', path: sealed, detail: 'a seal that only its maker takes back' })
  }
  if (!isReadable(draft, part)) {
    // Where the seal was all there was, its own warning has said it.
    if (foreign && (part.kind === 'reasoning-redacted' || part.text === '')) return undefined
    return warn(place, 'dropped', 'thinking that the target would refuse')
  }
  if (part.kind === 'reasoning-redacted') return { reasoningContent: { redactedContent: part.data } }
  const { text, signature } = part
  return {
    reasoningContent: { reasoningText: { text, ...(foreign || signature === undefined ? {} : { signature }) } },
  }
}

function toolUseBlock(part: ToolCallPart, place: PartPlace): JsonObject {
  const toolUseId = idOfCall(place.ids, part.id)
  if (toolUseId !== part.id) warn(place, 'renamed', `call ${part.id} → ${toolUseId}`)
  const { input, exact } = readInput(part.arguments)
  if (!exact) warn(place, 'approximated', `the arguments of call ${part.id} are not one JSON object`)
  // Text that holds no object at all is kept in one, so that the model sees what it said.
  return { toolUse: { toolUseId, name: part.name, input: input ?? { arguments: part.arguments } } }
}

/** Said where a tool failed without a word: AWS refuses an empty result whose status is `error`. */
const FAILED = '(failed)'

function toolResultBlock({ callId, parts, isError }: ToolResultPart, place: PartPlace): JsonObject {
  const content = writeParts(parts, place)
  if (isError === true && content.length === 0) {
    content.push({ text: FAILED })
    warn(place, 'emulated', `an empty result that is an error says ${FAILED}`)
  }
  return {
    toolResult: {
      toolUseId: idOfResult(place.ids, callId),
      content,
      ...(isError === undefined ? {} : { status: isError ? 'error' : 'success' }),
    },
  }
}
