import { writeFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { startGateway } from '#server/start.ts'
import { gatewayTo, KEY, type TestGateway } from '#test/support/gateway.ts'
import { openaiStream, sendJson, startUpstream, type Upstream } from '#test/support/upstream.ts'

const ASK = { messages: [{ role: 'user', content: 'go' }] }
const OK = {
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 2 },
}

let upstream: Upstream
let gateway: TestGateway
const begin = async (answer: Upstream['answer'], more: Record<string, unknown> = {}): Promise<void> => {
  upstream = await startUpstream(answer)
  gateway = await gatewayTo(upstream.url, more)
}
afterEach(async () => {
  await gateway.stop()
  await upstream.close()
})

test('health, readiness and metrics answer without a key; models need one and show what the key may use', async () => {
  await begin((_seen, response) => sendJson(response, OK), {
    keys: [
      { name: 'test', key: KEY },
      { name: 'narrow', key: 'sk-tw-narrow-0123456', models: ['openai-like'] },
    ],
  })
  await gateway.post('/v1/chat/completions', { ...ASK, model: 'openai-like' })
  for (const path of ['/livez', '/readyz', '/health', '/metrics'])
    expect((await fetch(gateway.url + path)).status).toBe(200)
  expect(await (await fetch(`${gateway.url}/metrics`)).text()).toMatch(
    /tongwen_requests_total\{[^}]*target="o\/some-model"[^}]*\} 1/,
  )
  expect((await fetch(`${gateway.url}/v1/models`)).status).toBe(401)
  const all = await gateway.openai().models.list()
  expect(all.data.map((model) => model.id)).toEqual(expect.arrayContaining(['openai-like', 'anthropic-like']))
  const narrow = await gateway.openai({ apiKey: 'sk-tw-narrow-0123456' }).models.list()
  expect(narrow.data.map((model) => model.id)).toEqual(['openai-like'])
  expect((await gateway.anthropic().models.list()).data.map((model) => model.id)).toContain('anthropic-like')
  expect(await gateway.openai().models.retrieve('openai-like')).toMatchObject({ id: 'openai-like', owned_by: 'o' })
})

test('a key comes in any of the four headers, or in the query for Gemini clients', async () => {
  await begin((_seen, response) => sendJson(response, OK))
  const body = JSON.stringify({ ...ASK, model: 'openai-like' })
  for (const headers of [
    { authorization: `bearer ${KEY}` },
    { 'x-api-key': KEY },
    { 'api-key': KEY },
    { 'x-goog-api-key': KEY },
  ]) {
    expect(
      (
        await fetch(`${gateway.url}/v1/chat/completions`, {
          method: 'POST',
          body,
          headers: headers as Record<string, string>,
        })
      ).status,
    ).toBe(200)
  }
  expect((await fetch(`${gateway.url}/v1/chat/completions?key=${KEY}`, { method: 'POST', body })).status).toBe(200)
  expect(gateway.logged.join('\n')).not.toContain(KEY)
})

test("Azure's path names the model", async () => {
  await begin((_seen, response) => sendJson(response, OK))
  const response = await gateway.post('/openai/deployments/openai-like/chat/completions?api-version=2024-10-21', ASK, {
    'api-key': KEY,
  })
  expect([response.status, upstream.seen[0]?.json.model]).toEqual([200, 'some-model'])
})

test('a key name that the store has already is refused, at the start and on reload', async () => {
  await begin((_seen, response) => sendJson(response, OK))
  const { callerKey: none } = gateway.firstRun ?? {}
  expect(none).toBeUndefined()
  const keys = [
    { name: 'admin', key: 'sk-tw-another-0123456789' },
    { name: 'test', key: KEY },
  ]
  writeFileSync(gateway.configFile, stringify({ keys }))
  expect(gateway.reload()).toEqual([{ path: 'keys.0.name', message: expect.stringContaining('"admin" already') }])
  await gateway.close()
  const again = startGateway({ configFile: gateway.configFile, dataDir: `${gateway.dir}/data`, port: 0, env: {} })
  await expect(again).rejects.toThrow(/"admin" already/)
})

describe('reload', () => {
  test('takes a good file within a second, keeps the last good one when it is bad, and lets requests finish as they began', async () => {
    let release: (() => void) | undefined
    await begin(async (seen, response) => {
      if (seen.json.user === 'slow') {
        await new Promise<void>((done) => {
          release = done
        })
      }
      sendJson(response, { ...OK, model: seen.json.model })
    })
    const config = (model: string): string =>
      stringify({
        providers: { o: { platform: 'openai-compatible', baseUrl: `${upstream.url}/v1`, apiKey: 'sk-x' } },
        routes: { moving: { targets: [`o/${model}`] } },
        keys: [{ name: 'test', key: KEY }],
      })
    const ask = async (user = 'fast'): Promise<unknown> =>
      ((await (await gateway.post('/v1/chat/completions', { ...ASK, model: 'moving', user })).json()) as any).model
    writeFileSync(gateway.configFile, config('first'))
    await expect.poll(() => ask(), { timeout: 3_000 }).toBe('first')
    const slow = ask('slow')
    await expect.poll(() => release !== undefined).toBe(true)
    writeFileSync(gateway.configFile, config('second'))
    await expect.poll(() => ask(), { timeout: 3_000 }).toBe('second')
    release?.()
    expect(await slow).toBe('first')
    writeFileSync(gateway.configFile, 'providers: { o: { platfrom: openai } }')
    await expect.poll(() => gateway.logged.join('\n'), { timeout: 3_000 }).toMatch(/last good one stays.*platfrom/)
    expect(await ask()).toBe('second')
    expect(gateway.reload().map((problem) => problem.path)).toContain('providers.o.platfrom')
  })
})

describe('drain', () => {
  test('new requests are refused, a running stream finishes, then everything is closed', async () => {
    let finish: (() => void) | undefined
    await begin(async (_seen, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(openaiStream([{ id: 'c', choices: [{ index: 0, delta: { content: 'half ' } }] }], ''))
      await new Promise<void>((done) => {
        finish = done
      })
      response.end(
        openaiStream([{ id: 'c', choices: [{ index: 0, delta: { content: 'whole' }, finish_reason: 'stop' }] }]),
      )
    })
    const response = await gateway.post('/v1/chat/completions', { ...ASK, model: 'openai-like', stream: true })
    const closing = gateway.close()
    await expect(fetch(`${gateway.url}/livez`)).rejects.toThrow()
    finish?.()
    const text = await response.text()
    expect(text).toContain('whole')
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
    await closing
  })

  test('a stream that outlasts the bound is cut off, and its books are written', async () => {
    await begin(
      (_seen, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write(openaiStream([{ id: 'c', choices: [{ index: 0, delta: { content: 'half ' } }] }], ''))
      },
      { server: { drain: '300ms' } },
    )
    const response = await gateway.post('/v1/chat/completions', { ...ASK, model: 'openai-like', stream: true })
    const reading = response.text().then(
      () => 'complete',
      () => 'cut',
    )
    await gateway.close()
    expect(await reading).toBe('cut')
  })
})
