import OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { chunk, completion, everyPlatform, WAYS } from '#test/support/callers.ts'
import { startTestGateway, type TestGateway } from '#test/support/gateway.ts'
import { expectShown, raised, saying, type Shown, SHOWN } from '#test/support/refusals.ts'
import { openaiStream, sendJson, sendStream, startUpstream, type Upstream } from '#test/support/upstream.ts'

let upstream: Upstream
let gateway: TestGateway

beforeAll(async () => {
  upstream = await startUpstream()
  gateway = await startTestGateway({ providers: everyPlatform(upstream.url) })
})
afterEach(() => {
  upstream.seen.length = 0
})
afterAll(async () => {
  await gateway.stop()
  await upstream.close()
})

const ASK = { messages: [{ role: 'user' as const, content: 'x' }] }

describe('errors inside a 200', () => {
  const { credentials, upstream: failed, rate, tooLong, filter, timeout } = SHOWN
  const minimax = (status_code: number, status_msg: string): unknown => ({ base_resp: { status_code, status_msg } })
  const spark = (code: number, message: string): unknown => ({ code, message, sid: 'cha1' })
  const tencent = (Code: string): unknown => ({ Response: { Error: { Code, Message: 'no' }, RequestId: 'q1' } })
  const CASES: [model: string, body: unknown, shown: Shown, code: string | undefined][] = [
    ['minimax/MiniMax-M2.5', minimax(1008, 'insufficient balance'), credentials, '1008'],
    ['minimax/MiniMax-M2.5', minimax(1026, 'input new_sensitive'), filter, '1026'],
    ['minimax/MiniMax-M2.5', minimax(1027, 'output new_sensitive'), filter, '1027'],
    ['minimax/MiniMax-M2.5', minimax(1002, 'rate limit'), rate, '1002'],
    ['minimax/MiniMax-M2.5', minimax(1004, 'login fail'), credentials, '1004'],
    ['minimax/MiniMax-M2.5', minimax(1001, 'timeout'), timeout, '1001'],
    ['minimax/MiniMax-M2.5', minimax(2013, 'context window exceeds limit: too many tokens'), tooLong, '2013'],
    ['spark/lite', spark(10013, 'input content audit failed'), filter, '10013'],
    ['spark/lite', spark(10907, 'token count exceeds the limit'), tooLong, '10907'],
    ['spark/lite', spark(11200, 'AppIdNoAuthError'), credentials, '11200'],
    ['spark/lite', spark(10007, 'busy'), rate, '10007'],
    ['qianfan/x', { error_code: 110, error_msg: 'Access token invalid or no longer valid' }, credentials, '110'],
    ['qianfan/x', { error_code: 336007, error_msg: 'the max length of current question is 1' }, tooLong, '336007'],
    ['hunyuan/hy3', tencent('LimitExceeded'), rate, 'LimitExceeded'],
    [
      'hunyuan/hy3',
      tencent('FailedOperation.ResourcePackExhausted'),
      credentials,
      'FailedOperation.ResourcePackExhausted',
    ],
    ['sensenova/x', saying('unsafe', 18), filter, '18'],
    ['vllm/x', saying('maximum context length is 4096', 400, 'BadRequestError'), tooLong, '400'],
    ['vllm/x', { object: 'error', message: 'boom', type: 'InternalServerError', code: 500 }, failed, '500'],
    [
      'dashscope/qwen-plus',
      { code: 'Throttling.BurstRate', message: 'no', request_id: 'r' },
      rate,
      'Throttling.BurstRate',
    ],
    ['openai-compatible/m', { error: 'model is loading' }, failed, undefined],
  ]
  const provider = (model: string, code: string | undefined): Record<string, unknown> => ({
    platform: model.slice(0, model.indexOf('/')),
    status: 200,
    ...(code === undefined ? {} : { code }),
  })

  test.each(CASES)('%s %j', async (...[model, body, shown, code]) => {
    upstream.answer = (seen, response) =>
      seen.json.stream ? sendStream(response, [openaiStream([body], '')]) : sendJson(response, body)
    await expectShown(gateway, model, [shown, provider(model, code)])
  })
  test.each(CASES)('after text: %s %j is an event, then the end', async (model, body, [, type, code]) => {
    upstream.answer = (_seen, response) =>
      sendStream(response, [openaiStream([chunk({ role: 'assistant', content: 'Ye' }), body])])
    for (const way of WAYS.filter(({ stream }) => stream)) {
      const { error } = await raised(gateway, way, model)
      expect({ ...way, type: error?.type, code: error?.code ?? null }).toEqual({ ...way, type, code })
    }
  })
  test('a stream that was asked for and comes as a whole error', async () => {
    upstream.answer = (_seen, response) => sendJson(response, minimax(1008, 'insufficient balance'))
    await expectShown(gateway, 'minimax/MiniMax-M2.5', [credentials, { code: '1008' }])
  })
})

