import { byStatus, coded, responsesBeside } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** Hugging Face router. The model is `org/name`, with `:provider`, `:fastest` or `:cheapest` behind it. */
export const huggingface: Platform = {
  id: 'huggingface',
  name: 'Hugging Face Inference Providers',
  kind: 'aggregator',
  regions: [{ id: 'global', baseUrl: 'https://router.huggingface.co/v1' }],
  keyVariables: ['HF_TOKEN', 'HUGGINGFACE_API_KEY'],
  auth: { kind: 'bearer' },
  endpoints: [
    { dialect: 'openai-chat', path: '/chat/completions' },
    // In beta (2026-11).
    responsesBeside(),
  ],
  services: {
    embeddings: [
      {
        form: 'feature-extraction',
        path: '/hf-inference/models/{modelPath}/pipeline/feature-extraction',
        fromRoot: true,
        batchMax: 32,
      },
    ],
  },
  // What a model takes depends on who serves it behind the router.
  quirks: {},
  errors: [
    { status: 402, message: 'exceeded your monthly included credits', kind: 'quota' },
    ...coded(400, { 'not-found': ['model_not_supported'] }),
    ...byStatus({ 401: 'credentials', 403: 'credentials', 429: 'rate-limit', 503: 'overloaded' }),
  ],
  residency: { dataRegion: 'US/EU by provider', mainlandChina: false, restOfWorld: true },
  unverified: ['credits today', 'suffix list'],
  sources: [
    'huggingface/huggingface.js:packages/inference/src/lib/getProviderHelper.ts (fe42e68)',
    'huggingface/huggingface_hub',
    'anomalyco/models.dev:providers/huggingface',
  ],
  checked: '2026-11-22',
}
