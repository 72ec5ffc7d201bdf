import { anthropicLayer, completionsBeside, responsesBeside, typed } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** The llama.cpp server. It continues a last assistant message by default. */
export const llamaCpp: Platform = {
  id: 'llama-cpp',
  name: 'llama.cpp server',
  kind: 'self-hosted',
  regions: [{ id: 'local', baseUrl: 'http://localhost:8080/v1' }],
  keyVariables: [],
  auth: { kind: 'none' },
  endpoints: [
    { dialect: 'openai-chat', path: '/chat/completions' },
    anthropicLayer({ countPath: '/v1/messages/count_tokens' }),
    responsesBeside({ quirks: { temperature: { min: 0 } } }),
    completionsBeside({ quirks: { temperature: { min: 0 } } }),
  ],
  services: {
    embeddings: [{ form: 'openai', path: '/embeddings', quirks: { tokenInputs: true, dimensions: false } }],
    rerank: [{ form: 'common', path: '/rerank' }],
  },
  quirks: { maxTokensField: 'max_tokens', temperature: { min: 0 }, thinking: 'template-switch' },
  errors: [
    { status: 503, type: 'unavailable_error', message: 'Loading model', kind: 'overloaded' },
    ...typed(400, { 'invalid-request': ['invalid_request_error'], 'context-length': ['exceed_context_size_error'] }),
    ...typed(401, { credentials: ['authentication_error'] }),
    ...typed(403, { credentials: ['permission_error'] }),
    ...typed(404, { 'not-found': ['not_found_error'] }),
    ...typed(501, { 'invalid-request': ['not_supported_error'] }),
    ...typed(500, { upstream: ['server_error'] }),
  ],
  residency: {
    dataRegion: 'own servers',
    mainlandChina: true,
    restOfWorld: true,
    registration: 'operator must register its own public service',
  },
  unverified: ['newest additions'],
  sources: ['ggml-org/llama.cpp: server README (00dc805, 2026)'],
  checked: '2026-11-22',
}
