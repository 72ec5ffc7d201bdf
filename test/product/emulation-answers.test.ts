import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { platforms } from '#catalog/index.ts'
import { type SimulatorServer, startSimulator } from '#simulator/server.ts'
import { providerAt, servedModel } from '#test/support/every-platform.ts'
import type { Json } from '#test/support/callers.ts'
import { startTestGateway, type TestGateway } from '#test/support/gateway.ts'
import { openaiStream, sendJson, sendStream, startUpstream, type Upstream } from '#test/support/upstream.ts'

/** Several answers where the platform gives one, or few: the gateway asks several times. */
const PLATFORMS = ['deepseek', 'zhipu', 'moonshot', 'ark', 'minimax', 'dashscope', 'anthropic'] as const

let upstream: Upstream
let gateway: TestGateway
const stages: SimulatorServer[] = []

beforeAll(async () => {
  upstream = await startUpstream()
  const apiKey = 'sk-upstream-0123456789'
  const providers: Record<string, Json> = {
    one: { platform: 'openai-compatible', baseUrl: `${upstream.url}/v1`, apiKey, quirks: { answersMax: 1 } },
    two: { platform: 'openai-compatible', baseUrl: `${upstream.url}/v1`, apiKey, quirks: { answersMax: 2 } },
    next: { platform: 'openai-compatible', baseUrl: `${upstream.url}/next/v1`, apiKey },
  }
  for (const platform of PLATFORMS) {
    const stage = await startSimulator({ platform })
    stages.push(stage)
    providers[platform] = providerAt(platforms.get(platform)!, stage.url)
  }
  gateway = await startTestGateway({ providers, routes: { both: { targets: ['one/m', 'next/m'] } } })
})
afterEach(() => {
  upstream.seen.length = 0
  for (const { seen } of stages) (seen as unknown[]).length = 0
})
afterAll(async () => {
  await gateway.stop()
  await upstream.close()
  for (const stage of stages) await stage.close()
})

const ASK = { messages: [{ role: 'user' as const, content: 'hello' }] }

test.each(PLATFORMS)("OpenAI's SDK gets three answers from %s, whole and streamed", async (platform) => {
  const client = gateway.openai()
  const model = `${platform}/${servedModel(platforms.get(platform)!)}`
  const { data, response } = await client.chat.completions.create({ ...ASK, model, n: 3 }).withResponse()
  expect(data.choices.map(({ index, finish_reason }) => [index, finish_reason])).toEqual([
    [0, 'stop'],
    [1, 'stop'],
    [2, 'stop'],
  ])
  const calls = platform === 'dashscope' ? 1 : 3
  expect(response.headers.get('x-tongwen-attempts')).toBe(String(calls))
  expect(response.headers.get('x-tongwen-warnings')?.split(', ').includes('emulated:n') ?? false).toBe(calls > 1)
  const { data: single, response: alone } = await client.chat.completions.create({ ...ASK, model }).withResponse()
  const costs = [response, alone].map(({ headers }) => Number(headers.get('x-tongwen-cost')?.split(' ')[0] ?? 0))
  if (calls > 1) expect(costs[0]).toBeCloseTo(3 * costs[1]!, 9)
  if (calls > 1) expect(data.usage?.prompt_tokens).toBe(3 * (single.usage?.prompt_tokens ?? 0))

  const stream = await client.chat.completions.create({
    ...ASK,
    model,
    n: 3,
    stream: true,
    stream_options: { include_usage: true },
  })
  const texts = ['', '', '']
  const ends: unknown[] = []
  const usages: number[] = []
  for await (const chunk of stream) {
    for (const { index, delta, finish_reason } of chunk.choices) {
      texts[index] += delta.content ?? ''
      if (finish_reason !== null) ends.push(finish_reason)
    }
    if (chunk.usage) usages.push(chunk.usage.completion_tokens)
  }
  expect(ends).toEqual(['stop', 'stop', 'stop'])
  expect(texts.every((text) => text !== '')).toBe(true)
  if (calls > 1) expect(usages).toEqual([data.usage?.completion_tokens])
})

