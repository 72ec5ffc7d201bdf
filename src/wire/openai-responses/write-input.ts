import { isObject, type JsonObject } from '#wire/json.ts'
import type { Part, ToolCallPart, ToolResultPart } from '#wire/part.ts'
import type { Message } from '#wire/request.ts'
import { callIds, type CallIds, idOfCall, idOfResult } from '#wire/shape/call-ids.ts'
import type { Draft } from '#wire/shape/draft.ts'
import { warn, writeContent } from '#wire/openai-responses/write-parts.ts'
import { writeThought } from '#wire/openai-responses/write-reasoning.ts'

/** The conversation in this dialect's form: the first instructions apart, everything else items in order. */
export interface WrittenInput {
  readonly instructions: string | undefined
  readonly items: readonly JsonObject[]
}

/** OpenAI refuses longer ids of calls (400 "string too long. Expected a string with maximum length 64"). */
const LONGEST_ID = 64

/** A conversation on its way. */
interface Writing {
  readonly draft: Draft
  readonly ids: CallIds
  readonly instructions: string[]
  readonly items: JsonObject[]
}

/** Items for all messages; each change is told by a warning. */
export function writeInput(draft: Draft): WrittenInput {
  const writing: Writing = { draft, ids: callIds(LONGEST_ID), instructions: [], items: [] }
  for (const message of draft.request.messages) writeMessage(writing, message)
  const { instructions, items } = writing
  return { instructions: instructions.length === 0 ? undefined : instructions.join('\n\n'), items }
}

function writeMessage(writing: Writing, message: Message): void {
  const { draft, items } = writing
  if (message.name !== undefined) draft.warnings.push({ action: 'dropped', path: `${message.path}.name` })
  switch (message.role) {
    case 'system':
    case 'developer':
      return writeInstruction(writing, message)
    case 'user':
      items.push({ role: 'user', content: writeContent(draft, message) })
      return
    case 'assistant':
      return writeAnswer(writing, message)
    case 'tool':
      for (const part of message.parts) writeResult(writing, message, part)
  }
}

/**
 * The first system text is what `instructions` are for; later ones are items of their own, unless the target takes
 * them at the front only. A developer's stay what they are.
 */
function writeInstruction({ draft, instructions, items }: Writing, message: Message): void {
  const { systemPlace, systemRole } = draft.target.quirks
  const text = plainText(draft, message)
  const isFirst = items.length === 0 && instructions.length === 0
  if (text !== undefined && ((isFirst && message.role === 'system') || systemPlace === 'first')) {
    if (items.length > 0) {
      const { path } = message
      draft.warnings.push({ action: 'reordered', path, detail: 'instructions can stand at the front only' })
    }
    instructions.push(text)
    return
  }
  const role = systemRole === 'either' ? message.role : systemRole
  if (role !== message.role) {
    draft.warnings.push({ action: 'renamed', path: `${message.path}.role`, detail: `${message.role} → ${role}` })
  }
  items.push({ role, content: writeContent(draft, message) })
}

/** The text of a message that is nothing else; undefined where it has a mark that the target understands. */
function plainText({ target }: Draft, { parts }: Message): string | undefined {
  const texts = parts.filter((part) => part.kind === 'text')
  const marked = target.quirks.cacheMarks && texts.some((part) => part.cache !== undefined)
  return marked || texts.length < parts.length ? undefined : texts.map((part) => part.text).join('\n\n')
}

/** What the model said, called and thought, in its order. */
function writeAnswer(writing: Writing, message: Message): void {
  const { draft, items } = writing
  let said: Part[] = []
  const endSaying = (): void => {
    if (said.length > 0) items.push({ role: 'assistant', content: saidContent(said) })
    said = []
  }
  for (const part of message.parts) {
    if (part.kind === 'text' || part.kind === 'refusal') {
      if (part.text !== '') said.push(part)
      continue
    }
    endSaying()
    const item = answerItem(writing, message, part)
    if (item !== undefined) items.push(item)
  }
  endSaying()
  if (message.parts.some((part) => 'cache' in part && part.cache !== undefined)) {
    warn(draft, message, ['dropped', 'cache marks in a turn of the assistant'])
  }
}

function saidContent(said: readonly Part[]): unknown {
  const [only] = said
  if (said.length === 1 && only?.kind === 'text') return only.text
  return said.map((part) => {
    if (part.kind === 'refusal') return { type: 'refusal', refusal: part.text }
    return { type: 'output_text', text: part.kind === 'text' ? part.text : '' }
  })
}

function answerItem(writing: Writing, message: Message, part: Part): JsonObject | undefined {
  const { draft } = writing
  switch (part.kind) {
    case 'reasoning':
    case 'reasoning-redacted':
      return writeThought(draft, message, part)
    case 'tool-call':
      return writeCall(writing, message, part)
    case 'native':
      if (part.dialect === 'openai-responses' && isObject(part.value)) return part.value
      return warn(draft, message, ['dropped', `${part.type} is a part of another dialect`])
    default:
      return warn(draft, message, ['dropped', `a part of type ${part.kind} in a turn of the assistant`])
  }
}

function writeCall({ draft, ids }: Writing, message: Message, part: ToolCallPart): JsonObject {
  const callId = part.id.length > LONGEST_ID ? idOfCall(ids, part.id) : part.id
  if (callId !== part.id) warn(draft, message, ['renamed', `call ${part.id} → ${callId}`])
  const text = part.arguments.trim() === '' ? '{}' : part.arguments
  return { type: 'function_call', call_id: callId, name: part.name, arguments: text }
}

function writeResult(writing: Writing, message: Message, part: Part): void {
  const { draft, items } = writing
  if (part.kind === 'tool-result') {
    items.push(resultItem(writing, message, part))
    return
  }
  if (part.kind === 'native' && part.dialect === 'openai-responses' && isObject(part.value)) items.push(part.value)
  else warn(draft, message, ['dropped', `${part.kind} beside a tool's result`])
}

function resultItem({ draft, ids }: Writing, message: Message, part: ToolResultPart): JsonObject {
  if (part.isError === true) warn(draft, message, ['dropped', 'is_error: no such field here'])
  const callId = part.callId.length > LONGEST_ID ? idOfResult(ids, part.callId) : part.callId
  return { type: 'function_call_output', call_id: callId, output: writeContent(draft, message, marked(part)) }
}

/** A mark on the result is a mark on its last part. */
function marked({ parts, cache }: ToolResultPart): readonly Part[] {
  const last = parts.at(-1)
  if (last?.kind !== 'text' || cache === undefined) return parts
  return [...parts.slice(0, -1), { ...last, cache }]
}
