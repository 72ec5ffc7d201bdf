import { coded, responsesBeside } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** Volcano Engine Ark (Doubao). The model may also be an endpoint id `ep-…` of the operator. */
export const ark: Platform = {
  id: 'ark',
  name: 'Volcano Engine Ark (Doubao)',
  nameZh: '火山方舟 / 豆包',
  kind: 'cloud',
  regions: [
    { id: 'cn-beijing', baseUrl: 'https://ark.cn-beijing.volces.com/api/v3', residency: 'CN' },
    {
      id: 'ap-southeast',
      baseUrl: 'https://ark.ap-southeast.bytepluses.com/api/v3',
      residency: 'AP',
      market: 'intl',
      note: 'BytePlus ModelArk',
    },
    { id: 'coding-plan', baseUrl: 'https://ark.cn-beijing.volces.com/api/coding/v3', residency: 'CN' },
  ],
  keyVariables: ['ARK_API_KEY', 'VOLCENGINE_API_KEY'],
  auth: { kind: 'bearer' },
  endpoints: [
    { dialect: 'openai-chat', path: '/chat/completions' },
    // Goes on by previous_response_id: volcengine-python-sdk, types/responses/responses_params.py, 2026
    responsesBeside({ regions: ['cn-beijing', 'ap-southeast'], quirks: { keepsAnswers: true } }),
  ],
  services: {
    embeddings: [
      { form: 'openai', path: '/embeddings', batchMax: 256 },
      // All pieces of a call make one vector (volcengine-python-sdk: multimodal_embeddings)
      { form: 'ark-multimodal', path: '/embeddings/multimodal', batchMax: 1 },
    ],
  },
  quirks: {
    answersMax: 1,
    refusedFields: ['seed'],
    thinking: 'thinking-type',
    efforts: { minimal: 'minimal', low: 'low', medium: 'medium', high: 'high' },
  },
  errors: [
    // Overflow has no code of its own; a bound of the output that is too large does not speak of the input.
    { status: 400, code: 'InvalidParameter', message: 'max_tokens', kind: 'invalid-request' },
    { status: 400, code: 'InvalidParameter', message: 'max_completion_tokens', kind: 'invalid-request' },
    { status: 400, code: 'InvalidParameter', message: 'exceeds', kind: 'context-length' },
    // A point and what was found may follow: InputTextSensitiveContentDetected.PolicyViolation.
    { status: 400, codePrefix: 'SensitiveContentDetected.', kind: 'content-filter' },
    { status: 400, codePrefix: 'InputTextSensitiveContentDetected.', kind: 'content-filter' },
    { status: 400, codePrefix: 'InputImageSensitiveContentDetected.', kind: 'content-filter' },
    { status: 400, codePrefix: 'InputTextRiskDetection.', kind: 'content-filter' },
    { status: 400, codePrefix: 'InputImageRiskDetection.', kind: 'content-filter' },
    { status: 400, codePrefix: 'OutputTextSensitiveContentDetected.', kind: 'content-filter' },
    { status: 400, codePrefix: 'OutputTextRiskDetection.', kind: 'content-filter' },
    ...coded(400, {
      'invalid-request': [
        'MissingParameter',
        'InvalidParameter',
        'InvalidParameter.TaskTypeConstraint',
        'InvalidParameter.TaskTypeMismatch',
      ],
      'not-found': ['InvalidEndpoint.ClosedEndpoint'],
      'content-filter': [
        'SensitiveContentDetected',
        'SensitiveContentDetected.SevereViolation',
        'SensitiveContentDetected.Violence',
        'InputTextSensitiveContentDetected',
        'InputImageSensitiveContentDetected',
        'OutputTextSensitiveContentDetected',
        'InputTextRiskDetection',
        'InputImageRiskDetection',
        'OutputTextRiskDetection',
      ],
    }),
    ...coded(401, { credentials: ['AuthenticationError'] }),
    ...coded(403, { quota: ['AccountOverdueError'], credentials: ['AccessDenied', 'OperationDenied.ServiceNotOpen'] }),
    ...coded(404, { 'not-found': ['InvalidEndpointOrModel.NotFound'], credentials: ['ModelNotOpen'] }),
    ...coded(429, {
      'rate-limit': [
        'RateLimitExceeded.EndpointRPMExceeded',
        'RateLimitExceeded.EndpointTPMExceeded',
        'ModelAccountRpmRateLimitExceeded',
        'ModelAccountTpmRateLimitExceeded',
        'APIAccountRpmRateLimitExceeded',
      ],
      overloaded: ['ServerOverloaded'],
      quota: ['QuotaExceeded', 'SetLimitExceeded'],
    }),
    ...coded(500, { upstream: ['InternalServiceError'] }),
    ...coded(undefined, { 'content-filter': ['OutputVideoSensitiveContentDetected'] }),
  ],
  residency: {
    dataRegion: 'CN (Beijing) or Johor/Jakarta region for BytePlus',
    mainlandChina: true,
    restOfWorld: 'through BytePlus ModelArk',
    registration:
      'model Beijing-YunQue-20230821; algorithm 网信算备110108823483901230031号; as quoted on public filings drafts quoting the maker; check before use',
  },
  unverified: [
    'current price table of Sept 2026 (page is script-rendered; not readable)',
    'full list of 429 codes',
    'intl region names of BytePlus',
    'CNY price of Seedance 2.5',
  ],
  sources: [
    'https://www.volcengine.com/docs/82379/1099476',
    'https://volcengine.com/docs/82379/1299023',
    'https://www.volcengine.com/docs/82379/1544106 (DocumentID 1544106) via labring/aiproxy doubao/constants.go 2026-06-29',
    'volcengine/volcengine-python-sdk:volcenginesdkarkruntime',
    'vercel/ai:packages/bytedance',
    'alibaba/higress doubao.go',
    'real-account probe note of 2026-09-18 in a public repository',
    'opencode.ai/data',
    'https://www.volcengine.com/api/doc/getDocDetail?DocumentCode=model-pricing&LibraryCode=ark (exists, table not readable through excerpts)',
    'vercel/ai:packages/bytedance/src',
    'labring/aiproxy:core/relay/adaptor/doubao/{video,constants}.go',
    'docs.byteplus.com ModelArk 1520757 quoted in a research note of 2026-10-07',
  ],
  checked: '2026-11-22',
}
