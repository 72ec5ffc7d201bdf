import { describe, expect, it } from 'vitest'
import { offersOf, platforms, resolve } from '#catalog/index.ts'
import { readSse, sseReader } from '#engine/framing/sse.ts'
import { type Heard, hear, play, user } from '#simulator/stage.test-support.ts'
import { anthropicMessages } from '#wire/anthropic-messages/index.ts'
import type { Dialect, ReadContext } from '#wire/dialect.ts'
import type { Event } from '#wire/event.ts'
import type { JsonObject } from '#wire/json.ts'
import { openaiChat } from '#wire/openai-chat/index.ts'

/** What an answer says, as our own reader of the platform hears it. */
interface Told {
  text: string
  reasoning: string
  calls: { name: string; arguments: string }[]
  finish: string | undefined
  usage: { input: number; output: number } | undefined
  last: string | undefined
}

function told(events: readonly Event[]): Told {
  const said: Told = { text: '', reasoning: '', calls: [], finish: undefined, usage: undefined, last: undefined }
  for (const event of events) {
    if (event.type === 'text-delta') said.text += event.text
    if (event.type === 'reasoning-delta') said.reasoning += event.text
    if (event.type === 'tool-call-start') said.calls.push({ name: event.name, arguments: '' })
    if (event.type === 'tool-call-delta') said.calls.at(-1)!.arguments += event.arguments
    if (event.type === 'finish') said.finish = event.reason
    if (event.type === 'usage') {
      const { inputFresh, outputText, outputReasoning } = event.usage
      said.usage = { input: inputFresh, output: outputText + outputReasoning }
    }
    said.last = event.type
  }
  return said
}

function read(dialect: Dialect, context: ReadContext, answer: Heard): Told {
  if (answer.headers['content-type'] !== 'text/event-stream') {
    return told(dialect.readEvents.whole(context, { data: answer.text }))
  }
  const frames = readSse(sseReader(1e9), Buffer.from(answer.text)) ?? []
  const state = dialect.readEvents.start(context)
  const events = frames.flatMap((frame) => dialect.readEvents.step(state, frame))
  return told([...events, ...dialect.readEvents.end(state)])
}

const DIALECTS: Readonly<Record<string, Dialect>> = {
  'openai-chat': openaiChat,
  'anthropic-messages': anthropicMessages,
}

/** Every platform in every dialect that it can be played in, with a model that it serves. */
const STAGES = [...platforms.values()].flatMap((platform) => {
  if (platform.unavailable !== undefined) return []
  const offer = offersOf(platform.id).find(({ kind, status }) => kind === 'chat' && status === 'active')
  const model = offer?.sentAs ?? offer?.model ?? 'some-model'
  const spoken = [...new Set(platform.endpoints.map(({ dialect }) => dialect))].filter(
    (id) => DIALECTS[id] !== undefined,
  )
  return spoken.map((id) => ({ id: platform.id, dialectId: id, dialect: DIALECTS[id]!, model }))
})

function bodyFor(dialectId: string, model: string, more: JsonObject): JsonObject {
  const bound = dialectId === 'anthropic-messages' ? { max_tokens: 500 } : {}
  return { model, ...bound, messages: user('Hello'), ...more }
}

function contextOf(stage: (typeof STAGES)[number]): ReadContext {
  const platform = platforms.get(stage.id)!
  const resolution = resolve({
    platform,
    model: stage.model,
    dialect: stage.dialect.id,
    baseUrl: 'http://simulator.invalid',
  })
  if (!resolution.ok) throw new Error(resolution.reason)
  return { platform: stage.id, quirks: resolution.value.quirks, errors: platform.errors }
}

describe.each(STAGES)('$id in $dialectId', (stage) => {
  const { dialectId, dialect, model } = stage
  const path = dialectId === 'anthropic-messages' ? '/v1/messages' : '/v1/chat/completions'
  const options = { stream_options: { include_usage: true } }

  it('says the same to its reader streamed and whole', async () => {
    const simulator = play(stage.id)
    const script = {
      reasoning: 'Let me see.',
      text: 'One, two.',
      usage: { inputFresh: 7, outputText: 3, outputReasoning: 4 },
    }
    simulator.change({ rules: [{ match: {}, answer: script }] })
    // MiniMax's switch; Huawei alone refuses what it does not know.
    const knowsAll = contextOf(stage).quirks.knownFields === 'any'
    const asked = dialectId === 'openai-chat' && knowsAll ? { reasoning_split: true } : {}
    const stream = { stream: true, ...(dialectId === 'openai-chat' ? options : {}) }
    const streamed = await hear(simulator, { path, body: bodyFor(dialectId, model, { ...asked, ...stream }) })
    const whole = await hear(simulator, { path, body: bodyFor(dialectId, model, asked) })
    const said = { text: 'One, two.', calls: [], finish: 'stop', usage: { input: 7, output: 7 }, last: 'end' }
    const streamSays = read(dialect, contextOf(stage), streamed)
    expect(streamSays).toEqual({ ...said, reasoning: streamSays.reasoning === '' ? '' : 'Let me see.' })
    expect(read(dialect, contextOf(stage), whole)).toEqual(streamSays)
  })

  it.each([401, 404, 429, 500, 503].map((status) => ({ status })))(
    'refuses with $status in words that its reader understands',
    async ({ status }) => {
      const simulator = play(stage.id, { fault: { kind: 'refuse', status, says: KINDS[status]! } })
      const answer = await hear(simulator, { path, body: bodyFor(dialectId, model, {}) })
      const failure =
        answer.status === 200
          ? dialect.readEvents.whole(contextOf(stage), { data: answer.text }).find((event) => event.type === 'failure')
              ?.failure
          : dialect.readFailure({ status: answer.status, headers: answer.headers, body: answer.text }, contextOf(stage))
      expect(failure?.kind).toBe(WITHOUT_WORDS[`${stage.id} in ${dialectId}`]?.[status] ?? KINDS[status])
    },
  )

  it('ends a stream with an error that its reader hears', async () => {
    const simulator = play(stage.id, { fault: { kind: 'error', afterTokens: 2, says: 'overloaded' } })
    const answer = await hear(simulator, { path, body: bodyFor(dialectId, model, { stream: true }) })
    expect(read(dialect, contextOf(stage), answer).last).toBe('failure')
  })
})

const KINDS = { 401: 'credentials', 404: 'not-found', 429: 'rate-limit', 500: 'upstream', 503: 'overloaded' } as Record<
  number,
  'credentials' | 'not-found' | 'rate-limit' | 'upstream' | 'overloaded'
>

/** Platforms that tell errors inside a 200 have no code for some kinds, and file them under another. */
const WITHOUT_WORDS: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  'minimax in openai-chat': { 404: 'invalid-request', 503: 'upstream' },
  'sensenova in openai-chat': { 503: 'upstream' },
  'spark in openai-chat': { 404: 'invalid-request' },
}
