import { anthropicLayer, byStatus, completionsBeside, responsesBeside } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** SGLang. */
export const sglang: Platform = {
  id: 'sglang',
  name: 'SGLang',
  kind: 'self-hosted',
  regions: [{ id: 'local', baseUrl: 'http://localhost:30000/v1' }],
  keyVariables: [],
  auth: { kind: 'none' },
  endpoints: [
    { dialect: 'openai-chat', path: '/chat/completions' },
    anthropicLayer(),
    responsesBeside({ quirks: { temperature: { min: 0 }, efforts: { low: 'low', medium: 'medium', high: 'high' } } }),
    completionsBeside({ quirks: { temperature: { min: 0 }, topP: { min: 0, minOpen: true, max: 1 } } }),
  ],
  services: {
    embeddings: [{ form: 'openai', path: '/embeddings', quirks: { tokenInputs: true, encodings: ['float'] } }],
    rerank: [{ form: 'sglang', path: '/rerank' }],
  },
  quirks: {
    temperature: { min: 0 },
    topP: { min: 0, minOpen: true, max: 1 },
    thinking: 'template-switch',
    finishReasons: { abort: 'upstream' },
  },
  errors: [
    { status: 400, type: 'BadRequestError', message: 'longer than the model', kind: 'context-length' },
    ...byStatus({ 400: 'invalid-request', 401: 'credentials', 404: 'not-found', 503: 'overloaded', 500: 'upstream' }),
  ],
  residency: {
    dataRegion: 'own servers',
    mainlandChina: true,
    restOfWorld: true,
    registration: 'operator must register its own public service',
  },
  unverified: ['error body of the newest release', '/v1/messages and /api/* paths'],
  sources: ['sgl-project/sglang: chat protocol (004c82e, 2026)'],
  checked: '2026-11-22',
}
