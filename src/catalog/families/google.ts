import type { Family } from '#catalog/schema.ts'

const sources = [
  'https://ai.google.dev/gemini-api/docs/whats-new-gemini-3.6',
  'anomalyco/models.dev:providers/google (f3fc692, 2026-07-02)',
]

/** Gemini: 3.x by levels and never off, 2.5 by a budget that the OpenAI layer draws from the effort. */
export const GOOGLE_FAMILIES: readonly Family[] = [
  {
    id: 'gemini-3',
    quirks: { efforts: { low: 'low', medium: 'medium', high: 'high' }, thinkingDefault: 'always' },
    sources,
  },
  { id: 'gemini-2.5', quirks: { thinkingDefault: 'on' }, sources },
  // Smallest budget 128: it cannot be switched off.
  { id: 'gemini-2.5-pro', quirks: { thinkingDefault: 'always' }, sources },
]
