import type { EventWriter, WriteContext, WrittenWhole } from '#wire/dialect.ts'
import { type Event, type Frame, isTerminal, type StartEvent } from '#wire/event.ts'
import { type Failure, failure } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import { type Lost, lose } from '#wire/shape/lost.ts'
import { onlyFrame, type Passed, passedAt } from '#wire/shape/native.ts'
import { NO_USAGE, type Usage } from '#wire/usage.ts'
import type { Warning } from '#wire/warning.ts'
import { errorBody } from '#wire/gemini/failure.ts'
import { closeChoice, type OutChoice, outChoice, type OutPart, takeEvent } from '#wire/gemini/write-choice.ts'
import { writeUsage } from '#wire/gemini/write-usage.ts'

/** A stream half written. */
export interface WriteState {
  readonly context: WriteContext
  readonly choices: Map<number, OutChoice>
  readonly lost: Lost
  /** The end of each chunk: what it says of the answer. */
  tail: string | undefined
  usage: Usage | undefined
  /** The platform's own frames have told why the answer ended. */
  ended: boolean
  over: boolean
}

/** Writes chunks of `streamGenerateContent`, and `generateContent`'s whole answer. */
export const writeEvents: EventWriter<WriteState> = { start, step, end, whole, lost }

function start(context: WriteContext): WriteState {
  return {
    context,
    choices: new Map(),
    lost: new Map(),
    tail: undefined,
    usage: undefined,
    ended: false,
    over: false,
  }
}

function step(state: WriteState, events: readonly Event[]): Frame[] {
  const frames: Frame[] = []
  if (!state.context.native) {
    for (const event of events) write(state, frames, event)
    return frames
  }
  for (let i = 0; i < events.length && !state.over;) {
    const passed = passedAt(events, i)
    const event = events[i]
    if (passed !== undefined) {
      pass(state, passed)
      frames.push(passed.frame)
      i = passed.to
    } else {
      if (event !== undefined) write(state, frames, event)
      i++
    }
  }
  return frames
}

function end(state: WriteState): Frame[] {
  if (state.over) return []
  state.over = true
  return [failureFrame(state, failure('cut', 'The answer broke off before its end.'))]
}

function lost(state: WriteState): readonly Warning[] {
  return [...state.lost.values()]
}

/** What an untouched frame says is remembered, for chunks of our own after it. */
function pass(state: WriteState, { events, from, to }: Passed): void {
  for (let i = from; i < to; i++) {
    const event = events[i]
    if (event === undefined) continue
    if (event.type === 'start') state.tail = tailOf(state.context, event)
    else if (event.type === 'finish') state.ended = true
    else if (event.type === 'tool-call-start') {
      takeEvent(choiceAt(state, event.choice), event, { out: [], lost: state.lost })
    } else if (event.type === 'block-end') choiceAt(state, event.choice).calls.delete(event.block)
    else if (isTerminal(event)) state.over = true
  }
}

function write(state: WriteState, frames: Frame[], event: Event): void {
  if (state.over) return
  switch (event.type) {
    case 'start':
      state.tail = tailOf(state.context, event)
      return
    case 'usage':
      state.usage = event.usage
      return
    case 'native':
      return
    case 'extension':
      return lose(state.lost, event.path)
    case 'finish':
      choiceAt(state, event.choice).finish = event
      return
    case 'failure':
      state.over = true
      frames.push(failureFrame(state, event.failure))
      return
    case 'end':
      state.over = true
      finishStream(state, frames)
      return
    default:
      writeBlock(state, frames, event)
  }
}

function writeBlock(state: WriteState, frames: Frame[], event: Extract<Event, { readonly block: number }>): void {
  const choice = choiceAt(state, event.choice)
  // By far the commonest event.
  if (event.type === 'text-delta' && choice.seal === undefined) {
    frames.push({ data: chunk(state, choice.index, `{"text":${JSON.stringify(event.text)}}`) })
    return
  }
  const out: OutPart[] = []
  takeEvent(choice, event, { out, lost: state.lost })
  for (const part of out) frames.push({ data: chunk(state, choice.index, JSON.stringify(part)) })
}

function choiceAt(state: WriteState, index = 0): OutChoice {
  const known = state.choices.get(index)
  if (known !== undefined) return known
  const choice = outChoice(index)
  state.choices.set(index, choice)
  return choice
}

