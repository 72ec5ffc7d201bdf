import type { Family } from '#catalog/schema.ts'

const sources = ['https://platform.kimi.ai/docs (2026-09)', 'docs.apiyi.com kimi-k3-1 (2026-10-25)']

/** Kimi: K2.5 and K2.6 can be told not to think, the others cannot. */
export const KIMI_FAMILIES: readonly Family[] = [
  { id: 'kimi-k2-thinking', quirks: { thinkingDefault: 'always' }, sources },
  { id: 'kimi-k2.6', quirks: { thinkingDefault: 'on' }, sources },
  { id: 'kimi-k2.7-code', quirks: { thinkingDefault: 'always' }, sources },
  { id: 'kimi-k3', quirks: { efforts: { low: 'low', high: 'high', max: 'max' }, thinkingDefault: 'always' }, sources },
  // Wants temperature 1 and top_p 0.95, its defaults.
  { id: 'kimi-k3.1', quirks: { temperature: 'fixed', topP: 'fixed', thinkingDefault: 'always' }, sources },
]
