import { anthropicLayer, coded, typed } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** MiniMax in OpenAI's dialect. Most errors come inside a 200. */
export const minimax: Platform = {
  id: 'minimax',
  name: 'MiniMax',
  nameZh: '稀宇科技 MiniMax',
  kind: 'cloud',
  regions: [
    { id: 'intl', baseUrl: 'https://api.minimax.io/v1' },
    { id: 'cn', baseUrl: 'https://api.minimax.cn/v1', residency: 'CN', market: 'cn', note: 'host of 2026, unverified' },
    { id: 'cn-old', baseUrl: 'https://api.minimaxi.com/v1', residency: 'CN', market: 'cn' },
  ],
  keyVariables: ['MINIMAX_API_KEY'],
  auth: { kind: 'bearer' },
  endpoints: [
    { dialect: 'openai-chat', path: '/chat/completions' },
    anthropicLayer({
      auth: { kind: 'header', name: 'x-api-key' },
      baseUrls: {
        intl: 'https://api.minimax.io/anthropic',
        cn: 'https://api.minimaxi.com/anthropic',
        'cn-old': 'https://api.minimaxi.com/anthropic',
      },
      quirks: { temperature: { min: 0, minOpen: true, max: 1 }, topP: { min: 0, minOpen: true, max: 1 } },
    }),
  ],
  services: {
    // Older keys want a GroupId in the query, which newer ones do without.
    embeddings: [{ form: 'minimax', path: '/embeddings', batchMax: 4096, quirks: { taskDefault: 'db' } }],
  },
  quirks: {
    // Temperature 0 is refused. One catalogue gives 0..2 for M3.
    temperature: { min: 0, minOpen: true, max: 1 },
    topP: { min: 0, minOpen: true, max: 1 },
    answersMax: 1,
    ignoredFields: ['presence_penalty', 'frequency_penalty', 'logit_bias'],
    // Without the switch, thinking stands as <think>…</think> inside the content (live captures of 2026).
    reasoningSplit: true,
    reasoningField: 'reasoning_details',
    // Only M3 can be told to think or not: its row has the switch.
    // In the last chunk, with base_resp; null or zeros before.
    usageInStream: 'always',
    bodyError: 'base_resp',
  },
  errors: [
    // 2013 is every wrong parameter; overflow has no code of its own, and its words are all there is to go by.
    { status: 200, code: '2013', message: 'context window', kind: 'context-length' },
    { status: 200, code: '2013', message: 'max_tokens', kind: 'invalid-request' },
    { status: 200, code: '2013', message: 'max_completion_tokens', kind: 'invalid-request' },
    { status: 200, code: '2013', message: 'tokens', kind: 'context-length' },
    ...coded(200, {
      upstream: ['1000', '1013', '1024', '1033'],
      timeout: ['1001'],
      'rate-limit': ['1002', '1039', '1041', '2045', '2056'],
      credentials: ['1004', '2037', '2039', '2048', '2049'],
      quota: ['1008'],
      'content-filter': ['1026', '1027'],
      'invalid-request': ['1042', '1043', '1044', '2013', '20132'],
    }),
    ...coded(401, { credentials: ['1004'] }),
    ...typed(400, { 'invalid-request': ['bad_request_error'] }),
  ],
  residency: {
    dataRegion: 'CN for .cn/.minimaxi.com; Singapore/US for .io (unverified)',
    mainlandChina: true,
    restOfWorld: true,
    registration:
      'model Shanghai-Abab-20230821; algorithm 网信算备310104297296101230065号; as quoted on Alibaba Bailian public page 模型备案信息公示, quoted in public repositories 2026',
  },
  unverified: [
    'api.minimax.cn as API host (from a third-party article and a quota endpoint probe)',
    'codes 1043,1044,20132,2037,2039,2045,2048 meanings',
    '/v1/models',
    'final full-message event of chatcompletion_v2 streams (older docs)',
    'v1 prices',
  ],
  sources: [
    'https://platform.minimax.io/docs/api-reference/errorcode.md',
    'https://platform.minimaxi.com/docs/api-reference/errorcode.md',
    'labring/aiproxy:minimax/error.go',
    'alibaba/higress minimax.go',
    'vercel/ai:packages/minimax',
    'https://help.aliyun.com/zh/model-studio/minimax-m3-1-flash',
    'promptfoo.dev/docs/providers/minimax',
    'vercel/ai:packages/minimax/src/minimax-video-model.ts',
    'https://novita.ai/docs/api-reference/model-apis-minimax-h3',
    'dev.to/poppymogmachine sora-api-replacement',
    'platform.minimax.io docs quoted in a research note of 2026-10-07; live error captured in a public Go test',
  ],
  checked: '2026-11-22',
  note: 'The older /v1/text/chatcompletion_pro (bot_setting, reply_constraints) is not served: how its streams look is documented nowhere that was read. /v1/text/chatcompletion_v2 has the models of /v1/chat/completions.',
}
