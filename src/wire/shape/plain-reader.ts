import type { EventReader, ReadContext, RefusedAnswer } from '#wire/dialect.ts'
import type { FinishReason, Frame } from '#wire/event.ts'
import { type Failure, failure, type FailureKind } from '#wire/failure.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { Said, SaidChoice } from '#wire/shape/plain-answer.ts'
import {
  blockOf,
  type Choice,
  choiceAt,
  closeAll,
  emit,
  type PlainReading,
  readCall,
  type Step,
} from '#wire/shape/plain-blocks.ts'
import { sameSums } from '#wire/shape/plain-usage.ts'
import { type Words, wordsOf } from '#wire/shape/platform-words.ts'
import { parsed } from '#wire/shape/read-json.ts'

/** How a dialect is undressed. */
export interface Undressing {
  /** What a payload of a stream, or a whole answer, says; undefined if it is none of this dialect. */
  readonly said: (payload: JsonObject, whole: boolean) => Said | undefined
  /** The error that a payload is, if it is one. */
  readonly errorIn: (payload: JsonObject) => Words | undefined
  /** The dialect's words for why an answer stopped; after the target's own. */
  readonly finishes: Readonly<Record<string, FinishReason | FailureKind>>
  readonly failureOf: (words: Words, answer: RefusedAnswer, context: ReadContext) => Failure
}

interface ReadStep extends Step {
  readonly undressing: Undressing
}

/** A reader of events for a dialect that says what `Said` says. */
export function plainReader(undressing: Undressing): EventReader<PlainReading> {
  return {
    start,
    step(state, frame) {
      if (state.over) return []
      const step = stepOf(undressing, state, frame)
      readFrame(step)
      if (step.events.length === 0) emit(step, undefined, { type: 'native' })
      return step.events
    },
    end(state, cut) {
      if (state.over) return []
      state.over = true
      const { endMark } = state.context.quirks
      if (cut === undefined && endMark === 'optional' && isFinished(state)) return [{ type: 'end' }]
      return [{ type: 'failure', failure: cut ?? brokenOff(state) }]
    },
    whole(context, frame) {
      const step = stepOf(undressing, start(context), frame)
      readPayload(step, parsed(frame.data), true)
      return step.events
    },
  }
}

function start(context: ReadContext): PlainReading {
  return { context, choices: new Map(), started: false, over: false, id: '', usage: undefined }
}

function stepOf(undressing: Undressing, state: PlainReading, frame: Frame): ReadStep {
  return { undressing, state, frame, origin: { frame, count: 0 }, events: [], failed: undefined }
}

function readFrame(step: ReadStep): void {
  const { data, event } = step.frame
  if (data === '') return
  if (data.length < 16 && data.trim() === '[DONE]') done(step)
  else if (event === 'error') refuse(step, wordsOf(parsed(data) ?? data))
  else readPayload(step, parsed(data), false)
}

function readPayload(step: ReadStep, payload: unknown, whole: boolean): void {
  if (!isObject(payload)) return fail(step, malformed(step.state, 'something that is no JSON object'))
  const words = step.undressing.errorIn(payload)
  const said = step.undressing.said(payload, whole)
  if (words !== undefined) {
    // Figures may stand beside the error.
    if (said !== undefined && step.state.started) readUsage(step, said)
    return refuse(step, words)
  }
  if (said === undefined) return fail(step, malformed(step.state, 'an answer in a form that is not known'))
  readSaid(step, said)
  if (step.state.over) return
  if (whole || said.last === true) finishAll(step)
}

function readSaid(step: ReadStep, said: Said): void {
  begin(step, said)
  for (const choice of said.choices) readChoice(step, choice)
  readUsage(step, said)
  if (said.beside !== undefined) for (const path of said.beside) emit(step, undefined, { type: 'extension', path })
  if (step.failed !== undefined) fail(step, step.failed)
}

function begin(step: ReadStep, { id, model, created }: Said): void {
  const { state } = step
  if (state.started) return
  state.started = true
  if (id !== undefined && id !== '') state.id = `${id.slice(id.lastIndexOf('-') + 1).slice(-24)}_`
  emit(step, undefined, {
    type: 'start',
    ...(id === undefined || id === '' ? {} : { id }),
    ...(model === undefined || model === '' ? {} : { model }),
    ...(created === undefined || created <= 0 ? {} : { created }),
  })
}

function readUsage(step: ReadStep, { usage }: Said): void {
  const { state } = step
  if (usage === undefined || sameSums(state.usage, usage)) return
  state.usage = usage
  emit(step, undefined, { type: 'usage', usage })
}

