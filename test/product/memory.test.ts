import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { platforms } from '#catalog/index.ts'
import { type SimulatorServer, startSimulator } from '#simulator/server.ts'
import { call, completion, type Json } from '#test/support/callers.ts'
import { KEY, startTestGateway, type TestGateway } from '#test/support/gateway.ts'
import { sendJson, startUpstream, type Upstream } from '#test/support/upstream.ts'

const OTHER_KEY = 'sk-tw-other-0123456789abcdef'
const PARAMETERS = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
const OPENAI_TOOLS = [{ type: 'function', function: { name: 'weather', parameters: PARAMETERS } }]
const CLAUDE_TOOLS = [{ name: 'weather', input_schema: PARAMETERS }]
const WEATHER = 'Weather? [[simulate call=weather]]'

/** The catalog leads to generateContent, beside Google's OpenAI layer. */
const NATIVE_GEMINI = platforms.get('gemini')?.endpoints.some(({ dialect }) => dialect === 'gemini') === true

let deepseek: SimulatorServer
let upstream: Upstream
let gateway: TestGateway
let forgetful: TestGateway

beforeAll(async () => {
  upstream = await startUpstream()
  deepseek = await startSimulator({
    platform: 'deepseek',
    rules: ['Berlin', 'Paris', 'Rome'].map((city) => ({
      match: { contains: `in ${city}?` },
      answer: {
        reasoning: `They want to know about ${city}.`,
        toolCalls: [{ id: 'functions.weather:0', name: 'weather', arguments: { city } }],
      },
    })),
  })
  const apiKey = 'sk-upstream-0123456789'
  const claude = { platform: 'anthropic-compatible', apiKey }
  const config = {
    keys: [
      { name: 'test', key: KEY },
      { name: 'other', key: OTHER_KEY },
    ],
    providers: {
      ds: { platform: 'deepseek', baseUrl: deepseek.url, apiKey },
      'ds-a': { platform: 'deepseek', dialect: 'anthropic-messages', baseUrl: deepseek.url, apiKey },
      claude: { ...claude, baseUrl: `${upstream.url}/claude` },
      one: { ...claude, baseUrl: `${upstream.url}/one`, quirks: { sealScope: 'account' } },
      two: { ...claude, baseUrl: `${upstream.url}/two`, quirks: { sealScope: 'account' } },
      ...(NATIVE_GEMINI
        ? { gem: { platform: 'gemini', dialect: 'gemini', baseUrl: `${upstream.url}/gem`, apiKey } }
        : {}),
      layer: { platform: 'gemini', dialect: 'openai-chat', baseUrl: `${upstream.url}/layer`, apiKey },
    },
    routes: { both: { targets: ['one/m', 'two/m'] } },
  }
  gateway = await startTestGateway(config)
  forgetful = await startTestGateway({ ...config, memory: { reasoning: 'off' } })
})
afterEach(() => {
  upstream.seen.length = 0
})
afterAll(async () => {
  await gateway.stop()
  await forgetful.stop()
  await upstream.close()
  await deepseek.close()
})

/** What the platform got last. */
function seenLast(): Json {
  return JSON.parse(deepseek.seen.at(-1)!.body)
}

/** An application with the official SDK that keeps of an answer what its types know: text and calls, no thinking. */
interface Application {
  readonly name: string
  readonly door: 'openai' | 'anthropic'
  readonly stream: boolean
}

const APPLICATIONS: Application[] = (['openai', 'anthropic'] as const).flatMap((door) =>
  [false, true].map((stream) => ({ name: `the SDK of ${door}${stream ? ', streaming' : ''}`, door, stream })),
)

interface Turned {
  /** The conversation with the answer, and the results of its calls. */
  readonly messages: Json[]
  readonly text: string
  readonly reasoning: string
  readonly calls: number
  readonly warnings: readonly string[]
}

