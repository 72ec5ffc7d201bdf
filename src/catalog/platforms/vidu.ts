import { byStatus, coded } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** Shengshu Vidu: video jobs. */
export const vidu: Platform = {
  id: 'vidu',
  name: 'Shengshu Vidu',
  nameZh: '生数 Vidu',
  kind: 'cloud',
  regions: [
    { id: 'intl', baseUrl: 'https://api.vidu.com/ent/v2' },
    { id: 'cn', baseUrl: 'https://api.vidu.cn/ent/v2', residency: 'CN' },
  ],
  keyVariables: ['VIDU_API_KEY'],
  auth: { kind: 'word', word: 'Token' },
  endpoints: [],
  quirks: {},
  errors: [
    ...coded(undefined, {
      'invalid-request': [
        'BadRequest',
        'FieldLacking',
        'FieldUnwanted',
        'FieldInvalid',
        'FieldItemCountOutOfRange',
        'PageSizeOutOfRange',
        'ImageDownloadFailure',
        'ImageFormatInvalid',
        'ImageCheckBodyJointsFailed',
        'ImageCheckFaceFailed',
        'ImageObjectsUndetected',
        'Conflict',
        'OperationInProcess',
        'UserCancelled',
      ],
      'content-filter': ['TaskPromptPolicyViolation', 'AuditSubmitIllegal', 'CreationPolicyViolation'],
      quota: ['CreditInsufficient'],
      credentials: ['Unauthorized', 'Forbidden'],
      'not-found': ['TaskNotFound', 'CreationNotFound', 'NotFound', 'ModelUnavailable'],
      'rate-limit': ['QuotaExceeded', 'TooManyRequests'],
      overloaded: ['SystemThrottling'],
      upstream: ['InternalServiceFailure'],
    }),
    ...byStatus({ 401: 'credentials', 403: 'credentials', 429: 'rate-limit', 500: 'upstream' }),
  ],
  residency: {
    dataRegion: 'CN / intl',
    mainlandChina: true,
    restOfWorld: true,
    registration: 'Vidu on CAC list, number unverified',
  },
  unverified: ['HTTP status of each reason', 'extra endpoints'],
  sources: [
    'api-evangelist/vidu-ai:openapi/_original/vidu-ai-openapi.yml',
    'docs.platform.vidu.com (via api-evangelist)',
  ],
  checked: '2026-11-22',
  unavailable: 'It makes videos only, and video jobs are not served yet.',
}
