import type { DialectId } from '#wire/dialect.ts'
import { ANTHROPIC_MESSAGES_QUIRKS, OPENAI_CHAT_QUIRKS, type Quirks } from '#wire/quirks.ts'

/** What plain speakers of OpenAI's Responses API do. */
const OPENAI_RESPONSES_QUIRKS: Quirks = {
  ...OPENAI_CHAT_QUIRKS,
  sealScope: 'account',
  answersMax: 1,
  stopMax: 0,
  systemRole: 'either',
  thinking: 'reasoning-effort',
  usageInStream: 'always',
  finishReasons: {},
  endMark: 'required',
}

/** What plain speakers of the older completions API do: text in, text out. */
const OPENAI_COMPLETIONS_QUIRKS: Quirks = {
  ...OPENAI_CHAT_QUIRKS,
  maxTokensField: 'max_tokens',
  images: 'refused',
  toolChoices: [],
  responseFormats: [],
  reasoningField: 'none',
}

/** What Gemini's generateContent does, as the models of today (3.x) answer it. */
const GEMINI_QUIRKS: Quirks = {
  ...OPENAI_CHAT_QUIRKS,
  // "up to, but not including, 2.0", cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference, 2026-11
  penalties: { min: -2, max: 2, maxOpen: true },
  stopMax: 5,
  answersMax: 8,
  systemPlace: 'first',
  turnsAlternate: true,
  firstTurnUser: true,
  emptyContent: 'refused',
  parallelToolCallsSwitch: false,
  reasoningField: 'none',
  thinking: 'gemini-level',
  // MINIMAL is not taken by all of them (400 by 3.1 Pro and 3.7 Flash, 2026-10).
  efforts: { low: 'LOW', medium: 'MEDIUM', high: 'HIGH' },
  thinkingDefault: 'always',
  usageInStream: 'always',
  finishReasons: {},
  endMark: 'optional',
}

/**
 * What Bedrock's Converse does. Which models cache, think, take strict tools or structured output is the families' to
 * say: https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html
 */
const BEDROCK_CONVERSE_QUIRKS: Quirks = {
  ...OPENAI_CHAT_QUIRKS,
  temperature: { min: 0, max: 1 },
  answersMax: 1,
  systemPlace: 'first',
  turnsAlternate: true,
  firstTurnUser: true,
  emptyContent: 'refused',
  images: 'inline-only',
  cacheMarks: true,
  // `toolChoice` is auto, any or tool; `none` does not exist (API_runtime_ToolChoice, 2026-11).
  toolChoices: ['auto', 'required', 'named'],
  parallelToolCallsSwitch: false,
  toolParametersRequired: true,
  responseFormats: ['json-schema'],
  reasoningField: 'none',
  usageInStream: 'always',
  finishReasons: {},
  endMark: 'optional',
}

/** What Tencent's own ChatCompletions does (tencentcloud-sdk hunyuan v20230901, 2026). */
const TENCENT_CHAT_QUIRKS: Quirks = {
  ...OPENAI_CHAT_QUIRKS,
  stopMax: Number.POSITIVE_INFINITY,
  answersMax: 1,
  systemPlace: 'first',
  turnsAlternate: true,
  firstTurnUser: true,
  emptyContent: 'refused',
  // `none`, `auto`, and `custom` with the one tool to call.
  toolChoices: ['auto', 'none', 'named'],
  parallelToolCallsSwitch: false,
  toolParametersRequired: true,
  toolStrict: false,
  responseFormats: [],
  // "ReasoningContent is only in answers: in a request it is an error", of the field.
  reasoningReturn: 'refused',
  thinking: 'enable-thinking',
  usageInStream: 'always',
  finishReasons: {},
  bodyError: 'status',
  endMark: 'optional',
}

/** What iFlytek Spark's WebSocket does (https://www.xfyun.cn/doc/spark/Web.html and X1ws.html, 2026). */
const SPARK_CHAT_QUIRKS: Quirks = {
  ...OPENAI_CHAT_QUIRKS,
  temperature: { min: 0, minOpen: true, max: 1 },
  topP: { min: 0, minOpen: true, max: 1 },
  stopMax: 0,
  answersMax: 1,
  systemPlace: 'first',
  emptyContent: 'refused',
  images: 'refused',
  toolChoices: ['auto'],
  parallelToolCallsSwitch: false,
  toolStrict: false,
  responseFormats: [],
  reasoningReturn: 'refused',
  streamOnly: 'always',
  usageInStream: 'always',
  // Status 2 ends an answer, and never says why it ended.
  finishReasons: { '': 'stop' },
  bodyError: 'code',
  endMark: 'required',
}

/** What SenseNova's own chat-completions does (https://www.sensecore.cn/help/docs/model-as-a-service/nova, 2026). */
const SENSENOVA_CHAT_QUIRKS: Quirks = {
  ...OPENAI_CHAT_QUIRKS,
  temperature: { min: 0, minOpen: true, max: 2 },
  topP: { min: 0, minOpen: true, max: 1, maxOpen: true },
  stopMax: 0,
  answersMax: 4,
  toolChoices: ['auto', 'named'],
  parallelToolCallsSwitch: false,
  toolStrict: false,
  responseFormats: [],
  reasoningReturn: 'refused',
  thinking: 'thinking-type',
  usageInStream: 'always',
  bodyError: 'status',
}

/** What Baidu's wenxinworkshop does (https://cloud.baidu.com/doc/WENXINWORKSHOP/s/clntwmv7t, 2024). */
const WENXIN_CHAT_QUIRKS: Quirks = {
  ...OPENAI_CHAT_QUIRKS,
  temperature: { min: 0, minOpen: true, max: 1 },
  stopMax: 4,
  answersMax: 1,
  systemPlace: 'first',
  turnsAlternate: true,
  firstTurnUser: true,
  emptyContent: 'refused',
  images: 'refused',
  toolChoices: ['auto', 'named'],
  parallelToolCallsSwitch: false,
  toolParametersRequired: true,
  toolStrict: false,
  responseFormats: ['json'],
  reasoningField: 'none',
  reasoningReturn: 'refused',
  usageInStream: 'always',
  // `is_end` ends an answer; the answers of older models have no word for why.
  finishReasons: { '': 'stop' },
  bodyError: 'code',
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
  'tencent-chat': TENCENT_CHAT_QUIRKS,
  'spark-chat': SPARK_CHAT_QUIRKS,
  'sensenova-chat': SENSENOVA_CHAT_QUIRKS,
  'wenxin-chat': WENXIN_CHAT_QUIRKS,
}
