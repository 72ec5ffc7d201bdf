import OpenAI from 'openai'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { platforms } from '#catalog/index.ts'
import { type SimulatorServer, startSimulator } from '#simulator/server.ts'
import { servedModel } from '#test/support/every-platform.ts'
import { KEY, startTestGateway, type TestGateway } from '#test/support/gateway.ts'

const OTHER_KEY = 'sk-tw-other-0123456789abcdef'
const NAMES = ['deepseek', 'anthropic', 'openai'] as const
type Name = (typeof NAMES)[number]

const simulators = new Map<Name, SimulatorServer>()
let gateway: TestGateway

beforeAll(async () => {
  for (const name of NAMES) simulators.set(name, await startSimulator({ platform: name }))
  const apiKey = 'sk-upstream-0123456789'
  const provider = (name: Name): object => ({ platform: name, baseUrl: simulators.get(name)!.url, apiKey })
  gateway = await startTestGateway({
    keys: [
      { name: 'test', key: KEY },
      { name: 'other', key: OTHER_KEY },
    ],
    providers: {
      deepseek: provider('deepseek'),
      anthropic: provider('anthropic'),
      openai: { ...provider('openai'), dialect: 'openai-responses' },
    },
  })
})

afterAll(async () => {
  await gateway.close()
  for (const simulator of simulators.values()) await simulator.close()
})

function model(name: Name): string {
  return `${name}/${servedModel(platforms.get(name)!)}`
}

function client(apiKey = KEY): OpenAI {
  return new OpenAI({ apiKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 })
}

/** A first answer, then a question that names its message by id, as the AI SDK does where answers are stored. */
async function twoTurns(name: Name, second = client()): Promise<string> {
  const first = await client().responses.create({ model: model(name), input: 'My cat is called Miezi.' })
  const said = first.output.find(({ type }) => type === 'message')
  await second.responses.create({
    model: model(name),
    input: [
      { role: 'user', content: 'My cat is called Miezi.' },
      { type: 'item_reference', id: said?.id ?? '' },
      { role: 'user', content: 'What is she called?' },
    ],
  })
  return simulators.get(name)!.seen.at(-1)!.body
}

test.each(['deepseek', 'anthropic'] as const)('a turn named by its id is said again to %s', async (name) => {
  expect(await twoTurns(name)).toContain('You said: My cat is called Miezi.')
})

test('the platform that made it is not told again what it said', async () => {
  expect(await twoTurns('openai')).not.toContain('You said: My cat is called Miezi.')
})

test('a turn of another caller is nobody’s', async () => {
  expect(await twoTurns('deepseek', client(OTHER_KEY))).not.toContain('You said: My cat is called Miezi.')
})
