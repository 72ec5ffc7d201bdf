import type { DialectId } from '#wire/dialect.ts'
import { ANTHROPIC_MESSAGES_QUIRKS, OPENAI_CHAT_QUIRKS, type Quirks } from '#wire/quirks.ts'

/** What plain speakers of a dialect do. Dialects without a reference of their own yet start from OpenAI's. */
export function dialectQuirks(dialect: DialectId): Quirks {
  switch (dialect) {
    case 'anthropic-messages':
      return ANTHROPIC_MESSAGES_QUIRKS
    case 'openai-chat':
    case 'openai-responses':
    case 'gemini':
    case 'bedrock-converse':
      return OPENAI_CHAT_QUIRKS
  }
}

/**
 * Lays quirks over each other, later ones on top. Renamed fields, efforts and finish reasons merge key by key; any
 * other field, lists too, replaces what is below it.
 */
export function mergeQuirks(base: Quirks, layers: readonly (Partial<Quirks> | undefined)[]): Quirks {
  return layers.reduce((below: Quirks, layer) => (layer === undefined ? below : lay(below, layer)), base)
}

function lay(below: Quirks, layer: Partial<Quirks>): Quirks {
  return {
    ...below,
    ...layer,
    renamedFields: { ...below.renamedFields, ...layer.renamedFields },
    efforts: { ...below.efforts, ...layer.efforts },
    finishReasons: { ...below.finishReasons, ...layer.finishReasons },
  }
}
