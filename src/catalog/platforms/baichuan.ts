import { byStatus, coded } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** Baichuan, by now mostly medical models. */
export const baichuan: Platform = {
  id: 'baichuan',
  name: 'Baichuan AI',
  nameZh: '百川智能',
  kind: 'cloud',
  regions: [{ id: 'cn', baseUrl: 'https://api.baichuan-ai.com/v1', residency: 'CN' }],
  keyVariables: ['BAICHUAN_API_KEY'],
  // The second is the way of 2023, with a signature over the body: for those who give a secret beside the key.
  auth: [{ kind: 'bearer' }, { kind: 'baichuan-md5' }],
  endpoints: [{ dialect: 'openai-chat', path: '/chat/completions' }],
  services: {
    embeddings: [
      { form: 'openai', path: '/embeddings', batchMax: 16, quirks: { encodings: ['float'], dimensions: false } },
    ],
  },
  quirks: {
    maxTokensField: 'max_tokens',
    temperature: { min: 0, max: 1 },
    answersMax: 1,
    ignoredFields: ['stop', 'seed', 'logprobs', 'top_logprobs', 'presence_penalty', 'frequency_penalty'],
    responseFormats: ['json'],
    usageInStream: 'always',
  },
  errors: [
    { status: 400, message: 'high risk', kind: 'content-filter' },
    ...coded(400, { 'invalid-request': ['invalid_parameter'] }),
    ...coded(401, { credentials: ['invalid_api_key'] }),
    ...coded(429, { quota: ['insufficient_quota'], 'rate-limit': ['rate_limit_exceeded'] }),
    ...coded(500, { upstream: ['server_error'] }),
    ...byStatus({ 503: 'overloaded' }),
  ],
  residency: {
    dataRegion: 'CN',
    mainlandChina: true,
    restOfWorld: 'reachable',
    registration: '百川大模型 on CAC list (2023-08 first batch), number unverified',
  },
  unverified: [
    'error codes',
    'M3 prices',
    'company now focuses on medical models; public text models may be withdrawn',
  ],
  sources: [
    'langgenius/dify-official-plugins:models/baichuan (commit 7af2283, 2026-08-21)',
    'labring/aiproxy:core/relay/adaptor/baichuan/constants.go (commit aebeb5e, 2026-06-29)',
    'open-compass/opencompass:opencompass/models/baichuan_api.py',
    'songquanpeng/one-api:relay/adaptor/baichuan',
  ],
  checked: '2026-11-22',
  note: 'The signed /v1/chat and /v1/stream/chat of 2023 are not served: what they answer is documented nowhere that was read. Their models answer at /v1/chat/completions.',
}
