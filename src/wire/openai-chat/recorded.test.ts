import { describe, expect, test } from 'vitest'
import type { Event, Frame } from '#wire/event.ts'
import { openaiChat } from '#wire/openai-chat/index.ts'
import { OPENAI_CHAT_QUIRKS } from '#wire/quirks.ts'
import { inputTokens, outputTokens } from '#wire/usage.ts'
import { HAVE_RECORDINGS, recordedLines, recordedText, type Told, toldByOpenai } from '#test/support/recordings.ts'

const CONTEXT = { platform: 'recorded', quirks: OPENAI_CHAT_QUIRKS, errors: [] }

const STREAMS = [
  'openai/chat-text.chunks.jsonl',
  'dashscope/text.chunks.jsonl',
  'deepseek/text.chunks.jsonl',
  'deepseek/tool-call.chunks.jsonl',
  'moonshot/text.chunks.jsonl',
]

const WHOLES = [
  'openai/chat-text.json',
  'dashscope/text.json',
  'deepseek/reasoning.json',
  'deepseek/tool-call.json',
  'moonshot/text.json',
]

function frames(lines: readonly string[]): Frame[] {
  return [...lines, '[DONE]'].map((data) => ({ data }))
}

function read(given: readonly Frame[]): Event[] {
  const state = openaiChat.readEvents.start(CONTEXT)
  return [...given.flatMap((frame) => openaiChat.readEvents.step(state, frame)), ...openaiChat.readEvents.end(state)]
}

/** What the events say, in the form of the naive judge; usage as sums. */
function told(events: readonly Event[]): Omit<Told, 'usage'> & { usage: unknown } {
  const calls = new Map<number, Told['tools'][number]>()
  const answer = { text: '', reasoning: '', finish: '', usage: {} }
  for (const event of events) {
    if (event.type === 'text-delta') answer.text += event.text
    if (event.type === 'reasoning-delta') answer.reasoning += event.text
    if (event.type === 'tool-call-start') calls.set(event.block, { id: event.id, name: event.name, arguments: '' })
    if (event.type === 'tool-call-delta') calls.get(event.block)!.arguments += event.arguments
    if (event.type === 'finish') answer.finish = event.native
    if (event.type === 'usage') {
      const { usage } = event
      const { inputCached: cached, outputReasoning: reasoning } = usage
      answer.usage = { input: inputTokens(usage), cached, output: outputTokens(usage), reasoning }
    }
  }
  return { ...answer, tools: [...calls.values()] }
}

function judged(lines: readonly string[]): unknown {
  const { usage, ...rest } = toldByOpenai(lines)
  const cached = usage.prompt_tokens_details?.cached_tokens ?? 0
  const reasoning = usage.completion_tokens_details?.reasoning_tokens ?? 0
  return { ...rest, usage: { input: usage.prompt_tokens, cached, output: usage.completion_tokens, reasoning } }
}

describe.skipIf(!HAVE_RECORDINGS)('recorded answers', () => {
  test.each(STREAMS)('%s says what its lines say, and is complete', (name) => {
    const lines = recordedLines(name)
    const events = read(frames(lines))
    expect(told(events)).toEqual(judged(lines))
    expect(events.filter((event) => event.type === 'end' || event.type === 'failure')).toEqual([events.at(-1)])
    expect(events.at(-1)?.type).toBe('end')
  })

  test.each(STREAMS)('%s passes through frame by frame', (name) => {
    const given = frames(recordedLines(name))
    const context = { requestId: 'r', now: 1, model: 'm', native: true, streamUsage: true, usageAdded: false }
    const reading = openaiChat.readEvents.start(CONTEXT)
    const writing = openaiChat.writeEvents.start(context)
    const out = given.flatMap((frame) =>
      openaiChat.writeEvents.step(writing, openaiChat.readEvents.step(reading, frame)),
    )
    expect(out.length).toBe(given.length)
    expect(out.every((frame, i) => frame === given[i])).toBe(true)
  })

  test.each(STREAMS)('%s written anew says the same', (name) => {
    const events = read(frames(recordedLines(name)))
    const context = { requestId: 'r', now: 1, model: 'm', native: false, streamUsage: true, usageAdded: false }
    const writing = openaiChat.writeEvents.start(context)
    expect(told(read(openaiChat.writeEvents.step(writing, events)))).toEqual(told(events))
  })

  test.each(STREAMS)('%s cut anywhere before its finish reason never looks complete', (name) => {
    const given = frames(recordedLines(name))
    const finish = given.findIndex(({ data }) => /"finish_reason":\s*"/.test(data))
    const ends = given.slice(0, finish).map((_, i) => read(given.slice(0, i)).at(-1)?.type)
    expect(new Set(ends)).toEqual(new Set(['failure']))
  })

  test.each(WHOLES)('%s says what its message says', (name) => {
    const data = recordedText(name)
    const events = openaiChat.readEvents.whole(CONTEXT, { data })
    expect(told(events)).toEqual(judged([data.replace('"message":', '"delta":')]))
  })
})
