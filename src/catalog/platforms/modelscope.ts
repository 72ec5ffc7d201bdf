import { anthropicLayer, byStatus } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** ModelScope API-Inference: free, with day quotas. */
export const modelscope: Platform = {
  id: 'modelscope',
  name: 'ModelScope API-Inference',
  nameZh: '魔搭',
  kind: 'aggregator',
  regions: [
    { id: 'cn', baseUrl: 'https://api-inference.modelscope.cn/v1', residency: 'CN' },
    { id: 'intl', baseUrl: 'https://api-inference.modelscope.ai/v1', note: 'unverified' },
  ],
  keyVariables: ['MODELSCOPE_API_KEY', 'MODELSCOPE_SDK_TOKEN'],
  auth: { kind: 'bearer' },
  endpoints: [{ dialect: 'openai-chat', path: '/chat/completions' }, anthropicLayer()],
  services: {
    embeddings: [{ form: 'openai', path: '/embeddings', quirks: { encodings: ['float'], encodingRequired: true } }],
  },
  quirks: {
    maxTokensField: 'max_tokens',
    thinking: 'enable-thinking',
    // Qwen3 hybrids refuse unstreamed calls while they think; harmless for the others (pain T21).
    streamOnly: 'while-thinking',
  },
  errors: [
    { status: 429, message: "today's quota", kind: 'quota' },
    ...byStatus({ 401: 'credentials', 429: 'rate-limit', 400: 'invalid-request', 404: 'not-found', 500: 'upstream' }),
  ],
  residency: { dataRegion: 'CN', mainlandChina: true, restOfWorld: 'reachable', registration: 'platform' },
  unverified: ['daily quotas', 'errors shape'],
  sources: [
    'https://modelscope.cn/docs/model-service/API-Inference/intro (via anomalyco/models.dev)',
    'anomalyco/models.dev:providers/modelscope',
  ],
  checked: '2026-11-22',
}