async function turn(
  to: TestGateway,
  { door, stream }: Application,
  asked: { model: string; messages: Json[] },
): Promise<Turned> {
  const openai = door === 'openai'
  const tools = openai ? OPENAI_TOOLS : CLAUDE_TOOLS
  const { heard, warnings } = await call(to, { door, stream }, { tools, ...asked })
  const { text, reasoning, tools: calls } = heard
  const said = openai
    ? [
        {
          role: 'assistant',
          content: text === '' ? null : text,
          ...(calls.length === 0 ? {} : { tool_calls: calls.map(openaiCall) }),
        },
        ...calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: 'rain' })),
      ]
    : [
        {
          role: 'assistant',
          content: [
            ...(text === '' ? [] : [{ type: 'text', text }]),
            ...calls.map(({ id, name, input }) => ({ type: 'tool_use', id, name, input })),
          ],
        },
        ...(calls.length === 0
          ? []
          : [
              {
                role: 'user',
                content: calls.map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: 'rain' })),
              },
            ]),
      ]
  const about = warnings.filter((warning) => warning.includes('messages.'))
  return { messages: [...asked.messages, ...said], text, reasoning, calls: calls.length, warnings: about }
}

function openaiCall({ id, name, input }: { id: string; name: string; input: unknown }): Json {
  return { id, type: 'function', function: { name, arguments: JSON.stringify(input) } }
}

/** The thinking that stands in the turns that a platform got, in the words of either dialect. */
function thinkingSeen(): (string | undefined)[] {
  return seenLast()
    .messages.filter(({ role }: Json) => role === 'assistant')
    .map(({ reasoning_content: plain, content }: Json) =>
      Array.isArray(content) ? content.find(({ type }: Json) => type === 'thinking')?.thinking : plain,
    )
}

describe('T19 an application that loses the thinking, on a platform that demands it back', () => {
  test.each(
    APPLICATIONS.flatMap((application) =>
      ['ds/deepseek-v4-pro', 'ds-a/deepseek-v4-pro'].map((model) => ({ ...application, model })),
    ),
  )('$name, $model: through the tool loop and beyond', async ({ model, ...application }) => {
    const first = await turn(gateway, application, { model, messages: [{ role: 'user', content: WEATHER }] })
    expect([first.calls, first.reasoning !== '']).toEqual([1, true])
    const second = await turn(gateway, application, { model, messages: first.messages })
    expect(second.text).toBe('The tool said: rain')
    expect(thinkingSeen()).toEqual([first.reasoning])
    expect(second.warnings).toEqual(['restored:messages.1.reasoning'])
    const messages = [...second.messages, { role: 'user', content: 'Thanks.' }]
    const third = await turn(gateway, application, { model, messages })
    expect(third.text).toBe('You said: Thanks.')
    expect(thinkingSeen()).toEqual([first.reasoning, second.reasoning])
    expect(third.warnings).toEqual(['restored:messages.1.reasoning', 'restored:messages.3.reasoning'])
  })

  const OPENAI = APPLICATIONS[0]!
  const ask = (city: string): { model: string; messages: Json[] } => ({
    model: 'ds/deepseek-v4-pro',
    messages: [{ role: 'user', content: `How is it in ${city}?` }],
  })

  test('nothing of it is a loss: the strict switch lets it pass', async () => {
    const { messages } = await turn(gateway, OPENAI, {
      model: 'ds/deepseek-v4-pro',
      messages: [{ role: 'user', content: WEATHER }],
    })
    const headers = { 'x-tongwen-strict': 'true' }
    const answer = await gateway.post(
      '/v1/chat/completions',
      { model: 'ds/deepseek-v4-pro', messages, tools: OPENAI_TOOLS },
      headers,
    )
    expect([answer.status, answer.headers.get('x-tongwen-warnings')]).toEqual([200, 'restored:messages.1.reasoning'])
  })

  test('thinking that the caller sends is never replaced', async () => {
    const { messages } = await turn(gateway, OPENAI, ask('Berlin'))
    const own = messages.map((message) =>
      message.role === 'assistant' ? { ...message, reasoning_content: 'mine' } : message,
    )
    const { warnings } = await turn(gateway, OPENAI, { model: 'ds/deepseek-v4-pro', messages: own })
    expect([thinkingSeen(), warnings]).toEqual([['mine'], []])
  })

  test('ids that only count within a conversation do not carry thinking into another one', async () => {
    const berlin = await turn(gateway, OPENAI, ask('Berlin'))
    const paris = await turn(gateway, OPENAI, ask('Paris'))
    const seen: unknown[] = []
    for (const { messages } of [berlin, paris]) {
      await turn(gateway, OPENAI, { model: 'ds/deepseek-v4-pro', messages })
      seen.push(...thinkingSeen())
    }
    const stranger = [{ role: 'user', content: 'Who knows?' }, ...berlin.messages.slice(1)]
    const { warnings } = await turn(gateway, OPENAI, { model: 'ds/deepseek-v4-pro', messages: stranger })
    seen.push(...thinkingSeen())
    expect(seen).toEqual(['They want to know about Berlin.', 'They want to know about Paris.', ''])
    expect(warnings).toEqual(['emulated:messages.1.reasoning_content'])
  })

  test('what one key was answered is not put back for another', async () => {
    const { messages } = await turn(gateway, OPENAI, {
      model: 'ds/deepseek-v4-pro',
      messages: [{ role: 'user', content: WEATHER }],
    })
    const body = { model: 'ds/deepseek-v4-pro', messages, tools: OPENAI_TOOLS }
    const answer = await gateway.post('/v1/chat/completions', body, { authorization: `Bearer ${OTHER_KEY}` })
    expect([answer.status, thinkingSeen()]).toEqual([200, ['']])
    expect(answer.headers.get('x-tongwen-warnings')).toBe('emulated:messages.1.reasoning_content')
  })

  test('switched off, nothing is kept: an empty thought satisfies the platform', async () => {
    const { messages } = await turn(forgetful, OPENAI, ask('Rome'))
    const { warnings } = await turn(forgetful, OPENAI, { model: 'ds/deepseek-v4-pro', messages })
    expect([thinkingSeen(), warnings]).toEqual([[''], ['emulated:messages.1.reasoning_content']])
  })
})

