import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { platforms } from '#catalog/index.ts'
import { type SimulatorServer, startSimulator } from '#simulator/server.ts'
import type { Json } from '#test/support/callers.ts'
import { providerAt, servedModel } from '#test/support/every-platform.ts'
import { startTestGateway, type TestGateway } from '#test/support/gateway.ts'
import { sendJson, startUpstream, type Upstream } from '#test/support/upstream.ts'

/** Images by their addresses where the platform takes them inside the request only. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

let upstream: Upstream
let files: Upstream
let moonshot: SimulatorServer
let gateway: TestGateway

beforeAll(async () => {
  files = await startUpstream(({ path }, response) => {
    if (path !== '/a.png') return sendJson(response, {}, 302, { location: 'http://169.254.169.254/latest/meta-data/' })
    response.writeHead(200, { 'content-type': 'image/png' })
    return void response.end(Buffer.from(PNG, 'base64'))
  })
  upstream = await startUpstream(({ path }, response) => sendJson(response, path.includes('messages') ? CLAUDE : CHAT))
  moonshot = await startSimulator({ platform: 'moonshot' })
  const apiKey = 'sk-upstream-0123456789'
  const quirks = { images: 'inline-only' }
  gateway = await startTestGateway({
    media: { allowHosts: [files.url.slice('http://'.length)] },
    providers: {
      inside: { platform: 'openai-compatible', baseUrl: `${upstream.url}/v1`, apiKey, quirks },
      claude: { platform: 'anthropic-compatible', baseUrl: upstream.url, apiKey, quirks },
      takes: { platform: 'openai-compatible', baseUrl: `${upstream.url}/takes/v1`, apiKey },
      moonshot: providerAt(platforms.get('moonshot')!, moonshot.url),
    },
    routes: { both: { targets: ['inside/m', 'takes/m'] } },
  })
})
afterEach(() => {
  upstream.seen.length = 0
  files.seen.length = 0
})
afterAll(async () => {
  await gateway.stop()
  await moonshot.close()
  await upstream.close()
  await files.close()
})

const USAGE = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }
const CHOICE = { index: 0, message: { role: 'assistant', content: 'a dot' }, finish_reason: 'stop' }
const CHAT = { id: 'a', object: 'chat.completion', created: 1, model: 'm', choices: [CHOICE], usage: USAGE }
const CLAUDE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content: [{ type: 'text', text: 'a dot' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 1, output_tokens: 1 },
}

async function ask(model: string, url: string, headers: Record<string, string> = {}): Promise<Json> {
  const image = { type: 'image_url', image_url: { url, detail: 'low' } }
  const messages = [{ role: 'user', content: [{ type: 'text', text: 'what?' }, image] }]
  const response = await gateway.post('/v1/chat/completions', { model, messages, seed: 1 }, headers)
  return { status: response.status, body: await response.json(), headers: response.headers }
}

test("in the caller's own text nothing but the address is another", async () => {
  const { status, headers } = await ask('inside/m', `${files.url}/a.png`)
  expect([status, headers.get('x-tongwen-warnings')]).toEqual([200, 'emulated:messages.0.content.1'])
  expect(upstream.seen[0]!.json).toEqual({
    model: 'm',
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'what?' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}`, detail: 'low' } },
        ],
      },
    ],
    seed: 1,
  })
})

test('Moonshot, which takes images only inside, answers', async () => {
  const { status } = await ask(`moonshot/${servedModel(platforms.get('moonshot')!)}`, `${files.url}/a.png`)
  expect(status).toBe(200)
  expect(moonshot.seen.at(-1)?.body).toContain(`data:image/png;base64,${PNG}`)
})

test.each(['claude/m', 'inside/m'])("Anthropic's SDK sends an image by its address to %s", async (model) => {
  const image = { type: 'image' as const, source: { type: 'url' as const, url: `${files.url}/a.png` } }
  const message = await gateway.anthropic().messages.create({
    model,
    max_tokens: 100,
    messages: [{ role: 'user', content: [image, { type: 'text', text: 'what?' }] }],
  })
  expect(message.content).toEqual([{ type: 'text', text: 'a dot' }])
  expect(upstream.seen[0]!.text).toContain(PNG)
})

test.each([
  ['http://127.0.0.1:1/a.png', 'port 1 is not fetched from'],
  ['http://localhost/a.png', 'its host is not on the internet'],
  ['redirect', 'its host is not on the internet'],
])('%s is refused by its field, or goes to a target that takes addresses', async (url, reason) => {
  const address = url === 'redirect' ? `${files.url}/away` : url
  const { status, body } = await ask('inside/m', address)
  const { type, param, message } = body.error
  expect([status, type, param]).toEqual([400, 'invalid_request_error', 'messages.0.content.1'])
  expect(message).toBe(`messages.0.content.1: cannot be fetched: ${reason}`)
  const routed = await ask('both', address)
  expect([routed.status, routed.headers.get('x-tongwen-target')]).toEqual([200, 'takes/m'])
})

test('nothing is fetched for who refuses it, or for a target that takes addresses', async () => {
  const refused = await ask('inside/m', `${files.url}/a.png`, { 'x-tongwen-refuse': 'emulated:messages.*' })
  expect([refused.status, refused.body.error.code]).toEqual([400, 'lossy_translation'])
  const strict = await ask('inside/m', `${files.url}/a.png`, { 'x-tongwen-strict': 'true' })
  expect([strict.status, strict.body.error.code]).toEqual([400, 'lossy_translation'])
  expect((await ask('takes/m', `${files.url}/a.png`)).status).toBe(200)
  expect(files.seen).toEqual([])
})
