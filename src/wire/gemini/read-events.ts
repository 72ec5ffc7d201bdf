import type { EventReader, ReadContext } from '#wire/dialect.ts'
import type { Event, Frame } from '#wire/event.ts'
import { type Failure, failure } from '#wire/failure.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import { parsed } from '#wire/shape/read-json.ts'
import { failureIn } from '#wire/gemini/failure.ts'
import { finish, readCandidate, readEnd, saysSomething } from '#wire/gemini/read-candidate.ts'
import { emit, type ReadState, startState, type Step, stepOf } from '#wire/gemini/read-state.ts'
import { mergeUsage, readUsage, sameUsage } from '#wire/gemini/read-usage.ts'

/**
 * Reads `streamGenerateContent`'s chunks, and `generateContent`'s whole answer. A stream has no end mark: it is
 * complete when its bytes are over after every candidate said why it ended; chunks may follow that (usage).
 */
export const readEvents: EventReader<ReadState> = { start: startState, step, end, whole }

function step(state: ReadState, frame: Frame): Event[] {
  if (state.over) return []
  const step = stepOf(state, frame)
  // Comments; `[DONE]` is a habit of platforms that serve OpenAI's dialect too.
  if (frame.data !== '' && frame.data !== '[DONE]') {
    const data = parsed(frame.data)
    if (Array.isArray(data)) for (const element of data) readChunk(step, element)
    else readChunk(step, data)
  }
  if (step.failed !== undefined) fail(step, step.failed)
  if (step.events.length === 0) emit(step, undefined, { type: 'native' })
  return step.events
}

function end(state: ReadState, cut?: Failure): Event[] {
  if (state.over) return []
  state.over = true
  if (cut === undefined && isFinished(state)) return [{ type: 'end' }]
  const reason = cut ?? failure('cut', `${state.context.platform} ended the stream before the end of the answer`)
  return [{ type: 'failure', failure: begun(state) ? { ...reason, mayHaveCost: true } : reason }]
}

/** A whole answer; or a streamed one that came as one JSON array. */
function whole(context: ReadContext, frame: Frame): Event[] {
  const state = startState(context)
  const step = stepOf(state, frame)
  const data = parsed(frame.data)
  for (const answer of Array.isArray(data) ? data : [data]) readChunk(step, answer)
  if (state.choices.size === 0) step.failed ??= malformed(state, 'an answer without candidates')
  // What came whole is complete, whether it says why it ended or not.
  for (const choice of state.choices.values()) if (!choice.finished) finish(step, choice, { native: '' })
  if (step.failed !== undefined) fail(step, step.failed)
  else emit(step, undefined, { type: 'end' })
  return step.events
}

/** One `GenerateContentResponse`, or an error in its place. */
function readChunk(step: Step, data: unknown): void {
  const { state } = step
  if (step.failed !== undefined) return
  if (!isObject(data)) {
    step.failed = malformed(state, 'what is no JSON object')
    return
  }
  const { error } = data
  if (error !== undefined && error !== null) {
    step.failed = failureIn(data, state.context)
    return
  }
  begin(step, data)
  const candidates: readonly unknown[] = Array.isArray(data['candidates']) ? data['candidates'] : []
  candidates.forEach((candidate, place) => {
    if (isObject(candidate)) readCandidate(step, candidate, place)
  })
  pushUsage(step, data['usageMetadata'])
  readFeedback(step, data['promptFeedback'])
  for (const candidate of candidates) if (isObject(candidate)) readEnd(step, candidate)
}

/** The one `start` event, with the first chunk that is about an answer. */
function begin(step: Step, { responseId, modelVersion, candidates, usageMetadata, promptFeedback }: JsonObject): void {
  const { state } = step
  if (state.started) return
  if ((candidates ?? usageMetadata ?? promptFeedback ?? responseId ?? modelVersion) === undefined) return
  state.started = true
  const named = typeof responseId === 'string' && responseId !== ''
  if (named) state.answerId = `${responseId.slice(-24).replace(/[^a-zA-Z0-9_-]/g, '_')}_`
  emit(step, undefined, {
    type: 'start',
    ...(named ? { id: responseId } : {}),
    ...(typeof modelVersion === 'string' && modelVersion !== '' ? { model: modelVersion } : {}),
  })
}

/** Running figures come with every chunk: only news are told, and the last ones count. */
function pushUsage(step: Step, raw: unknown): void {
  const { state } = step
  const merged = isObject(raw) ? mergeUsage(state.rawUsage, raw) : undefined
  if (merged === undefined) return
  state.rawUsage = merged
  const usage = readUsage(merged)
  if (sameUsage(state.usage, usage)) return
  state.usage = usage
  emit(step, undefined, { type: 'usage', usage })
}

/** A prompt that was blocked has no candidates, and is told in a 200. */
function readFeedback(step: Step, feedback: unknown): void {
  if (!isObject(feedback)) return
  const { blockReason, blockReasonMessage: message, safetyRatings } = feedback
  if (typeof blockReason !== 'string' || blockReason === '' || blockReason === 'BLOCKED_REASON_UNSPECIFIED') {
    if (saysSomething(safetyRatings)) emit(step, undefined, { type: 'extension', path: 'promptFeedback' })
    return
  }
  const { platform } = step.state.context
  const why = typeof message === 'string' && message !== '' ? `${blockReason}: ${message.slice(0, 500)}` : blockReason
  step.failed ??= failure('content-filter', `${platform} blocked the prompt: ${why}`, {
    platform: { platform, status: 200, code: blockReason, ...(typeof message === 'string' ? { message } : {}) },
    mayHaveCost: step.state.usage !== undefined,
  })
}

/** The terminal failure; what was answered so far may be billed. */
function fail(step: Step, failed: Failure): void {
  step.state.over = true
  emit(step, undefined, { type: 'failure', failure: begun(step.state) ? { ...failed, mayHaveCost: true } : failed })
}

function begun({ choices }: ReadState): boolean {
  return [...choices.values()].some((choice) => choice.blocks > 0)
}

function isFinished({ choices }: ReadState): boolean {
  return choices.size > 0 && [...choices.values()].every((choice) => choice.finished)
}

function malformed({ context }: ReadState, what: string): Failure {
  return failure('malformed', `${context.platform} sent ${what}`)
}
