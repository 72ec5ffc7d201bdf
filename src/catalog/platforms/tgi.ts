import { completionsBeside, typed } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** Hugging Face TGI, in maintenance since 2026. */
export const tgi: Platform = {
  id: 'tgi',
  name: 'Hugging Face TGI',
  kind: 'self-hosted',
  regions: [{ id: 'local', baseUrl: 'http://localhost:8080/v1' }],
  keyVariables: [],
  auth: { kind: 'none' },
  endpoints: [{ dialect: 'openai-chat', path: '/chat/completions' }, completionsBeside({ quirks: { answersMax: 1 } })],
  quirks: {
    maxTokensField: 'max_tokens',
    temperature: { min: 0, minOpen: true },
    topP: { min: 0, minOpen: true, max: 1, maxOpen: true },
    answersMax: 1,
    ignoredFields: ['logit_bias', 'user'],
    reasoningField: 'none',
    finishReasons: { eos_token: 'stop', stop_sequence: 'stop' },
  },
  errors: [
    { status: 422, type: 'validation', message: '`inputs` tokens + `max_new_tokens` must be', kind: 'context-length' },
    ...typed(422, { 'invalid-request': ['validation'] }),
    ...typed(424, { upstream: ['generation'] }),
    ...typed(429, { 'rate-limit': ['overloaded'] }),
    ...typed(500, { upstream: ['incomplete_generation'] }),
  ],
  residency: {
    dataRegion: 'own servers',
    mainlandChina: true,
    restOfWorld: true,
    registration: 'operator must register its own public service',
  },
  unverified: [],
  sources: ['huggingface/text-generation-inference: router source (2026)'],
  checked: '2026-11-22',
}
