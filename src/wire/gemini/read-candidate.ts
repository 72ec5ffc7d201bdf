import { failure } from '#wire/failure.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import { mayLoseDigits, parseExact } from '#wire/shape/exact-json.ts'
import { inside } from '#wire/shape/read-json.ts'
import { addPieces } from '#wire/gemini/partial-call.ts'
import { finishOf, isFinish } from '#wire/gemini/read-finish.ts'
import { blockOf, type Choice, choiceAt, emit, leave, type Step } from '#wire/gemini/read-state.ts'

/** Fields of a candidate that are read, or that hold nothing a caller of another dialect would miss. */
const CANDIDATE: ReadonlySet<string> = new Set(['content', 'index', 'finishReason', 'finishMessage', 'tokenCount'])
/** The same for a part. */
const PART: ReadonlySet<string> = new Set(['text', 'thought', 'thoughtSignature', 'functionCall', 'partMetadata'])

/** One entry of `candidates`: its parts and what stands beside them. Why it ended is told after the usage. */
export function readCandidate(step: Step, candidate: JsonObject, place: number): void {
  const choice = choiceAt(step.state, indexOf(candidate))
  const { content } = candidate
  const parts: unknown = isObject(content) ? content['parts'] : undefined
  if (Array.isArray(parts)) {
    parts.forEach((part: unknown, i) => {
      if (isObject(part)) readPart(step, choice, { part, at: ['candidates', place, 'content', 'parts', i] })
    })
  }
  for (const key in candidate) {
    if (!CANDIDATE.has(key) && saysSomething(candidate[key])) {
      emit(step, choice, { type: 'extension', path: `candidates.${choice.index}.${key}` })
    }
  }
}

/** The entry's finish reason, if it has one that was not told yet. */
export function readEnd(step: Step, candidate: JsonObject): void {
  const native = candidate['finishReason']
  const choice = choiceAt(step.state, indexOf(candidate))
  if (typeof native !== 'string' || native === '' || native === 'FINISH_REASON_UNSPECIFIED' || choice.finished) return
  finish(step, choice, { native, message: candidate['finishMessage'] })
}

/** Ends a choice once. */
export function finish(
  step: Step,
  choice: Choice,
  said: { readonly native: string; readonly message?: unknown },
): void {
  endPartial(step, choice)
  leave(step, choice)
  choice.finished = true
  const { platform, quirks } = step.state.context
  const { native, message } = said
  const meaning = finishOf(native, quirks)
  if (!isFinish(meaning)) {
    const why = typeof message === 'string' && message !== '' ? `: ${message.slice(0, 500)}` : ''
    const word = native === '' ? 'without a reason' : `with ${native}`
    step.failed ??= failure(meaning, `${platform} ended the answer ${word}${why}`, {
      platform: { platform, status: 200, code: native },
      mayHaveCost: true,
    })
    return
  }
  // Gemini has one word for both ends.
  const reason = meaning === 'stop' && choice.calls > 0 ? 'tool-calls' : meaning
  emit(step, choice, { type: 'finish', reason, native })
}

function indexOf(candidate: JsonObject): number {
  const { index } = candidate
  return typeof index === 'number' && Number.isSafeInteger(index) && index >= 0 ? index : 0
}

interface PartPlace {
  readonly part: JsonObject
  /** Where it stands in the frame. */
  readonly at: readonly (string | number)[]
}

function readPart(step: Step, choice: Choice, { part, at }: PartPlace): void {
  const { text, functionCall } = part
  const signature = typeof part['thoughtSignature'] === 'string' ? part['thoughtSignature'] : ''
  for (const key in part) {
    if (!PART.has(key) && saysSomething(part[key])) {
      emit(step, choice, { type: 'extension', path: `candidates.${choice.index}.content.parts.${key}` })
    }
  }
  if (isObject(functionCall)) return readCall(step, choice, { call: functionCall, signature, at })
  endPartial(step, choice)
  if (typeof text !== 'string') return
  if (part['thought'] === true) return readThought(step, choice, { text, signature })
  if (signature !== '') seal(step, choice, signature)
  if (text !== '') emit(step, choice, { type: 'text-delta', block: blockOf(step, choice, 'text'), text })
}

function readThought(step: Step, choice: Choice, said: { readonly text: string; readonly signature: string }): void {
  if (said.text !== '') {
    emit(step, choice, { type: 'reasoning-delta', block: blockOf(step, choice, 'reasoning'), text: said.text })
  }
  if (said.signature !== '') seal(step, choice, said.signature)
}

/** The seal of the part that follows: on the thoughts directly before it, else on an empty block of its own. */
function seal(step: Step, choice: Choice, signature: string): void {
  const block = blockOf(step, choice, 'reasoning')
  emit(step, choice, { type: 'reasoning-signature', block, signature, sealedBy: 'gemini' })
  leave(step, choice)
}

interface Called {
  readonly call: JsonObject
  readonly signature: string
  readonly at: readonly (string | number)[]
}

/** A call, whole; or the beginning, a piece or the end of one that comes in pieces. */
function readCall(step: Step, choice: Choice, called: Called): void {
  const { call, signature } = called
  const named = typeof call['name'] === 'string' && call['name'] !== ''
  if (named) endPartial(step, choice)
  if (signature !== '') seal(step, choice, signature)
  if (named) openCall(step, choice, call)
  if (choice.partial === undefined) return
  fill(step, choice, called)
  if (call['willContinue'] !== true) endPartial(step, choice)
}

/** Arguments, or pieces of them, for the open call. */
function fill(step: Step, choice: Choice, { call: { args, partialArgs }, at }: Called): void {
  const { partial } = choice
  if (partial === undefined) return
  if (isObject(args)) Object.assign(partial.args, exactArgs(step, args, at))
  if (!Array.isArray(partialArgs) || addPieces(partial, partialArgs)) return
  emit(step, choice, { type: 'extension', path: `candidates.${choice.index}.content.parts.functionCall.partialArgs` })
}

function openCall(step: Step, choice: Choice, { id, name }: JsonObject): void {
  leave(step, choice)
  const number = choice.calls++
  const other = choice.index === 0 ? '' : `${choice.index}_`
  const made = `call_${step.state.answerId}${other}${number}`
  const given = typeof id === 'string' && id !== '' ? id : made
  const block = choice.blocks++
  emit(step, choice, { type: 'tool-call-start', block, id: given, name: typeof name === 'string' ? name : '' })
  choice.partial = { block, args: {} }
}

/** The open call is complete: its arguments in one piece. */
function endPartial(step: Step, choice: Choice): void {
  const { partial } = choice
  if (partial === undefined) return
  choice.partial = undefined
  emit(step, choice, { type: 'tool-call-delta', block: partial.block, arguments: JSON.stringify(partial.args) })
  emit(step, choice, { type: 'block-end', block: partial.block })
}

/** Arguments with every digit that the frame has. */
function exactArgs(step: Step, args: JsonObject, at: readonly (string | number)[]): JsonObject {
  const { data } = step.origin.frame
  if (!mayLoseDigits(data)) return args
  let exact = parseExact(data)
  for (const name of [...at, 'functionCall', 'args']) {
    exact = Array.isArray(exact) ? exact[Number(name)] : inside(exact, String(name))
  }
  return isObject(exact) ? exact : args
}

/** Neither null nor empty: fields that are there for the form's sake are no loss. */
export function saysSomething(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false) return false
  if (Array.isArray(value)) return value.length > 0
  return typeof value !== 'object' || Object.keys(value).length > 0
}
