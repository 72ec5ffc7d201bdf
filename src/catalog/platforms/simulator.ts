import { anthropicLayer, completionsBeside, responsesBeside } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** The simulator: answered in process, the base URL is never called. */
export const simulator: Platform = {
  id: 'simulator',
  name: 'Simulator',
  kind: 'simulator',
  regions: [{ id: 'here', baseUrl: 'http://simulator.invalid' }],
  keyVariables: [],
  auth: { kind: 'none' },
  endpoints: [
    { dialect: 'openai-chat', path: '/v1/chat/completions' },
    anthropicLayer(),
    responsesBeside({ path: '/v1/responses' }),
    completionsBeside({ path: '/v1/completions' }),
    {
      dialect: 'gemini',
      path: '/v1beta/models/{model}:generateContent',
      streamPath: '/v1beta/models/{model}:streamGenerateContent?alt=sse',
    },
    { dialect: 'bedrock-converse', path: '/model/{model}/converse', streamPath: '/model/{model}/converse-stream' },
  ],
  services: {
    embeddings: [{ form: 'openai', path: '/embeddings', batchMax: 2048, quirks: { tokenInputs: true } }],
    rerank: [{ form: 'common', path: '/rerank' }],
    moderations: [{ form: 'openai', path: '/moderations' }],
  },
  quirks: {},
  errors: [],
  residency: { dataRegion: 'own servers', mainlandChina: true, restOfWorld: true },
  unverified: [],
  sources: ['this project'],
  checked: '2026-11-22',
}
