import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { platforms } from '#catalog/index.ts'
import { type SimulatorServer, startSimulator } from '#simulator/server.ts'
import { CALLABLE, providerAt, servedModel } from '#test/support/every-platform.ts'
import { startTestGateway, type TestGateway } from '#test/support/gateway.ts'

const SAID = { text: 'One, two, 三.', usage: { inputFresh: 7, outputText: 3 } }
const ASK = { messages: [{ role: 'user' as const, content: 'Count.' }], max_tokens: 1000 }

const stages = new Map<string, SimulatorServer>()
let gateway: TestGateway

beforeAll(async () => {
  const rules = [{ match: {}, answer: SAID }]
  for (const { id } of CALLABLE) stages.set(id, await startSimulator({ platform: id, rules }))
  const providers = CALLABLE.map((platform) => [platform.id, providerAt(platform, stages.get(platform.id)?.url ?? '')])
  gateway = await startTestGateway({ providers: Object.fromEntries(providers) })
})
afterAll(async () => {
  await gateway.stop()
  await Promise.all([...stages.values()].map((stage) => stage.close()))
})

describe.each(CALLABLE.map((platform) => ({ id: platform.id, platform })))('$id', ({ id, platform }) => {
  const model = `${id}/${servedModel(platform)}`

  test('answers whole through the official SDK', async () => {
    const answer = await gateway.openai().chat.completions.create({ ...ASK, model })
    const [choice] = answer.choices
    expect({ text: choice?.message.content, finish: choice?.finish_reason, usage: answer.usage }).toMatchObject({
      text: SAID.text,
      finish: 'stop',
      usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
    })
  })

  test('answers as a stream through the official SDK', async () => {
    const stream = gateway.openai().chat.completions.stream({ ...ASK, model, stream_options: { include_usage: true } })
    const pieces: string[] = []
    stream.on('content', (piece) => void pieces.push(piece))
    const answer = await stream.finalChatCompletion()
    const [choice] = answer.choices
    expect({ text: choice?.message.content, finish: choice?.finish_reason, usage: answer.usage }).toMatchObject({
      text: SAID.text,
      finish: 'stop',
      usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
    })
    expect(pieces.join('')).toBe(SAID.text)
    expect(pieces.length).toBeGreaterThan(1)
  })

  test('was asked by its own name for the model, at its own path', () => {
    expect(stages.get(id)?.seen.map(({ answered }) => answered)).toEqual([200, 200])
  })
})

test('only platforms that say why they cannot be called are left out', () => {
  const ids = new Set(CALLABLE.map(({ id }) => id))
  const left = [...platforms.values()].filter(({ id }) => !ids.has(id))
  expect(left.filter(({ unavailable = '' }) => unavailable === '')).toEqual([])
  expect(ids.size).toBeGreaterThanOrEqual(34)
})
