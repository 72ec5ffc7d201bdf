import { isObject, type JsonObject } from '#wire/json.ts'
import type {
  CacheMark,
  FilePart,
  ImagePart,
  NativePart,
  MediaSource,
  Part,
  ReasoningPart,
  RedactedReasoningPart,
  ToolCallPart,
  ToolResultPart,
} from '#wire/part.ts'
import type { Message } from '#wire/request.ts'
import { textOfBase64 } from '#wire/shape/base64.ts'
import { fits, sealOf, sealPath } from '#wire/shape/seal.ts'
import { readInput } from '#wire/shape/tool-input.ts'
import type { Draft } from '#wire/shape/draft.ts'
import { type CallIds, idOfCall, idOfResult } from '#wire/shape/call-ids.ts'
import { isReadable } from '#wire/shape/claude-thinking.ts'
import type { WarningAction } from '#wire/warning.ts'

/** Where parts are written: the request, the calls' names, and the message's path for warnings. */
export interface PartPlace {
  readonly draft: Draft
  readonly ids: CallIds
  readonly path: string
}

/** The content blocks of a message; parts that this dialect cannot say are left out with a warning. */
export function writeParts(parts: readonly Part[], place: PartPlace): JsonObject[] {
  const blocks: JsonObject[] = []
  for (const part of parts) {
    const thinks = part.kind === 'reasoning' || part.kind === 'reasoning-redacted'
    const block = thinks ? thinkingBlock(part, { ...place, parts }) : writePart(part, place)
    if (block !== undefined) blocks.push(block)
  }
  return blocks
}

type Said = Exclude<Part, ReasoningPart | RedactedReasoningPart>

function writePart(part: Said, place: PartPlace): JsonObject | undefined {
  switch (part.kind) {
    case 'text':
      return textBlock(part.text, { ...place, cache: part.cache })
    case 'image':
      return imageBlock(part, place)
    case 'file':
      return documentBlock(part, place)
    case 'audio':
      return warn(place, 'dropped', 'audio')
    case 'refusal':
      warn(place, 'approximated', 'a refusal, as plain text')
      return textBlock(part.text, place)
    case 'tool-call':
      return toolUseBlock(part, place)
    case 'tool-result':
      return toolResultBlock(part, place)
    case 'native':
      return nativeBlock(part, place)
  }
}

/** A text block; Anthropic refuses empty ones and those of white space. */
export function textBlock(
  text: string,
  place: PartPlace & { readonly cache?: CacheMark | undefined },
): JsonObject | undefined {
  if (text.trim() !== '') return { type: 'text', text, ...mark(place.cache, place) }
  return text === '' ? undefined : warn(place, 'dropped', 'a text of white space')
}

function nativeBlock({ dialect, type, value }: NativePart, place: PartPlace): JsonObject | undefined {
  if (dialect === 'anthropic-messages' && isObject(value)) return value
  return warn(place, 'dropped', `${type} is a part of another dialect`)
}

function imageBlock({ source, detail, cache }: ImagePart, place: PartPlace): JsonObject {
  if (detail !== undefined && detail !== 'auto') warn(place, 'dropped', `image detail ${detail}`)
  return { type: 'image', source: mediaSource(source), ...mark(cache, place) }
}

function documentBlock({ source, name, cache }: FilePart, place: PartPlace): JsonObject {
  return {
    type: 'document',
    source: documentSource(source),
    ...(name === undefined ? {} : { title: name }),
    ...mark(cache, place),
  }
}

function documentSource(source: MediaSource): JsonObject {
  const text = source.kind === 'data' && source.mediaType.startsWith('text/') ? textOfBase64(source.data) : undefined
  return text === undefined ? mediaSource(source) : { type: 'text', media_type: 'text/plain', data: text }
}

function mediaSource(source: MediaSource): JsonObject {
  switch (source.kind) {
    case 'url':
      return { type: 'url', url: source.url }
    case 'data':
      return { type: 'base64', media_type: source.mediaType, data: source.data }
    case 'file':
      return { type: 'file', file_id: source.id }
  }
}

