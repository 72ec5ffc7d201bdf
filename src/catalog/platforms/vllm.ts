import { anthropicLayer, byStatus, completionsBeside, responsesBeside, typed } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** vLLM. Which fields work depends on its release; these are of 2026. */
export const vllm: Platform = {
  id: 'vllm',
  name: 'vLLM',
  kind: 'self-hosted',
  regions: [{ id: 'local', baseUrl: 'http://localhost:8000/v1' }],
  keyVariables: [],
  auth: { kind: 'none' },
  endpoints: [
    { dialect: 'openai-chat', path: '/chat/completions' },
    anthropicLayer(),
    responsesBeside({ quirks: { temperature: { min: 0 }, efforts: { low: 'low', medium: 'medium', high: 'high' } } }),
    completionsBeside({ quirks: { temperature: { min: 0 }, topP: { min: 0, minOpen: true, max: 1 } } }),
  ],
  services: {
    // A field that is null is refused (pain T23); base64 and token ids are taken.
    embeddings: [{ form: 'openai', path: '/embeddings', quirks: { tokenInputs: true } }],
    rerank: [{ form: 'common', path: '/rerank' }],
  },
  quirks: {
    temperature: { min: 0 },
    topP: { min: 0, minOpen: true, max: 1 },
    ignoredFields: ['user'],
    // Servers of 2025 send reasoning_content; the reader takes both.
    reasoningField: 'reasoning',
    thinking: 'reasoning-effort',
    efforts: {
      none: 'none',
      minimal: 'minimal',
      low: 'low',
      medium: 'medium',
      high: 'high',
      xhigh: 'xhigh',
      max: 'max',
    },
    finishReasons: { abort: 'upstream' },
  },
  errors: [
    { status: 400, type: 'BadRequestError', message: 'maximum context length', kind: 'context-length' },
    { status: 404, type: 'NotFoundError', message: 'does not exist', kind: 'not-found' },
    { status: 401, message: 'Unauthorized', kind: 'credentials' },
    ...typed(400, { 'invalid-request': ['BadRequestError'] }),
    ...typed(500, { upstream: ['InternalServerError'] }),
    ...byStatus({ 422: 'invalid-request', 503: 'overloaded' }),
  ],
  residency: {
    dataRegion: 'own servers',
    mainlandChina: true,
    restOfWorld: true,
    registration: 'operator must register its own public service',
  },
  unverified: ['flags of the newest release outside the chat protocol file'],
  sources: ['vllm-project/vllm: chat protocol (002032e, 2026)'],
  checked: '2026-11-22',
}
