import { coded } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** Kuaishou Kling: video jobs. */
export const kling: Platform = {
  id: 'kling',
  name: 'Kuaishou Kling',
  nameZh: '可灵',
  kind: 'cloud',
  regions: [
    { id: 'intl', baseUrl: 'https://api-singapore.klingai.com', residency: 'SG' },
    { id: 'cn', baseUrl: 'https://api-beijing.klingai.com', residency: 'CN' },
  ],
  keyVariables: ['KLING_API_KEY'],
  credentialVariables: {
    'access-key-jwt': {
      accessKey: ['KLING_ACCESS_KEY', 'KLINGAI_ACCESS_KEY'],
      secretKey: ['KLING_SECRET_KEY', 'KLINGAI_SECRET_KEY'],
    },
  },
  // The paths of 3.x take the key itself, the older /v1/videos the JWT of an access key.
  auth: [{ kind: 'bearer' }, { kind: 'access-key-jwt' }],
  endpoints: [],
  quirks: {},
  errors: [
    ...coded(401, { credentials: ['1000', '1001', '1002', '1003', '1004'] }),
    ...coded(429, { credentials: ['1100', '1304'], quota: ['1101', '1102'], 'rate-limit': ['1302', '1303'] }),
    ...coded(403, { credentials: ['1103'] }),
    ...coded(400, { 'invalid-request': ['1200', '1201'], 'content-filter': ['1300', '1301'] }),
    ...coded(404, { 'invalid-request': ['1202'], 'not-found': ['1203'] }),
    ...coded(500, { upstream: ['5000'] }),
    ...coded(503, { overloaded: ['5001'] }),
    ...coded(504, { timeout: ['5002'] }),
  ],
  residency: {
    dataRegion: 'CN or Singapore',
    mainlandChina: true,
    restOfWorld: true,
    registration:
      'model Beijing-KeLing-202409250032; algorithm 网信算备110108413760701250055号; as quoted on Alibaba Bailian public page 模型备案信息公示, quoted in public repositories 2026',
  },
  unverified: ['CNY prices', 'kling-3.0 and omni price', 'Kling 4.0 (closed beta, 2026-09-28)'],
  sources: [
    'vercel/ai:packages/klingai/src (ed857f5)',
    'api-evangelist/kling-ai openapi (2026-07-11)',
    'MartialBE/one-hub:providers/kling',
    'real Kling documents and live observations quoted in public repositories, Aug-Oct 2026',
  ],
  checked: '2026-11-22',
  unavailable: 'It makes videos only, and video jobs are not served yet.',
}
