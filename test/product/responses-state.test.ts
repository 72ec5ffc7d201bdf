import OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { platforms } from '#catalog/index.ts'
import { type SimulatorServer, startSimulator } from '#simulator/server.ts'
import { startGateway } from '#server/start.ts'
import { servedModel } from '#test/support/every-platform.ts'
import type { Json } from '#test/support/callers.ts'
import { KEY, startTestGateway, type TestGateway } from '#test/support/gateway.ts'
import { thrown } from '#test/support/sdk-stage.ts'

const OTHER_KEY = 'sk-tw-other-0123456789abcdef'
const NAMES = ['deepseek', 'anthropic', 'gemini', 'openai', 'twin'] as const
type Name = (typeof NAMES)[number]

const TOOLS: OpenAI.Responses.Tool[] = [
  {
    type: 'function',
    name: 'weather',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
      additionalProperties: false,
    },
    strict: true,
  },
]
const CALL = '[[simulate call=weather]] How is the weather?'

const simulators = new Map<Name, SimulatorServer>()
let gateway: TestGateway
let forgetful: TestGateway

function config(): Record<string, unknown> {
  const url = (name: Name): string => simulators.get(name)!.url
  const apiKey = 'sk-upstream-0123456789'
  return {
    keys: [
      { name: 'test', key: KEY },
      { name: 'other', key: OTHER_KEY },
    ],
    providers: {
      deepseek: { platform: 'deepseek', baseUrl: url('deepseek'), apiKey },
      anthropic: { platform: 'anthropic', baseUrl: url('anthropic'), apiKey },
      gemini: { platform: 'gemini', dialect: 'gemini', baseUrl: url('gemini'), apiKey },
      openai: { platform: 'openai', dialect: 'openai-responses', baseUrl: url('openai'), apiKey },
      second: { platform: 'openai', dialect: 'openai-responses', baseUrl: url('twin'), apiKey },
    },
    routes: {
      both: { targets: [model('deepseek'), model('openai')] },
      twins: { targets: [`second/${bare('openai')}`, model('openai')] },
    },
  }
}

function bare(name: Name): string {
  return servedModel(platforms.get(name === 'twin' ? 'openai' : name)!)
}

function model(name: Name): string {
  return `${name}/${bare(name)}`
}

function seen(name: Name): Json {
  return JSON.parse(simulators.get(name)!.seen.at(-1)!.body)
}

async function faulty(name: Name, fault: string | null): Promise<void> {
  const url = new URL('/__simulate', simulators.get(name)!.url)
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify({ fault }) })
  expect(answer.status).toBe(200)
}

beforeAll(async () => {
  for (const name of NAMES) {
    const platform = name === 'twin' ? 'openai' : name
    simulators.set(name, await startSimulator({ platform }))
  }
  gateway = await startTestGateway(config())
  forgetful = await startTestGateway({ ...config(), memory: { responses: 'off' } })
})
afterEach(async () => {
  for (const name of NAMES) await faulty(name, null)
})
afterAll(async () => {
  await gateway.stop()
  await forgetful.stop()
  for (const simulator of simulators.values()) await simulator.close()
})

async function ask(asked: Json, stream = false): Promise<Json> {
  const client = gateway.openai()
  return stream ? await client.responses.stream(asked).finalResponse() : await client.responses.create(asked)
}

async function warningsOf(asked: Json, headers: Record<string, string> = {}): Promise<[number, string | null]> {
  const answer = await gateway.post('/v1/responses', asked, headers)
  await answer.text()
  return [answer.status, answer.headers.get('x-tongwen-warnings')]
}

/** A question, a call with its result, and one more question: each by the id of the answer before. */
async function threeTurns(name: string, stream: boolean): Promise<{ ids: string[]; texts: string[] }> {
  const common = { model: name, tools: TOOLS, instructions: 'Be brief.' }
  const first = await ask({ ...common, input: CALL }, stream)
  const call = first.output.find((item: Json) => item.type === 'function_call')
  const result = { type: 'function_call_output', call_id: call.call_id, output: 'rain' }
  const second = await ask({ ...common, input: [result], previous_response_id: first.id }, stream)
  const third = await ask({ ...common, input: 'And tomorrow?', previous_response_id: second.id }, stream)
  return { ids: [first.id, second.id, third.id], texts: [second.output_text, third.output_text] }
}