const THINKING = { type: 'thinking', thinking: 'Hm.', signature: 'c2lnbmF0dXJlLW9mLWFuLWFjY291bnQ=' }
const TOOL_USE = { type: 'tool_use', id: 'toolu_01abcdefghijklmnop', name: 'weather', input: { city: 'Bonn' } }
const CLAUDE_ANSWER = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content: [THINKING, TOOL_USE],
  stop_reason: 'tool_use',
  stop_sequence: null,
  usage: { input_tokens: 3, output_tokens: 1 },
}

describe('T20 T22 seals of thinking', () => {
  test.each(APPLICATIONS.filter(({ stream }) => !stream))(
    '$name: what it lost goes back to the platform that sealed it',
    async (application) => {
      upstream.answer = (_seen, response) => sendJson(response, CLAUDE_ANSWER)
      const first = await turn(gateway, application, {
        model: 'claude/m',
        messages: [{ role: 'user', content: 'weather?' }],
      })
      const { warnings } = await turn(gateway, application, { model: 'claude/m', messages: first.messages })
      expect(upstream.seen.at(-1)?.json.messages[1].content).toEqual([THINKING, TOOL_USE])
      expect(warnings).toEqual(['restored:messages.1.reasoning'])
      // Another platform has no use for it.
      upstream.answer = (_seen, response) => sendJson(response, completion({ content: 'ok' }))
      const { warnings: elsewhere } = await turn(gateway, application, {
        model: 'layer/gemini-2.5-flash',
        messages: first.messages,
      })
      expect([upstream.seen.at(-1)?.text.includes(THINKING.signature), elsewhere]).toEqual([false, []])
    },
  )

  test("Gemini's OpenAI layer gets its thought signatures back from a client that drops unknown fields", async () => {
    const extra_content = { google: { thought_signature: 'c2ln' } }
    const called = {
      id: 'function-call-1234567890123456',
      type: 'function',
      function: { name: 'weather', arguments: '{}' },
    }
    upstream.answer = (_seen, response) =>
      sendJson(response, completion({ tool_calls: [{ ...called, extra_content }] }, 'tool_calls'))
    const asked = { model: 'layer/gemini-3-pro', messages: [{ role: 'user', content: 'weather?' }] }
    const { messages } = await turn(gateway, APPLICATIONS[0]!, asked)
    expect(messages[1].tool_calls).toEqual([called])
    await turn(gateway, APPLICATIONS[0]!, { ...asked, messages })
    expect(upstream.seen.at(-1)?.json.messages[1].tool_calls).toEqual([{ ...called, extra_content }])
  })

  test.runIf(NATIVE_GEMINI).each([
    ...APPLICATIONS.filter(({ stream }) => !stream).map((application) => ({ ...application, keeps: false })),
    {
      name: 'the SDK of openai, which keeps what it does not know',
      door: 'openai' as const,
      stream: false,
      keeps: true,
    },
  ])("$name: Gemini's thought signatures come back to it", async ({ keeps, ...application }) => {
    const functionCall = { name: 'weather', args: { city: 'Bonn' } }
    const part = { functionCall, thoughtSignature: 'c2lnbmF0dXJl' }
    upstream.answer = (_seen, response) =>
      sendJson(response, {
        candidates: [{ index: 0, finishReason: 'STOP', content: { role: 'model', parts: [part] } }],
        usageMetadata: { promptTokenCount: 4, candidatesTokenCount: 6, totalTokenCount: 10 },
        modelVersion: 'gemini-3-pro',
        responseId: 'abcdefghijklmnop',
      })
    const asked = { model: 'gem/gemini-3-pro', messages: [{ role: 'user', content: 'weather?' }] }
    const lossy = await turn(gateway, application, asked)
    const whole = await gateway.openai().chat.completions.create({ ...asked, tools: OPENAI_TOOLS } as Json)
    const { message } = whole.choices[0]!
    const result = { role: 'tool', tool_call_id: message.tool_calls?.[0]?.id, content: 'rain' }
    const messages = keeps ? [...asked.messages, message, result] : lossy.messages
    const { warnings } = await turn(gateway, application, { ...asked, messages })
    expect(upstream.seen.at(-1)?.json.contents[1].parts[0]).toMatchObject({
      thoughtSignature: part.thoughtSignature,
      functionCall,
    })
    expect(warnings).toEqual(keeps ? [] : ['restored:messages.1.reasoning'])
  })

  test('a conversation goes on at the account that sealed it; another one gets it without the seal, and says so', async () => {
    const busy = new Set(['one'])
    upstream.answer = (seen, response) => {
      const account = seen.path.split('/')[1] ?? ''
      if (busy.has(account))
        sendJson(response, { type: 'error', error: { type: 'overloaded_error', message: 'busy' } }, 529)
      else sendJson(response, CLAUDE_ANSWER)
    }
    const paths = (): string[] => upstream.seen.map(({ path }) => path.split('/')[1] ?? '')
    const asked = {
      model: 'both',
      max_tokens: 1_000,
      tools: CLAUDE_TOOLS,
      messages: [{ role: 'user', content: 'weather?' }],
    }
    const { content } = await gateway.anthropic().messages.create(asked as Json)
    expect(paths()).toEqual(['one', 'two'])

    busy.clear()
    upstream.seen.length = 0
    const result = { type: 'tool_result', tool_use_id: TOOL_USE.id, content: 'rain' }
    const next = {
      ...asked,
      messages: [...asked.messages, { role: 'assistant', content }, { role: 'user', content: [result] }],
    }
    const answer = await gateway.post('/v1/messages', next)
    expect([paths(), upstream.seen.at(-1)?.json.messages[1].content]).toEqual([['two'], [THINKING, TOOL_USE]])
    const trace: Json = await (await gateway.get(`/v1/requests/${answer.headers.get('x-request-id')}`)).json()
    expect(trace.attempts.map(({ target, reason }: Json) => [target, reason])).toEqual([
      ['two/m', 'made the sealed reasoning of this conversation'],
    ])

    busy.add('two')
    upstream.seen.length = 0
    const other = await gateway.post('/v1/messages', next)
    expect([other.status, paths(), upstream.seen.at(-1)?.json.messages[1].content]).toEqual([
      200,
      ['two', 'one'],
      [TOOL_USE],
    ])
    expect(other.headers.get('x-tongwen-warnings')).toBe('dropped:messages.1.content')
    busy.clear()
  })
})
