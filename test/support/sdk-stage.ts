import { afterAll, beforeAll } from 'vitest'
import { platforms } from '#catalog/index.ts'
import { type SimulatorServer, startSimulator } from '#simulator/server.ts'
import { providerAt, servedModel } from '#test/support/every-platform.ts'
import { startTestGateway, type TestGateway } from '#test/support/gateway.ts'

/** Platforms of different temper: dialects, framings, error forms, ways to think and to hide it. */
export const TEMPERS = [
  'openai',
  'deepseek',
  'dashscope',
  'moonshot',
  'minimax',
  'zhipu',
  'spark',
  'anthropic',
  'gemini',
  'bedrock',
] as const
export type Temper = (typeof TEMPERS)[number]

/** What every platform answers to `ASK`. */
export const SAID: { readonly text: string; readonly reasoning: string } = {
  text: 'One, two, 三.',
  reasoning: 'Let me count.',
}
const USAGE = { inputFresh: 7, outputText: 3, outputReasoning: 4 }
export const ASK = 'Count.'

/** Wants an object, and gets one whether the platform knows schemas or not. */
export const OBJECT = 'Count in JSON, please.'

/** A call of the tool `weather` first; once it has answered, its words are said back. */
export const CALL = '[[simulate call=weather]] How is the weather?'

/** Makes the platform refuse or fail. */
export function failing(fault: string): string {
  return `[[simulate fault=${fault}]] Hello`
}

export const CITY: {
  type: 'object'
  properties: { city: { type: 'string'; description: string } }
  required: string[]
  additionalProperties: false
} = {
  type: 'object',
  properties: { city: { type: 'string', description: 'its name' } },
  required: ['city'],
  additionalProperties: false,
}

/** Platforms that show what their models think where nothing is asked of thinking. */
export function shows(temper: Temper): string {
  return temper === 'openai' ? '' : SAID.reasoning
}

export interface SdkStage {
  readonly gateway: TestGateway
  readonly url: string
  /** The name of a model there. */
  model(temper: Temper): string
  /** What the platform saw. */
  seen(temper: Temper): SimulatorServer['seen']
}

/** Every temper, played on a port of its own, behind one gateway. */
export function sdkStage(): SdkStage {
  const servers = new Map<string, SimulatorServer>()
  const started: { gateway?: TestGateway } = {}
  beforeAll(async () => {
    const rules = [
      { match: { contains: ASK }, answer: { ...SAID, usage: USAGE } },
      { match: { contains: OBJECT }, answer: { text: '{"numbers":["one","two"]}' } },
    ]
    for (const platform of TEMPERS) servers.set(platform, await startSimulator({ platform, rules }))
    const providers = TEMPERS.map((id) => [id, providerAt(platforms.get(id)!, servers.get(id)!.url)])
    started.gateway = await startTestGateway({ providers: Object.fromEntries(providers) })
  })
  afterAll(async () => {
    await started.gateway?.stop()
    await Promise.all([...servers.values()].map((server) => server.close()))
  })
  return {
    get gateway() {
      return started.gateway!
    },
    get url() {
      return started.gateway!.url
    },
    model: (temper) => `${temper}/${servedModel(platforms.get(temper)!)}`,
    seen: (temper) => servers.get(temper)!.seen,
  }
}

/** What a promise is rejected with. */
export async function thrown(promise: Promise<unknown>): Promise<any> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}
