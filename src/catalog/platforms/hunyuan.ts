import { anthropicLayer, byStatus, coded } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** Tencent Hunyuan by TokenHub and the older OpenAI-like host; native TC3 calls are not served. */
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
  endpoints: [
    { dialect: 'openai-chat', path: '/chat/completions' },
    anthropicLayer({ regions: ['tokenhub-cn-gz', 'tokenhub-cn-sg', 'tokenhub-intl-gz', 'tokenhub-intl-sg'] }),
  ],
  // The order rules are documented for the native interface; merging turns loses nothing where they do not hold.
  quirks: {
    maxTokensField: 'max_tokens',
    systemPlace: 'first',
    turnsAlternate: true,
    emptyContent: 'refused',
    thinking: 'thinking-type',
    finishReasons: { sensitive: 'content-filter' },
    // The native answer is a 200 with `Response.Error`, at any place of a stream.
    bodyError: 'status',
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
      ],
      quota: [
        'FailedOperation.FreeResourcePackExhausted',
        'FailedOperation.ResourcePackExhausted',
        'FailedOperation.ServiceStopArrears',
        'FailedOperation.ServiceStop',
      ],
      timeout: ['FailedOperation.EngineRequestTimeout'],
      upstream: ['FailedOperation.EngineServerError', 'InternalError', 'FailedOperation.DriverFailed'],
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
  ],
  checked: '2026-11-22',
}
