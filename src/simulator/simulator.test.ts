import { describe, expect, it } from 'vitest'
import type { Simulator, SimulatorOptions } from '#simulator/simulator.ts'
import { ask, type Call, type Heard, hear, payloads, play, user } from '#simulator/stage.test-support.ts'
import type { JsonObject } from '#wire/json.ts'

const ECHO = { model: 'echo', messages: user('Hello') }

async function whole(simulator: Simulator, body: JsonObject, more: Partial<Call> = {}) {
  const heard = await hear(simulator, { body, ...more })
  return JSON.parse(heard.text)
}

async function message(platform: string, body: JsonObject, options: Partial<SimulatorOptions> = {}) {
  return (await whole(play(platform, options), body)).choices[0].message
}

describe('the default answer', () => {
  const weather = {
    type: 'function',
    function: {
      name: 'weather',
      parameters: {
        type: 'object',
        properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 2 }, unit: { enum: ['C', 'F'] } },
        required: ['city'],
      },
    },
  }
  const call = {
    id: expect.stringMatching(/^call_\w+$/),
    type: 'function',
    function: { name: 'weather', arguments: '{"city":"city","days":2,"unit":"C"}' },
  }

  it('says back what the user said', async () => {
    expect(await whole(play('simulator'), ECHO)).toEqual({
      id: expect.stringMatching(/^chatcmpl-[0-9a-f]{32}$/),
      object: 'chat.completion',
      created: 1_800_000_000,
      model: 'echo',
      choices: [{ index: 0, message: { role: 'assistant', content: 'You said: Hello' }, finish_reason: 'stop' }],
      usage: {
        prompt_tokens: 4,
        completion_tokens: 3,
        total_tokens: 7,
        prompt_tokens_details: { cached_tokens: 0 },
        completion_tokens_details: { reasoning_tokens: 0 },
      },
    })
  })

  it.each([
    ['required', 'required'],
    ['named', { type: 'function', function: { name: 'weather' } }],
  ])('calls the tool when the choice is %s, with arguments of its schema', async (_name, choice) => {
    const body = { ...ECHO, tools: [weather], tool_choice: choice }
    expect(await message('simulator', body)).toEqual({ role: 'assistant', content: null, tool_calls: [call] })
  })

  it('calls no tool that is only offered, unless a directive asks for it', async () => {
    const body = { ...ECHO, tools: [weather] }
    expect(await message('simulator', body)).toEqual({ role: 'assistant', content: 'You said: Hello' })
    const asking = { ...body, messages: user('Hello [[simulate call=weather]]') }
    expect(await message('simulator', asking)).toEqual({ role: 'assistant', content: null, tool_calls: [call] })
  })

  it('passes on what a tool said', async () => {
    const messages = [
      ...user('Hi'),
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c', content: 'sunny' },
    ].map((each) =>
      JSON.parse(JSON.stringify({ ...each, ...('tool_calls' in each ? { tool_calls: [{ ...call, id: 'c' }] } : {}) })),
    )
    expect(await message('simulator', { ...ECHO, messages })).toEqual({
      role: 'assistant',
      content: 'The tool said: sunny',
    })
  })

  it('is a value of the schema that is asked for', async () => {
    const schema = {
      type: 'object',
      properties: { tags: { type: 'array', items: { $ref: '#/$defs/tag' } } },
      $defs: { tag: { type: 'boolean' } },
    }
    const format = { type: 'json_schema', json_schema: { name: 'n', schema } }
    expect((await message('simulator', { ...ECHO, response_format: format })).content).toBe('{"tags":[true]}')
    expect((await message('simulator', { ...ECHO, response_format: { type: 'json_object' } })).content).toBe(
      '{"you_said":"Hello"}',
    )
  })

  it('thinks when it is asked to, and where the model does so anyway', async () => {
    const asked = { model: 'glm-4.6', messages: user('Hello'), thinking: { type: 'disabled' } }
    expect(await message('zhipu', asked)).toEqual({ role: 'assistant', content: 'You said: Hello' })
    const { thinking: _thinking, ...silent } = asked
    expect((await message('zhipu', silent)).reasoning_content).toBe('The user said something. I say it back.')
  })

  it('stops at the token bound and at stop sequences', async () => {
    const bounded = await whole(play('simulator'), { ...ECHO, max_tokens: 2 })
    expect(bounded.choices[0]).toMatchObject({ message: { content: 'You said:' }, finish_reason: 'length' })
    const stopped = await whole(play('simulator'), { ...ECHO, stop: ['lo', 'Hel'] })
    expect(stopped.choices[0]).toMatchObject({ message: { content: 'You said: ' }, finish_reason: 'stop' })
  })

  it('comes as often as it is asked for', async () => {
    const answer = await whole(play('openai'), { model: 'gpt-4o', messages: user('Hi'), n: 2 })
    expect(
      answer.choices.map((choice: { index: number; message: { content: string } }) => [
        choice.index,
        choice.message.content,
      ]),
    ).toEqual([
      [0, 'You said: Hi'],
      [1, 'You said: Hi'],
    ])
    expect(answer.usage.completion_tokens).toBe(6)
  })
})