function chunk(state: WriteState, index: number, part: string): string {
  state.tail ??= tailOf(state.context, undefined)
  return `{"candidates":[{"content":{"parts":[${part}],"role":"model"},"index":${index}}]${state.tail}`
}

/** The last chunk has what the dialect tells last: why each candidate ended, and the usage. */
function finishStream(state: WriteState, frames: Frame[]): void {
  const { choices, context, usage } = state
  if (choices.size === 0) choiceAt(state)
  // Untouched frames have told it; what only passed by has nothing left to tell.
  if (state.ended && [...choices.values()].every((choice) => choice.finish === undefined)) return
  state.tail ??= tailOf(context, undefined)
  const candidates = [...choices.values()].sort((a, b) => a.index - b.index).map((choice) => ended(state, choice))
  const told = JSON.stringify(writeUsage(usage ?? NO_USAGE))
  frames.push({ data: `{"candidates":${JSON.stringify(candidates)},"usageMetadata":${told}${state.tail}` })
}

function ended({ lost }: WriteState, choice: OutChoice): JsonObject {
  const out: OutPart[] = []
  const finish = closeChoice(choice, { out, lost })
  // Google's last chunk has an empty text where there is nothing left to say.
  const parts = out.length === 0 ? [{ text: '' }] : out
  return { content: { parts, role: 'model' }, ...finish, index: choice.index }
}

function tailOf(context: WriteContext, start: StartEvent | undefined): string {
  return `,${JSON.stringify(headOf(context, start)).slice(1)}`
}

function headOf(context: WriteContext, start: StartEvent | undefined): JsonObject {
  return { modelVersion: start?.model ?? context.model, responseId: start?.id ?? context.requestId }
}

function failureFrame({ context }: WriteState, failed: Failure): Frame {
  return { data: JSON.stringify(errorBody(failed, context.requestId)) }
}

/** A whole answer. Within the dialect one that nobody touched leaves as it came. */
function whole(context: WriteContext, events: readonly Event[]): WrittenWhole {
  const frame = context.native ? onlyFrame(events) : undefined
  if (frame !== undefined) return { frame, lost: [] }
  const state = start(context)
  const parts = new Map<number, OutPart[]>()
  for (const event of events) {
    if (!('block' in event)) {
      if (!isTerminal(event)) write(state, [], event)
      continue
    }
    const choice = choiceAt(state, event.choice)
    takeEvent(choice, event, { out: partsAt(parts, choice.index), lost: state.lost })
  }
  if (state.choices.size === 0) choiceAt(state)
  const choices = [...state.choices.values()].sort((a, b) => a.index - b.index)
  const candidates = choices.map((choice) => {
    const out = partsAt(parts, choice.index)
    const finish = closeChoice(choice, { out, lost: state.lost })
    return { content: { parts: joined(out), role: 'model' }, ...finish, index: choice.index }
  })
  const answer = {
    candidates,
    usageMetadata: writeUsage(state.usage ?? NO_USAGE),
    ...headOf(context, events.find(isStart)),
  }
  return { frame: { data: JSON.stringify(answer) }, lost: lost(state) }
}

function isStart(event: Event): event is StartEvent {
  return event.type === 'start'
}

function partsAt(parts: Map<number, OutPart[]>, index: number): OutPart[] {
  const known = parts.get(index)
  if (known !== undefined) return known
  const made: OutPart[] = []
  parts.set(index, made)
  return made
}

/** Pieces of one text as one part; a signature begins another, since it belongs to its part alone. */
function joined(parts: readonly OutPart[]): OutPart[] {
  const out: OutPart[] = []
  for (const part of parts) {
    const last = out.at(-1)
    const goesOn = part.text !== undefined && part.thoughtSignature === undefined && last?.text !== undefined
    if (goesOn && last.thought === part.thought && !isRedacted(last)) {
      out[out.length - 1] = { ...last, text: last.text + part.text }
    } else if (part.text !== '' || part.thoughtSignature !== undefined) out.push(part)
  }
  return out
}

/** A thought whose signature is all that it says. */
function isRedacted({ thought, thoughtSignature }: OutPart): boolean {
  return thought === true && thoughtSignature !== undefined
}
