import { byStatus, completionsBeside } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** Xinference. The model is the uid that it was launched under. */
export const xinference: Platform = {
  id: 'xinference',
  name: 'Xinference',
  kind: 'self-hosted',
  regions: [{ id: 'local', baseUrl: 'http://localhost:9997/v1' }],
  keyVariables: [],
  auth: { kind: 'none' },
  endpoints: [{ dialect: 'openai-chat', path: '/chat/completions' }, completionsBeside()],
  services: {
    embeddings: [{ form: 'openai', path: '/embeddings', quirks: { encodings: ['float'] } }],
    rerank: [{ form: 'common', path: '/rerank' }],
  },
  quirks: { maxTokensField: 'max_tokens', thinking: 'enable-thinking' },
  errors: [
    { status: 400, message: 'Model not found in the model list', kind: 'not-found' },
    ...byStatus({ 401: 'credentials', 403: 'credentials', 429: 'rate-limit', 500: 'upstream', 503: 'overloaded' }),
  ],
  residency: {
    dataRegion: 'own servers',
    mainlandChina: true,
    restOfWorld: true,
    registration: 'operator must register its own public service',
  },
  unverified: ['field list'],
  sources: ['xorbitsai/inference: api source (2026)'],
  checked: '2026-11-22',
}
