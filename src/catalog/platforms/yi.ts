import { byStatus } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** 01.AI Yi; little is known of its present state. */
export const yi: Platform = {
  id: 'yi',
  name: '01.AI Yi',
  nameZh: '零一万物',
  kind: 'cloud',
  regions: [
    { id: 'cn', baseUrl: 'https://api.lingyiwanwu.com/v1', residency: 'CN' },
    { id: 'intl', baseUrl: 'https://api.01.ai/v1', note: 'state unknown' },
  ],
  keyVariables: ['YI_API_KEY', 'LINGYIWANWU_API_KEY'],
  auth: { kind: 'bearer' },
  endpoints: [{ dialect: 'openai-chat', path: '/chat/completions' }],
  quirks: {
    maxTokensField: 'max_tokens',
    temperature: { min: 0, max: 2, maxOpen: true },
    topP: { min: 0, minOpen: true, max: 1, maxOpen: true },
    // On the last chunk, marked lastOne.
    usageInStream: 'always',
  },
  errors: [
    ...byStatus({
      400: 'invalid-request',
      401: 'credentials',
      404: 'not-found',
      429: 'rate-limit',
      500: 'upstream',
      529: 'overloaded',
    }),
  ],
  residency: {
    dataRegion: 'CN',
    mainlandChina: true,
    restOfWorld: 'unverified',
    registration: '万知/Yi on CAC list, number unverified',
  },
  unverified: [
    '01.AI stopped pre-training large models in 2025; only yi-lightning and yi-vision-v2 appear in newer lists; service status in Nov 2026 unknown',
    'context-length error is 400 with maximum context text',
  ],
  sources: [
    'songquanpeng/one-api:relay/adaptor/lingyiwanwu',
    'labring/aiproxy:core/relay/adaptor/lingyiwanwu/constants.go (commit aebeb5e, 2026-06-29)',
    'langgenius/dify-official-plugins:models/yi (commit 7af2283, 2026-08-21)',
    'alibaba/higress yi.go',
  ],
  checked: '2026-11-22',
}
