import type { EventReader, ReadContext } from '#wire/dialect.ts'
import type { Event, Frame, StartEvent } from '#wire/event.ts'
import { type Failure, failure } from '#wire/failure.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import { failureOf } from '#wire/shape/openai-failure.ts'
import { type Choice, emit, type ReadState, type Step, stepOf } from '#wire/openai-chat/read-blocks.ts'
import { errorIn } from '#wire/openai-chat/read-body-error.ts'
import { FINISH_WORDS } from '#wire/openai-chat/chunks.ts'
import { closeContent, finishUnsaid, readChoice } from '#wire/openai-chat/read-choice.ts'
import { endsUnsaid, withOpenaiWords } from '#wire/openai-chat/read-finish.ts'
import { sameUsage, saysUsage, usageOf } from '#wire/shape/openai-usage.ts'
import { showsThinkTags } from '#wire/openai-chat/reasoning-place.ts'
import { wordsOf } from '#wire/shape/platform-words.ts'

/** OpenAI-like streams and whole answers, with everything that platforms are known to do differently. */
export const readEvents: EventReader<ReadState> = {
  start,
  step(state: ReadState, frame: Frame): Event[] {
    if (state.over) return []
    const step = stepOf(state, frame)
    readFrame(step)
    // A frame always gives something, or a writer of the same dialect could not pass it on.
    if (step.events.length === 0) emit(step, undefined, { type: 'native' })
    mendWords(step)
    return step.events
  },
  end(state: ReadState, cut?: Failure): Event[] {
    if (state.over) return []
    state.over = true
    if (cut === undefined && isFinished(state) && state.context.quirks.endMark === 'optional') return [{ type: 'end' }]
    return [{ type: 'failure', failure: cut ?? brokenOff(state) }]
  },
  whole(context: ReadContext, frame: Frame): Event[] {
    const state = start(context)
    const step = stepOf(state, frame)
    const payload = parse(frame.data)
    if (payload === undefined) fail(step, malformed(state, 'an answer that is no JSON'))
    else if (!refused(step, payload) && isObject(payload)) readWhole(step, payload)
    mendWords(step)
    return step.events
  },
}

function start(context: ReadContext): ReadState {
  return {
    context,
    tags: showsThinkTags(context.quirks),
    choices: new Map(),
    started: false,
    over: false,
    answer: '',
    usage: undefined,
  }
}

/** The frame that callers of this dialect get, in words that their clients know. */
function mendWords({ foreignWords, origin }: Step): void {
  if (foreignWords !== undefined && origin !== undefined) origin.frame = withOpenaiWords(origin.frame, foreignWords)
}

function readFrame(step: Step): void {
  const { data } = step.frame
  if (data === '') return
  if (data === '[DONE]' || (data.length < 16 && data.trim() === '[DONE]')) {
    done(step)
    return
  }
  const payload = parse(data) ?? (step.frame.event === 'error' ? data : undefined)
  if (payload === undefined) fail(step, malformed(step.state, 'a piece of its stream that is no JSON'))
  else if (!refused(step, payload) && isObject(payload)) readChunk(step, payload)
}

/** A payload that is an error, or nothing that a chunk could be, is the end. Google's layer sends a list of one error. */
function refused(step: Step, given: unknown): boolean {
  const { context } = step.state
  const payload: unknown = Array.isArray(given) ? given[0] : given
  const named = step.frame.event === 'error' || typeof payload === 'string'
  const words = isObject(payload) && !named ? errorIn(payload, context.quirks) : named ? wordsOf(payload) : undefined
  if (words !== undefined) {
    fail(step, failureOf(words, { status: 200, headers: {}, body: step.frame.data }, context))
    return true
  }
  if (isObject(given)) return false
  fail(step, malformed(step.state, 'something that is no JSON object'))
  return true
}

function readChunk(step: Step, chunk: JsonObject): void {
  const { choices } = chunk
  begin(step, chunk)
  let usage: unknown
  if (Array.isArray(choices)) {
    for (const entry of choices) {
      if (!isObject(entry)) continue
      readChoice(step, entry)
      // Moonshot's older streams put it here.
      usage ??= entry['usage']
    }
  }
  const shown = chunk['usage'] ?? undefined
  readUsage(step, shown, chunk['service_tier'])
  readExtensions(step, chunk)
  if (shown === undefined && usage !== undefined) readHiddenUsage(step, usage)
  if (step.failed !== undefined) fail(step, step.failed)
}

