import type { Family } from '#catalog/schema.ts'
import type { Quirks } from '#wire/quirks.ts'

const sources = [
  'https://developers.openai.com/docs/guides/error-codes',
  'openai/openai-openapi:openapi.yaml (f85dbe2, 2026-08-21)',
  'BerriAI/litellm discussion 42523; docs.laozhang.ai gpt-6-launch-2026-09; dev.to/aakira gpt-6-astra',
]

/** All of them refuse sampling other than their own, log probabilities, and the old name of the output bound: 400. */
const REASONING: Partial<Quirks> = {
  maxTokensField: 'max_completion_tokens',
  temperature: 'fixed',
  topP: 'fixed',
  penalties: 'fixed',
  refusedFields: ['logprobs', 'top_logprobs'],
  // They turn `system` into `developer` themselves.
  systemRole: 'either',
  thinking: 'reasoning-effort',
  efforts: { low: 'low', medium: 'medium', high: 'high' },
  thinkingDefault: 'always',
  // Chat completions only count the tokens of thinking (usage.completion_tokens_details): openapi.yaml, 2026-08-21.
  reasoningField: 'none',
}

/** OpenAI's reasoning models; which efforts a model takes is in its row. */
export const OPENAI_FAMILIES: readonly Family[] = [
  { id: 'openai-reasoning', quirks: REASONING, sources },
  // GPT-5.1 and later take effort `none`.
  {
    id: 'openai-reasoning-switchable',
    quirks: {
      ...REASONING,
      efforts: { none: 'none', low: 'low', medium: 'medium', high: 'high', xhigh: 'xhigh' },
      thinkingDefault: 'on',
    },
    sources,
  },
  // Sol and Luna take a temperature with effort `none` only; since their default is `medium`, it is always left out.
  {
    id: 'gpt-6',
    quirks: {
      ...REASONING,
      efforts: { none: 'none', low: 'low', medium: 'medium', high: 'high', xhigh: 'xhigh', max: 'max' },
      thinkingDefault: 'on',
    },
    sources,
  },
  // Astra and 6.2 refuse efforts `none` and `minimal`.
  {
    id: 'gpt-6-astra',
    quirks: { ...REASONING, efforts: { low: 'low', medium: 'medium', high: 'high', xhigh: 'xhigh', max: 'max' } },
    sources,
  },
  {
    id: 'gpt-oss',
    quirks: {
      thinking: 'reasoning-effort',
      efforts: { low: 'low', medium: 'medium', high: 'high' },
      thinkingDefault: 'always',
    },
    sources: ['anomalyco/models.dev:providers/amazon-bedrock, huggingface (f3fc692, 2026-07-02)'],
  },
]
