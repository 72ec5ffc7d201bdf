import { anthropicMessages } from '#wire/anthropic-messages/index.ts'
import { bedrockConverse } from '#wire/bedrock-converse/index.ts'
import type { Dialect, DialectId } from '#wire/dialect.ts'
import { gemini } from '#wire/gemini/index.ts'
import { openaiChat } from '#wire/openai-chat/index.ts'
import { openaiResponses } from '#wire/openai-responses/index.ts'
import { openaiCompletions } from '#wire/openai-completions/index.ts'
import { sensenovaChat } from '#wire/sensenova-chat/index.ts'
import { sparkChat } from '#wire/spark-chat/index.ts'
import { tencentChat } from '#wire/tencent-chat/index.ts'
import { wenxinChat } from '#wire/wenxin-chat/index.ts'

/** Every dialect, by id: for callers, towards platforms, in the simulator. */
export const DIALECTS: Readonly<Partial<Record<DialectId, Dialect>>> = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'openai-completions': openaiCompletions,
  'anthropic-messages': anthropicMessages,
  gemini,
  'bedrock-converse': bedrockConverse,
  'tencent-chat': tencentChat,
  'spark-chat': sparkChat,
  'sensenova-chat': sensenovaChat,
  'wenxin-chat': wenxinChat,
}
