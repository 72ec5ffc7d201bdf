import { describe, expect, it } from 'vitest'
import { offersOf, platforms, resolve } from '#catalog/index.ts'
import { readSse, sseReader } from '#engine/framing/sse.ts'
import type { Clock } from '#engine/ports.ts'
import type { SimulatedAnswer } from '#simulator/answered.ts'
import { createSimulator, type Simulator, type SimulatorOptions } from '#simulator/simulator.ts'
import { machineClock } from '#simulator/system.ts'
import { anthropicMessages } from '#wire/anthropic-messages/index.ts'
import type { Dialect, ReadContext } from '#wire/dialect.ts'
import type { Event } from '#wire/event.ts'
import type { JsonObject } from '#wire/json.ts'
import { openaiChat } from '#wire/openai-chat/index.ts'

const CLOCK: Clock = { ...machineClock, now: () => 1_800_000_000_000 }
const NEVER = new AbortController().signal

interface Call {
  readonly body: JsonObject
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
}

interface Heard {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

async function call(simulator: Simulator, { body, path, headers = {} }: Call): Promise<Heard> {
  const anthropic = 'max_tokens' in body && path === undefined && simulator.platform.id === 'anthropic'
  const answer = await simulator.answer(
    {
      method: 'POST',
      path: path ?? (anthropic ? '/v1/messages' : '/v1/chat/completions'),
      headers,
      body: JSON.stringify(body),
    },
    NEVER,
  )
  return heard(answer)
}

async function heard(answer: SimulatedAnswer): Promise<Heard> {
  if (answer.kind === 'dropped') throw new Error('dropped')
  const chunks: Uint8Array[] = []
  for await (const chunk of answer.body) chunks.push(chunk)
  return { status: answer.status, headers: answer.headers, text: Buffer.concat(chunks).toString('utf8') }
}

function user(text: string): { role: string; content: string }[] {
  return [{ role: 'user', content: text }]
}

function play(platform: string, more: Partial<SimulatorOptions> = {}): Simulator {
  return createSimulator({ platform, clock: CLOCK, ...more })
}

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

const DIALECTS: Readonly<Record<string, Dialect>> = { 'openai-chat': openaiChat, 'anthropic-messages': anthropicMessages }

/** Every platform in every dialect that it can be played in, with a model that it serves. */
const STAGES = [...platforms.values()].flatMap((platform) => {
  if (platform.unavailable !== undefined) return []
  const offer = offersOf(platform.id).find(({ kind, status }) => kind === 'chat' && status === 'active')
  const model = offer?.sentAs ?? offer?.model ?? 'some-model'
  const spoken = [...new Set(platform.endpoints.map(({ dialect }) => dialect))].filter((id) => DIALECTS[id] !== undefined)
  return spoken.map((id) => ({ id: platform.id, dialectId: id, dialect: DIALECTS[id]!, model }))
})

function bodyFor(dialectId: string, model: string, more: JsonObject): JsonObject {
  const bound = dialectId === 'anthropic-messages' ? { max_tokens: 500 } : {}
  return { model, ...bound, messages: user('Hello'), ...more }
}

function contextOf(stage: (typeof STAGES)[number]): ReadContext {
  const platform = platforms.get(stage.id)!
  const resolution = resolve({ platform, model: stage.model, dialect: stage.dialect.id, baseUrl: 'http://simulator.invalid' })
  if (!resolution.ok) throw new Error(resolution.reason)
  return { platform: stage.id, quirks: resolution.value.quirks, errors: platform.errors }
}

describe.each(STAGES)('$id in $dialectId', (stage) => {
  const { dialectId, dialect, model } = stage
  const path = dialectId === 'anthropic-messages' ? '/v1/messages' : '/v1/chat/completions'
  const options = { stream_options: { include_usage: true } }

  it('says the same to its reader streamed and whole', async () => {
    const simulator = play(stage.id)
    const script = { reasoning: 'Let me see.', text: 'One, two.', usage: { inputFresh: 7, outputText: 3, outputReasoning: 4 } }
    simulator.change({ rules: [{ match: {}, answer: script }] })
    const asked = { ...(dialectId === 'openai-chat' ? { reasoning_split: true } : {}) }
    const stream = { stream: true, ...(dialectId === 'openai-chat' ? options : {}) }
    const streamed = await call(simulator, { path, body: bodyFor(dialectId, model, { ...asked, ...stream }) })
    const whole = await call(simulator, { path, body: bodyFor(dialectId, model, asked) })
    if (streamed.status === 400) return expect(streamed.text).toContain('reasoning_split')
    const wholeSays = whole.status === 400 ? undefined : read(dialect, contextOf(stage), whole)
    const streamSays = read(dialect, contextOf(stage), streamed)
    if (wholeSays !== undefined) expect(wholeSays).toEqual(streamSays)
    else expect(whole.text).toContain('stream')
    expect(streamSays).toMatchObject({
      text: 'One, two.',
      finish: 'stop',
      usage: { input: 7, output: 7 },
      last: 'end',
    })
  })

  it.each([401, 404, 429, 500, 503].map((status) => ({ status })))('refuses with $status in words that its reader understands', async ({ status }) => {
    const simulator = play(stage.id, { fault: { kind: 'refuse', status, says: KINDS[status]! } })
    const answer = await call(simulator, { path, body: bodyFor(dialectId, model, {}) })
    const failure =
      answer.status === 200
        ? dialect.readEvents.whole(contextOf(stage), { data: answer.text }).find((event) => event.type === 'failure')?.failure
        : dialect.readFailure({ status: answer.status, headers: answer.headers, body: answer.text }, contextOf(stage))
    expect(failure).toMatchObject({ kind: KINDS[status] })
  })

  it('ends a stream with an error that its reader hears', async () => {
    const simulator = play(stage.id, { fault: { kind: 'error', afterTokens: 2, says: 'overloaded' } })
    const answer = await call(simulator, { path, body: bodyFor(dialectId, model, { stream: true }) })
    expect(read(dialect, contextOf(stage), answer).last).toBe('failure')
  })
})

const KINDS = { 401: 'credentials', 404: 'not-found', 429: 'rate-limit', 500: 'upstream', 503: 'overloaded' } as Record<
  number,
  'credentials' | 'not-found' | 'rate-limit' | 'upstream' | 'overloaded'
>
