import { createHash } from 'node:crypto'
import { startSimulator, type SimulatorServer } from '#simulator/server.ts'
import { vectorFor as drawn } from '#simulator/services/vectors.ts'
import { startTestGateway, type TestGateway } from '#test/support/gateway.ts'

/** A vector's length and digest: equal for vectors that are equal to the last bit, and short to read where they are not. */
export function print(vector: unknown): string {
  if (!Array.isArray(vector)) return String(vector)
  return `${vector.length} numbers, ${createHash('sha256').update(JSON.stringify(vector)).digest('hex').slice(0, 12)}`
}

export function vectorFor(text: string, space: string, length: number): string {
  return print(drawn(text, space, length))
}

/** Platforms of different temper: what each is called by, how its simulator is reached, and what its vectors are. */
export const STAGES = [
  { provider: 'openai', model: 'text-embedding-3-small', path: '/v1', space: 'text-embedding-3-small', length: 1536 },
  {
    provider: 'dashscope',
    model: 'text-embedding-v4',
    path: '/compatible-mode/v1',
    space: 'text-embedding-v4',
    length: 1024,
  },
  {
    provider: 'dashscope',
    model: 'qwen3-vl-embedding',
    path: '/compatible-mode/v1',
    space: 'qwen3-vl-embedding',
    length: 2560,
  },
  { provider: 'zhipu', model: 'embedding-3', path: '/api/paas/v4', space: 'embedding-3', length: 2048 },
  { provider: 'zhipu', model: 'embedding-2', path: '/api/paas/v4', space: 'embedding-2', length: 1024 },
  { provider: 'siliconflow', model: 'BAAI/bge-m3', path: '/v1', space: 'bge-m3', length: 1024 },
  { provider: 'minimax', model: 'embo-01', path: '/v1', space: 'embo-01', length: 1536 },
  { provider: 'gemini', model: 'gemini-embedding-001', path: '/v1beta', space: 'gemini-embedding-001', length: 3072 },
  {
    provider: 'ark',
    model: 'doubao-embedding-vision-251215',
    path: '/api/v3',
    space: 'doubao-embedding-vision-251215',
    length: 2048,
  },
  {
    provider: 'bedrock',
    model: 'amazon.titan-embed-text-v2:0',
    path: '',
    space: 'amazon.titan-embed-text-v2:0',
    length: 1024,
  },
  { provider: 'bedrock', model: 'cohere.embed-v4:0', path: '', space: 'cohere-embed-v4', length: 1536 },
  { provider: 'qianfan', model: 'tao-8k', path: '/v2', space: 'tao-8k', length: 1024 },
  { provider: 'hunyuan', model: 'hunyuan-embedding', path: '/v1', space: 'hunyuan-embedding', length: 1024 },
  { provider: 'huawei-maas', model: 'bge-m3', path: '/v1', space: 'bge-m3', length: 1024 },
  {
    provider: 'baichuan',
    model: 'Baichuan-Text-Embedding',
    path: '/v1',
    space: 'Baichuan-Text-Embedding',
    length: 1024,
  },
  { provider: 'modelscope', model: 'Qwen/Qwen3-Embedding-8B', path: '/v1', space: 'Qwen3-Embedding-8B', length: 384 },
  { provider: 'huggingface', model: 'Qwen/Qwen3-Embedding-8B', path: '/v1', space: 'Qwen3-Embedding-8B', length: 384 },
  {
    provider: 'sensenova',
    model: 'nova-embedding-stable',
    path: '/compatible-mode/v1',
    space: 'nova-embedding-stable',
    length: 384,
  },
  { provider: 'vllm', model: 'served', path: '/v1', space: 'served', length: 384 },
  { provider: 'sglang', model: 'served', path: '/v1', space: 'served', length: 384 },
  { provider: 'ollama', model: 'nomic-embed-text', path: '/v1', space: 'nomic-embed-text', length: 384 },
  { provider: 'llama-cpp', model: 'served', path: '/v1', space: 'served', length: 384 },
  { provider: 'xinference', model: 'served', path: '/v1', space: 'served', length: 384 },
  { provider: 'openai-compatible', model: 'served', path: '/v1', space: 'served', length: 384 },
] as const

const PROVIDERS = [...new Set(STAGES.map(({ provider }) => provider)), 'deepseek', 'azure'] as const
const REGIONS: Readonly<Record<string, string>> = { bedrock: 'us-east-1', azure: 'v1' }
const PATHS: Readonly<Record<string, string>> = { deepseek: '', azure: '/openai/v1' }

/** A call that a simulated platform saw. */
export interface SeenCall {
  readonly path: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: any
}

/** A gateway before simulated platforms that embed, rank and judge. */
export interface ServiceWorld {
  readonly gateway: TestGateway
  simulator(platform: string): SimulatorServer
  /** What a platform sees from now on. */
  since(platform: string): () => readonly SeenCall[]
  /** Every platform behaves again. */
  mend(): void
  stop(): Promise<void>
}

export async function startServiceWorld(routes: Record<string, unknown> = {}): Promise<ServiceWorld> {
  const simulators = new Map<string, SimulatorServer>()
  for (const platform of PROVIDERS) {
    const region = REGIONS[platform]
    simulators.set(platform, await startSimulator({ platform, ...(region === undefined ? {} : { region }) }))
  }
  const providers = Object.fromEntries(
    PROVIDERS.map((platform) => {
      const path = STAGES.find(({ provider }) => provider === platform)?.path ?? PATHS[platform] ?? ''
      const region = REGIONS[platform] === undefined ? {} : { region: REGIONS[platform] }
      const baseUrl = `${simulators.get(platform)!.url}${path}`
      return [platform, { platform, ...region, baseUrl, apiKey: 'sk-upstream-1234' }]
    }),
  )
  const gateway = await startTestGateway({ providers, routes })
  const simulator = (platform: string): SimulatorServer => simulators.get(platform)!
  return {
    gateway,
    simulator,
    since(platform) {
      const { seen } = simulator(platform)
      const before = seen.length
      return () => seen.slice(before).map(({ path, headers, body }) => ({ path, headers, body: JSON.parse(body) }))
    },
    mend() {
      for (const each of simulators.values()) each.simulator.change({ fault: undefined })
    },
    async stop() {
      await gateway.stop()
      for (const each of simulators.values()) await each.close()
    },
  }
}
