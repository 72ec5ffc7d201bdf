import { coded } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** Kunlun Skywork's signed API of 2024: its signature is known, what it answers is not known well enough to serve it. */
export const skywork: Platform = {
  id: 'skywork',
  name: 'Kunlun Skywork',
  nameZh: '昆仑万维 天工',
  kind: 'cloud',
  regions: [
    { id: 'cn', baseUrl: 'https://api-maas.singularity-ai.com/sky-work/api/v1', residency: 'CN' },
    { id: 'old', baseUrl: 'https://sky-api.singularity-ai.com/saas/api/v4', residency: 'CN' },
  ],
  keyVariables: [],
  auth: { kind: 'md5-sign' },
  endpoints: [],
  quirks: {},
  errors: [...coded(undefined, { credentials: ['60201'], 'rate-limit': ['60501'], upstream: ['60700'] })],
  residency: {
    dataRegion: 'CN',
    mainlandChina: true,
    restOfWorld: 'unverified',
    registration: '天工 on CAC list 2023-11, number unverified',
  },
  unverified: ['whether the signed API still answers in 2026', 'codes, model ids'],
  sources: [
    'https://cloud.tencent.com/developer/article/2472806',
    'https://inference.readthedocs.io/en/v1.6.1/models/builtin/llm/skywork.html',
    'xorbitsai/inference',
  ],
  checked: '2026-11-22',
  unavailable:
    "Its dialect is not OpenAI's (one text in resp_data.reply), how it streams is not documented, and nobody has seen it answer in 2026. Run its open weights on a server of your own, or ask SiliconFlow or ModelScope for them.",
}
