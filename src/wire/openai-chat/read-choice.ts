import { failure } from '#wire/failure.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import { blockOf, type Choice, choiceAt, emit, leaveAll, sealNext, type Step } from '#wire/openai-chat/read-blocks.ts'
import { readFunctionCall, readToolCalls } from '#wire/openai-chat/read-tool-calls.ts'
import { finishOf, openaiWord } from '#wire/openai-chat/read-finish.ts'
import { readReasoningDetails } from '#wire/openai-chat/read-reasoning-details.ts'
import { saysMore, thoughtSignature } from '#wire/openai-chat/thought-signature.ts'
import { heldThinking, type Piece, splitThinking } from '#wire/openai-chat/read-think-tags.ts'

/** Fields of a delta or message that are read, or that hold nothing a caller of another dialect would miss. */
const MESSAGE: ReadonlySet<string> = new Set([
  'role',
  'content',
  'reasoning_content',
  'reasoning',
  'reasoning_details',
  'refusal',
  'tool_calls',
  'function_call',
  // MiniMax: the assistant's display name.
  'name',
  // OpenAI: padding against traffic analysis.
  'obfuscation',
  // Google's layer: the seal of the text.
  'extra_content',
])

/** The same for a choice. */
const CHOICE: ReadonlySet<string> = new Set([
  'index',
  'delta',
  'message',
  'finish_reason',
  'usage',
  // vLLM, SGLang: which stop string matched; OpenRouter: the finish reason behind it.
  'stop_reason',
  'matched_stop',
  'native_finish_reason',
  // vLLM
  'token_ids',
  // Azure: verdicts of its filter, all `safe` in an answer that came through.
  'content_filter_results',
  'content_filter_offsets',
])

/** One entry of `choices`: its delta, or in a whole answer its message. */
export function readChoice(step: Step, entry: JsonObject): void {
  const choice = choiceAt(step.state, typeof entry['index'] === 'number' ? entry['index'] : 0)
  const { delta, message } = entry
  if (isObject(delta)) readMessage(step, choice, delta)
  // MiniMax's older streams end with the whole message once more: it only counts if nothing came before.
  else if (isObject(message) && choice.blocks === 0) readMessage(step, choice, message)
  for (const key in entry) {
    if (!CHOICE.has(key) && saysSomething(entry[key])) {
      emit(step, choice, { type: 'extension', path: `choices.${choice.index}.${key}` })
    }
  }
  const native = entry['finish_reason']
  // DashScope's native form says "null" until the end.
  if (typeof native === 'string' && native !== '' && native !== 'null') finish(step, choice, { native, entry })
}

function readMessage(step: Step, choice: Choice, message: JsonObject): void {
  readReasoning(step, choice, message)
  if (message['extra_content'] !== undefined) readExtraContent(step, choice, message)
  const { content, refusal, tool_calls: calls, function_call: legacy } = message
  if (typeof content === 'string') readText(step, choice, content)
  else if (Array.isArray(content)) readContentParts(step, choice, content)
  if (typeof refusal === 'string' && refusal !== '') {
    const { block } = blockOf(step, choice, 'refusal')
    emit(step, choice, { type: 'refusal-delta', block, text: refusal })
  }
  if (Array.isArray(calls)) readToolCalls(step, choice, calls)
  if (isObject(legacy)) readFunctionCall(step, choice, legacy)
  for (const key in message) {
    if (!MESSAGE.has(key) && saysSomething(message[key])) {
      emit(step, choice, { type: 'extension', path: `choices.${choice.index}.message.${key}` })
    }
  }
}

/** Where details and plain text come together they say the same: the details count, since they carry signatures. */
function readReasoning(step: Step, choice: Choice, message: JsonObject): void {
  const { reasoning_content: content, reasoning, reasoning_details: details } = message
  const plain = typeof content === 'string' && content !== '' ? content : reasoning
  const text = typeof plain === 'string' ? plain : ''
  if (Array.isArray(details)) readReasoningDetails(step, choice, { details, plain: text })
  else if (text !== '') emitPiece(step, choice, { kind: 'reasoning', text })
}

function readExtraContent(step: Step, choice: Choice, message: JsonObject): void {
  const signature = thoughtSignature(message)
  if (signature !== undefined) sealNext(step, choice, signature)
  if (saysMore(message))
    emit(step, choice, { type: 'extension', path: `choices.${choice.index}.message.extra_content` })
}

function readText(step: Step, choice: Choice, text: string): void {
  if (text === '') return
  if (choice.tags === undefined) emitPiece(step, choice, { kind: 'text', text })
  else for (const piece of splitThinking(choice.tags, text)) emitPiece(step, choice, piece)
}

function emitPiece(step: Step, choice: Choice, { kind, text }: Piece): void {
  const { block } = blockOf(step, choice, kind)
  emit(step, choice, kind === 'text' ? { type: 'text-delta', block, text } : { type: 'reasoning-delta', block, text })
}

function readContentParts(step: Step, choice: Choice, parts: readonly unknown[]): void {
  for (const part of parts) {
    if (isObject(part) && typeof part['text'] === 'string') readText(step, choice, part['text'])
    else if (typeof part === 'string') readText(step, choice, part)
    else emit(step, choice, { type: 'extension', path: `choices.${choice.index}.message.content` })
  }
}

/** Ends a choice once; content that a platform still sends after it is passed on. */
function finish(step: Step, choice: Choice, { native, entry }: { native: string; entry: JsonObject }): void {
  if (choice.finished) return
  const meaning = finishOf(native, step.state.context.quirks)
  closeContent(step, choice)
  choice.finished = true
  if (meaning.kind === 'failure') {
    const { platform } = step.state.context
    step.failed ??= failure(meaning.failure, `${platform} ended the answer with ${native}`, {
      platform: { platform, status: 200, code: native },
      mayHaveCost: true,
    })
    return
  }
  // Several platforms say `stop` after tool calls; other dialects' callers go by the reason alone.
  const reason = meaning.reason === 'stop' && choice.calls.length > 0 ? 'tool-calls' : meaning.reason
  const word = openaiWord(native, reason, step.state.context.quirks)
  if (word !== undefined) (step.foreignWords ??= new Map()).set(choice.index, word)
  const stopSequence = stopSequenceOf(entry)
  emit(step, choice, { type: 'finish', reason, native, ...(stopSequence === undefined ? {} : { stopSequence }) })
}

/** What is still held back, and the end of every block. */
export function closeContent(step: Step, choice: Choice): void {
  if (choice.tags !== undefined) for (const piece of heldThinking(choice.tags)) emitPiece(step, choice, piece)
  leaveAll(step, choice)
}

/** An answer that ended without a finish reason (Spark). */
export function finishUnsaid(step: Step, choice: Choice): void {
  choice.finished = true
  emit(step, choice, { type: 'finish', reason: choice.calls.length > 0 ? 'tool-calls' : 'stop', native: '' })
}

/** vLLM: `stop_reason`, SGLang: `matched_stop`; a number there is a token id. */
function stopSequenceOf(entry: JsonObject): string | undefined {
  const said = entry['stop_reason'] ?? entry['matched_stop']
  return typeof said === 'string' ? said : undefined
}

/** Neither null nor empty: fields that are there for the form's sake are no loss. */
function saysSomething(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false) return false
  if (Array.isArray(value)) return value.length > 0
  return true
}
