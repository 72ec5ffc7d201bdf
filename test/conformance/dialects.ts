import { DIALECTS } from '#wire/dialects.ts'
import type { Dialect, ReadContext, WireTarget, WriteContext } from '#wire/dialect.ts'
import { ANTHROPIC_MESSAGES_QUIRKS, OPENAI_CHAT_QUIRKS, type Quirks } from '#wire/quirks.ts'

/** A dialect under the suite, with what a plain platform of it does. A new dialect adds one row. */
export interface Candidate {
  readonly dialect: Dialect
  readonly quirks: Quirks
}

const PLAIN: Readonly<Record<string, Quirks>> = {
  // Plain of quirks, but able to be told to think: otherwise every pair would only prove that thinking is dropped.
  'openai-chat': {
    ...OPENAI_CHAT_QUIRKS,
    thinking: 'reasoning-effort',
    efforts: {
      none: 'none',
      minimal: 'minimal',
      low: 'low',
      medium: 'medium',
      high: 'high',
      xhigh: 'xhigh',
      max: 'max',
    },
  },
  'anthropic-messages': ANTHROPIC_MESSAGES_QUIRKS,
}

export const CANDIDATES: readonly Candidate[] = Object.values(DIALECTS).map((dialect) => {
  const quirks = PLAIN[dialect.id]
  if (quirks === undefined) throw new Error(`give ${dialect.id} a row in test/conformance/dialects.ts`)
  return { dialect, quirks }
})

export const PAIRS: readonly (readonly [Candidate, Candidate])[] = CANDIDATES.flatMap((from) =>
  CANDIDATES.map((to) => [from, to] as const),
)

export function readContext({ quirks }: Candidate): ReadContext {
  return { platform: 'test', quirks, errors: [] }
}

export function target({ quirks }: Candidate, more: Partial<WireTarget> = {}): WireTarget {
  return { model: 'target-model', quirks, maxOutputTokens: 100_000, vision: true, tools: true, ...more }
}

export function writeContext(more: Partial<WriteContext> = {}): WriteContext {
  return {
    requestId: 'req_1',
    now: 1_700_000_000,
    model: 'asked-model',
    native: false,
    streamUsage: true,
    usageAdded: false,
    ...more,
  }
}
