import { EVERYTHING, type Says } from '#test/conformance/arbitrary.ts'
import { DIALECT_QUIRKS } from '#wire/dialect-quirks.ts'
import { DIALECTS } from '#wire/dialects.ts'
import type { Dialect, DialectId, ReadContext, WireTarget, WriteContext } from '#wire/dialect.ts'
import { ANTHROPIC_MESSAGES_QUIRKS, OPENAI_CHAT_QUIRKS, type Quirks } from '#wire/quirks.ts'

/** A dialect under the suite, with what a plain platform of it does. A new dialect adds one row. */
export interface Candidate {
  readonly dialect: Dialect
  readonly quirks: Quirks
  readonly says: Says
  /** The path says which model, and whether as a stream. */
  readonly path: boolean
  /** It goes on with one text: between it and dialects of messages, either form stands in for the other. */
  readonly text: boolean
}

interface Row {
  readonly quirks: Quirks
  readonly path?: boolean
  readonly text?: boolean
  /** Where it has no words for something: absent = it can say everything. */
  readonly says?: Partial<Says>
}

/** A dialect that is only spoken towards platforms has no row: its own tests prove what it can say. */
const ROWS: Readonly<Partial<Record<DialectId, Row>>> = {
  // Plain of quirks, but able to be told to think: otherwise every pair would only prove that thinking is dropped.
  'openai-chat': {
    quirks: {
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
  },
  'anthropic-messages': { quirks: ANTHROPIC_MESSAGES_QUIRKS },
  'openai-responses': { quirks: DIALECT_QUIRKS['openai-responses'], says: { stop: false } },
  gemini: { quirks: DIALECT_QUIRKS.gemini, path: true },
  'bedrock-converse': {
    quirks: DIALECT_QUIRKS['bedrock-converse'],
    path: true,
    says: { images: 'inline', forbids: false },
  },
  'openai-completions': {
    quirks: DIALECT_QUIRKS['openai-completions'],
    text: true,
    says: { turns: false, tools: false, reasoning: false, images: 'none', forbids: false },
  },
}

export const CANDIDATES: readonly Candidate[] = Object.entries(ROWS).map(([id, row]) => {
  const dialect = Object.values(DIALECTS).find((one) => one.id === id)
  if (dialect === undefined) throw new Error(`${id} is not built`)
  const { quirks, path = false, text = false, says } = row
  return { dialect, quirks, says: { ...EVERYTHING, ...says }, path, text }
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
