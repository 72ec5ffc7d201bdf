import { byStatus, completionsBeside, responsesBeside } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** Any server that speaks OpenAI's dialect: the operator gives its base URL. */
export const openaiCompatible: Platform = {
  id: 'openai-compatible',
  name: 'Any OpenAI-compatible server (generic)',
  kind: 'generic',
  regions: [{ id: 'custom', baseUrl: '{baseUrl}' }],
  keyVariables: [],
  auth: { kind: 'none' },
  endpoints: [{ dialect: 'openai-chat', path: '/chat/completions' }, responsesBeside(), completionsBeside()],
  services: {
    // Floats are what every server gives; what the caller wanted is coded here.
    embeddings: [{ form: 'openai', path: '/embeddings', quirks: { tokenInputs: true, encodings: ['float'] } }],
    rerank: [{ form: 'common', path: '/rerank' }],
  },
  quirks: {},
  errors: [
    ...byStatus({
      400: 'invalid-request',
      401: 'credentials',
      403: 'credentials',
      404: 'not-found',
      429: 'rate-limit',
      500: 'upstream',
      503: 'overloaded',
    }),
  ],
  residency: {
    dataRegion: 'own servers',
    mainlandChina: true,
    restOfWorld: true,
    registration: 'operator must register its own public service',
  },
  unverified: [],
  sources: ['general practice of OpenAI-compatible servers'],
  checked: '2026-11-22',
}
