import type { JsonObject } from '#wire/json.ts'
import { takesCacheMarks } from '#wire/openai-chat/adapt-content.ts'
import { extraContent } from '#wire/openai-chat/thought-signature.ts'
import { writeReasoning } from '#wire/openai-chat/write-history.ts'
import { note, writePart, type Writing } from '#wire/openai-chat/write-parts.ts'
import type { ImagePart, Part, ToolCallPart, ToolResultPart } from '#wire/part.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { Message, ModelRequest } from '#wire/request.ts'

/** Writes the turns of another dialect; what OpenAI's form cannot say is a warning, what must not be lost a failure. */
export function writeMessages(request: ModelRequest, quirks: Quirks): Writing {
  const writing: Writing = { request, quirks, messages: [], paths: [], warnings: [], failure: undefined }
  for (const message of request.messages) {
    switch (message.role) {
      case 'system':
      case 'developer':
      case 'user':
        add(writing, message, { role: message.role, ...named(message), content: contentOf(writing, message) })
        break
      case 'assistant':
        add(writing, message, writeAssistant(writing, message))
        break
      case 'tool':
        writeResults(writing, message)
    }
  }
  return writing
}

function add(writing: Writing, message: Message, written: JsonObject): void {
  writing.messages.push(written)
  writing.paths.push(message.path)
}

function named({ name }: Message): JsonObject {
  return name === undefined ? {} : { name }
}

/**
 * Texts as one string, since not every platform takes lists where OpenAI does; a list where something else than
 * text is in it, or a cache mark that the platform understands.
 */
function contentOf(writing: Writing, message: Message, parts: readonly Part[] = message.parts): unknown {
  const [only] = parts
  if (parts.length === 1 && only?.kind === 'text' && only.cache === undefined) return only.text
  const marks = takesCacheMarks(writing.quirks)
  if (!marks && parts.some((part) => 'cache' in part && part.cache !== undefined)) {
    note(writing, message, { action: 'dropped', detail: 'cache_control: the platform takes no cache marks' })
  }
  const plain = parts.every((part) => part.kind === 'text' && (part.cache === undefined || !marks))
  if (plain)
    return parts.map((part) => (part.kind === 'text' ? part.text : '')).join(message.role === 'assistant' ? '' : '\n\n')
  return parts.flatMap((part): JsonObject[] => {
    const written = writePart(writing, message, part)
    if (written === undefined) return []
    const mark = marks && 'cache' in part ? part.cache : undefined
    if (mark === undefined) return [written]
    return [
      { ...written, cache_control: mark.ttl === 'long' ? { type: 'ephemeral', ttl: '1h' } : { type: 'ephemeral' } },
    ]
  })
}

function writeAssistant(writing: Writing, message: Message): JsonObject {
  const calls = message.parts.filter((part) => part.kind === 'tool-call')
  const refusals = message.parts.filter((part) => part.kind === 'refusal').map((part) => part.text)
  const content = message.parts.filter((part) => !APART.has(part.kind))
  for (const part of content) {
    if (part.kind === 'native' || part.kind === 'tool-result') writePart(writing, message, part)
  }
  const said = content.filter((part) => part.kind !== 'native' && part.kind !== 'tool-result')
  const reasoning = writeReasoning(writing, message)
  return {
    role: 'assistant',
    ...named(message),
    content: contentOf(writing, message, said),
    ...(refusals.length === 0 ? {} : { refusal: refusals.join('') }),
    ...reasoning.fields,
    ...(calls.length === 0 ? {} : { tool_calls: calls.map((call) => writeCall(call, reasoning.onCalls.get(call))) }),
  }
}

/** Parts of an assistant's turn that stand beside its content. */
const APART: ReadonlySet<Part['kind']> = new Set(['reasoning', 'reasoning-redacted', 'refusal', 'tool-call'])

function writeCall(call: ToolCallPart, seal: string | undefined): JsonObject {
  const written = { id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments } }
  return seal === undefined ? written : { ...written, ...extraContent(seal) }
}

/** One message for each result. OpenAI's tool messages hold text only: images follow in a turn of the user. */
function writeResults(writing: Writing, message: Message): void {
  const images: JsonObject[] = []
  for (const result of message.parts) {
    if (result.kind !== 'tool-result') {
      note(writing, message, { action: 'dropped', detail: `${result.kind} beside a tool's result` })
      continue
    }
    if (result.isError === true) note(writing, message, { action: 'dropped', detail: 'is_error: no such field here' })
    const shown = result.parts.filter((part) => part.kind === 'image')
    add(writing, message, {
      role: 'tool',
      tool_call_id: result.callId,
      ...named(message),
      content: resultContent(writing, message, result),
    })
    images.push(...shownImages(writing, message, { result, shown }))
  }
  if (images.length === 0) return
  note(writing, message, { action: 'emulated', detail: 'images of a tool result follow in a user turn' })
  add(writing, message, { role: 'user', content: images })
}

function resultContent(writing: Writing, message: Message, result: ToolResultPart): unknown {
  const parts = result.parts.filter((part) => part.kind !== 'image')
  const marked = result.cache === undefined ? parts : withMark(parts, result)
  return contentOf(writing, message, marked)
}

/** A mark on the result is a mark on its last part. */
function withMark(parts: readonly Part[], { cache }: ToolResultPart): readonly Part[] {
  const last = parts.at(-1)
  if (last?.kind !== 'text' || cache === undefined) return parts
  return [...parts.slice(0, -1), { ...last, cache }]
}

function shownImages(
  writing: Writing,
  message: Message,
  { result, shown }: { result: ToolResultPart; shown: readonly ImagePart[] },
): JsonObject[] {
  if (shown.length === 0) return []
  const images = shown.flatMap((part): readonly JsonObject[] => {
    const written = writePart(writing, message, part)
    return written === undefined ? [] : [written]
  })
  return [{ type: 'text', text: `Images in the result of ${result.callId}:` }, ...images]
}
