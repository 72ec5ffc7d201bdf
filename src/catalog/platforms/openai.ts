import { byStatus, coded, completionsBeside, responsesBeside, typed } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** OpenAI: the reference of the openai-chat dialect. */
export const openai: Platform = {
  id: 'openai',
  name: 'OpenAI',
  kind: 'cloud',
  regions: [
    { id: 'global', baseUrl: 'https://api.openai.com/v1' },
    { id: 'eu', baseUrl: 'https://eu.api.openai.com/v1', residency: 'EU' },
    { id: 'us', baseUrl: 'https://us.api.openai.com/v1', residency: 'US' },
  ],
  keyVariables: ['OPENAI_API_KEY'],
  auth: { kind: 'bearer' },
  endpoints: [
    { dialect: 'openai-chat', path: '/chat/completions' },
    // The check of the word JSON is the same there.
    responsesBeside({ countPath: '/responses/input_tokens', quirks: { jsonWord: 'required', keepsAnswers: true } }),
    completionsBeside(),
  ],
  services: {
    // Up to 2048 inputs and 300,000 tokens a call: openai/openai-openapi, CreateEmbeddingRequest (f85dbe2, 2026-08-21)
    embeddings: [
      { form: 'openai', path: '/embeddings', batchMax: 2048, tokensMax: 300_000, quirks: { tokenInputs: true } },
    ],
    moderations: [{ form: 'openai', path: '/moderations' }],
  },
  // "'messages' must contain the word 'json' in some form" (openai/openai-openapi, response_format; 2026-08-21)
  // Chat completions count the tokens of thinking and never show it (the same file, CompletionUsage).
  quirks: { jsonWord: 'required', reasoningField: 'none' },
  errors: [
    { status: 503, message: 'overloaded', kind: 'overloaded' },
    { status: 503, message: 'Slow Down', kind: 'rate-limit' },
    ...coded(400, {
      'context-length': ['context_length_exceeded'],
      'content-filter': ['content_policy_violation', 'moderation_blocked'],
    }),
    ...coded(401, { credentials: ['invalid_api_key'] }),
    ...coded(403, { credentials: ['unsupported_country_region_territory'] }),
    ...coded(404, { 'not-found': ['model_not_found'] }),
    ...coded(429, {
      'rate-limit': ['rate_limit_exceeded'],
      quota: ['insufficient_quota', 'billing_hard_limit_reached'],
    }),
    ...coded(undefined, { 'content-filter': ['sentinel_block'] }),
    ...typed(400, { 'invalid-request': ['invalid_request_error'] }),
    ...byStatus({ 403: 'credentials', 500: 'upstream' }),
  ],
  residency: {
    dataRegion: 'US by default; EU, AU, CA, JP, IN, SG, KR data residency for eligible projects',
    mainlandChina: false,
    restOfWorld: true,
    registration:
      'not registered in PRC; API refuses mainland China and Hong Kong since 2024-07-09 (403 unsupported_country_region_territory)',
  },
  unverified: [
    'full Nov 2026 price page',
    'exact cached price of gpt-6.2-*',
    'error codes of the GPT-6 parameter refusals (unsupported_parameter / unsupported_value assumed)',
    'expiry window',
    'moderation codes',
  ],
  sources: [
    'openai/openai-openapi:openapi.yaml (f85dbe2, 2026-08-21)',
    'https://developers.openai.com/docs/guides/error-codes',
    'pydantic/genai-prices:prices/providers/openai.yml (commit 47df840, 2026-08-21)',
    'anomalyco/models.dev:providers/openai (commit f3fc692, 2026-07-02)',
    'https://developers.openai.com/de-DE/api/docs/models/sora-2',
    'docs.laozhang.ai/en/announcements/gpt-6-2-2026-11.md (2026-11-18); BerriAI/litellm discussion 52347',
    'BerriAI/litellm discussion 42523; docs.laozhang.ai gpt-6-launch-2026-09; dev.to/aakira gpt-6-astra',
    'qiita.com/kai_kou/items/92d3e48a0e78bfa1d853',
    'dev.to/uplinkswitch sora-2-api-is-gone (2026-10-20)',
    'openai/openai-openapi:openapi.yaml',
  ],
  checked: '2026-11-22',
}
