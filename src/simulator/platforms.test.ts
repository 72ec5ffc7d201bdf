import { describe, expect, it } from 'vitest'
import { offersOf, type Platform, platforms, resolve, type Resolved } from '#catalog/index.ts'
import { framerOf, framingOf, WEBSOCKET_MESSAGES } from '#engine/framing/framing.ts'
import { type Heard, hear, play, user } from '#simulator/stage.test-support.ts'
import type { Dialect, DialectId, ReadContext } from '#wire/dialect.ts'
import { DIALECTS } from '#wire/dialects.ts'
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

function read(dialect: Dialect, context: ReadContext, { headers, text, bytes }: Heard): Told {
  const framing = framingOf(headers['content-type'])
  if (framing === undefined) return told(dialect.readEvents.whole(context, { data: text }))
  // On a socket each message comes by itself; the simulator writes one a line.
  const chunks =
    headers['content-type'] === WEBSOCKET_MESSAGES ? text.split('\n').filter((line) => line !== '') : [bytes]
  const reader = framerOf(framing).reader(1e9)
  const frames = [...chunks.flatMap((chunk) => reader.take(Buffer.from(chunk)) ?? []), ...reader.end()]
  const state = dialect.readEvents.start(context)
  const events = frames.flatMap((frame) => dialect.readEvents.step(state, frame))
  return told([...events, ...dialect.readEvents.end(state)])
}

interface Stage {
  readonly id: string
  readonly dialectId: DialectId
  readonly dialect: Dialect
  readonly resolved: Resolved
}

/** Every platform in every dialect that it can be played in, with a model that it serves. */
const STAGES: readonly Stage[] = [...platforms.values()].flatMap((platform) => {
  if (platform.unavailable !== undefined) return []
  return [...new Set(platform.endpoints.map(({ dialect }) => dialect))].flatMap((dialectId) => {
    const dialect = DIALECTS[dialectId]
    return dialect === undefined
      ? []
      : [{ id: platform.id, dialectId, dialect, resolved: resolved(platform, dialectId) }]
  })
})

function resolved(platform: Platform, dialect: DialectId): Resolved {
  const offer = offersOf(platform.id).find(({ kind, status }) => kind === 'chat' && status === 'active')
  const resolution = resolve({
    platform,
    dialect,
    model: offer?.model ?? 'some-model',
    baseUrl: 'http://simulator.invalid',
    variables: { project: 'p', location: 'l', resource: 'r' },
  })
  if (!resolution.ok) throw new Error(resolution.reason)
  return resolution.value
}

/** A call in the platform's words: what somebody asks in OpenAI's, written by the dialect for the model. */
function callOf(
  { dialect, resolved: { wire, url, streamUrl } }: Stage,
  more: JsonObject,
): { path: string; body: string } {
  const json = { model: wire.model, max_tokens: 500, messages: user('Hello'), ...more }
  const asked = openaiChat.readRequest({ text: JSON.stringify(json), json })
  if (!asked.ok) throw new Error(asked.failure.message)
  const written = dialect.writeRequest(asked.request, wire)
  if (!written.ok) throw new Error(written.failure.message)
  const { body, stream } = written.written
  return { path: (stream ? streamUrl : url).replace(/^\w+:\/\/[^/]+/, ''), body }
}

function contextOf({ id, resolved: { quirks, errors } }: Stage): ReadContext {
  return { platform: id, quirks, errors }
}

describe.each(STAGES)('$id in $dialectId', (stage) => {
  const { dialectId, dialect } = stage

  it('says the same to its reader streamed and whole', async () => {
    const simulator = play(stage.id)
    const script = {
      reasoning: 'Let me see.',
      text: 'One, two.',
      usage: { inputFresh: 7, outputText: 3, outputReasoning: 4 },
    }
    simulator.change({ rules: [{ match: {}, answer: script }] })
    const streamed = await hear(simulator, callOf(stage, { stream: true, stream_options: { include_usage: true } }))
    const whole = await hear(simulator, callOf(stage, {}))
    const said = { text: 'One, two.', calls: [], finish: 'stop', usage: { input: 7, output: 7 }, last: 'end' }
    const streamSays = read(dialect, contextOf(stage), streamed)
    expect(streamSays).toEqual({ ...said, reasoning: streamSays.reasoning === '' ? '' : 'Let me see.' })
    expect(read(dialect, contextOf(stage), whole)).toEqual(streamSays)
  })

  it.each([401, 404, 429, 500, 503].map((status) => ({ status })))(
    'refuses with $status in words that its reader understands',
    async ({ status }) => {
      const simulator = play(stage.id, { fault: { kind: 'refuse', status, says: KINDS[status]! } })
      const answer = await hear(simulator, callOf(stage, {}))
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
    const answer = await hear(simulator, callOf(stage, { stream: true }))
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