describe.each([false, true])('three turns by previous_response_id (stream: %s)', (stream) => {
  test('DeepSeek gets the whole conversation as messages, with its thinking', async () => {
    const { ids, texts } = await threeTurns(model('deepseek'), stream)
    const { messages } = seen('deepseek')
    expect(messages.map(({ role }: Json) => role)).toEqual(['system', 'user', 'assistant', 'tool', 'assistant', 'user'])
    expect([messages[2].tool_calls[0].id, messages[3].content]).toEqual([messages[3].tool_call_id, 'rain'])
    expect(messages[2].reasoning_content).toEqual(expect.stringMatching(/.+/))
    expect(texts[0]).toBe('The tool said: rain')
    expect(new Set(ids).size).toBe(3)
  })

  test('Anthropic gets it as turns', async () => {
    await threeTurns(model('anthropic'), stream)
    const { messages } = seen('anthropic')
    expect(messages.map(({ role }: Json) => role)).toEqual(['user', 'assistant', 'user', 'assistant', 'user'])
    expect(messages[2].content[0]).toMatchObject({ type: 'tool_result', content: 'rain' })
  })

  test('Gemini gets it as contents', async () => {
    await threeTurns(model('gemini'), stream)
    const { contents } = seen('gemini')
    expect(contents.map(({ role }: Json) => role)).toEqual(['user', 'model', 'user', 'model', 'user'])
    expect(contents[2].parts[0].functionResponse.name).toBe('weather')
  })

  test('a platform that keeps its own answers gets the request as the caller sent it', async () => {
    const { ids } = await threeTurns(model('openai'), stream)
    expect(seen('openai')).toMatchObject({
      input: 'And tomorrow?',
      previous_response_id: ids[1],
      instructions: 'Be brief.',
    })
  })
})

test('what was put back is told, and is no loss: strict callers go on, and who refuses it does not', async () => {
  const first = await ask({ model: model('anthropic'), input: 'Hello' })
  const next = { model: model('anthropic'), input: 'Go on', previous_response_id: first.id }
  expect(await warningsOf(next, { 'x-tongwen-strict': 'true' })).toEqual([
    200,
    'restored:previous_response_id, defaulted:max_output_tokens',
  ])
  const refusing = { 'x-tongwen-refuse': 'restored:previous_response_id' }
  expect((await warningsOf(next, refusing))[0]).toBe(400)
})

test('the answer names what it goes on from', async () => {
  const first = await ask({ model: model('anthropic'), input: 'Hello' })
  const second = await ask({ model: model('anthropic'), input: 'Go on', previous_response_id: first.id })
  expect(second.previous_response_id).toBe(first.id)
})

test('instructions of an earlier request are not carried on', async () => {
  const first = await ask({ model: model('anthropic'), input: 'Hello', instructions: 'Be rude.' })
  await ask({ model: model('anthropic'), input: 'Go on', previous_response_id: first.id })
  expect(seen('anthropic').system).toBeUndefined()
})

test('warnings and refusals name the places of the request that was sent', async () => {
  const first = await ask({ model: model('anthropic'), input: 'Hello' })
  const file = {
    role: 'user',
    content: [
      { type: 'input_text', text: 'See' },
      { type: 'input_image', file_id: 'file-1' },
    ],
  }
  const answer = await gateway.post('/v1/responses', {
    model: model('anthropic'),
    input: [{ role: 'user', content: 'One' }, file],
    previous_response_id: first.id,
  })
  const told = answer.headers.get('x-tongwen-warnings') ?? (((await answer.json()) as Json).error.param as string)
  expect(told).toContain('input.1')
})

