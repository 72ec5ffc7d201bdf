import { byStatus, coded } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** Shanghai AI Laboratory's hosted InternLM and Intern-S; free, with expiring tokens. */
export const internlm: Platform = {
  id: 'internlm',
  name: 'Shanghai AI Laboratory InternLM / Intern-S1',
  nameZh: '书生',
  kind: 'cloud',
  regions: [
    { id: 'cn', baseUrl: 'https://chat.intern-ai.org.cn/api/v1', residency: 'CN' },
    { id: 'cn-old', baseUrl: 'https://internlm-chat.intern-ai.org.cn/puyu/api/v1', residency: 'CN' },
  ],
  keyVariables: ['INTERNLM_API_KEY', 'INTERN_API_KEY'],
  auth: { kind: 'bearer' },
  endpoints: [{ dialect: 'openai-chat', path: '/chat/completions' }],
  // Its switch is a field `thinking_mode` of its own, which callers of this dialect can send themselves.
  quirks: { maxTokensField: 'max_tokens' },
  errors: [
    ...coded(401, { credentials: ['A0202', 'A0211'] }),
    ...coded(429, { 'rate-limit': ['C1114'] }),
    ...byStatus({ 500: 'upstream' }),
  ],
  residency: {
    dataRegion: 'CN',
    mainlandChina: true,
    restOfWorld: 'reachable',
    registration: '书生 on CAC list first batch, number unverified',
  },
  unverified: [
    'most of this entry: official API page https://internlm.intern-ai.org.cn/api/document not read',
    'error codes',
  ],
  sources: ['docs.camel-ai.org/reference/camel.configs.internlm_config', 'InternLM/lagent', 'InternLM/lmdeploy'],
  checked: '2026-11-22',
}
