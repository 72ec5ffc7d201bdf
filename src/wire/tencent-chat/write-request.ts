import type { WireTarget, WriteRequest } from '#wire/dialect.ts'
import { failure } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import type { FunctionTool, ModelRequest, ToolChoice } from '#wire/request.ts'
import type { NamedField } from '#wire/shape/caller-field.ts'
import { note } from '#wire/shape/draft.ts'
import { urlOfMedia } from '#wire/shape/media-url.ts'
import { overlay } from '#wire/shape/overlay.ts'
import { fields, fit, type Fitted, type PlainDraft, plainDraft, sent, sentAsIs } from '#wire/shape/plain-request.ts'
import { fitTurns, type PlainPart, textOf, type Turn } from '#wire/shape/plain-turns.ts'

/** Our fields in the middle form. There is none for the bound of the output (SDK of 2026). */
const FIELDS: Readonly<Record<string, NamedField>> = {
  Temperature: 'temperature',
  TopP: 'topP',
  Stop: 'stop',
  Seed: 'seed',
  ToolChoice: 'toolChoice',
  CustomTool: 'toolChoice',
  EnableThinking: 'reasoning',
}
const PLACES: ReadonlySet<NamedField> = new Set(['temperature', 'topP', 'stop', 'seed'])

/** More are refused. */
const MESSAGES_MAX = 40
/** Seeds are whole numbers from 1 to here. */
const SEED_MAX = 10_000

/** Writes the body of `ChatCompletions`. */
export function writeRequest(request: ModelRequest, target: WireTarget): WriteRequest {
  if (request.dialect === 'tencent-chat') {
    const { stream } = request
    return sentAsIs(overlay(request.source, new Map<string, unknown>([['Model', target.model]])), stream)
  }
  const draft = plainDraft('tencent-chat', request, target)
  const fitted = fit(draft, PLACES)
  const turns = fitTurns(draft, request.messages, fitted.instruction)
  const messages = turns.flatMap((turn) => messagesOf(draft, turn))
  if (messages.length > MESSAGES_MAX) {
    const why = `messages: ${target.model} takes at most ${MESSAGES_MAX}, these are ${messages.length}`
    draft.failure ??= failure('invalid-request', why, { param: 'messages', retryable: true })
  }
  const body = {
    Model: target.model,
    Messages: messages,
    // What is absent has meant both in its time.
    Stream: fitted.stream,
    Temperature: fitted.temperature,
    TopP: fitted.topP,
    Stop: stopOf(draft, fitted),
    Seed: seedOf(draft, fitted),
    Tools: fitted.tools.length === 0 ? undefined : fitted.tools.map(toolOf),
    ...choiceOf(fitted),
    EnableThinking: fitted.thinking,
  }
  return sent(draft, fields(draft, body, FIELDS), fitted.stream)
}

/** One message, or one for each result. */
function messagesOf(draft: PlainDraft, turn: Turn): JsonObject[] {
  if (turn.role !== 'tool') return [{ Role: turn.role, ...contentOf(draft, turn), ...saidBefore(turn) }]
  return turn.parts.flatMap((part) =>
    part.kind === 'tool-result' ? [{ Role: 'tool', ToolCallId: part.callId, Content: part.text }] : [],
  )
}

/** `Content` for text alone, `Contents` where images are in it; nothing beside calls that say nothing. */
function contentOf(draft: PlainDraft, turn: Turn): JsonObject {
  const text = textOf(turn)
  if (turn.parts.every(({ kind }) => kind !== 'image')) {
    return text === '' && turn.parts.some(({ kind }) => kind === 'tool-call') ? {} : { Content: text }
  }
  const contents = turn.parts.flatMap(pieceOf)
  if (text !== '') return { Contents: contents }
  // At least one text is demanded.
  draft.warnings.push({ action: 'defaulted', path: `${turn.path}.content`, detail: 'a text beside the images' })
  return { Contents: [...contents, { Type: 'text', Text: '.' }] }
}

function pieceOf(part: PlainPart): JsonObject[] {
  if (part.kind === 'text') return [{ Type: 'text', Text: part.text }]
  // An image by file id is refused before.
  return part.kind === 'image' ? [{ Type: 'image_url', ImageUrl: { Url: urlOfMedia(part.source) } }] : []
}

/** What a turn of the model holds beside its text. */
function saidBefore({ parts }: Turn): JsonObject {
  const calls = parts.filter((part) => part.kind === 'tool-call')
  const thoughts = parts.flatMap((part) => (part.kind === 'reasoning' ? [part.text] : []))
  return {
    ...(thoughts.length === 0 ? {} : { ReasoningContent: thoughts.join('\n\n') }),
    ...(calls.length === 0
      ? {}
      : {
          ToolCalls: calls.map(({ id, name, arguments: text }, index) => ({
            Id: id,
            Type: 'function',
            Function: { Name: name, Arguments: text },
            Index: index,
          })),
        }),
  }
}

/** The schema of parameters is JSON text here. */
function toolOf({ name, description, parameters }: FunctionTool): JsonObject {
  const said = description === undefined ? {} : { Description: description }
  return { Type: 'function', Function: { Name: name, Parameters: JSON.stringify(parameters ?? {}), ...said } }
}

function choiceOf({ toolChoice, tools }: Fitted): { ToolChoice?: string; CustomTool?: JsonObject } {
  if (toolChoice === undefined) return {}
  if (toolChoice.kind !== 'named') return { ToolChoice: toolChoice.kind }
  const tool = named(tools, toolChoice)
  return tool === undefined ? {} : { ToolChoice: 'custom', CustomTool: toolOf(tool) }
}

function named(tools: readonly FunctionTool[], choice: ToolChoice): FunctionTool | undefined {
  return tools.find(({ name }) => choice.kind === 'named' && name === choice.name)
}

/** Tencent stops behind what it was told to stop at, others before it. */
function stopOf(draft: PlainDraft, { stop }: Fitted): readonly string[] | undefined {
  if (stop !== undefined) note(draft, 'stop', ['approximated', 'the answer ends with the stop sequence, not before it'])
  return stop
}

/** One seed stays one seed. */
function seedOf(draft: PlainDraft, { seed }: Fitted): number | undefined {
  if (seed === undefined || (seed >= 1 && seed <= SEED_MAX)) return seed
  const near = 1 + (Math.abs(seed) % SEED_MAX)
  note(draft, 'seed', ['approximated', `${seed} → ${near}: seeds go from 1 to ${SEED_MAX}`])
  return near
}
