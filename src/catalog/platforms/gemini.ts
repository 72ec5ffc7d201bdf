import { typed } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** Google Gemini by its OpenAI layer; generateContent comes with its dialect. */
export const gemini: Platform = {
  id: 'gemini',
  name: 'Google Gemini (AI Studio and Vertex AI)',
  kind: 'cloud',
  regions: [
    { id: 'ai-studio', baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai' },
    {
      id: 'vertex',
      baseUrl:
        'https://{location}-aiplatform.googleapis.com/v1/projects/{project}/locations/{location}/endpoints/openapi',
      note: 'the key is an OAuth access token',
    },
  ],
  keyVariables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
  auth: { kind: 'bearer' },
  endpoints: [{ dialect: 'openai-chat', path: '/chat/completions' }],
  quirks: {
    stopMax: 5,
    answersMax: 8,
    // The layer makes `thinkingLevel` (3.x) or `thinkingBudget` (2.5) of it.
    thinking: 'reasoning-effort',
    efforts: { low: 'low', medium: 'medium', high: 'high' },
  },
  // `error.code` is the HTTP status; Google's word stands in `error.status`, which readers take for the type.
  errors: [
    { type: 'INVALID_ARGUMENT', message: 'API key', kind: 'credentials' },
    { type: 'INVALID_ARGUMENT', message: 'exceeds the maximum number of tokens', kind: 'context-length' },
    { type: 'INVALID_ARGUMENT', message: 'input token count', kind: 'context-length' },
    { type: 'FAILED_PRECONDITION', message: 'User location is not supported', kind: 'credentials' },
    { type: 'FAILED_PRECONDITION', message: 'billing', kind: 'quota' },
    { type: 'RESOURCE_EXHAUSTED', message: 'billing', kind: 'quota' },
    { type: 'RESOURCE_EXHAUSTED', message: 'prepay', kind: 'quota' },
    ...typed(400, { 'invalid-request': ['INVALID_ARGUMENT', 'FAILED_PRECONDITION'] }),
    ...typed(401, { credentials: ['UNAUTHENTICATED'] }),
    ...typed(403, { credentials: ['PERMISSION_DENIED'] }),
    ...typed(404, { 'not-found': ['NOT_FOUND'] }),
    ...typed(429, { 'rate-limit': ['RESOURCE_EXHAUSTED'] }),
    ...typed(500, { upstream: ['INTERNAL'] }),
    ...typed(503, { overloaded: ['UNAVAILABLE'] }),
    ...typed(504, { timeout: ['DEADLINE_EXCEEDED'] }),
  ],
  residency: {
    dataRegion: 'global; Vertex regional',
    mainlandChina: false,
    restOfWorld: true,
    registration: 'not registered in PRC; Hong Kong and mainland not supported',
  },
  unverified: [],
  sources: [
    'https://ai.google.dev/gemini-api/docs/generate-content/api-errors',
    'https://ai.google.dev/gemini-api/docs/whats-new-gemini-3.6',
    'vercel/ai:packages/google, google-vertex',
    'songquanpeng/one-api gemini',
    'Portkey-AI/gateway:src/providers/google*',
    'pydantic/genai-prices:prices/providers/google.yml (commit 47df840, 2026-08-21)',
    'BerriAI/litellm discussion 39357; vercel.com/ai-gateway/models/gemini-3.8-flash; docs.apiyi.com gemini-3-8-flash',
  ],
  checked: '2026-11-22',
}
