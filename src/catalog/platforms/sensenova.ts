import { coded } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** SenseTime SenseNova. SenseChat answers at the older host, in OpenAI's dialect and in its own; 6.x at the token host. */
export const sensenova: Platform = {
  id: 'sensenova',
  name: 'SenseTime SenseNova',
  nameZh: '商汤日日新',
  kind: 'cloud',
  regions: [
    { id: 'cn-compat', baseUrl: 'https://api.sensenova.cn/compatible-mode/v1', residency: 'CN' },
    { id: 'cn-compat-v2', baseUrl: 'https://api.sensenova.cn/compatible-mode/v2', residency: 'CN' },
    {
      id: 'token-plan',
      baseUrl: 'https://token.sensenova.cn/v1',
      residency: 'CN',
      note: 'platform of 2026; public beta is free',
    },
  ],
  keyVariables: ['SENSENOVA_API_KEY'],
  credentialVariables: {
    'access-key-jwt': {
      accessKey: ['SENSENOVA_ACCESS_KEY_ID'],
      secretKey: ['SENSENOVA_SECRET_ACCESS_KEY', 'SENSENOVA_ACCESS_KEY_SECRET'],
    },
  },
  auth: { kind: 'bearer' },
  endpoints: [
    { dialect: 'openai-chat', path: '/chat/completions' },
    {
      dialect: 'sensenova-chat',
      path: '/chat-completions',
      baseUrls: {
        'cn-compat': 'https://api.sensenova.cn/v1/llm',
        'cn-compat-v2': 'https://api.sensenova.cn/v1/llm',
      },
      auth: [{ kind: 'bearer' }, { kind: 'access-key-jwt' }],
    },
  ],
  services: {
    embeddings: [
      {
        form: 'sensenova',
        path: '/v1/llm/embeddings',
        fromRoot: true,
        regions: ['cn-compat', 'cn-compat-v2'],
        auth: [{ kind: 'bearer' }, { kind: 'access-key-jwt' }],
        batchMax: 32,
      },
    ],
  },
  quirks: {
    maxTokensField: 'max_tokens',
    temperature: { min: 0, minOpen: true, max: 2 },
    topP: { min: 0, minOpen: true, max: 1, maxOpen: true },
    thinking: 'reasoning-effort',
    efforts: { low: 'low', medium: 'medium', high: 'high' },
    // The native words; that the compatible layer translates them all is not documented.
    finishReasons: { sensitive: 'content-filter', context: 'context-length' },
    bodyError: 'status',
  },
  errors: [
    ...coded(400, { 'invalid-request': ['3'] }),
    ...coded(401, { credentials: ['16'] }),
    ...coded(403, { credentials: ['7'] }),
    ...coded(404, { 'not-found': ['5'] }),
    ...coded(429, { 'rate-limit': ['8'] }),
    ...coded(500, { upstream: ['13'] }),
    ...coded(undefined, { 'context-length': ['17'], 'content-filter': ['18'] }),
  ],
  residency: {
    dataRegion: 'CN',
    mainlandChina: true,
    restOfWorld: 'console.sensecore.cn; intl unverified',
    registration: '商量 SenseChat on CAC list, number unverified',
  },
  unverified: [
    'prices',
    'model ids of the 6.8/U1.5 generation',
    'error code table',
    'temperature bounds',
    'paid prices of the 6.x family',
    'error body of token.sensenova.cn',
    'whether the compatible layer takes tokens of an access key',
    'how the native interface takes effort and stop sequences: they are not sent',
  ],
  sources: [
    'open-compass/opencompass:opencompass/models/sensetime_api.py',
    'https://raw.githubusercontent.com/OpenSenseNova/SenseNova6.8/main/API.md',
    'InternLM/lagent:lagent/llms/sensenova.py',
    'public repositories of Jul-Nov 2026 that call token.sensenova.cn',
    'https://www.sensecore.cn/help/docs/model-as-a-service/nova/chat/ChatCompletions/ChatCompletions',
    'langchain_community ChatSense',
  ],
  checked: '2026-11-22',
}
