import { anthropicLayer, byStatus, responsesBeside, typed } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** StepFun. */
export const stepfun: Platform = {
  id: 'stepfun',
  name: 'StepFun',
  nameZh: '阶跃星辰',
  kind: 'cloud',
  regions: [
    { id: 'cn', baseUrl: 'https://api.stepfun.com/v1', residency: 'CN' },
    { id: 'intl', baseUrl: 'https://api.stepfun.ai/v1', market: 'intl' },
    { id: 'plan', baseUrl: 'https://api.stepfun.com/step_plan/v1', residency: 'CN' },
  ],
  keyVariables: ['STEPFUN_API_KEY', 'STEP_API_KEY'],
  auth: { kind: 'bearer' },
  endpoints: [
    { dialect: 'openai-chat', path: '/chat/completions' },
    anthropicLayer({ regions: ['cn', 'intl'] }),
    responsesBeside({ regions: ['cn', 'intl'] }),
  ],
  quirks: {
    maxTokensField: 'max_tokens',
    reasoningField: 'reasoning',
    thinking: 'reasoning-effort',
    efforts: { low: 'low', medium: 'medium', high: 'high' },
  },
  errors: [
    ...typed(401, { credentials: ['invalid_api_key'] }),
    ...typed(451, { 'content-filter': ['censorship_blocked'] }),
    ...byStatus({
      400: 'invalid-request',
      402: 'quota',
      404: 'not-found',
      429: 'rate-limit',
      500: 'upstream',
      503: 'overloaded',
      403: 'credentials',
    }),
  ],
  residency: {
    dataRegion: 'CN (.com), Singapore (.ai, unverified)',
    mainlandChina: true,
    restOfWorld: true,
    registration: 'Step on CAC list, number unverified',
  },
  unverified: ['usage in every chunk', 'seed'],
  sources: [
    'api-evangelist/stepfun (2026-07-21, harvested from platform.stepfun.com/docs)',
    'anomalyco/models.dev:providers/stepfun',
    'langgenius/dify-official-plugins:models/stepfun (commit 7af2283, 2026-08-21)',
    'labring/aiproxy:core/relay/adaptor/stepfun/constants.go (commit aebeb5e, 2026-06-29)',
  ],
  checked: '2026-11-22',
}