describe('who may go on', () => {
  test('an unknown id is refused in the words of OpenAI', async () => {
    const error = await thrown(
      gateway.openai().responses.create({ model: model('openai'), input: 'hi', previous_response_id: 'resp_unknown' }),
    )
    expect(error).toBeInstanceOf(OpenAI.BadRequestError)
    expect([error.code, error.param]).toEqual(['previous_response_not_found', 'previous_response_id'])
  })

  test("another caller's answer looks unknown, wherever it is asked for", async () => {
    const { id } = await ask({ model: model('openai'), input: 'Hello' })
    const other = gateway.openai({ apiKey: OTHER_KEY })
    const going = other.responses.create({ model: model('openai'), input: 'hi', previous_response_id: id })
    expect((await thrown(going)).code).toBe('previous_response_not_found')
    for (const call of [
      other.responses.retrieve(id),
      other.responses.delete(id),
      other.responses.inputItems.list(id),
    ]) {
      expect(await thrown(call as Promise<unknown>)).toBeInstanceOf(OpenAI.NotFoundError)
    }
    expect((await gateway.openai().responses.retrieve(id)).id).toBe(id)
  })

  test('store: false keeps nothing', async () => {
    const { id } = await ask({ model: model('deepseek'), input: 'Hello', store: false })
    const error = await thrown(
      gateway.openai().responses.create({ model: model('deepseek'), input: 'hi', previous_response_id: id }),
    )
    expect(error.code).toBe('previous_response_not_found')
  })

  test('an answer that failed is none to go on from', async () => {
    const failed = await gateway.post('/v1/responses', {
      model: model('deepseek'),
      input: '[[simulate fault=cut:2]] Hello',
      stream: true,
    })
    const [, id = ''] = /"id":"(resp_[^"]+)"/.exec(await failed.text()) ?? []
    expect((await gateway.get(`/v1/responses/${id}`)).status).toBe(404)
  })
})

describe('kept answers', () => {
  test.each([false, true])(
    'are shown as they were given, with their turns, and deleted (stream: %s)',
    async (stream) => {
      const client = gateway.openai()
      const first = await ask({ model: model('deepseek'), input: 'Hello' }, stream)
      const next = {
        model: model('deepseek'),
        input: [{ role: 'user', content: 'Go on' }],
        previous_response_id: first.id,
      }
      const second = await ask(next, stream)
      const { id, output_text, usage, previous_response_id: previous } = await client.responses.retrieve(second.id)
      expect({ id, output_text, usage, previous }).toEqual({
        id: second.id,
        output_text: second.output_text,
        usage: second.usage,
        previous: first.id,
      })
      const page = await client.responses.inputItems.list(second.id, { order: 'asc' })
      expect(page.data.map((item: Json) => [item.type, item.role]).filter(([type]) => type === 'message')).toEqual([
        ['message', 'user'],
        ['message', 'assistant'],
        ['message', 'user'],
      ])
      const walked: unknown[] = []
      for await (const item of client.responses.inputItems.list(second.id, { order: 'asc', limit: 1 }))
        walked.push(item)
      expect(walked).toEqual(page.data)
      await client.responses.delete(second.id)
      expect(await thrown(client.responses.retrieve(second.id))).toBeInstanceOf(OpenAI.NotFoundError)
      const gone = client.responses.create({ model: model('deepseek'), input: 'hi', previous_response_id: second.id })
      expect((await thrown(gone)).code).toBe('previous_response_not_found')
    },
  )

  test('cannot be cancelled, nor streamed anew, nor made in the background', async () => {
    const client = gateway.openai()
    const { id } = await ask({ model: model('deepseek'), input: 'Hello' })
    expect(await thrown(client.responses.cancel(id))).toBeInstanceOf(OpenAI.BadRequestError)
    expect(await thrown(client.responses.cancel('resp_unknown'))).toBeInstanceOf(OpenAI.NotFoundError)
    expect((await gateway.get(`/v1/responses/${id}?stream=true`)).status).toBe(400)
    const background = client.responses.create({ model: model('deepseek'), input: 'Hello', background: true })
    expect((await thrown(background)).param).toBe('background')
  })

  test('outlive the gateway', async () => {
    const own = await startTestGateway(config())
    const { id } = await own.openai().responses.create({ model: model('anthropic'), input: 'Remember the milk.' })
    await own.close()
    const { configFile, dir } = own
    const again = await startGateway({
      configFile,
      dataDir: `${dir}/data`,
      port: 0,
      env: {},
      log: { info() {}, warn() {}, error() {} },
    })
    const client = new OpenAI({ baseURL: `${again.url}/v1`, apiKey: KEY, maxRetries: 0 })
    await client.responses.create({ model: model('anthropic'), input: 'Of what?', previous_response_id: id })
    expect(seen('anthropic').messages[0].content).toEqual(expect.stringContaining('milk'))
    await again.close()
    await own.stop().catch(() => undefined)
  })
})