describe('hints to wait', () => {
  const retryInfo = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34s' }
  const google = { error: { code: 429, message: 'x', status: 'RESOURCE_EXHAUSTED', details: [retryInfo] } }
  const busy = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
  const soon = { error: { type: 'rate_limit_reached_error', message: 'max RPM: 3, please try again after 5 seconds' } }
  const CASES: [model: string, status: number, headers: Record<string, string>, body: unknown, ms: number][] = [
    ['openai/gpt-4o', 429, { 'retry-after': '20' }, saying('x', 'rate_limit_exceeded'), 20_000],
    ['azure/gpt-4o', 429, { 'retry-after-ms': '1500', 'retry-after': '2' }, saying('x', '429'), 1_500],
    ['azure/gpt-4o', 429, {}, { statusCode: 429, message: 'Rate limit is exceeded. Try again in 6 seconds.' }, 6_000],
    ['moonshot/kimi-k3', 429, {}, soon, 5_000],
    ['anthropic/claude-sonnet-4-5', 529, { 'retry-after': '3' }, busy, 3_000],
    ['gemini/gemini-2.5-flash', 429, {}, [google], 34_000],
  ]
  test.each(CASES)('%s %d %j', async (...[model, status, headers, body, ms]) => {
    upstream.answer = (_seen, response) => sendJson(response, body, status, headers)
    for (const way of WAYS) {
      const { thrown } = await raised(gateway, way, model)
      const told = [thrown.headers.get('retry-after'), thrown.headers.get('retry-after-ms')]
      expect(told).toEqual([String(Math.ceil(ms / 1000)), String(ms)])
    }
  })
  test('the SDK waits as long as it is told, and then gets its answer', async () => {
    let asked = 0
    upstream.answer = (_seen, response) =>
      ++asked === 1
        ? sendJson(response, saying('x', 'rate_limit_exceeded'), 429, { 'retry-after-ms': '300' })
        : sendJson(response, completion({ content: 'ok' }))
    const started = performance.now()
    const answer = await gateway.openai({ maxRetries: 1 }).chat.completions.create({ model: 'openai/gpt-4o', ...ASK })
    expect([answer.choices[0]?.message.content, asked]).toEqual(['ok', 2])
    expect(performance.now() - started).toBeGreaterThan(290)
  })
  test.each([
    [400, saying('too long', 'context_length_exceeded'), OpenAI.BadRequestError],
    [400, saying('no', 'content_policy_violation'), OpenAI.BadRequestError],
  ])('what no retry can mend (%d) is asked once', async (status, body, raisedClass) => {
    upstream.answer = (_seen, response) => sendJson(response, body, status)
    const asked = gateway.openai({ maxRetries: 2 }).chat.completions.create({ model: 'openai/gpt-4o', ...ASK })
    await expect(asked).rejects.toBeInstanceOf(raisedClass)
    expect(upstream.seen).toHaveLength(1)
  })
})

describe("secrets in a platform's words stay here", () => {
  const ours = 'sk-upstream-0123456789abcdef'
  const money = 'Your account org-0a1b2c3d4e5f <ak-f1a2b3c4d5e6f7g8h9> is suspended due to insufficient balance'
  const CASES: [model: string, status: number, body: unknown, secret: string][] = [
    ['openai/gpt-4o', 401, saying(`Incorrect API key provided: ${ours}.`, 'invalid_api_key'), ours],
    ['moonshot/kimi-k3', 429, saying(money, undefined, 'exceeded_current_quota_error'), 'ak-f1a2b3c4d5e6f7g8h9'],
    ['openai-compatible/m', 400, saying(`bad header authorization: Bearer ${ours}`), ours],
    ['openai-compatible/m', 500, `<html>x-api-key: ${ours}</html>`, ours],
    [
      'anthropic/claude-sonnet-4-5',
      401,
      { type: 'error', error: { type: 'authentication_error', message: ours } },
      ours,
    ],
  ]
  test.each(CASES)('%s %d', async (...[model, status, body, secret]) => {
    upstream.answer = (_seen, response) => sendJson(response, body, status)
    for (const way of WAYS) {
      const { thrown, error } = await raised(gateway, way, model)
      expect(JSON.stringify([thrown.message, error])).not.toContain(secret)
      expect(error.provider).toMatchObject({ status, message: expect.stringContaining('***') })
    }
    expect(gateway.logged.join('\n')).not.toContain(secret)
  })
})
