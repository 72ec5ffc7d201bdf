import { coded, typed } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** Names in paths that are not the model's id (https://ai.baidu.com/ai-doc/WENXINWORKSHOP/Cm2y4d5ha). */
const WENXIN_PATHS: Readonly<Record<string, string>> = {
  'ERNIE-4.0-8K': '/wenxinworkshop/chat/completions_pro',
  'ERNIE-4.0-8K-Latest': '/wenxinworkshop/chat/ernie-4.0-8k-latest',
  'ERNIE-4.0-8K-Preview': '/wenxinworkshop/chat/ernie-4.0-8k-preview',
  'ERNIE-4.0-Turbo-8K': '/wenxinworkshop/chat/ernie-4.0-turbo-8k',
  'ERNIE-4.0-Turbo-8K-Latest': '/wenxinworkshop/chat/ernie-4.0-turbo-8k-latest',
  'ERNIE-4.0-Turbo-8K-Preview': '/wenxinworkshop/chat/ernie-4.0-turbo-8k-preview',
  'ERNIE-4.0-Turbo-128K': '/wenxinworkshop/chat/ernie-4.0-turbo-128k',
  'ERNIE-3.5-8K': '/wenxinworkshop/chat/completions',
  'ERNIE-3.5-8K-Preview': '/wenxinworkshop/chat/ernie-3.5-8k-preview',
  'ERNIE-3.5-128K': '/wenxinworkshop/chat/ernie-3.5-128k',
  'ERNIE-Character-8K': '/wenxinworkshop/chat/ernie-char-8k',
  'ERNIE-Character-Fiction-8K': '/wenxinworkshop/chat/ernie-char-fiction-8k',
  'ernie-speed-8k': '/wenxinworkshop/chat/ernie_speed',
}

