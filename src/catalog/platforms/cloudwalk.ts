import type { Platform } from '#catalog/schema.ts'

/** CloudWalk Congrong: nothing public exists. */
export const cloudwalk: Platform = {
  id: 'cloudwalk',
  name: 'CloudWalk Congrong',
  nameZh: '云从科技 从容大模型',
  kind: 'cloud',
  regions: [],
  keyVariables: [],
  auth: { kind: 'none' },
  endpoints: [],
  quirks: {},
  errors: [],
  residency: {
    dataRegion: 'CN',
    mainlandChina: true,
    restOfWorld: false,
    registration: '从容大模型 reported registered 2023-11..2024 (unverified)',
  },
  unverified: ['everything'],
  sources: ['searches of 2026-11: nothing found'],
  checked: '2026-11-22',
  unavailable:
    'Nothing public exists: no API document, no address and no price was found (2026-11). It is sold as a private deployment: for one of your own use platform openai-compatible with its base URL.',
}
