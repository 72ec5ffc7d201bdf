import type { WireTarget, WriteRequest } from '#wire/dialect.ts'
import type { JsonObject } from '#wire/json.ts'
import type { MediaSource } from '#wire/part.ts'
import type { FunctionTool, ModelRequest } from '#wire/request.ts'
import type { NamedField } from '#wire/shape/caller-field.ts'
import { note } from '#wire/shape/draft.ts'
import { overlay } from '#wire/shape/overlay.ts'
import { fields, fit, type Fitted, type PlainDraft, plainDraft, sent, sentAsIs } from '#wire/shape/plain-request.ts'
import { fitTurns, type PlainPart, textOf, type Turn } from '#wire/shape/plain-turns.ts'

/** Our fields in the middle form. */
const FIELDS: Readonly<Record<string, NamedField>> = {
  max_new_tokens: 'maxOutputTokens',
  temperature: 'temperature',
  top_p: 'topP',
  stop: 'stop',
  repetition_penalty: 'frequencyPenalty',
  n: 'n',
  user: 'user',
  tool_choice: 'toolChoice',
  thinking: 'reasoning',
  reasoning_effort: 'reasoning',
}
const PLACES: ReadonlySet<NamedField> = new Set([
  'maxOutputTokens',
  'temperature',
  'topP',
  'stop',
  'frequencyPenalty',
  'user',
])

/** Writes the body of `chat-completions`. */
export function writeRequest(request: ModelRequest, target: WireTarget): WriteRequest {
  if (request.dialect === 'sensenova-chat') {
    const { stream } = request
    return sentAsIs(overlay(request.source, new Map<string, unknown>([['model', target.model]])), stream)
  }
  const draft = plainDraft('sensenova-chat', request, target)
  const fitted = fit(draft, PLACES)
  const turns = fitTurns(draft, request.messages, fitted.instruction)
  const body = {
    model: target.model,
    messages: turns.flatMap(messagesOf),
    stream: fitted.stream,
    max_new_tokens: fitted.maxOutputTokens,
    temperature: fitted.temperature,
    top_p: fitted.topP,
    stop: fitted.stop,
    repetition_penalty: penaltyOf(draft, fitted),
    n: fitted.n,
    user: fitted.user,
    tools: fitted.tools.length === 0 ? undefined : fitted.tools.map(toolOf),
    tool_choice: choiceOf(fitted),
    ...thinkingOf(fitted, target),
  }
  return sent(draft, fields(draft, body, FIELDS), fitted.stream)
}

/** One message, or one for each result. */
function messagesOf(turn: Turn): JsonObject[] {
  if (turn.role === 'tool') {
    return turn.parts.flatMap((part) =>
      part.kind === 'tool-result' ? [{ role: 'tool', tool_call_id: part.callId, content: part.text }] : [],
    )
  }
  const calls = turn.parts.filter((part) => part.kind === 'tool-call')
  const thoughts = turn.parts.flatMap((part) => (part.kind === 'reasoning' ? [part.text] : []))
  return [
    {
      role: turn.role,
      content: turn.parts.some(({ kind }) => kind === 'image') ? turn.parts.flatMap(pieceOf) : textOf(turn),
      ...(thoughts.length === 0 ? {} : { reasoning_content: thoughts.join('\n\n') }),
      ...(calls.length === 0
        ? {}
        : {
            tool_calls: calls.map(({ id, name, arguments: text }) => ({
              id,
              type: 'function',
              function: { name, arguments: text },
            })),
          }),
    },
  ]
}

function pieceOf(part: PlainPart): JsonObject[] {
  if (part.kind === 'text') return [{ type: 'text', text: part.text }]
  return part.kind === 'image' ? [imageOf(part.source)] : []
}

/** Images by address and by their bytes are two types here. */
function imageOf(source: MediaSource): JsonObject {
  switch (source.kind) {
    case 'url':
      return { type: 'image_url', image_url: source.url }
    case 'data':
      return { type: 'image_base64', image_base64: source.data }
    case 'file':
      return { type: 'image_file_id', image_file_id: source.id }
  }
}

function toolOf({ name, description, parameters }: FunctionTool): JsonObject {
  const said = description === undefined ? {} : { description }
  return { type: 'function', function: { name, ...said, ...(parameters === undefined ? {} : { parameters }) } }
}

/** An object: the model chooses, or the one tool that it is told (Langchain's ChatSense). */
function choiceOf({ toolChoice }: Fitted): JsonObject | undefined {
  if (toolChoice === undefined) return undefined
  if (toolChoice.kind !== 'named') return { mode: toolChoice.kind, tools: [] }
  return { mode: 'manual', tools: [{ type: 'function', name: toolChoice.name }] }
}

/** Penalties from -2 to 2 around 0 are factors from 0 to 2 around 1 here; 0 itself is not taken. */
function penaltyOf(draft: PlainDraft, { frequencyPenalty: asked }: Fitted): number | undefined {
  if (asked === undefined || asked === 0) return undefined
  const factor = Math.max(0.01, 1 + asked / 2)
  note(draft, 'frequencyPenalty', ['approximated', `${asked} → a repetition_penalty of ${factor}`])
  return factor
}

/** `thinking.enabled` of the models from V6, or the effort of the newer ones. */
function thinkingOf({ thinking, effort }: Fitted, { quirks }: WireTarget): JsonObject {
  if (thinking === undefined) return {}
  const degree = effort === undefined ? {} : { reasoning_effort: effort }
  return quirks.thinking === 'reasoning-effort' ? degree : { thinking: { enabled: thinking }, ...degree }
}