describe('several targets', () => {
  test('the platform that made the answer is asked first, and another one goes on where it fails', async () => {
    await faulty('deepseek', '503')
    const first = await ask({ model: 'both', input: 'Hello there' })
    await faulty('deepseek', null)
    const next = { model: 'both', input: 'Go on', previous_response_id: first.id }
    const answer = await gateway.post('/v1/responses', next)
    const trace: Json = await (await gateway.get(`/v1/requests/${answer.headers.get('x-request-id')}`)).json()
    expect(trace.attempts.map(({ target, reason }: Json) => [target, reason])).toEqual([
      [model('openai'), 'has the answer that this one goes on from'],
    ])
    expect(answer.headers.get('x-tongwen-warnings')).toBeNull()
    await faulty('openai', '503')
    const other = await gateway.post('/v1/responses', next)
    expect([other.status, other.headers.get('x-tongwen-target')]).toEqual([200, model('deepseek')])
    expect(other.headers.get('x-tongwen-warnings')).toContain('restored:previous_response_id')
    expect(seen('deepseek').messages.map(({ role }: Json) => role)).toEqual(['user', 'assistant', 'user'])
  })

  test('another account of the same dialect gets the turns without what only their maker knows', async () => {
    const first = await ask({ model: model('openai'), input: 'Hello there' })
    await faulty('openai', '503')
    const big =
      '{"model":"twins","input":[{"role":"user","content":"Go on","id_of_mine":12345678901234567890}],"previous_response_id":'
    const answer = await gateway.post('/v1/responses', `${big}"${first.id}"}`)
    const warnings = answer.headers.get('x-tongwen-warnings')?.split(', ') ?? []
    expect([answer.status, ...warnings]).toEqual([
      200,
      'restored:previous_response_id',
      'dropped:previous_response_id.input.1.encrypted_content',
    ])
    const { body } = simulators.get('twin')!.seen.at(-1)!
    const { input, previous_response_id: named } = JSON.parse(body)
    expect([named, input.map(({ role, id }: Json) => [role, id])]).toEqual([
      undefined,
      [
        ['user', undefined],
        ['assistant', undefined],
        ['user', undefined],
      ],
    ])
    expect(body).toContain('{"role":"user","content":"Go on","id_of_mine":12345678901234567890}')
  })
})

describe('memory.responses: off', () => {
  test('a platform that keeps answers itself is asked as the caller wrote; others are refused clearly', async () => {
    const asked = { input: 'hi', previous_response_id: 'resp_of_theirs' }
    const native = await forgetful.post('/v1/responses', { model: model('openai'), ...asked })
    expect([native.status, seen('openai').previous_response_id]).toEqual([200, 'resp_of_theirs'])
    const error = await thrown(forgetful.openai().responses.create({ model: model('deepseek'), ...asked }))
    expect([error.status, error.param]).toEqual([400, 'previous_response_id'])
    const route = await forgetful.post('/v1/responses', { model: 'both', ...asked })
    expect(route.headers.get('x-tongwen-target')).toBe(model('openai'))
  })

  test('nothing is kept', async () => {
    const { id } = await forgetful.openai().responses.create({ model: model('openai'), input: 'Hello' })
    expect((await forgetful.get(`/v1/responses/${id}`)).status).toBe(404)
  })
})

test('conversation goes to platforms that keep it, and is refused clearly elsewhere', async () => {
  const asked = { input: 'hi', conversation: 'conv_1' }
  const native = await gateway.openai().responses.create({ model: model('openai'), ...asked })
  const error = await thrown(gateway.openai().responses.create({ model: model('deepseek'), ...asked }))
  expect([error.status, error.param]).toEqual([400, 'conversation'])
  const elsewhere = gateway
    .openai()
    .responses.create({ model: model('deepseek'), input: 'hi', previous_response_id: native.id })
  expect((await thrown(elsewhere)).param).toBe('previous_response_id')
})