/** Baidu Qianfan v2; with the two keys of an application, the older wenxinworkshop in its own dialect. */
export const qianfan: Platform = {
  id: 'qianfan',
  name: 'Baidu Qianfan (ERNIE)',
  nameZh: '百度千帆 / 文心',
  kind: 'cloud',
  regions: [
    { id: 'cn', baseUrl: 'https://qianfan.baidubce.com/v2', residency: 'CN' },
    { id: 'token-plan', baseUrl: 'https://qianfan.baidubce.com/v2/tokenplan/personal', residency: 'CN' },
  ],
  keyVariables: ['QIANFAN_API_KEY'],
  // A key, or an access key of the cloud account that is exchanged for a bearer token of a day.
  auth: [{ kind: 'bearer' }, { kind: 'baidu-bearer', tokenUrl: 'https://iam.bj.baidubce.com/v1/BCE-BEARER/token' }],
  // Names of Baidu's own bce-qianfan-sdk.
  credentialVariables: {
    'baidu-bearer': { accessKey: ['QIANFAN_ACCESS_KEY'], secretKey: ['QIANFAN_SECRET_KEY'] },
    'baidu-token': { apiKey: ['QIANFAN_AK'], secretKey: ['QIANFAN_SK'] },
  },
  endpoints: [
    { dialect: 'openai-chat', path: '/chat/completions' },
    {
      dialect: 'wenxin-chat',
      // The model is the name in the path, and mostly its id in lower case.
      path: '/wenxinworkshop/chat/{model}',
      paths: WENXIN_PATHS,
      baseUrls: { cn: 'https://aip.baidubce.com/rpc/2.0/ai_custom/v1' },
      auth: { kind: 'baidu-token', tokenUrl: 'https://aip.baidubce.com/oauth/2.0/token' },
    },
  ],
  services: {
    // Up to 16 texts, tao-8k one (langchain's Qianfan embeddings; cloud.baidu.com/doc/qianfan-api)
    embeddings: [
      { form: 'openai', path: '/embeddings', batchMax: 16, quirks: { encodings: ['float'] } },
      {
        form: 'openai',
        base: 'https://aip.baidubce.com/rpc/2.0/ai_custom/v1',
        path: '/wenxinworkshop/embeddings/{model}',
        paths: {
          'bge-large-zh': '/wenxinworkshop/embeddings/bge_large_zh',
          'bge-large-en': '/wenxinworkshop/embeddings/bge_large_en',
          'tao-8k': '/wenxinworkshop/embeddings/tao_8k',
        },
        regions: ['cn'],
        auth: { kind: 'baidu-token', tokenUrl: 'https://aip.baidubce.com/oauth/2.0/token' },
        batchMax: 16,
        quirks: { encodings: ['float'], dimensions: false, openFields: false },
      },
    ],
    rerank: [
      { form: 'common', path: '/rerank', batchMax: 64 },
      {
        form: 'common',
        base: 'https://aip.baidubce.com/rpc/2.0/ai_custom/v1',
        path: '/wenxinworkshop/reranker/{model}',
        paths: { 'bce-reranker-base': '/wenxinworkshop/reranker/bce_reranker_base' },
        regions: ['cn'],
        auth: { kind: 'baidu-token', tokenUrl: 'https://aip.baidubce.com/oauth/2.0/token' },
        batchMax: 64,
        quirks: { openFields: false },
      },
    ],
  },
  quirks: { temperature: { min: 0, minOpen: true, max: 2 }, thinking: 'enable-thinking' },
  errors: [
    {
      status: 401,
      code: 'invalid_model',
      type: 'invalid_request_error',
      message: 'No permission to use the model',
      kind: 'credentials',
    },
    { status: 200, code: '110', message: 'Access token invalid or no longer valid', kind: 'credentials' },
    { status: 200, code: '336501', message: 'Rate limit reached for RPM', kind: 'rate-limit' },
    { status: 200, code: '336502', message: 'Rate limit reached for TPM', kind: 'rate-limit' },
    { message: 'account_overdue', kind: 'quota' },
    { status: 401, code: 'no_parameter_permission', type: 'access_denied', kind: 'credentials' },
    ...coded(400, {
      'invalid-request': [
        'malformed_json',
        'invalid_model',
        'invalid_messages',
        'invalid_argument',
        'invalid_image_genration_prompt',
        'invalid_image_url',
      ],
      'context-length': ['characters_too_long', 'tokens_too_long'],
      'content-filter': ['system_unsafe', 'image_url_unsafe'],
    }),
    ...coded(401, { credentials: ['invalid_appid', 'invalid_iam_token'] }),
    ...coded(429, {
      'rate-limit': [
        'rpm_rate_limit_exceeded',
        'tpm_rate_limit_exceeded',
        'preemptible_rate_limit_exceeded',
        'input_tpm_rate_limit_exceeded',
        'output_tpm_rate_limit_exceeded',
        'user_rate_limit_exceeded',
      ],
      overloaded: [
        'server_high_load',
        'cluster_rate_limit_exceeded',
        'cluster_rpm_rate_limit_exceeded',
        'cluster_tpm_rate_limit_exceeded',
        'Offline_batch_reasoning_refused',
      ],
    }),
    ...coded(500, { upstream: ['internal_error', 'dispatch_internal_error', 'image_genration_interal_error'] }),
    ...coded(200, {
      upstream: ['1', '336000'],
      overloaded: ['2', '4'],
      'not-found': ['3'],
      credentials: ['6', '13', '14', '100', '111'],
      quota: ['17', '19'],
      'rate-limit': ['18'],
      'invalid-request': ['336001', '336002', '336003', '337006'],
      'context-length': ['336007'],
      'content-filter': ['336104'],
    }),
    ...coded(403, { 'content-filter': ['system_unsafe', 'user_setting_unsafe', 'functions_unsafe'] }),
    ...coded(405, { 'invalid-request': ['method_not_supported'] }),
    ...coded(undefined, { quota: ['account_overdue'] }),
    ...typed(400, { 'content-filter': ['unsafe_request'] }),
  ],
  residency: {
    dataRegion: 'CN',
    mainlandChina: true,
    restOfWorld: 'reachable; real-name account required',
    registration: 'model Beijing-WenXinYiYan-20230821; as quoted on public repository quoting the CAC list',
  },
  unverified: [
    '429/403/500 code names of v2 not visible in the excerpts (taken from general knowledge of the page)',
    'ERNIE 5.x full price table Nov 2026',
    'rate-limit header names',
    'video/batch paths',
    'which models wenxinworkshop still answers for, and under which names: Baidu sends its callers to v2',
  ],
  sources: [
    'https://cloud.baidu.com/doc/qianfan-api/s/rmwbl43x7 (2026-11-11)',
    'https://ai.baidu.com/ai-doc/WENXINWORKSHOP/Cm2y4d5ha',
    'https://ai.baidu.com/ai-doc/WENXINWORKSHOP/tlmyncueh',
    'https://cloud.baidu.com/doc/WENXINWORKSHOP/s/clntwmv7t',
    'songquanpeng/one-api:relay/adaptor/baidu',
    'labring/aiproxy:core/relay/adaptor/{baidu,baiduv2,qianfan}',
    'lobehub/lobe-chat:packages/model-bank/src/aiModels/wenxin.ts (349d556)',
    'baidubce/bce-qianfan-sdk',
  ],
  checked: '2026-11-22',
}
