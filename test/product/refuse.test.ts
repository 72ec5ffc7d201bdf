import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type SimulatorServer, startSimulator } from '#simulator/server.ts'
import type { Json } from '#test/support/callers.ts'
import { startTestGateway, type TestGateway } from '#test/support/gateway.ts'

/** Whatever the gateway does in a platform's place is told, and can be refused by the selector of its warning. */
let openai: SimulatorServer
let gateway: TestGateway
let careful: TestGateway

const SCHEMA = { type: 'object', properties: {}, additionalProperties: false }
const IMAGE = { type: 'image_url', image_url: { url: 'https://images.invalid/a.png' } }
const CALL = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }
const TOOL = { type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }
const user = (content: unknown): Json => ({ role: 'user', content })

beforeAll(async () => {
  openai = await startSimulator({ platform: 'openai-compatible', rules: [{ match: {}, answer: { text: '{}' } }] })
  const provider = (quirks: Json): Json => ({
    platform: 'openai-compatible',
    baseUrl: openai.url,
    apiKey: 'sk-upstream-0123456789',
    quirks,
  })
  const config = {
    providers: {
      bare: provider({
        answersMax: 1,
        responseFormats: [],
        images: 'inline-only',
        systemRole: 'system',
        systemPlace: 'first',
        turnsAlternate: true,
        firstTurnUser: true,
        maxTokensField: 'max_tokens',
        maxTokensRequired: true,
        temperature: { min: 0, max: 1 },
        thinking: 'thinking-type',
        reasoningReturn: 'required',
        toolChoices: ['auto', 'none'],
      }),
      budget: provider({ thinking: 'enable-thinking' }),
      plain: provider({}),
    },
  }
  gateway = await startTestGateway({ ...config, routes: { both: { targets: ['bare/m', 'plain/m'] } } })
  careful = await startTestGateway({
    ...config,
    refuse: ['clamped:temperature'],
    routes: {
      alone: { targets: ['bare/m'], refuse: ['emulated'] },
      both: { targets: ['bare/m', 'plain/m'], refuse: ['emulated:n'] },
    },
  })
})
afterEach(() => {
  ;(openai.seen as unknown[]).length = 0
})
afterAll(async () => {
  await gateway.stop()
  await careful.stop()
  await openai.close()
})

interface Asking {
  readonly model?: string
  readonly refuse?: string
  readonly of?: TestGateway
}

async function ask(body: Json, { model = 'bare/m', refuse, of = gateway }: Asking = {}): Promise<Json> {
  const headers: Record<string, string> = refuse === undefined ? {} : { 'x-tongwen-refuse': refuse }
  const response = await of.post(
    '/v1/chat/completions',
    { model, messages: [user('hi')], max_tokens: 9, ...body },
    headers,
  )
  const warnings = response.headers.get('x-tongwen-warnings')?.split(', ') ?? []
  const answer: Json = await response.json()
  return {
    status: response.status,
    error: answer.error,
    warnings,
    target: response.headers.get('x-tongwen-target'),
  }
}

const FORMAT = { type: 'json_schema', json_schema: { name: 's', schema: SCHEMA } }

