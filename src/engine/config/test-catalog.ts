import type { CatalogPlatform } from '#engine/config/address.ts'
import type { ConfigCatalog } from '#engine/config/providers.ts'

const bearer = { auth: { kind: 'bearer' }, endpoints: [{ dialect: 'openai-chat', path: '/chat/completions' }] } as const

const PLATFORMS: readonly CatalogPlatform[] = [
  {
    id: 'dashscope',
    kind: 'cloud',
    regions: [
      { id: 'cn-beijing', baseUrl: 'https://dash.example/v1' },
      { id: 'intl', baseUrl: 'https://dash-intl.example/v1' },
    ],
    keyVariables: ['DASHSCOPE_API_KEY', 'BAILIAN_API_KEY'],
    auth: { kind: 'bearer' },
    endpoints: [
      { dialect: 'openai-chat', path: '/chat/completions' },
      { dialect: 'anthropic-messages', path: '/messages', regions: ['cn-beijing'] },
    ],
  },
  {
    id: 'moonshot',
    kind: 'cloud',
    regions: [{ id: 'cn', baseUrl: 'https://moon.example/v1' }],
    keyVariables: ['MOONSHOT_API_KEY'],
    ...bearer,
  },
  {
    id: 'azure',
    kind: 'cloud',
    regions: [{ id: 'resource', baseUrl: 'https://{resource}.azure.example' }],
    keyVariables: ['AZURE_KEY'],
    ...bearer,
  },
  {
    id: 'bedrock',
    kind: 'cloud',
    regions: [{ id: 'aws', baseUrl: 'https://bedrock.{region}.example' }],
    keyVariables: ['BEDROCK_KEY'],
    ...bearer,
  },
  {
    id: 'vllm',
    kind: 'self-hosted',
    regions: [{ id: 'local', baseUrl: 'http://localhost:8000/v1' }],
    keyVariables: ['VLLM_API_KEY'],
    ...bearer,
    auth: { kind: 'none' },
  },
  { id: 'openai-compatible', kind: 'generic', regions: [], keyVariables: [], ...bearer },
  {
    id: 'skywork',
    kind: 'cloud',
    regions: [],
    keyVariables: ['SKYWORK_KEY'],
    ...bearer,
    unavailable: 'its API is gone',
  },
  {
    id: 'simulator',
    kind: 'simulator',
    regions: [{ id: 'local', baseUrl: 'simulator://local' }],
    keyVariables: [],
    ...bearer,
    auth: { kind: 'none' },
  },
]

/** A small catalog with one platform of each sort, for the tests of this folder. */
export const CATALOG: ConfigCatalog = {
  platforms: new Map(PLATFORMS.map((platform) => [platform.id, platform])),
  offersOf: (id) => (id === 'moonshot' ? [{ model: 'kimi-k3', aliases: ['kimi'] }] : []),
  resolve: ({ model: name }) => (name === 'gone' ? { ok: false, reason: 'no region has it' } : { ok: true }),
}
