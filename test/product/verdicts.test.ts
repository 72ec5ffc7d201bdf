import { afterAll, beforeAll, expect, test } from 'vitest'
import { GATEWAY } from '#catalog/compare/gateway.ts'
import { doorAt } from '#server/doors.ts'
import { type SimulatorServer, startSimulator } from '#simulator/server.ts'
import { startTestGateway, type TestGateway } from '#test/support/gateway.ts'

/**
 * What verdicts claim of the gateway itself is what it does. Whoever teaches it something finds a failing test here,
 * and changes `GATEWAY` with it.
 */
const CALL = { name: 'look', arguments: { at: 'it' } }
const TOOLS = [{ type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } }]
const SCHEMA = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false }

let stage: SimulatorServer
let gateway: TestGateway

beforeAll(async () => {
  const rules = [
    { match: { contains: 'look' }, answer: { reasoning: 'Let me see.', toolCalls: [CALL] } },
    { match: {}, answer: { text: '{"a":"b"}' } },
  ]
  stage = await startSimulator({ platform: 'deepseek', rules })
  gateway = await startTestGateway({
    providers: {
      d: { platform: 'deepseek', baseUrl: stage.url, apiKey: 'sk-0123456789abcdef' },
      // No schemas, one answer, images only inside: what the gateway may help with.
      bare: {
        platform: 'deepseek',
        baseUrl: stage.url,
        apiKey: 'sk-0123456789abcdef',
        quirks: { responseFormats: ['json'], answersMax: 1, images: 'inline-only' },
      },
    },
  })
})
afterAll(async () => {
  await gateway.stop()
  await stage.close()
})

/** Where OpenAI's SDK asks for each kind of work that verdicts may call blocked. */
const PATHS: Readonly<Record<string, string>> = {
  files: '/v1/files',
  batches: '/v1/batches',
  'fine-tuning': '/v1/fine_tuning/jobs',
  images: '/v1/images/generations',
  speech: '/v1/audio/speech',
  transcription: '/v1/audio/transcriptions',
  video: '/v1/videos',
  realtime: '/v1/realtime',
  assistants: '/v1/vector_stores',
}

test('work beside chat has a door, or is called blocked', () => {
  const served = Object.entries(PATHS).filter(([, path]) => doorAt(path, '') !== undefined)
  expect(served.map(([work]) => work).sort()).toEqual([...GATEWAY.operations].sort())
})

test.each([
  '/v1/responses',
  '/v1/messages',
  '/v1beta/models/m:generateContent',
  '/v1/completions',
  '/v1/embeddings',
  '/v1/rerank',
  '/v1/moderations',
])('%s, which verdicts promise to callers, has a door', (path) => {
  expect(doorAt(path, '')).toBeDefined()
})

interface Got {
  readonly status: number
  readonly body: any
}

async function ask(model: string, more: Record<string, unknown>): Promise<Got> {
  const messages = [{ role: 'user', content: 'go' }]
  const response = await gateway.post('/v1/chat/completions', { model, messages, ...more })
  return { status: response.status, body: await response.json() }
}

test('several answers where the platform gives one', async () => {
  const { body } = await ask('bare/deepseek-flash', { n: 3 })
  expect(body.choices.length === 3).toBe(GATEWAY.fanOut)
})

test('a schema where the platform has none', async () => {
  const response_format = { type: 'json_schema', json_schema: { name: 's', strict: true, schema: SCHEMA } }
  const { status } = await ask('bare/deepseek-flash', { response_format })
  expect(status).toBe(200)
  // The model is told the schema in words, or not at all.
  expect(stage.seen.at(-1)?.body.includes('additionalProperties')).toBe(GATEWAY.schemas)
})

test('an image by its URL where the platform wants it inside', async () => {
  const content = [{ type: 'image_url', image_url: { url: 'https://image.invalid/a.png' } }]
  const { body } = await ask('bare/deepseek-flash', { messages: [{ role: 'user', content }] })
  expect(!JSON.stringify(body).includes('only as data: URLs')).toBe(GATEWAY.fetchesImages)
})

test('reasoning that the platform wants back and the application does not send', async () => {
  const first = await ask('d/deepseek-flash', { messages: [{ role: 'user', content: 'look' }], tools: TOOLS })
  const [called] = first.body.choices[0].message.tool_calls
  const messages = [
    { role: 'user', content: 'look' },
    { role: 'assistant', content: null, tool_calls: [called] },
    { role: 'tool', tool_call_id: called.id, content: 'seen' },
  ]
  await ask('d/deepseek-flash', { messages, tools: TOOLS })
  const sent = JSON.parse(stage.seen.at(-1)?.body ?? '{}')
  expect(sent.messages[1].reasoning_content === 'Let me see.').toBe(GATEWAY.remembersReasoning)
})