function readChoice(step: ReadStep, { index, reasoning = '', text = '', calls, finish }: SaidChoice): void {
  const choice = choiceAt(step.state, index)
  if (reasoning !== '') {
    emit(step, choice, { type: 'reasoning-delta', block: blockOf(step, choice, 'reasoning'), text: reasoning })
  }
  if (text !== '') emit(step, choice, { type: 'text-delta', block: blockOf(step, choice, 'text'), text })
  if (calls !== undefined) for (const call of calls) readCall(step, choice, call)
  if (finish !== undefined) finishChoice(step, choice, finish)
}

/** Ends a choice once. */
function finishChoice(step: ReadStep, choice: Choice, native: string): void {
  if (choice.finished) return
  choice.finished = true
  closeAll(step, choice)
  const meaning = meaningOf(native, step)
  const reason = isReason(meaning) ? meaning : choice.blocks > 0 && meaning === 'context-length' ? 'length' : undefined
  if (reason === undefined) {
    step.failed ??= stopped(step.state, meaning, native)
    return
  }
  // Platforms say "stop" after calls; other dialects' callers go by the reason alone.
  const said = reason === 'stop' && choice.calls.length > 0 ? 'tool-calls' : reason
  emit(step, choice, { type: 'finish', reason: said, native })
}

/** The target's own meaning first; a word that nobody knows is an ordinary end. */
function meaningOf(native: string, { undressing, state }: ReadStep): FinishReason | FailureKind {
  const { finishReasons } = state.context.quirks
  if (Object.hasOwn(finishReasons, native)) return finishReasons[native] ?? 'stop'
  return Object.hasOwn(undressing.finishes, native) ? (undressing.finishes[native] ?? 'stop') : 'stop'
}

function isReason(word: string): word is FinishReason {
  return word === 'stop' || word === 'length' || word === 'tool-calls' || word === 'content-filter' || word === 'pause'
}

function stopped({ context: { platform } }: PlainReading, kind: FailureKind | FinishReason, native: string): Failure {
  const message = `${platform} ended the answer ${native === '' ? 'without a reason' : `with ${native}`}`
  const code = native === '' ? {} : { code: native }
  return failure(isReason(kind) ? 'upstream' : kind, message, { platform: { platform, status: 200, ...code } })
}

/** `[DONE]`: complete, if every answer said why it ended, or where the platform is known never to say why. */
function done(step: ReadStep): void {
  const { state } = step
  const silent = endsUnsaid(state.context.quirks)
  const complete = [...state.choices.values()].every((choice) => choice.finished || (silent && choice.blocks > 0))
  if (state.choices.size === 0 || !complete) fail(step, brokenOff(state))
  else finishAll(step)
}

function endsUnsaid({ finishReasons }: Quirks): boolean {
  const unsaid = finishReasons['']
  return unsaid !== undefined && isReason(unsaid)
}

function finishAll(step: ReadStep): void {
  const { state } = step
  if (state.choices.size === 0) return fail(step, malformed(state, 'an answer that says nothing'))
  for (const choice of state.choices.values()) finishChoice(step, choice, '')
  if (step.failed !== undefined) return fail(step, step.failed)
  state.over = true
  emit(step, undefined, { type: 'end' })
}

/**
 * An error in the place of an answer. One of a filter that stops an answer which callers have begun to read is its
 * end, as filters of other platforms tell it (Spark's 10014).
 */
function refuse(step: ReadStep, words: Words): void {
  const { state, frame, undressing } = step
  const failed = undressing.failureOf(words, { status: 200, headers: {}, body: frame.data }, state.context)
  if (failed.kind !== 'content-filter' || !hasBegun(state)) return fail(step, failed)
  for (const choice of state.choices.values()) {
    if (choice.finished) continue
    choice.finished = true
    closeAll(step, choice)
    emit(step, choice, { type: 'finish', reason: 'content-filter', native: words.code ?? 'content-filter' })
  }
  state.over = true
  emit(step, undefined, { type: 'end' })
}

/** The terminal failure; what was answered so far may be billed. */
function fail(step: ReadStep, failed: Failure): void {
  const { state } = step
  state.over = true
  emit(step, undefined, { type: 'failure', failure: hasBegun(state) ? { ...failed, mayHaveCost: true } : failed })
}

function hasBegun({ choices }: PlainReading): boolean {
  for (const { blocks } of choices.values()) if (blocks > 0) return true
  return false
}

function isFinished({ choices }: PlainReading): boolean {
  for (const { finished } of choices.values()) if (!finished) return false
  return choices.size > 0
}

function brokenOff({ context }: PlainReading): Failure {
  return failure('cut', `${context.platform} broke off before the end of its answer`)
}

function malformed({ context }: PlainReading, what: string): Failure {
  return failure('malformed', `${context.platform} sent ${what}`)
}
