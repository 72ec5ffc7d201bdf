import type OpenAI from 'openai'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestGateway } from '#test/support/gateway.ts'
import { type ServiceWorld, startServiceWorld } from '#test/support/services.ts'

let world: ServiceWorld
let gateway: TestGateway
let openai: OpenAI

beforeAll(async () => {
  world = await startServiceWorld()
  gateway = world.gateway
  openai = gateway.openai()
})

afterAll(() => world.stop())

test("OpenAI's judgements pass as they are, one for each text", async () => {
  const { data, response } = await openai.moderations
    .create({ model: 'openai/omni-moderation-latest', input: ['I hate you', 'good morning'] })
    .withResponse()
  expect(data.results.map(({ flagged, categories }) => [flagged, categories.hate])).toEqual([
    [true, true],
    [false, false],
  ])
  expect(data.results[0]!.category_scores.hate).toBe(0.9)
  expect([response.headers.get('x-tongwen-warnings'), response.headers.get('x-tongwen-cost')]).toEqual([null, '0 USD'])
})

test('without a model the usual one judges, and typed parts get one judgement', async () => {
  const calls = world.since('openai')
  const input = [
    { type: 'text' as const, text: 'attack' },
    { type: 'image_url' as const, image_url: { url: 'https://example.com/a.png' } },
  ]
  const { data, response } = await openai.moderations.create({ input }).withResponse()
  expect(data.results.map(({ flagged }) => flagged)).toEqual([true])
  expect(response.headers.get('x-tongwen-warnings')).toBe('defaulted:model')
  expect(calls().map(({ body }) => body)).toEqual([{ model: 'omni-moderation-latest', input }])
})

test('Zhipu judges a text a call; its words are kept, and no scores are made up', async () => {
  const calls = world.since('zhipu')
  const { data, response } = await openai.moderations
    .create({ model: 'zhipu/moderation', input: ['kill', 'good morning'] })
    .withResponse()
  expect(data).toEqual({
    id: expect.stringMatching(/^req_/),
    model: 'zhipu/moderation',
    results: [
      { flagged: true, categories: { violence: true }, category_scores: {}, risk_level: 'REJECT' },
      { flagged: false, categories: {}, category_scores: {}, risk_level: 'PASS' },
    ],
  })
  expect(response.headers.get('x-tongwen-warnings')).toBe('approximated:results')
  const asked: ReadonlySet<string> = new Set(calls().map(({ body }) => body.input))
  expect(asked).toEqual(new Set(['good morning', 'kill']))
  expect(calls().length).toBe(2)
})

test('a platform without moderations is named; nothing is faked', async () => {
  const calls = world.since('deepseek')
  const asked = openai.moderations.create({ model: 'deepseek/deepseek-chat', input: 'kill' })
  await expect(asked).rejects.toMatchObject({
    status: 404,
    code: 'operation_not_supported',
    message: expect.stringContaining('is on deepseek, which has no API for moderations'),
  })
  expect(calls()).toEqual([])
})

test('a body of a wrong shape is refused with the name of the field', async () => {
  const refused = async (input: unknown) => {
    const response = await gateway.post('/v1/moderations', { model: 'openai/omni-moderation-latest', input })
    const { error }: any = await response.json()
    return [response.status, error.param]
  }
  expect([
    await refused(undefined),
    await refused([]),
    await refused(['a', 1]),
    await refused([{ type: 'audio' }]),
    await refused([{ type: 'image_url' }]),
  ]).toEqual([
    [400, 'input'],
    [400, 'input'],
    [400, 'input.1'],
    [400, 'input.0.type'],
    [400, 'input.0.image_url'],
  ])
})
