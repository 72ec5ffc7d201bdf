import { anthropicMessages } from '#wire/anthropic-messages/index.ts'
import type { Dialect, DialectId } from '#wire/dialect.ts'
import { gemini } from '#wire/gemini/index.ts'
import { openaiChat } from '#wire/openai-chat/index.ts'

/** Every dialect, by id: for callers, towards platforms, in the simulator. */
export const DIALECTS: Readonly<Partial<Record<DialectId, Dialect>>> = {
  'openai-chat': openaiChat,
  'anthropic-messages': anthropicMessages,
  gemini,
}
