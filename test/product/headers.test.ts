import { afterAll, beforeAll, expect, test } from 'vitest'
import { gatewayTo, KEY, type TestGateway } from '#test/support/gateway.ts'
import { sendJson, startUpstream, type Upstream } from '#test/support/upstream.ts'

const CHAT = { choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }] }
const MESSAGE = {
  id: 'm',
  type: 'message',
  role: 'assistant',
  model: 'x',
  content: [{ type: 'text', text: 'ok' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 1, output_tokens: 1 },
}

let upstream: Upstream
let gateway: TestGateway
beforeAll(async () => {
  upstream = await startUpstream((seen, response) =>
    sendJson(response, seen.path.endsWith('messages') ? MESSAGE : CHAT),
  )
  gateway = await gatewayTo(upstream.url)
})
afterAll(async () => {
  await gateway.stop()
  await upstream.close()
})

const ask = (model: string, headers: Record<string, string>): Promise<Response> =>
  gateway.post('/v1/messages', { model, max_tokens: 5, messages: [{ role: 'user', content: 'x' }] }, headers)

test('trace context travels to every platform; the key of the caller travels to none', async () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  for (const model of ['openai-like', 'anthropic-like']) {
    await ask(model, { traceparent, tracestate: 'a=b', 'x-api-key': KEY, cookie: 'secret=1' })
    const { headers } = upstream.seen.at(-1)!
    expect(headers).toMatchObject({ traceparent, tracestate: 'a=b' })
    expect(JSON.stringify(headers)).not.toContain(KEY)
    expect(headers.cookie).toBeUndefined()
  }
})

test('anthropic-beta travels within the dialect, and is named as dropped across', async () => {
  const beta = { 'anthropic-beta': 'context-1m-2025-08-07' }
  const same = await ask('anthropic-like', beta)
  expect([upstream.seen.at(-1)!.headers['anthropic-beta'], same.headers.get('x-tongwen-warnings')]).toEqual([
    beta['anthropic-beta'],
    null,
  ])
  const across = await ask('openai-like', beta)
  expect([upstream.seen.at(-1)!.headers['anthropic-beta'], across.headers.get('x-tongwen-warnings')]).toEqual([
    undefined,
    'dropped:anthropic-beta',
  ])
  const strict = await ask('openai-like', { ...beta, 'x-tongwen-strict': 'true' })
  expect(strict.status).toBe(400)
})

test('why a request was refused can be asked for, although nothing was sent and nothing is in the books', async () => {
  const refused = await ask('no-such-model', {})
  const trace = (await (await gateway.get(`/v1/requests/${refused.headers.get('x-request-id')}`)).json()) as any
  expect(trace).toMatchObject({
    outcome: 'refused',
    model: 'no-such-model',
    failure: { kind: 'not-found' },
    attempts: [],
  })
})