describe('directives', () => {
  it('in the last user message are taken out of what it says', async () => {
    const body = { ...ECHO, messages: user('Hello [[simulate rate=100000 chunk=2]]') }
    expect((await message('simulator', body)).content).toBe('You said: Hello')
  })

  it('ask for a text of so many tokens, and break it where they say', async () => {
    const body = { ...ECHO, stream: true, messages: user('[[simulate tokens=60 fault=close:40]]') }
    const heard = await hear(play('simulator'), { body })
    const text = payloads(heard).map((data) => JSON.parse(data).choices[0].delta.content)
    expect({ tokens: text.join('').split(' ').length, done: heard.text.includes('[DONE]') }).toEqual({
      tokens: 40,
      done: false,
    })
  })

  it('are taken from the header x-simulate too', async () => {
    const headers = { 'x-simulate': 'fault=402; latency=1ms' }
    expect((await hear(play('simulator'), { body: ECHO, headers })).status).toBe(402)
  })

  it('and schemas of hostile callers cost no more than a long answer', async () => {
    const deep = { type: 'array', minItems: 100, items: { $ref: '#' } }
    const format = { type: 'json_schema', json_schema: { name: 'n', schema: deep } }
    const begun = performance.now()
    const sizes = await Promise.all([
      hear(play('simulator'), { body: { ...ECHO, messages: user('[[simulate tokens=999999999]]') } }),
      hear(play('simulator'), { body: { ...ECHO, messages: user('[[simulate '.repeat(200_000)) } }),
      hear(play('simulator'), { body: { ...ECHO, response_format: format } }),
    ])
    expect(sizes.map(({ status, text }) => [status, text.length < 10_000_000])).toEqual([
      [200, true],
      [200, true],
      [200, true],
    ])
    expect(performance.now() - begun).toBeLessThan(10_000)
  })

  it('that nobody understands are refused', async () => {
    const heard = await hear(play('simulator'), { body: ECHO, headers: { 'x-simulate': 'faul=402' } })
    expect({ status: heard.status, error: JSON.parse(heard.text).error.message.slice(0, 34) }).toEqual({
      status: 400,
      error: 'simulate: nothing is called "faul"',
    })
  })
})

describe('chance', () => {
  const lottery = { seed: 7, faultRate: 0.5, fault: { kind: 'refuse', says: 'overloaded', status: 503 } } as const

  async function statuses(options: Partial<SimulatorOptions>): Promise<string> {
    const simulator = play('simulator', options)
    const all: number[] = []
    for (let i = 0; i < 20; i++) all.push((await hear(simulator, { body: ECHO })).status)
    return all.join()
  }

  it('falls the same way for the same seed, and another for another', async () => {
    const first = await statuses(lottery)
    expect(await statuses(lottery)).toBe(first)
    expect(await statuses({ ...lottery, seed: 8 })).not.toBe(first)
    expect(new Set(first.split(','))).toEqual(new Set(['200', '503']))
  })

  it('gives the same bytes for the same seed and requests', async () => {
    const body = { ...ECHO, stream: true }
    const [one, two] = await Promise.all([
      hear(play('deepseek', { seed: 3 }), { body }),
      hear(play('deepseek', { seed: 3 }), { body }),
    ])
    expect(one).toEqual(two)
  })
})

describe('time', () => {
  it('passes by the profile: headers, first token, then the rate', async () => {
    const waits: number[] = []
    let now = 0
    const clock = {
      now: () => 1_800_000_000_000,
      elapsed: () => now,
      after(ms: number, done: () => void) {
        waits.push(ms)
        now += ms
        queueMicrotask(done)
        return () => undefined
      },
    }
    const profile = { headersMs: 200, firstTokenMs: 30, tokensPerSecond: 50 }
    await hear(play('simulator', { clock, profile }), { body: { ...ECHO, stream: true } })
    expect(waits).toEqual([200, 30, 20, 20])
  })

  it('varies with the jitter, within its bounds', async () => {
    const waits: number[] = []
    const clock = {
      now: () => 0,
      elapsed: () => 0,
      after(ms: number, done: () => void) {
        waits.push(ms)
        queueMicrotask(done)
        return () => undefined
      },
    }
    const simulator = play('simulator', { clock, profile: { headersMs: 100, jitter: 0.5 } })
    for (let i = 0; i < 50; i++) await hear(simulator, { body: ECHO })
    expect({ least: Math.min(...waits) >= 50, most: Math.max(...waits) <= 150, all: new Set(waits).size > 40 }).toEqual(
      {
        least: true,
        most: true,
        all: true,
      },
    )
  })

  it('ends for an answer that nobody waits for any more', async () => {
    const gone = new AbortController()
    const body = { ...ECHO, stream: true, messages: user('[[simulate rate=1]]') }
    const answer = await ask(play('simulator'), { body, signal: gone.signal })
    if (answer.kind === 'dropped') throw new Error('dropped')
    setTimeout(() => gone.abort(), 20)
    const begun = performance.now()
    for await (const _chunk of answer.body);
    expect(performance.now() - begun).toBeLessThan(900)
  })
})

