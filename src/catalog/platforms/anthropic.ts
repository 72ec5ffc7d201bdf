import { anthropicLayer, typed } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** Anthropic: the reference of the anthropic-messages dialect. */
export const anthropic: Platform = {
  id: 'anthropic',
  name: 'Anthropic Claude',
  kind: 'cloud',
  regions: [{ id: 'global', baseUrl: 'https://api.anthropic.com' }],
  keyVariables: ['ANTHROPIC_API_KEY'],
  // The second takes an OAuth token, where the operator asks for it by name.
  auth: [{ kind: 'header', name: 'x-api-key' }, { kind: 'bearer' }],
  endpoints: [
    anthropicLayer({ countPath: '/v1/messages/count_tokens' }),
    // Its own OpenAI layer, for comparisons: it hoists system messages and drops what Claude does not know.
    {
      dialect: 'openai-chat',
      path: '/v1/chat/completions',
      auth: { kind: 'bearer' },
      quirks: { temperature: { min: 0, max: 1 }, answersMax: 1, systemPlace: 'first' },
    },
  ],
  // What differs between models stands in the families.
  quirks: {},
  errors: [
    { status: 400, type: 'invalid_request_error', message: 'prompt is too long', kind: 'context-length' },
    { status: 400, type: 'invalid_request_error', message: 'credit balance is too low', kind: 'quota' },
    ...typed(400, { 'invalid-request': ['invalid_request_error'] }),
    ...typed(401, { credentials: ['authentication_error'] }),
    ...typed(402, { quota: ['billing_error'] }),
    ...typed(403, { credentials: ['permission_error'] }),
    ...typed(404, { 'not-found': ['not_found_error'] }),
    ...typed(413, { 'too-large': ['request_too_large'] }),
    ...typed(429, { 'rate-limit': ['rate_limit_error'] }),
    ...typed(500, { upstream: ['api_error'] }),
    ...typed(504, { timeout: ['timeout_error'] }),
    ...typed(529, { overloaded: ['overloaded_error'] }),
  ],
  residency: {
    dataRegion: 'US (inference_geo option)',
    mainlandChina: false,
    restOfWorld: true,
    registration: 'not registered in PRC; entities majority-owned from unsupported regions are barred since 2025-09',
  },
  unverified: ['ids marked by pattern', 'prefill rule per newest model'],
  sources: [
    'https://platform.claude.com/docs/en/models/overview (Nov 2026 snapshot)',
    'vercel/ai:packages/anthropic',
    'tensorzero/tensorzero',
    'Portkey-AI/gateway:src/providers/anthropic',
    'pydantic/genai-prices:prices/providers/anthropic.yml (commit 47df840, 2026-08-21)',
  ],
  checked: '2026-11-22',
}
