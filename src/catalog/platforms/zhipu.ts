import { anthropicLayer, byStatus, coded } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** Zhipu GLM, bigmodel.cn and z.ai: keys do not mix. CharacterGLM is a model of it. */
export const zhipu: Platform = {
  id: 'zhipu',
  name: 'Zhipu AI GLM (bigmodel.cn / Z.ai)',
  nameZh: '智谱',
  kind: 'cloud',
  regions: [
    { id: 'cn', baseUrl: 'https://open.bigmodel.cn/api/paas/v4', residency: 'CN' },
    { id: 'intl', baseUrl: 'https://api.z.ai/api/paas/v4', residency: 'SG', market: 'intl' },
    { id: 'coding-plan', baseUrl: 'https://open.bigmodel.cn/api/coding/paas/v4', residency: 'CN' },
    { id: 'coding-plan-intl', baseUrl: 'https://api.z.ai/api/coding/paas/v4', residency: 'SG', market: 'intl' },
  ],
  keyVariables: ['ZHIPU_API_KEY', 'ZHIPUAI_API_KEY', 'ZAI_API_KEY', 'BIGMODEL_API_KEY'],
  // The key itself is taken as a bearer since 2024; the JWT made of it is the older way, for those who ask for it.
  auth: [{ kind: 'bearer' }, { kind: 'zhipu-jwt' }],
  endpoints: [
    { dialect: 'openai-chat', path: '/chat/completions' },
    anthropicLayer({
      baseUrls: { cn: 'https://open.bigmodel.cn/api/anthropic', intl: 'https://api.z.ai/api/anthropic' },
    }),
  ],
  services: {
    // docs.bigmodel.cn (2026): 64 texts, 128 documents, one text to judge a call
    embeddings: [
      { form: 'openai', path: '/embeddings', regions: ['cn', 'intl'], batchMax: 64, quirks: { encodings: ['float'] } },
    ],
    rerank: [{ form: 'common', path: '/rerank', regions: ['cn', 'intl'], batchMax: 128 }],
    moderations: [{ form: 'zhipu', path: '/moderations', regions: ['cn', 'intl'], batchMax: 1 }],
  },
  quirks: {
    maxTokensField: 'max_tokens',
    temperature: { min: 0, max: 1 },
    topP: { min: 0.01, max: 1 },
    // Up to four in older documents.
    stopMax: 1,
    answersMax: 1,
    ignoredFields: ['logprobs', 'top_logprobs', 'seed', 'presence_penalty', 'frequency_penalty', 'parallel_tool_calls'],
    renamedFields: { user: 'user_id' },
    toolChoices: ['auto'],
    parallelToolCallsSwitch: false,
    responseFormats: ['json'],
    thinking: 'thinking-type',
    // In the last data chunk, beside the finish reason.
    usageInStream: 'always',
    finishReasons: {
      sensitive: 'content-filter',
      network_error: 'upstream',
      // Overflow comes as HTTP 200 with empty content and usage null.
      model_context_window_exceeded: 'context-length',
    },
  },
  errors: [
    ...coded(401, { credentials: ['1000', '1001', '1002', '1003', '1004', '1005'] }),
    ...coded(500, { upstream: ['1100', '1200', '1230', '1234'] }),
    ...coded(429, {
      quota: ['1113', '1304', '1308', '1309', '1310'],
      'rate-limit': ['1302', '1303', '1313'],
      overloaded: ['1305', '1312'],
      credentials: ['1311'],
    }),
    ...coded(400, {
      'invalid-request': ['1210', '1212', '1213', '1214', '1215'],
      'not-found': ['1211'],
      'context-length': ['1261'],
      'content-filter': ['1300', '1301'],
    }),
    ...coded(undefined, {
      credentials: ['1110', '1111', '1112', '1121', '1220'],
      overloaded: ['1120'],
      'not-found': ['1221', '1222'],
      'invalid-request': ['1231'],
    }),
    ...byStatus({ 434: 'credentials', 435: 'invalid-request' }),
  ],
  residency: {
    dataRegion: 'CN for bigmodel.cn; Singapore for z.ai',
    mainlandChina: true,
    restOfWorld: 'z.ai',
    registration:
      'algorithm 网信算备110108105858001230027号; as quoted on Alibaba Bailian public page 模型备案信息公示, quoted in public repositories 2026',
  },
  unverified: [
    'stop item limit today',
    'tier prices of glm-5/5.1',
    'z.ai data region',
    'emohaa still served',
    'context lengths',
    'cogvideox-2 and viduq1 prices',
    'exact size list',
  ],
  sources: [
    'https://docs.bigmodel.cn/cn/faq/api-code.md',
    'https://docs.bigmodel.cn/cn/api/api-code',
    'https://docs.bigmodel.cn/cn/api/rate-limit',
    'https://docs.bigmodel.cn/cn/guide/start/pricing.md (Sept 2026)',
    'zai-org/z-ai-sdk-python (d8d898b)',
    'MetaGLM/zhipuai-sdk-python-v4',
    'songquanpeng/one-api:relay/adaptor/zhipu',
    'labring/aiproxy:zhipu/error.go',
    'alibaba/higress zhipuai.go',
    'MetaGLM/zhipuai-sdk-python-v4:tests/integration_tests/test_charglm3.py',
    'zai-org/z-ai-sdk-python:src/zai/api_resource/videos/videos.py, types/video',
  ],
  checked: '2026-11-22',
}
