import { anthropicLayer, byStatus, responsesBeside, typed } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** Moonshot Kimi. Keys of .cn and .ai do not mix: the wrong site looks like a wrong key. */
export const moonshot: Platform = {
  id: 'moonshot',
  name: 'Moonshot AI (Kimi)',
  nameZh: '月之暗面 Kimi',
  kind: 'cloud',
  regions: [
    { id: 'cn', baseUrl: 'https://api.moonshot.cn/v1', residency: 'CN' },
    { id: 'intl', baseUrl: 'https://api.moonshot.ai/v1', market: 'intl' },
    { id: 'coding', baseUrl: 'https://api.kimi.com/coding/v1' },
  ],
  keyVariables: ['MOONSHOT_API_KEY', 'KIMI_API_KEY'],
  auth: { kind: 'bearer' },
  endpoints: [
    { dialect: 'openai-chat', path: '/chat/completions' },
    anthropicLayer({
      baseUrls: { cn: 'https://api.moonshot.cn/anthropic', intl: 'https://api.moonshot.ai/anthropic' },
      // The demand of the other layer, in its words (borawong/AiMaMi#10, 2026-05).
      quirks: { temperature: 'fixed', topP: 'fixed', reasoningReturn: 'required' },
    }),
    // Of kimi-k3 alone.
    responsesBeside({ regions: ['cn', 'intl'], quirks: { temperature: 'fixed', topP: 'fixed' } }),
  ],
  quirks: {
    // All live models: another value than the model's own is a 400 (documents of 2026-09). moonshot-v1 differs in its rows.
    temperature: 'fixed',
    topP: 'fixed',
    penalties: 'fixed',
    answersMax: 1,
    stopMax: 5,
    stopBytesMax: 32,
    ignoredFields: ['logprobs', 'top_logprobs', 'seed', 'logit_bias'],
    renamedFields: { user: 'safety_identifier' },
    emptyContent: 'refused',
    // `data:` or ms://; a picture's URL is not fetched.
    images: 'inline-only',
    // With every call: "reasoning_content is missing in assistant tool call message at index 7" (pain T19).
    reasoningReturn: 'required',
    // K3 and the always-thinking models differ in their rows.
    thinking: 'thinking-type',
  },
  errors: [
    { status: 400, type: 'invalid_request_error', message: 'Input token length too long', kind: 'context-length' },
    { status: 400, type: 'invalid_request_error', message: 'exceeded model token limit', kind: 'context-length' },
    { status: 400, type: 'invalid_request_error', message: 'invalid n', kind: 'invalid-request' },
    { status: 403, message: 'insufficient balance', kind: 'quota' },
    ...typed(400, { 'content-filter': ['content_filter'], 'invalid-request': ['invalid_request_error'] }),
    ...typed(401, { credentials: ['invalid_authentication_error', 'incorrect_api_key_error'] }),
    ...typed(403, { credentials: ['permission_denied_error'] }),
    ...typed(404, { 'not-found': ['resource_not_found_error'] }),
    ...typed(429, {
      overloaded: ['engine_overloaded_error'],
      quota: ['exceeded_current_quota_error'],
      'rate-limit': ['rate_limit_reached_error'],
    }),
    ...typed(500, { upstream: ['server_error', 'unexpected_output'] }),
    ...typed(499, { timeout: ['client_closed_request'] }),
    ...typed(503, { overloaded: ['server_unavailable'] }),
    ...byStatus({ 504: 'timeout' }),
  ],
  residency: {
    dataRegion: 'CN (moonshot.cn) / Singapore (moonshot.ai, unverified)',
    mainlandChina: true,
    restOfWorld: true,
    registration:
      'model Beijing-MoonShot-20231016; algorithm 网信算备110108896786101240023号; as quoted on Alibaba Bailian public page 模型备案信息公示, quoted in public repositories 2026',
  },
  unverified: [
    'CNY price of k2.6 (dify 4/14 looks like an old promo; Huawei resells at 6.5/27)',
    'k3.1 context',
    'responses endpoint',
    'host of the Anthropic layer for .cn',
    'that image URLs on the web are refused',
  ],
  sources: [
    'https://platform.kimi.com/docs/api/errors',
    'https://platform.kimi.com/docs/api/chat ; api-evangelist/moonshot-ai openapi (2026-05)',
    'vercel/ai:packages/moonshotai',
    'MoonshotAI/kimi-cli',
    'labring/aiproxy:moonshot/balance.go',
    'langgenius/dify-official-plugins:models/moonshot (commit 7af2283, 2026-08-21)',
    'Kimi documentation audit of 2026-09-03 in a public repository; doc-derived, not live)',
  ],
  checked: '2026-11-22',
}
