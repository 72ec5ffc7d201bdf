import { anthropicLayer, byStatus, coded, responsesBeside } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** The sites that have every layer. */
const TOKENHUB = ['tokenhub-cn-gz', 'tokenhub-cn-sg', 'tokenhub-intl-gz', 'tokenhub-intl-sg'] as const

/** Tencent Hunyuan by TokenHub and the older OpenAI-like host; with keys of a Tencent Cloud account, by its own API. */
export const hunyuan: Platform = {
  id: 'hunyuan',
  name: 'Tencent Hunyuan (HY) / TokenHub',
  nameZh: '腾讯混元 / TokenHub',
  kind: 'cloud',
  // Keys of the Chinese and the international site do not mix; both sites serve from Guangzhou and Singapore.
  regions: [
    { id: 'tokenhub-cn-gz', baseUrl: 'https://tokenhub.tencentmaas.com/v1', residency: 'CN' },
    { id: 'tokenhub-cn-sg', baseUrl: 'https://tokenhub-intl.tencentmaas.com/v1', residency: 'SG' },
    { id: 'tokenhub-intl-gz', baseUrl: 'https://tokenhub.tencentcloudmaas.com/v1', residency: 'CN' },
    { id: 'tokenhub-intl-sg', baseUrl: 'https://tokenhub-intl.tencentcloudmaas.com/v1', residency: 'SG' },
    { id: 'token-plan', baseUrl: 'https://tokenhub.tencentmaas.com/plan/v3', residency: 'CN' },
    { id: 'openai-compat-legacy', baseUrl: 'https://api.hunyuan.cloud.tencent.com/v1', residency: 'CN' },
  ],
  keyVariables: ['HUNYUAN_API_KEY', 'TENCENT_TOKENHUB_API_KEY'],
  auth: { kind: 'bearer' },
  // Names of langchain's ChatHunyuan, then those of Tencent Cloud's own SDK and command line.
  credentialVariables: {
    tc3: {
      secretId: ['HUNYUAN_SECRET_ID', 'TENCENTCLOUD_SECRET_ID'],
      secretKey: ['HUNYUAN_SECRET_KEY', 'TENCENTCLOUD_SECRET_KEY'],
      sessionToken: ['TENCENTCLOUD_SESSION_TOKEN', 'TENCENTCLOUD_TOKEN'],
    },
  },
  endpoints: [
    { dialect: 'openai-chat', path: '/chat/completions' },
    anthropicLayer({ regions: TOKENHUB }),
    responsesBeside({ regions: TOKENHUB }),
    {
      dialect: 'tencent-chat',
      path: '/',
      baseUrls: {
        'tokenhub-cn-gz': 'https://hunyuan.tencentcloudapi.com',
        'openai-compat-legacy': 'https://hunyuan.tencentcloudapi.com',
      },
      auth: { kind: 'tc3', service: 'hunyuan' },
      // `X-TC-Region` is not asked for: "this interface needs no region" (api/1729/105701).
      headers: { 'x-tc-action': 'ChatCompletions', 'x-tc-version': '2023-09-01' },
    },
  ],
  services: {
    // 200 texts a call: cloudwego/eino-ext embedding/tencentcloud (2026)
    embeddings: [
      { form: 'openai', path: '/embeddings', batchMax: 200, quirks: { encodings: ['float'], dimensions: false } },
      // https://cloud.tencent.com/document/product/1729/102832
      {
        form: 'tencent',
        base: 'https://hunyuan.tencentcloudapi.com',
        path: '/',
        regions: ['tokenhub-cn-gz', 'openai-compat-legacy'],
        auth: { kind: 'tc3', service: 'hunyuan' },
        headers: { 'x-tc-action': 'GetEmbedding', 'x-tc-version': '2023-09-01' },
        batchMax: 200,
        quirks: { dimensions: false },
      },
    ],
  },
  // The order rules are documented for the native interface; merging turns loses nothing where they do not hold.
  quirks: {
    maxTokensField: 'max_tokens',
    systemPlace: 'first',
    turnsAlternate: true,
    emptyContent: 'refused',
    thinking: 'thinking-type',
    finishReasons: { sensitive: 'content-filter' },
  },
  errors: [
    { status: 200, codePrefix: 'OperationDenied.', kind: 'content-filter' },
    ...coded(200, {
      credentials: [
        'AuthFailure.SignatureFailure',
        'AuthFailure.SignatureExpire',
        'AuthFailure.SecretIdNotFound',
        'AuthFailure.UnauthorizedOperation',
        'FailedOperation.ServiceNotActivated',
        'FailedOperation.UserUnAuthError',
        'FailedOperation.PartnerAccountUnSupport',
        'ResourceUnavailable.NotExist',
      ],
      quota: [
        'FailedOperation.FreeResourcePackExhausted',
        'FailedOperation.ResourcePackExhausted',
        'FailedOperation.ServiceStopArrears',
        'FailedOperation.ServiceStop',
        'ResourceInsufficient.ChargeResourceExhaust',
        'ResourceUnavailable.InArrears',
        'ResourceUnavailable.LowBalance',
        'ResourceUnavailable.StopUsing',
      ],
      // 4000 and 4001 are the words of `ErrorMsg`, in the middle of a stream.
      timeout: ['FailedOperation.EngineRequestTimeout', '4001'],
      upstream: [
        'FailedOperation.EngineServerError',
        'FailedOperation.ConsoleServerError',
        'InternalError',
        'FailedOperation.DriverFailed',
        '4000',
      ],
      overloaded: ['FailedOperation.EngineServerLimitExceeded'],
      'rate-limit': [
        'LimitExceeded',
        'RequestLimitExceeded',
        'LimitExceeded.ConcurrencyLimit',
        'RequestLimitExceeded.JobNumExceed',
      ],
      'invalid-request': [
        'InvalidParameter',
        'InvalidParameterValue',
        'InvalidParameterValue.Model',
        'InvalidParameterValue.ParameterValueError',
        'FailedOperation.ImageDecodeFailed',
        'FailedOperation.ImageDownloadError',
        'UnsupportedOperation',
      ],
      'content-filter': ['OperationDenied.TextIllegalDetected', 'OperationDenied.ImageIllegalDetected'],
    }),
    ...byStatus({ 401: 'credentials', 429: 'rate-limit' }),
  ],
  residency: {
    dataRegion: 'CN',
    mainlandChina: true,
    restOfWorld:
      'tencentcloud.com international site offers Hunyuan 3D and text; TokenHub availability abroad unverified',
    registration: '混元 on CAC list, number unverified',
  },
  unverified: [
    'TokenHub prices (models.dev lists 0 during preview)',
    'TokenHub prices of hy3 and hy4-preview in CNY',
    'whether the OpenAI-like dialect repeats usage in each chunk',
    'prices',
    'TokenHub query path',
    'error codes',
    'path of the Anthropic layer of TokenHub',
    'which of the newer models the native interface of 2023-09-01 knows',
  ],
  sources: [
    'https://cloud.tencent.com/document/product/1823/132252',
    'https://cloud.tencent.com/document/api/1729/112207',
    'songquanpeng/one-api:relay/adaptor/tencent',
    'alibaba/higress:plugins/wasm-go/extensions/ai-proxy/provider/hunyuan.go',
    'anomalyco/models.dev:providers/tencent-tokenhub',
    'langgenius/dify-official-plugins:models/hunyuan (commit 7af2283, 2026-08-21)',
    'tencentcloud-sdk-java HunyuanErrorCode v20230901',
    'docs.openclaw.ai/providers/tencent',
    'tencentcloud-cli ChatCompletions example',
    'https://cloud.tencent.com/document/api/1616/126160',
    'https://cloud.tencent.com/document/api/1616/126162',
    'https://cloud.tencent.com/document/api/1616/128602',
    'https://cloud.tencent.com/document/product/1823/137202',
    'https://cloud.tencent.com/document/product/1823/130081',
    'https://cloud.tencent.com/document/api/1729/105701',
    'tencentcloud-sdk-go hunyuan v20230901 (2026): models and error codes',
  ],
  checked: '2026-11-22',
}
