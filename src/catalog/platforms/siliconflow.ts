import { anthropicLayer, byStatus, coded } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** SiliconFlow: hosted open models. Keys of .cn and .com do not mix. Errors may be bare JSON strings. */
export const siliconflow: Platform = {
  id: 'siliconflow',
  name: 'SiliconFlow',
  nameZh: '硅基流动',
  kind: 'aggregator',
  regions: [
    { id: 'cn', baseUrl: 'https://api.siliconflow.cn/v1', residency: 'CN' },
    { id: 'intl', baseUrl: 'https://api.siliconflow.com/v1' },
  ],
  keyVariables: ['SILICONFLOW_API_KEY'],
  auth: { kind: 'bearer' },
  endpoints: [{ dialect: 'openai-chat', path: '/chat/completions' }, anthropicLayer()],
  services: {
    // docs.siliconflow.cn: 32 texts a call
    embeddings: [{ form: 'openai', path: '/embeddings', batchMax: 32 }],
    rerank: [{ form: 'common', path: '/rerank', quirks: { instructionField: 'instruction' } }],
  },
  quirks: {
    maxTokensField: 'max_tokens',
    thinking: 'enable-thinking',
    // Running totals in every chunk, asked for or not.
    usageInStream: 'always',
    finishReasons: { eos: 'stop' },
  },
  errors: [
    { status: 400, code: '20012', message: 'Model does not exist', kind: 'not-found' },
    { status: 400, code: '20015', message: 'length', kind: 'context-length' },
    { status: 402, code: '30001', message: 'account balance is insufficient', kind: 'quota' },
    { status: 403, code: '30001', message: 'account balance is insufficient', kind: 'quota' },
    { status: 403, code: '30003', message: 'Model disabled', kind: 'credentials' },
    { status: 401, message: 'Invalid token', kind: 'credentials' },
    { status: 401, message: 'Api key is invalid', kind: 'credentials' },
    { status: 403, message: 'real-name', kind: 'credentials' },
    { status: 404, message: 'page not found', kind: 'not-found' },
    { status: 429, message: 'limit reached', kind: 'rate-limit' },
    ...coded(400, { 'invalid-request': ['20015'] }),
    ...coded(401, { credentials: ['30014'] }),
    ...coded(503, { overloaded: ['50505'] }),
    ...coded(undefined, { overloaded: ['50508'] }),
    ...byStatus({ 400: 'invalid-request', 504: 'timeout', 500: 'upstream' }),
  ],
  residency: {
    dataRegion: 'CN (.cn), Singapore/US (.com, unverified)',
    mainlandChina: true,
    restOfWorld: true,
    registration: 'platform operator; hosted models registered by their makers',
  },
  unverified: ['20012 is sometimes sent for a bad key or during overload', '50508 meaning', 'CNY price list'],
  sources: [
    'https://docs.siliconflow.cn/docs/userguide/faqs/rate-limit-and-upgradation',
    'https://www.siliconflow.com/blog/siliconflow-api-rate-limits-rpm-tpm-429',
    'labring/aiproxy:siliconflow/{error,chat,video}.go',
    'Portkey-AI/gateway:src/providers/siliconflow',
    'anomalyco/models.dev:providers/siliconflow-cn',
    'docs.siliconflow.cn error examples and real logs quoted in public repositories',
  ],
  checked: '2026-11-22',
}
