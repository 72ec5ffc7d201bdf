import { anthropicLayer, byStatus } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** Any server that speaks Anthropic's dialect: the operator gives its base URL. */
export const anthropicCompatible: Platform = {
  id: 'anthropic-compatible',
  name: 'Any Anthropic-compatible server (generic)',
  kind: 'generic',
  regions: [{ id: 'custom', baseUrl: '{baseUrl}' }],
  keyVariables: [],
  auth: { kind: 'header', name: 'x-api-key' },
  endpoints: [anthropicLayer()],
  quirks: {},
  errors: [
    ...byStatus({
      400: 'invalid-request',
      401: 'credentials',
      403: 'credentials',
      404: 'not-found',
      429: 'rate-limit',
      500: 'upstream',
      503: 'overloaded',
      529: 'overloaded',
    }),
  ],
  residency: {
    dataRegion: 'own servers',
    mainlandChina: true,
    restOfWorld: true,
    registration: 'operator must register its own public service',
  },
  unverified: [],
  sources: ['general practice of Anthropic-compatible servers'],
  checked: '2026-11-22',
}
