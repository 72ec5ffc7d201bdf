import { failure } from '#wire/failure.ts'
import type { FilePart, ImagePart, Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart } from '#wire/part.ts'
import type { Message } from '#wire/request.ts'
import { textOfBase64 } from '#wire/shape/base64.ts'
import { partPath } from '#wire/shape/part-path.ts'
import type { PlainDraft } from '#wire/shape/plain-request.ts'
import type { WarningAction } from '#wire/warning.ts'

/** A result of a call, as text: the plain dialects know nothing else. */
export interface PlainResult {
  readonly kind: 'tool-result'
  readonly callId: string
  readonly text: string
}

export type PlainPart = TextPart | ImagePart | ReasoningPart | ToolCallPart | PlainResult

/** One turn in the words and in the order that the target takes. */
export interface Turn {
  readonly role: 'system' | 'user' | 'assistant' | 'tool'
  readonly parts: readonly PlainPart[]
  readonly path: string
}

/** Said where a user has to speak and has not. */
const GO_ON = '(continue)'
/** Said where the model has to have spoken between a result and the user, and has not. */
const SEEN = 'OK.'
/** Stands for nothing where nothing is refused. */
const EMPTY = '(empty)'

/** The conversation as the target takes it; each change is a warning. `instruction` is added to the system text. */
export function fitTurns(draft: PlainDraft, messages: readonly Message[], instruction: string | undefined): Turn[] {
  const { quirks } = draft.target
  const turns = messages.map((message) => turnOf(draft, message))
  const placed = quirks.systemPlace === 'first' ? systemFirst(draft, turns) : turns
  const instructed = instruction === undefined ? placed : withInstruction(placed, instruction)
  const alternating = quirks.turnsAlternate ? alternate(draft, instructed) : instructed
  const begun = quirks.firstTurnUser ? beginWithUser(draft, alternating) : alternating
  const ended = endWithUser(draft, begun)
  return quirks.emptyContent === 'refused' ? ended.map((turn) => filled(draft, turn)) : ended
}

/** A turn's text in one: what an assistant says goes on, what others say stands apart. */
export function textOf({ role, parts }: Turn): string {
  const texts = parts.flatMap((part) => (part.kind === 'text' && part.text !== '' ? [part.text] : []))
  return texts.join(role === 'assistant' ? '' : '\n\n')
}

function warn(draft: PlainDraft, path: string, [action, detail]: readonly [WarningAction, string]): void {
  draft.warnings.push({ action, path, detail })
}

function turnOf(draft: PlainDraft, message: Message): Turn {
  const { role, path, name } = message
  if (name !== undefined) warn(draft, `${path}.name`, ['dropped', 'there is no such field'])
  if (role === 'developer') warn(draft, `${path}.role`, ['renamed', 'developer → system'])
  const parts = message.parts.flatMap((part) => partOf(draft, message, part))
  return { role: role === 'developer' ? 'system' : role, parts, path }
}

/** A part as the target takes it: one, or none. What must not get lost is a failure. */
function partOf(draft: PlainDraft, message: Message, part: Part): PlainPart[] {
  warnOfCache(draft, message, part)
  switch (part.kind) {
    case 'text':
      return [{ kind: 'text', text: part.text }]
    case 'tool-call':
      return [part]
    case 'tool-result':
      return [resultOf(draft, message, part)]
    case 'image':
      return imageOf(draft, message, part)
    case 'file':
      return fileOf(draft, message, part)
    case 'audio':
      return refuse(draft, message, { part, why: 'takes no audio' })
    case 'refusal':
    case 'reasoning':
    case 'reasoning-redacted':
    case 'native':
      return besideText(draft, message, part)
  }
}

function warnOfCache(draft: PlainDraft, { path }: Message, part: Part): void {
  if (!('cache' in part) || part.cache === undefined) return
  warn(draft, `${path}.cache_control`, ['dropped', 'the target takes no cache marks'])
}

/** What has no place, or another one. */
function besideText(
  draft: PlainDraft,
  message: Message,
  part: Extract<Part, { kind: 'refusal' | 'native' | `reasoning${string}` }>,
): PlainPart[] {
  const { path } = message
  if (part.kind === 'native') {
    warn(draft, path, ['dropped', `${part.type} is a part of another dialect`])
    return []
  }
  if (part.kind !== 'refusal') return reasoningOf(draft, message, part)
  warn(draft, `${path}.refusal`, ['approximated', 'a refusal, as plain text'])
  return [{ kind: 'text', text: part.text }]
}

function refuse(draft: PlainDraft, message: Message, { part, why }: { part: Part; why: string }): [] {
  const param = partPath(draft.request, message, part)
  draft.failure ??= failure('invalid-request', `${param}: ${draft.target.model} ${why}`, { param })
  return []
}

function imageOf(draft: PlainDraft, message: Message, part: ImagePart): PlainPart[] {
  const { vision, quirks } = draft.target
  const { source, detail } = part
  if (vision === false || quirks.images === 'refused') return refuse(draft, message, { part, why: 'takes no images' })
  if (source.kind === 'file') return refuse(draft, message, { part, why: 'takes no images by file id' })
  if (quirks.images === 'inline-only' && source.kind === 'url') {
    return refuse(draft, message, { part, why: 'takes images only as data: URLs' })
  }
  if (detail !== undefined && detail !== 'auto') warn(draft, message.path, ['dropped', `image detail ${detail}`])
  return [{ kind: 'image', source }]
}

/** A text document becomes text. */
function fileOf(draft: PlainDraft, message: Message, part: FilePart): PlainPart[] {
  const { source, name } = part
  const text = source.kind === 'data' && source.mediaType.startsWith('text/') ? textOfBase64(source.data) : undefined
  if (text === undefined) return refuse(draft, message, { part, why: 'takes no documents' })
  warn(draft, message.path, ['emulated', 'a text document was sent as text'])
  return [{ kind: 'text', text: name === undefined ? text : `${name}:\n${text}` }]
}