describe('a script', () => {
  it('answers the requests that its rules fit', async () => {
    const rules = [
      { match: { contains: 'weather' }, answer: { toolCalls: [{ name: 'look', arguments: { up: true } }] } },
      {
        match: { model: 'short' },
        answer: { text: 'No.', finish: 'length', usage: { inputFresh: 100, inputCached: 50 } },
      },
    ]
    const simulator = play('simulator', { rules })
    const first = await whole(simulator, { ...ECHO, messages: user('the weather?') })
    expect(first.choices[0]).toMatchObject({
      message: { tool_calls: [{ function: { name: 'look', arguments: '{"up":true}' } }] },
      finish_reason: 'tool_calls',
    })
    const second = await whole(simulator, { ...ECHO, model: 'short' })
    expect({ ...second.choices[0], usage: second.usage.prompt_tokens }).toEqual({
      index: 0,
      message: { role: 'assistant', content: 'No.' },
      finish_reason: 'length',
      usage: 150,
    })
    expect((await whole(simulator, ECHO)).choices[0].message.content).toBe('You said: Hello')
  })

  it('may refuse', async () => {
    const rules = [{ match: {}, answer: { refusal: 'I will not.' } }]
    expect(await message('openai', { model: 'gpt-4o', messages: user('Hi') }, { rules })).toEqual({
      role: 'assistant',
      content: null,
      refusal: 'I will not.',
    })
  })
})

describe('wrong figures', () => {
  async function usage(how: string, platform = 'simulator'): Promise<unknown> {
    const body = { ...ECHO, stream: true, stream_options: { include_usage: true } }
    const heard: Heard = await hear(play(platform), { body, headers: { 'x-simulate': `fault=usage:${how}` } })
    return payloads(heard)
      .filter((data) => data !== '[DONE]')
      .map((data) => JSON.parse(data).usage)
      .filter((each) => each !== undefined)
      .map((each) => [each.prompt_tokens, each.completion_tokens])
  }

  it('are missing, zero or doubled', async () => {
    expect([await usage('missing'), await usage('zero'), await usage('doubled')]).toEqual([[], [[0, 0]], [[8, 6]]])
  })

  it('are missing from every event of Anthropic', async () => {
    const body = { model: 'claude-sonnet-5-5', max_tokens: 9, stream: true, messages: user('Hi') }
    const heard = await hear(play('anthropic'), {
      body,
      path: '/v1/messages',
      headers: { 'x-simulate': 'fault=usage:missing' },
    })
    expect({ sound: heard.text.includes('message_stop'), usage: heard.text.includes('usage') }).toEqual({
      sound: true,
      usage: false,
    })
  })
})

describe('paths', () => {
  it.each([
    '/chat/completions',
    '/v1/chat/completions',
    '/compatible-mode/v1/chat/completions',
    '/openai/deployments/my-deployment/chat/completions?api-version=2024-10-21',
  ])('%s is OpenAI’s dialect', async (path) => {
    const answer = await whole(play('azure'), ECHO, { path })
    expect(answer.model).toBe(path.includes('deployments') ? 'my-deployment' : 'echo')
  })

  it('lists models in the form of who asks', async () => {
    const openai = await hear(play('simulator'), { method: 'GET', path: '/v1/models', body: '' })
    const headers = { 'anthropic-version': '2023-06-01' }
    const anthropic = await hear(play('simulator'), { method: 'GET', path: '/v1/models', body: '', headers })
    expect([JSON.parse(openai.text).data[0].object, JSON.parse(anthropic.text).data[0].type]).toEqual([
      'model',
      'model',
    ])
  })

  it('that nobody knows are 404', async () => {
    expect((await hear(play('simulator'), { path: '/v1/nothing', body: {} })).status).toBe(404)
  })
})

it('refuses to play what the catalog does not have or cannot call', () => {
  expect(() => play('opnai')).toThrow('no platform is called "opnai"')
  expect(() => play('kling')).toThrow('"kling" speaks no dialect that the simulator plays')
  expect(() => play('deepseek', { region: 'mars' })).toThrow('no region "mars"')
})
