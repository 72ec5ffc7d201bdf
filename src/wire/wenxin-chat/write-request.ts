import type { WireTarget, WriteRequest } from '#wire/dialect.ts'
import type { JsonObject } from '#wire/json.ts'
import type { FunctionTool, ModelRequest } from '#wire/request.ts'
import type { NamedField } from '#wire/shape/caller-field.ts'
import { note } from '#wire/shape/draft.ts'
import { fields, fit, type Fitted, type PlainDraft, plainDraft, sent, sentAsIs } from '#wire/shape/plain-request.ts'
import { fitTurns, textOf, type Turn } from '#wire/shape/plain-turns.ts'
import { namesOf } from '#wire/shape/plain-words.ts'
import { oneCallATurn } from '#wire/wenxin-chat/write-turns.ts'

/** Our fields in the middle form. */
const FIELDS: Readonly<Record<string, NamedField>> = {
  max_output_tokens: 'maxOutputTokens',
  temperature: 'temperature',
  top_p: 'topP',
  stop: 'stop',
  penalty_score: 'frequencyPenalty',
  user_id: 'user',
  tool_choice: 'toolChoice',
  response_format: 'responseFormat',
}
const PLACES: ReadonlySet<NamedField> = new Set([
  'maxOutputTokens',
  'temperature',
  'topP',
  'stop',
  'frequencyPenalty',
  'user',
])

/** Fewer tokens are refused. */
const LEAST_OUTPUT = 2
/** A longer stop sequence is refused: characters, not bytes. */
const STOP_CHARACTERS = 20

/** Writes the body for `wenxinworkshop/chat/{name}`; the model's name stands in the path alone. */
export function writeRequest(request: ModelRequest, target: WireTarget): WriteRequest {
  if (request.dialect === 'wenxin-chat') return sentAsIs(request.source.text, request.stream)
  const draft = plainDraft('wenxin-chat', request, target)
  const fitted = fit(draft, PLACES)
  const turns = fitTurns(draft, oneCallATurn(draft, request.messages), fitted.instruction)
  const system = turns.find(({ role }) => role === 'system')
  // Results go by the name of their function, since calls have no ids here.
  const names = namesOf(request.messages)
  const messages = turns.filter((turn) => turn !== system).flatMap((turn) => messagesOf(turn, names))
  const body = {
    messages,
    system: system === undefined ? undefined : textOf(system),
    stream: fitted.stream,
    max_output_tokens: boundOf(draft, fitted),
    temperature: fitted.temperature,
    top_p: fitted.topP,
    penalty_score: penaltyOf(draft, fitted),
    stop: stopOf(draft, fitted),
    user_id: fitted.user,
    functions: fitted.tools.length === 0 ? undefined : fitted.tools.map((tool) => functionOf(draft, tool)),
    tool_choice: choiceOf(fitted),
    response_format: fitted.json ? 'json_object' : undefined,
  }
  return sent(draft, fields(draft, body, FIELDS), fitted.stream)
}

function messagesOf(turn: Turn, names: ReadonlyMap<string, string>): JsonObject[] {
  return turn.role === 'tool'
    ? turn.parts.flatMap((part) =>
        part.kind === 'tool-result'
          ? [{ role: 'function', name: names.get(part.callId) ?? part.callId, content: part.text }]
          : [],
      )
    : [{ role: turn.role, content: textOf(turn), ...callOf(turn) }]
}

function callOf({ parts }: Turn): { function_call?: JsonObject } {
  const call = parts.find((part) => part.kind === 'tool-call')
  return call === undefined ? {} : { function_call: { name: call.name, arguments: call.arguments } }
}

/** The description is demanded, and so are parameters. */
function functionOf(draft: PlainDraft, { name, description, parameters, path }: FunctionTool): JsonObject {
  const nameless = description === undefined || description === ''
  if (nameless) draft.warnings.push({ action: 'defaulted', path: `${path}.description`, detail: 'its name' })
  const schema = parameters === undefined ? {} : { parameters }
  return { name, description: nameless ? name : description, ...schema }
}

/** The model chooses unasked; a word for that is not taken. */
function choiceOf({ toolChoice }: Fitted): JsonObject | undefined {
  return toolChoice?.kind === 'named' ? { type: 'function', function: { name: toolChoice.name } } : undefined
}

function boundOf(draft: PlainDraft, { maxOutputTokens: bound }: Fitted): number | undefined {
  if (bound === undefined || bound >= LEAST_OUTPUT) return bound
  note(draft, 'maxOutputTokens', ['clamped', `${bound} → ${LEAST_OUTPUT}`])
  return LEAST_OUTPUT
}

/** Penalties from 0 to 2 are scores from 1 to 2 here; lower ones do not exist. */
function penaltyOf(draft: PlainDraft, { frequencyPenalty: asked }: Fitted): number | undefined {
  if (asked === undefined || asked === 0) return undefined
  const score = Math.min(2, Math.max(1, 1 + asked / 2))
  note(draft, 'frequencyPenalty', ['approximated', `${asked} → a penalty_score of ${score}`])
  return score
}

function stopOf(draft: PlainDraft, { stop }: Fitted): readonly string[] | undefined {
  const kept = stop?.filter((sequence) => Array.from(sequence).length <= STOP_CHARACTERS)
  if (stop === undefined || kept === undefined) return undefined
  if (kept.length < stop.length) {
    note(draft, 'stop', ['dropped', `${stop.length - kept.length} longer than ${STOP_CHARACTERS} characters`])
  }
  return kept.length === 0 ? undefined : kept
}
