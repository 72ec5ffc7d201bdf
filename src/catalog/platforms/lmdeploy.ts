import { byStatus, completionsBeside, typed } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** LMDeploy. */
export const lmdeploy: Platform = {
  id: 'lmdeploy',
  name: 'LMDeploy',
  kind: 'self-hosted',
  regions: [{ id: 'local', baseUrl: 'http://localhost:23333/v1' }],
  keyVariables: [],
  auth: { kind: 'none' },
  endpoints: [{ dialect: 'openai-chat', path: '/chat/completions' }, completionsBeside({ quirks: { answersMax: 1 } })],
  quirks: {
    maxTokensField: 'max_tokens',
    answersMax: 1,
    thinking: 'enable-thinking',
    finishReasons: { error: 'upstream', abort: 'upstream' },
  },
  errors: [
    ...typed(401, { credentials: ['invalid_request_error'] }),
    ...byStatus({ 400: 'invalid-request', 404: 'not-found', 503: 'overloaded' }),
  ],
  residency: {
    dataRegion: 'own servers',
    mainlandChina: true,
    restOfWorld: true,
    registration: 'operator must register its own public service',
  },
  unverified: [],
  sources: ['InternLM/lmdeploy: server source (2026)'],
  checked: '2026-11-22',
}
