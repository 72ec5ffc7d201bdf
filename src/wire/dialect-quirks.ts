import type { DialectId } from '#wire/dialect.ts'
import { ANTHROPIC_MESSAGES_QUIRKS, OPENAI_CHAT_QUIRKS, type Quirks } from '#wire/quirks.ts'

/** What plain speakers of OpenAI's Responses API do. */
const OPENAI_RESPONSES_QUIRKS: Quirks = {
  ...OPENAI_CHAT_QUIRKS,
  answersMax: 1,
  stopMax: 0,
  systemRole: 'either',
  thinking: 'reasoning-effort',
  usageInStream: 'always',
  finishReasons: {},
  endMark: 'required',
}

/** What plain speakers of the older completions API do: text in, text out. */
const OPENAI_COMPLETIONS_QUIRKS: Quirks = { ...OPENAI_CHAT_QUIRKS, maxTokensField: 'max_tokens', images: 'refused' }

/** What Gemini's generateContent does. */
const GEMINI_QUIRKS: Quirks = {
  ...OPENAI_CHAT_QUIRKS,
  stopMax: 5,
  answersMax: 8,
  systemPlace: 'first',
  thinking: 'gemini-level',
  usageInStream: 'always',
  finishReasons: {},
  endMark: 'optional',
}

/** What Bedrock's Converse does. */
const BEDROCK_CONVERSE_QUIRKS: Quirks = {
  ...OPENAI_CHAT_QUIRKS,
  temperature: { min: 0, max: 1 },
  answersMax: 1,
  systemPlace: 'first',
  turnsAlternate: true,
  firstTurnUser: true,
  emptyContent: 'refused',
  images: 'inline-only',
  usageInStream: 'always',
  finishReasons: {},
  endMark: 'required',
}

/** The reference behaviour of each dialect: what a platform does that says nothing else. */
export const DIALECT_QUIRKS: Readonly<Record<DialectId, Quirks>> = {
  'openai-chat': OPENAI_CHAT_QUIRKS,
  'openai-responses': OPENAI_RESPONSES_QUIRKS,
  'openai-completions': OPENAI_COMPLETIONS_QUIRKS,
  'anthropic-messages': ANTHROPIC_MESSAGES_QUIRKS,
  gemini: GEMINI_QUIRKS,
  'bedrock-converse': BEDROCK_CONVERSE_QUIRKS,
  'tencent-chat': OPENAI_CHAT_QUIRKS,
  'spark-chat': OPENAI_CHAT_QUIRKS,
  'sensenova-chat': OPENAI_CHAT_QUIRKS,
  'wenxin-chat': OPENAI_CHAT_QUIRKS,
}
