import { anthropicLayer, byStatus, completionsBeside, responsesBeside } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** Ollama's OpenAI layer. Too long input is cut at the front without a word. */
export const ollama: Platform = {
  id: 'ollama',
  name: 'Ollama',
  kind: 'self-hosted',
  regions: [
    { id: 'local', baseUrl: 'http://localhost:11434/v1' },
    { id: 'cloud', baseUrl: 'https://ollama.com/v1' },
  ],
  keyVariables: [],
  auth: { kind: 'none' },
  endpoints: [
    { dialect: 'openai-chat', path: '/chat/completions' },
    anthropicLayer(),
    responsesBeside(),
    completionsBeside(),
  ],
  services: {
    embeddings: [{ form: 'openai', path: '/embeddings', quirks: { encodings: ['float'] } }],
  },
  quirks: {
    maxTokensField: 'max_tokens',
    temperature: { min: 0 },
    answersMax: 1,
    // "Base64 encoded image" is ticked, "Image URL" is not: docs.ollama.com/api/openai-compatibility, 2026-11.
    images: 'inline-only',
    ignoredFields: ['tool_choice', 'logit_bias', 'user'],
    reasoningField: 'reasoning',
    thinking: 'reasoning-effort',
    efforts: { none: 'none', low: 'low', medium: 'medium', high: 'high' },
  },
  errors: [
    { status: 404, message: 'not found, try pulling it first', kind: 'not-found' },
    { status: 400, message: 'does not support tools', kind: 'invalid-request' },
    { status: 503, message: 'server busy', kind: 'overloaded' },
    ...byStatus({ 400: 'invalid-request', 500: 'upstream' }),
  ],
  residency: {
    dataRegion: 'own servers',
    mainlandChina: true,
    restOfWorld: true,
    registration: 'operator must register its own public service',
  },
  unverified: [],
  sources: ['ollama/ollama: openai compatibility source (2026)'],
  checked: '2026-11-22',
}
