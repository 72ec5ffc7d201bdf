import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '#test/support/gateway.ts'
import { sendJson, startUpstream, type Upstream } from '#test/support/upstream.ts'

const ADMIN = { authorization: 'Bearer sk-tw-admin-0123456789' }
const JSON_ADMIN = { ...ADMIN, 'content-type': 'application/json' }
const ANSWER = {
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
}

let upstream: Upstream
let gateway: TestGateway
beforeAll(async () => {
  upstream = await startUpstream()
  gateway = await startTestGateway({
    providers: {
      deep: { platform: 'deepseek', baseUrl: upstream.url, apiKey: 'sk-deep' },
    },
    organisations: { acme: { limits: { requestsPerDay: 2 } } },
    teams: {
      search: { organisation: 'acme' },
      tight: { budget: { amount: '0.02', currency: 'CNY', period: 'day', whenShort: 'cap' } },
    },
    keys: [
      { name: 'ops', key: 'sk-tw-admin-0123456789', role: 'admin' },
      { name: 'a', key: 'sk-tw-a-0123456789abc', team: 'search' },
      { name: 'b', key: 'sk-tw-b-0123456789abc', team: 'search' },
      { name: 'c', key: 'sk-tw-c-0123456789abc', team: 'tight' },
    ],
  })
  upstream.answer = (_seen, response) => sendJson(response, ANSWER)
})
afterAll(async () => {
  await gateway.stop()
  await upstream.close()
})

function ask(key: string, more: object = {}, headers: Record<string, string> = {}): Promise<Response> {
  const body = { model: 'deep/deepseek-v4-pro', messages: [{ role: 'user', content: 'go' }], ...more }
  return gateway.post('/v1/chat/completions', body, { authorization: `Bearer ${key}`, ...headers })
}

test('keys of a team share what binds its organisation, and a key that is moved leaves it at once', async () => {
  const first = [await ask('sk-tw-a-0123456789abc'), await ask('sk-tw-b-0123456789abc')]
  const third = await ask('sk-tw-b-0123456789abc')
  expect([...first.map(({ status }) => status), third.status]).toEqual([200, 200, 429])
  expect(await third.text()).toContain('the organisation \\"acme\\" may make 2 requests a day')
  const made = await fetch(`${gateway.url}/api/keys`, {
    method: 'POST',
    headers: JSON_ADMIN,
    body: JSON.stringify({ name: 'moving', team: 'search' }),
  })
  const { key } = (await made.json()) as { key: string }
  expect((await ask(key)).status).toBe(429)
  await fetch(`${gateway.url}/api/keys/moving`, { method: 'PATCH', headers: JSON_ADMIN, body: '{"team":null}' })
  expect((await ask(key)).status).toBe(200)
  const usage = await fetch(`${gateway.url}/api/usage?by=organisation,platform`, { headers: ADMIN })
  const { rows } = (await usage.json()) as { rows: { group: unknown; requests: number }[] }
  expect(rows.map(({ group, requests }) => ({ group, requests }))).toEqual([
    { group: { organisation: null, platform: 'deepseek' }, requests: 1 },
    { group: { organisation: 'acme', platform: 'deepseek' }, requests: 2 },
  ])
})

test('under a budget that says so, the output is cut down to what is left, and the caller is told', async () => {
  const response = await ask('sk-tw-c-0123456789abc', { max_tokens: 8_000 })
  const sent = JSON.parse(upstream.seen.at(-1)?.text ?? '{}') as { max_tokens: number }
  expect({ status: response.status, warnings: response.headers.get('x-tongwen-warnings') }).toEqual({
    status: 200,
    warnings: expect.stringContaining('clamped:max_tokens'),
  })
  expect(sent.max_tokens).toBeGreaterThanOrEqual(16)
  expect(sent.max_tokens).toBeLessThan(8_000)
})

test('a strict caller is refused instead, and so is one whose question alone costs too much', async () => {
  const strict = await ask('sk-tw-c-0123456789abc', { max_tokens: 8_000 }, { 'x-tongwen-strict': 'true' })
  const long = await ask('sk-tw-c-0123456789abc', { messages: [{ role: 'user', content: 'x'.repeat(60_000) }] })
  expect([strict.status, long.status]).toEqual([400, 429])
})
