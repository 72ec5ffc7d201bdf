import { anthropicLayer, coded, completionsBeside, responsesBeside } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** Alibaba Cloud Model Studio. Key, host and model must share a region. */
export const dashscope: Platform = {
  id: 'dashscope',
  name: 'Alibaba Cloud Model Studio (DashScope / Bailian)',
  nameZh: '阿里云百炼',
  kind: 'cloud',
  // The plain hosts answer for every workspace; the newer ones need the workspace's id in their name.
  regions: [
    { id: 'cn-beijing', baseUrl: 'https://dashscope.aliyuncs.com/compatible-mode/v1', residency: 'CN' },
    {
      id: 'ap-southeast-1',
      baseUrl: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
      residency: 'SG',
      market: 'intl',
    },
    {
      id: 'us-east-1',
      baseUrl: 'https://dashscope-us.aliyuncs.com/compatible-mode/v1',
      residency: 'US',
      market: 'intl',
    },
    {
      id: 'cn-hongkong',
      baseUrl: 'https://cn-hongkong.dashscope.aliyuncs.com/compatible-mode/v1',
      residency: 'HK',
      market: 'intl',
    },
    {
      id: 'ap-northeast-1',
      baseUrl: 'https://{workspace}.ap-northeast-1.maas.aliyuncs.com/compatible-mode/v1',
      residency: 'JP',
      market: 'intl',
    },
    {
      id: 'eu-central-1',
      baseUrl: 'https://{workspace}.eu-central-1.maas.aliyuncs.com/compatible-mode/v1',
      residency: 'DE',
      market: 'intl',
    },
  ],
  keyVariables: ['DASHSCOPE_API_KEY'],
  variables: { workspace: { meaning: 'id of the workspace, which is the first part of the host there' } },
  auth: { kind: 'bearer' },
  endpoints: [
    { dialect: 'openai-chat', path: '/chat/completions' },
    anthropicLayer({
      baseUrls: {
        'cn-beijing': 'https://dashscope.aliyuncs.com/apps/anthropic',
        'ap-southeast-1': 'https://dashscope-intl.aliyuncs.com/apps/anthropic',
        'us-east-1': 'https://dashscope-us.aliyuncs.com/apps/anthropic',
        'cn-hongkong': 'https://cn-hongkong.dashscope.aliyuncs.com/apps/anthropic',
      },
    }),
    // Goes on by previous_response_id: help.aliyun.com/zh/model-studio/compatibility-with-openai-responses-api, 2026-11
    responsesBeside({ quirks: { keepsAnswers: true } }),
    // Of coder models, which fill in the middle.
    completionsBeside(),
  ],
  services: {
    embeddings: [
      // https://help.aliyun.com/zh/model-studio/text-embedding-synchronous-api (2026-03): 10 texts (v1, v2: 25), float only
      {
        form: 'openai',
        path: '/embeddings',
        batchMax: 10,
        quirks: { encodings: ['float'], user: false, openFields: false },
      },
      // Tells queries from documents, which the compatible layer does not: an offer or an overlay may name it.
      {
        form: 'dashscope-text',
        path: '/api/v1/services/embeddings/text-embedding/text-embedding',
        fromRoot: true,
        batchMax: 10,
      },
      {
        form: 'dashscope-multimodal',
        path: '/api/v1/services/embeddings/multimodal-embedding/multimodal-embedding',
        fromRoot: true,
        batchMax: 5,
      },
    ],
    // https://www.alibabacloud.com/help/en/model-studio/rerank (2026-06-30): up to 500 documents
    rerank: [
      {
        form: 'common',
        path: '/compatible-api/v1/reranks',
        fromRoot: true,
        batchMax: 500,
        quirks: { instructionField: 'instruct', user: false, openFields: false },
      },
      {
        form: 'dashscope',
        path: '/api/v1/services/rerank/text-rerank/text-rerank',
        fromRoot: true,
        batchMax: 500,
      },
    ],
  },
  // https://www.alibabacloud.com/help/zh/model-studio/qwen-api-via-openai-chat-completions
  quirks: {
    maxTokensField: 'max_tokens',
    temperature: { min: 0, max: 2, maxOpen: true },
    topP: { min: 0, minOpen: true, max: 1 },
    answersMax: 4,
    ignoredFields: ['frequency_penalty', 'user', 'logit_bias'],
    toolChoices: ['auto', 'none', 'named'],
    jsonWord: 'required',
    // Explicit cache, at most four marks: reads cost 10 %, writes 125 % of input.
    cacheMarks: true,
    thinking: 'enable-thinking',
  },
  errors: [
    { status: 400, code: 'InvalidParameter', message: 'Range of input length should be [1,', kind: 'context-length' },
    { status: 400, code: 'invalid_parameter_error', message: 'Range of input length', kind: 'context-length' },
    {
      status: 400,
      code: 'invalid_parameter_error',
      message: 'enable_thinking must be set to false for non-streaming calls',
      kind: 'invalid-request',
    },
    {
      status: 503,
      code: 'ServiceUnavailable',
      message: 'Too many requests. Your requests are being throttled due to system capacity limits',
      kind: 'overloaded',
    },
    { message: 'Range of input length should be [1,', kind: 'context-length' },
    ...coded(401, { credentials: ['invalid_api_key', 'InvalidApiKey'] }),
    ...coded(403, { credentials: ['AccessDenied', 'Model.AccessDenied'], quota: ['AllocationQuota.FreeTierOnly'] }),
    // Filed beside the limits of tokens per minute: the message tells money from speed.
    { status: 429, code: 'insufficient_quota', message: 'rate limit', kind: 'rate-limit' },
    { status: 429, code: 'insufficient_quota', message: 'Allocated quota exceeded', kind: 'rate-limit' },
    { status: 429, code: 'insufficient_quota', message: 'TPM', kind: 'rate-limit' },
    ...coded(400, {
      quota: ['Arrearage'],
      'content-filter': ['DataInspectionFailed', 'data_inspection_failed'],
      'invalid-request': ['InvalidParameter'],
    }),
    ...coded(404, { 'not-found': ['ModelNotFound', 'model_not_found'] }),
    ...coded(429, {
      'rate-limit': ['Throttling.RateQuota', 'Throttling.AllocationQuota', 'Throttling.BurstRate', 'limit_requests'],
      quota: ['insufficient_quota'],
    }),
    ...coded(503, { overloaded: ['ModelServingError'] }),
    ...coded(500, { upstream: ['InternalError', 'InternalError.Algo'] }),
    ...coded(undefined, { timeout: ['RequestTimeOut'], 'content-filter': ['IPInfringementSuspect'] }),
  ],
  residency: {
    dataRegion: 'chosen region (Beijing / Singapore / Virginia / Hong Kong / Tokyo / Frankfurt)',
    mainlandChina: true,
    restOfWorld: true,
    registration:
      'model ZheJiang-TongYiQianWen-20230901; algorithm 网信算备330110507206401230035号; wanImage Shanghai-TongYiWanXiang-202410090024; as quoted on Alibaba Bailian public page 模型备案信息公示, quoted in public repositories 2026',
  },
  unverified: [
    'us-east-1 workspace domain (only in the Oct 2026 es page)',
    'docs pages of mid-2026 print the Singapore host for Beijing in several languages: treat as a doc error',
    'stop list limits',
    'exact implicit-cache ratios per model',
    'wan2.6/2.7 prices',
    'that the price list of Singapore holds in the other regions abroad',
  ],
  sources: [
    'https://help.aliyun.com/zh/model-studio/error-code',
    'https://help.aliyun.com/en/model-studio/compatibility-of-openai-with-dashscope',
    'https://www.alibabacloud.com/help/zh/model-studio/qwen-api-via-openai-chat-completions',
    'https://alibabacloud.com/help/en/model-studio/partial-mode',
    'https://help.aliyun.com/en/model-studio/deep-thinking',
    'https://help.aliyun.com/zh/model-studio/flow-agent-rate-limiting',
    'songquanpeng/one-api:relay/adaptor/ali',
    'alibaba/higress:plugins/wasm-go/extensions/ai-proxy/provider/qwen.go',
    'vercel/ai:packages/alibaba/src',
    'labring/aiproxy:core/relay/adaptor/ali/error.go',
    'docs.apiyi.com/en/models/qwen3-8-flash.md (2026-09)',
    'Alibaba Bailian public page "模型备案信息公示", quoted in public repositories 2026',
    'vercel/ai:packages/alibaba/src/alibaba-video-model.ts',
    'labring/aiproxy:core/relay/adaptor/ali/{video,constants}.go',
    'dashscope/dashscope-sdk-python',
    'alibabacloud.com wan3-video-generation-api-reference (2026-09-28) quoted in a research note; QuantumNous/new-api ali video adaptor',
  ],
  checked: '2026-11-22',
}
