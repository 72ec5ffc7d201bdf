import type { Family } from '#catalog/schema.ts'
import type { Quirks } from '#wire/quirks.ts'

/**
 * Forced tools and thinking exclude each other: https://platform.claude.com/docs, extended thinking with tool use. The
 * default of Anthropic's own dialect; said here for Claude behind the OpenAI layers.
 */
const THINKING: Partial<Quirks> = { toolChoiceFreeOnlyWhileThinking: true }

/** Both dialects that carry Claude's own fields. */
function told(thinking: Quirks['thinking']): NonNullable<Family['dialects']> {
  return { 'anthropic-messages': { thinking }, 'bedrock-converse': { thinking } }
}

const sources = [
  'https://platform.claude.com/docs/en/models/overview (2026-11)',
  'anomalyco/models.dev:providers/anthropic (f3fc692, 2026-07-02)',
]

/** Claude, by how each generation is told to think and which sampling fields it takes together. */
export const ANTHROPIC_FAMILIES: readonly Family[] = [
  // 3.7, Opus 4 and Sonnet 4: `thinking.budget_tokens`, 1024 at least.
  {
    id: 'claude-budget',
    quirks: THINKING,
    dialects: told('anthropic-budget'),
    sources,
  },
  // Opus 4.1 and the 4.5 generation: the same, and `temperature` beside `top_p` is a 400.
  {
    id: 'claude-4-1',
    quirks: { ...THINKING, temperatureOrTopP: true },
    dialects: told('anthropic-budget'),
    sources,
  },
  // 4.6 and later: adaptive thinking with `output_config.effort`; 4.6 has no `xhigh` (the rows say so). What 5.5 takes
  // is not written down in what was read: taken to be as Opus 4.7.
  {
    id: 'claude-adaptive',
    quirks: {
      ...THINKING,
      temperatureOrTopP: true,
      efforts: { low: 'low', medium: 'medium', high: 'high', xhigh: 'xhigh', max: 'max' },
    },
    dialects: told('anthropic-effort'),
    sources,
  },
]
