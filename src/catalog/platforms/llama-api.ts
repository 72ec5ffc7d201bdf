import { byStatus } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** Meta's own Llama API, a preview of 2025 whose present state nobody has confirmed. */
export const llamaApi: Platform = {
  id: 'llama-api',
  name: 'Meta Llama (open weights; Llama API)',
  kind: 'cloud',
  regions: [
    { id: 'llama-api', baseUrl: 'https://api.llama.com/compat/v1', note: 'availability in November 2026 unverified' },
  ],
  keyVariables: ['LLAMA_API_KEY'],
  auth: { kind: 'bearer' },
  endpoints: [{ dialect: 'openai-chat', path: '/chat/completions' }],
  quirks: { maxTokensField: 'max_tokens', temperature: { min: 0, max: 1 } },
  errors: [...byStatus({ 401: 'credentials', 429: 'rate-limit', 500: 'upstream' })],
  residency: {
    dataRegion: 'own servers',
    mainlandChina: 'weights usable; licence terms apply (EU multimodal exclusion for Llama 4)',
    restOfWorld: true,
  },
  unverified: ['Meta moved to closed Muse Spark models in 2026 (openmodels release notes); Llama API status'],
  sources: [
    'anomalyco/models.dev:providers/llama (commit f3fc692, 2026-07-02)',
    'langgenius/dify-official-plugins:models/llama_api',
  ],
  checked: '2026-11-22',
}