/** Thinking of earlier turns, where the target takes it; never a seal, since none of these platforms makes any. */
function reasoningOf(
  draft: PlainDraft,
  { path }: Message,
  part: Extract<Part, { kind: `reasoning${string}` }>,
): PlainPart[] {
  const { quirks } = draft.target
  const text = part.kind === 'reasoning' ? part.text : ''
  if (text === '' || quirks.reasoningReturn === 'refused' || quirks.reasoningField === 'none') {
    warn(draft, `${path}.reasoning`, ['dropped', 'thinking that the target would refuse'])
    return []
  }
  if (part.kind === 'reasoning' && part.signature !== undefined) {
    warn(draft, `${path}.reasoning`, ['dropped', 'the signature of thinking: there is no field for it'])
  }
  return [{ kind: 'reasoning', text }]
}

/** A result as text: images in it have no place, and must not get lost. */
function resultOf(draft: PlainDraft, message: Message, { callId, parts, isError }: ToolResultPart): PlainResult {
  if (isError === true) warn(draft, message.path, ['dropped', 'is_error: there is no such field'])
  const told = parts.flatMap((part) =>
    part.kind === 'image'
      ? refuse(draft, message, { part, why: 'takes no images in the result of a tool' })
      : partOf(draft, message, part),
  )
  const texts = told.flatMap((part) => (part.kind === 'text' ? [part.text] : []))
  return { kind: 'tool-result', callId, text: texts.join('\n\n') }
}

/** One instruction, in front. */
function systemFirst(draft: PlainDraft, turns: readonly Turn[]): Turn[] {
  const system = turns.filter(({ role }) => role === 'system')
  const [first] = system
  if (first === undefined) return [...turns]
  for (const turn of system) {
    if (turn !== turns[system.indexOf(turn)]) warn(draft, turn.path, ['reordered', 'moved to the front'])
  }
  const parts = system.flatMap((turn) => turn.parts)
  return [{ ...first, parts }, ...turns.filter(({ role }) => role !== 'system')]
}

function withInstruction(turns: readonly Turn[], text: string): Turn[] {
  const [first, ...rest] = turns
  if (first?.role !== 'system') return [{ role: 'system', parts: [{ kind: 'text', text }], path: 'messages' }, ...turns]
  return [{ ...first, parts: [...first.parts, { kind: 'text', text }] }, ...rest]
}

/** One turn out of neighbours of one role; results stay apart, and between them and the user the model speaks. */
function alternate(draft: PlainDraft, turns: readonly Turn[]): Turn[] {
  const out: Turn[] = []
  for (const turn of turns) {
    const last = out.at(-1)
    if (last?.role === 'tool' && turn.role === 'user') {
      warn(draft, turn.path, ['emulated', 'a turn of the model was put between a result and the user'])
      out.push({ role: 'assistant', parts: [{ kind: 'text', text: SEEN }], path: turn.path })
    }
    if (last === undefined || last.role !== turn.role || turn.role === 'tool' || turn.role === 'system') out.push(turn)
    else {
      warn(draft, turn.path, ['reordered', `merged into ${last.path}`])
      out[out.length - 1] = { ...last, parts: [...last.parts, ...gap(last), ...turn.parts] }
    }
  }
  return out
}

/** An assistant's texts are joined without anything between them. */
function gap(turn: Turn): readonly TextPart[] {
  return turn.role === 'assistant' && textOf(turn) !== '' ? [{ kind: 'text', text: '\n\n' }] : []
}

function beginWithUser(draft: PlainDraft, turns: readonly Turn[]): Turn[] {
  const at = turns.findIndex(({ role }) => role !== 'system')
  const first = turns[at]
  if (first?.role === 'user') return [...turns]
  const path = first?.path ?? 'messages'
  warn(draft, path, ['emulated', 'a turn of the user was put in front'])
  const opening: Turn = { role: 'user', parts: [{ kind: 'text', text: GO_ON }], path }
  return at < 0 ? [...turns, opening] : [...turns.slice(0, at), opening, ...turns.slice(at)]
}

/** None of the plain dialects goes on with a turn of the model. */
function endWithUser(draft: PlainDraft, turns: readonly Turn[]): Turn[] {
  const last = turns.at(-1)
  if (last?.role !== 'assistant') return [...turns]
  warn(draft, last.path, ['approximated', 'the target cannot go on with a turn: it was asked to'])
  return [...turns, { role: 'user', parts: [{ kind: 'text', text: GO_ON }], path: last.path }]
}

/** Content where there has to be some; calls are content enough. */
function filled(draft: PlainDraft, turn: Turn): Turn {
  if (turn.role === 'tool') return { ...turn, parts: turn.parts.map((part) => filledResult(draft, turn, part)) }
  const speaks = turn.parts.some(({ kind }) => kind === 'image' || kind === 'tool-call')
  if (speaks || textOf(turn).trim() !== '') return turn
  warn(draft, `${turn.path}.content`, ['defaulted', `${EMPTY} instead of nothing`])
  const rest = turn.parts.filter(({ kind }) => kind !== 'text')
  return { ...turn, parts: [...rest, { kind: 'text', text: EMPTY }] }
}

function filledResult(draft: PlainDraft, { path }: Turn, part: PlainPart): PlainPart {
  if (part.kind !== 'tool-result' || part.text.trim() !== '') return part
  warn(draft, `${path}.content`, ['defaulted', `${EMPTY} instead of nothing`])
  return { ...part, text: EMPTY }
}