/** Anthropic refuses thinking that it did not sign; platforms that demand thinking back take it without. */
function thinkingBlock(
  part: ReasoningPart | RedactedReasoningPart,
  { parts, ...place }: PartPlace & { readonly parts: readonly Part[] },
): JsonObject | undefined {
  const { draft, path } = place
  const foreign = sealOf(part) !== undefined && !fits('anthropic-messages', part)
  if (foreign) {
    const sealed = sealPath(draft.request, { path, parts }, part)
    draft.warnings.push({ action: 'dropped', path: sealed, detail: 'a seal that only its maker takes back' })
  }
  if (!isReadable(draft, part)) {
    // Where the seal was all there was, its own warning has said it.
    if (foreign && (part.kind === 'reasoning-redacted' || part.text === '')) return undefined
    return warn(place, 'dropped', 'thinking that the target would refuse')
  }
  if (part.kind === 'reasoning-redacted') return { type: 'redacted_thinking', data: part.data }
  return { type: 'thinking', thinking: part.text, signature: foreign ? '' : (part.signature ?? '') }
}

function toolUseBlock(part: ToolCallPart, place: PartPlace): JsonObject {
  const id = idOfCall(place.ids, part.id)
  if (id !== part.id) warn(place, 'renamed', `call ${part.id} → ${id}`)
  const { input, exact } = readInput(part.arguments)
  if (!exact) warn(place, 'approximated', `the arguments of call ${part.id} are not one JSON object`)
  // Text that holds no object at all is kept in one, so that the model sees what it said.
  return {
    type: 'tool_use',
    id,
    name: part.name,
    input: input ?? { arguments: part.arguments },
    ...mark(part.cache, place),
  }
}

function toolResultBlock(part: ToolResultPart, place: PartPlace): JsonObject {
  const content = writeParts(part.parts, place)
  return {
    type: 'tool_result',
    tool_use_id: idOfResult(place.ids, part.callId),
    ...(content.length === 0 ? {} : { content: shortContent(content) }),
    ...(part.isError === undefined ? {} : { is_error: part.isError }),
    ...mark(part.cache, place),
  }
}

/** One plain text as a string: what it is short for. */
export function shortContent(blocks: readonly JsonObject[]): string | readonly JsonObject[] {
  const [only] = blocks
  if (blocks.length !== 1 || only?.['type'] !== 'text' || only['cache_control'] !== undefined) return blocks
  return typeof only['text'] === 'string' ? only['text'] : blocks
}

/** Anthropic refuses a fifth one (400 "A maximum of 4 blocks with cache_control may be provided"). */
const MOST_MARKS = 4

/** How many of the conversation's cache marks are too many. The earliest go: what they cover, later ones cover too. */
export function marksOver(messages: readonly Message[]): number {
  const marksIn = (parts: readonly Part[]): number =>
    parts.reduce((sum, part) => sum + marksOf(part) + (part.kind === 'tool-result' ? marksIn(part.parts) : 0), 0)
  return Math.max(0, messages.reduce((sum, { parts }) => sum + marksIn(parts), 0) - MOST_MARKS)
}

function marksOf(part: Part): number {
  return 'cache' in part && part.cache !== undefined ? 1 : 0
}

function mark(cache: CacheMark | undefined, { draft, path }: PartPlace): { cache_control?: JsonObject } {
  if (cache === undefined) return {}
  const taken = draft.target.quirks.cacheMarks
  if (taken && draft.marks.over <= 0) {
    return { cache_control: { type: 'ephemeral', ...(cache.ttl === 'long' ? { ttl: '1h' } : {}) } }
  }
  draft.marks.over--
  const detail = taken ? `the target takes ${MOST_MARKS} marks` : 'the target takes no cache marks'
  draft.warnings.push({ action: 'dropped', path: `${path}.cache_control`, detail })
  return {}
}

/** Notes what happened to a part of a message; gives nothing, for parts that are left out. */
function warn({ draft, path }: PartPlace, action: WarningAction, detail: string): undefined {
  draft.warnings.push({ action, path: path === 'system' ? path : `${path}.content`, detail })
}