function answerOf(n: number): Json {
  return {
    id: 'a',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: Array.from({ length: n }, (_, index) => ({
      index,
      message: { role: 'assistant', content: 'hi' },
      finish_reason: 'stop',
    })),
    usage: { prompt_tokens: 10, completion_tokens: 5 * n, total_tokens: 10 + 5 * n },
  }
}

async function whole(model: string, more: Json = {}, headers: Record<string, string> = {}): Promise<Json> {
  const response = await gateway.post('/v1/chat/completions', { ...ASK, model, ...more }, headers)
  return { status: response.status, body: await response.json(), headers: response.headers }
}

test('a platform that gives two at once is asked as few times as that takes, and the sum is one usage', async () => {
  upstream.answer = ({ json }, response) => sendJson(response, answerOf(json.n ?? 1))
  const { body, headers } = await whole('two/m', { n: 5, seed: 1.0 })
  expect(upstream.seen.map(({ json }): number => json.n ?? 1).toSorted((a, b) => a - b)).toEqual([1, 2, 2])
  expect(body.choices.map(({ index }: Json) => index)).toEqual([0, 1, 2, 3, 4])
  expect(body.usage).toMatchObject({ prompt_tokens: 30, completion_tokens: 25, total_tokens: 55 })
  const trace: Json = await (await gateway.get(`/v1/requests/${headers.get('x-request-id')}`)).json()
  expect(trace.attempts.map(({ target, status }: Json) => [target, status])).toEqual([
    ['two/m', 200],
    ['two/m', 200],
    ['two/m', 200],
  ])
  expect(trace.warnings).toEqual([{ action: 'emulated', path: 'n', detail: '5 answers by 3 calls' }])
  expect([trace.usage.inputFresh, trace.usage.outputText]).toEqual([30, 25])
})

test('one call that fails fails the whole, and the next target is asked', async () => {
  let calls = 0
  upstream.answer = ({ path, json }, response) => {
    if (path.startsWith('/next')) sendJson(response, answerOf(json.n))
    else if (++calls === 2) sendJson(response, { error: { message: 'no' } }, 500)
    else setTimeout(() => sendJson(response, answerOf(1)), 300)
  }
  const { body, headers } = await whole('both', { n: 3 })
  expect([body.choices.length, headers.get('x-tongwen-target')]).toEqual([3, 'next/m'])
  calls = 0
  const alone = await whole('one/m', { n: 3 })
  expect([alone.status, alone.body.error.code]).toEqual([502, 'upstream_error'])
  const trace: Json = await (await gateway.get(`/v1/requests/${alone.headers.get('x-request-id')}`)).json()
  expect(trace.attempts.map(({ failure }: Json) => [failure.kind, failure.blame]).toSorted()).toEqual([
    ['cut', 'gateway'],
    ['cut', 'gateway'],
    ['upstream', 'platform'],
  ])
})

test('a call that breaks off in a stream ends it with its error, and the others are stopped', async () => {
  const chunk = (content: string): Json => ({
    id: 'a',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
  })
  let calls = 0
  const closed: Promise<void>[] = []
  upstream.answer = async (_seen, response) => {
    if (++calls === 2) return await sendStream(response, [openaiStream([chunk('x')], '')], 'cut')
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(openaiStream([chunk('y')], ''))
    closed.push(new Promise((done) => response.on('close', done)))
  }
  const response = await gateway.post('/v1/chat/completions', { ...ASK, model: 'one/m', n: 2, stream: true })
  const text = await response.text()
  expect(text).toContain('upstream_error')
  expect(text).not.toContain('[DONE]')
  await Promise.all(closed)
})

test('each answer is paid for, and a caller who wants none of it gets a refusal', async () => {
  upstream.answer = (_seen, response) => sendJson(response, answerOf(1))
  const answer = await whole('one/m', { n: 2 }, { 'x-tongwen-refuse': 'emulated:n' })
  expect([answer.status, answer.body.error.code, answer.body.error.param]).toEqual([400, 'lossy_translation', 'n'])
  expect(upstream.seen).toEqual([])
})
