import type { Json } from '#test/support/callers.ts'

/** What is wrong with an answer as bytes, whoever gave it: an empty list means nothing. Written from the dialects' public documents alone. */
export type Complaints = string[]

export type Door = 'openai' | 'anthropic'

interface SseEvent {
  readonly name: string | undefined
  readonly data: string
}

/** Events of an SSE text; comments are left out, anything else that is no event is a complaint. */
function eventsOf(text: string, complaints: Complaints, strict: boolean): SseEvent[] {
  if (!text.endsWith('\n\n')) complaints.push('does not end with a blank line')
  const events: SseEvent[] = []
  for (const block of text.split(/\r\n\r\n|\n\n|\r\r/)) {
    const lines = block.split(/\r\n|\n|\r/).filter((line) => line !== '' && !line.startsWith(':'))
    const data = lines.filter((line) => line.startsWith('data:')).map((line) => line.slice(5).replace(/^ /, ''))
    const name = lines
      .find((line) => line.startsWith('event:'))
      ?.slice(6)
      .trim()
    if (strict && lines.some((line) => !/^(data|event|id|retry)\b/.test(line)))
      complaints.push(`a line that is no field: ${block}`)
    if (data.length > 0) events.push({ name, data: data.join('\n') })
  }
  return events
}

function parse(text: string, complaints: Complaints): Json {
  try {
    return JSON.parse(text)
  } catch {
    complaints.push(`no JSON: ${text.slice(0, 80)}`)
    return {}
  }
}

/**
 * An OpenAI chat stream: chunks, then either `[DONE]` or an error, exactly once and last. Not `strict`: what stands in
 * the chunks is the platform's own affair.
 */
export function complainOfOpenaiStream(text: string, strict = true): Complaints {
  const complaints: Complaints = []
  const events = eventsOf(text, complaints, strict)
  const ends = events.map(({ data }) => data === '[DONE]' || data.startsWith('{"error"'))
  if (ends.filter(Boolean).length !== 1) complaints.push(`${ends.filter(Boolean).length} ends`)
  if (ends.at(-1) !== true) complaints.push('the end is not last')
  for (const { data } of events) {
    if (data === '[DONE]') continue
    const value = parse(data, complaints)
    if (value.error !== undefined) complaints.push(...complainOfError(value.error))
    else if (strict && !Array.isArray(value.choices)) complaints.push(`a chunk without choices: ${data.slice(0, 80)}`)
  }
  return complaints
}

/** An Anthropic stream: start, blocks one after another with deltas of their own kind, then an end or an error. */
export function complainOfAnthropicStream(text: string, strict = true): Complaints {
  const complaints: Complaints = []
  const events = eventsOf(text, complaints, strict)
  const state: Grammar = { phase: 'before', next: 0, open: undefined }
  for (const { name, data } of events) {
    // The official SDK does not look into pings.
    if (name === 'ping') continue
    const value = parse(data, complaints)
    const wrong =
      state.phase === 'over' ? 'something after the end' : strict ? follow(state, value) : pass(state, value)
    if (wrong !== undefined) complaints.push(`${wrong}: ${data.slice(0, 120)}`)
    if (strict && name !== value.type) complaints.push(`event ${name} holds ${value.type}`)
    if (value.type === 'error') complaints.push(...complainOfError(value.error))
  }
  if (state.phase !== 'over') complaints.push('no end')
  return complaints
}

interface Grammar {
  phase: 'before' | 'blocks' | 'delta' | 'over'
  next: number
  open: { index: number; type: string } | undefined
}

const DELTAS: Readonly<Record<string, readonly string[]>> = {
  text: ['text_delta', 'citations_delta'],
  thinking: ['thinking_delta', 'signature_delta'],
  tool_use: ['input_json_delta'],
}

function pass(state: Grammar, value: Json): undefined {
  if (value.type === 'error' || value.type === 'message_stop') state.phase = 'over'
}

function follow(state: Grammar, value: Json): string | undefined {
  switch (value.type) {
    case 'ping':
      return undefined
    case 'error':
      state.phase = 'over'
      return undefined
    case 'message_start':
      if (state.phase !== 'before') return 'a second message_start'
      state.phase = 'blocks'
      return undefined
    case 'content_block_start':
      if (state.phase !== 'blocks') return 'a block out of place'
      if (state.open !== undefined) return 'a block inside a block'
      if (value.index !== state.next) return `index ${value.index}, not ${state.next}`
      state.open = { index: state.next++, type: value.content_block?.type }
      return undefined
    case 'content_block_delta':
      if (state.open?.index !== value.index) return 'a delta of a block that is not open'
      return DELTAS[state.open?.type ?? '']?.includes(value.delta?.type) === false
        ? 'a delta of another kind'
        : undefined
    case 'content_block_stop':
      if (state.open?.index !== value.index) return 'the end of a block that is not open'
      state.open = undefined
      return undefined
    case 'message_delta':
      if (state.phase !== 'blocks' || state.open !== undefined) return 'message_delta out of place'
      state.phase = 'delta'
      return undefined
    case 'message_stop':
      if (state.phase !== 'delta') return 'message_stop without message_delta'
      state.phase = 'over'
      return undefined
    default:
      return 'an unknown event'
  }
}

/** `error` of either dialect: words for people, a type for programs. */
export function complainOfError(error: Json): Complaints {
  const complaints: Complaints = []
  if (typeof error?.message !== 'string' || error.message === '') complaints.push('an error without message')
  if (typeof error?.type !== 'string') complaints.push('an error without type')
  return complaints
}

/** A whole answer or refusal at a door. */
export function complainOfWhole(door: Door, status: number, text: string): Complaints {
  const complaints: Complaints = []
  const value = parse(text, complaints)
  if (status >= 400) {
    if (door === 'anthropic' && value.type !== 'error') complaints.push('type is not error')
    return [...complaints, ...complainOfError(value.error)]
  }
  if (door === 'openai' && !Array.isArray(value.choices)) complaints.push('no choices')
  if (door === 'anthropic' && !Array.isArray(value.content)) complaints.push('no content')
  return complaints
}