/** Each thing that is done otherwise, what says so, and whether it comes to a call at all without an internet. */
test.each([
  ['n by several calls', 'emulated:n', { n: 2 }, 'bare/m'],
  ['a schema in words', 'emulated:response_format', { response_format: FORMAT }, 'bare/m'],
  ['JSON mode in words', 'emulated:response_format', { response_format: { type: 'json_object' } }, 'bare/m'],
  ['an image fetched', 'emulated:messages.0.content.*', { messages: [user([IMAGE])] }, 'bare/m'],
  [
    'the name of the output bound',
    'renamed:max_completion_tokens',
    { max_tokens: undefined, max_completion_tokens: 9 },
    'bare/m',
  ],
  ['an output bound chosen', 'defaulted:max_tokens', { max_tokens: undefined }, 'bare/m'],
  [
    'the role of instructions',
    'renamed:messages.0.role',
    { messages: [{ role: 'developer', content: 'x' }, user('hi')] },
    'bare/m',
  ],
  [
    'instructions moved',
    'reordered:messages.1',
    { messages: [user('hi'), { role: 'system', content: 'x' }] },
    'bare/m',
  ],
  ['neighbours merged', 'reordered:messages', { messages: [user('hi'), user('you')] }, 'bare/m'],
  ['an opening turn', 'emulated:messages', { messages: [{ role: 'assistant', content: 'x' }, user('hi')] }, 'bare/m'],
  ['an effort as a switch', 'approximated:reasoning*', { reasoning_effort: 'low' }, 'bare/m'],
  ['an effort as a budget', 'approximated:reasoning*', { reasoning_effort: 'low' }, 'budget/m'],
  ['a temperature in range', 'clamped:temperature', { temperature: 1.5 }, 'bare/m'],
  ['a choice of tools', 'approximated:tool_choice', { tools: [TOOL], tool_choice: 'required' }, 'bare/m'],
  [
    'empty thinking for a platform that demands it',
    'emulated:messages.1*',
    {
      reasoning_effort: 'high',
      tools: [TOOL],
      messages: [
        user('hi'),
        { role: 'assistant', content: null, tool_calls: [CALL] },
        { role: 'tool', tool_call_id: 'c1', content: 'x' },
      ],
    },
    'bare/m',
  ],
] as const)('%s is told, and refused by %s', async (_name, selector, body, model) => {
  const told = await ask(body, { model })
  const refused = await ask(body, { model, refuse: `dropped:nothing, ${selector}` })
  const [action = '', path = ''] = selector.split(/:(.*)/s)
  const pattern = new RegExp(`^${action}:${path.replaceAll('.', '\\.').replaceAll('*', '.*')}$`)
  if (told.status === 200) expect(told.warnings).toEqual(expect.arrayContaining([expect.stringMatching(pattern)]))
  else expect(told.error.message).toContain('cannot be fetched')
  expect([refused.status, refused.error.code]).toEqual([400, 'lossy_translation'])
  expect(refused.error.message).toContain(`"${selector}" in x-tongwen-refuse refuses`)
})

test('a target that is ruled out is passed over, and the others are as they were', async () => {
  const routed = await ask({ n: 2 }, { model: 'both', refuse: 'emulated' })
  expect([routed.status, routed.target]).toEqual([200, 'plain/m'])
  const other = await ask({ n: 2 }, { refuse: 'emulated:response_format, reordered' })
  expect([other.status, other.warnings]).toEqual([200, ['emulated:n']])
})

test('the configuration refuses for everybody, a route for its callers, and both beside what a request refuses itself', async () => {
  const everywhere = await ask({ temperature: 1.5 }, { of: careful })
  expect([everywhere.status, everywhere.error.message]).toEqual([
    400,
    'bare/m could do it only with clamped:temperature, which "clamped:temperature" in `refuse` in the configuration refuses',
  ])
  const route = await ask({ response_format: FORMAT }, { of: careful, model: 'alone' })
  expect(route.error.message).toContain('"emulated" in `refuse` of the route "alone"')
  expect((await ask({ n: 2 }, { of: careful })).status).toBe(200)
  expect((await ask({ n: 2 }, { of: careful, model: 'both' })).target).toBe('plain/m')
  expect((await ask({ reasoning_effort: 'low' }, { of: careful, model: 'both', refuse: 'approximated' })).target).toBe(
    'plain/m',
  )
})

test('a word that means nothing is refused before anything is asked', async () => {
  const { status, error } = await ask({}, { refuse: 'emulatd:n' })
  expect([status, error.param, error.message]).toEqual([
    400,
    'x-tongwen-refuse',
    'x-tongwen-refuse: "emulatd" is no kind of warning; did you mean "emulated"?',
  ])
  expect(openai.seen).toEqual([])
})