function readWhole(step: Step, answer: JsonObject): void {
  readChunk(step, answer)
  const { state } = step
  if (state.over) return
  if (state.choices.size === 0) {
    fail(step, malformed(state, 'an answer without choices'))
    return
  }
  for (const choice of state.choices.values()) {
    if (choice.finished) continue
    closeContent(step, choice)
    finishUnsaid(step, choice)
    // Clients of a whole answer look for the reason, and Spark gives none.
    step.foreignWords ??= new Map()
    step.foreignWords.set(choice.index, FINISH_WORDS[choice.calls.length > 0 ? 'tool-calls' : 'stop'])
  }
  finishAll(step)
}

/** The first chunk that is about an answer; Azure's very first one is not (empty id and model, no choices). */
function begin(step: Step, chunk: JsonObject): void {
  const { state } = step
  if (state.started) return
  const { id, model, created, choices } = chunk
  const named = isSaid(id) || isSaid(model)
  if (!named && !(Array.isArray(choices) && choices.length > 0)) return
  state.started = true
  if (isSaid(id)) state.answer = `${id.slice(id.lastIndexOf('-') + 1, id.length).slice(-24)}_`
  const event: StartEvent = {
    type: 'start',
    ...(isSaid(id) ? { id } : {}),
    ...(isSaid(model) ? { model } : {}),
    ...(typeof created === 'number' && created > 0 ? { created } : {}),
  }
  emit(step, undefined, event)
}

/** Running figures come on every chunk at some platforms (SiliconFlow): only news are told, and the last ones count. */
function readUsage(step: Step, raw: unknown, lane?: unknown): void {
  if (!saysUsage(raw)) return
  const usage = usageOf(raw, lane)
  if (sameUsage(step.state.usage, usage)) return
  step.state.usage = usage
  emit(step, undefined, { type: 'usage', usage })
}

/** Figures where callers do not look for them: not tied to their frame, so that a writer tells them once more. */
function readHiddenUsage(step: Step, raw: unknown): void {
  if (step.events.length === 0) emit(step, undefined, { type: 'native' })
  const { origin } = step
  step.origin = undefined
  readUsage(step, raw)
  step.origin = origin
}

/** Top-level fields that belong to what the model said: sources of a search (Perplexity, Tencent, Zhipu, Baidu). */
const EXTENSIONS = ['citations', 'search_results', 'search_info', 'web_search']

function readExtensions(step: Step, chunk: JsonObject): void {
  for (const path of EXTENSIONS) {
    const value = chunk[path]
    if (value === undefined || value === null) continue
    if (!Array.isArray(value) || value.length > 0) emit(step, undefined, { type: 'extension', path })
  }
}

/**
 * `[DONE]`: complete, if every answer said why it ended. Gateways write the mark below whatever broke behind them
 * (pain T01); only where a platform never says why is the mark enough, after content.
 */
function done(step: Step): void {
  const { state } = step
  const unfinished = [...state.choices.values()].filter((choice) => !choice.finished)
  const silent = endsUnsaid(state.context.quirks)
  if (state.choices.size === 0 || unfinished.some((choice) => !silent || isEmpty(choice))) {
    fail(step, brokenOff(state))
    return
  }
  // What was held back left with its frame, so it is tied to this one; a finish that nobody said is ours to tell.
  const held = unfinished.some((choice) => choice.tags !== undefined && choice.tags.held !== '')
  const { origin } = step
  if (!held) step.origin = undefined
  for (const choice of unfinished) {
    closeContent(step, choice)
    finishUnsaid(step, choice)
  }
  step.origin = origin
  finishAll(step)
}

function isEmpty({ blocks, tags }: Choice): boolean {
  return blocks === 0 && (tags?.held ?? '') === ''
}

function finishAll(step: Step): void {
  step.state.over = true
  emit(step, undefined, { type: 'end' })
}

/** The terminal failure; what was answered so far may be billed. */
function fail(step: Step, failed: Failure): void {
  step.state.over = true
  const begun = [...step.state.choices.values()].some((choice) => choice.blocks > 0)
  emit(step, undefined, { type: 'failure', failure: begun ? { ...failed, mayHaveCost: true } : failed })
}

function isFinished(state: ReadState): boolean {
  if (state.choices.size === 0) return false
  for (const choice of state.choices.values()) if (!choice.finished) return false
  return true
}

function brokenOff(state: ReadState): Failure {
  return failure('cut', `${state.context.platform} broke off before the end of its answer`)
}

function malformed(state: ReadState, what: string): Failure {
  return failure('malformed', `${state.context.platform} sent ${what}`)
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data) as unknown
  } catch {
    return undefined
  }
}

function isSaid(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
