import type { FailureKind } from '#wire/failure.ts'
import type { FinishReason } from '#wire/event.ts'
import type { Effort } from '#wire/request.ts'

/** The values that a platform takes for a number. Open ends are not taken themselves. */
export interface Range {
  readonly min?: number
  readonly max?: number
  readonly minOpen?: boolean
  readonly maxOpen?: boolean
}

/** `any` sends the number as it is; `fixed` refuses every value but its own default, so ours is left out. */
export type NumberRule = 'any' | 'fixed' | Range

/**
 * How a platform is told to think or not.
 *
 * - `none`             it cannot be told
 * - `reasoning-effort` `reasoning_effort: low`
 * - `thinking-type`    `thinking: {type: enabled|disabled}`, with `reasoning_effort` beside where `efforts` has any
 * - `thinking-adaptive` `thinking: {type: adaptive|disabled}`, in no degree (MiniMax M3)
 * - `enable-thinking`  `enable_thinking: bool`, `thinking_budget: n`
 * - `template-switch`  `chat_template_kwargs: {enable_thinking: bool}` (vLLM, SGLang serving Qwen)
 * - `anthropic-budget` `thinking: {type: enabled, budget_tokens: n}`
 * - `anthropic-effort` `thinking: {type: adaptive}` with `output_config: {effort}`
 * - `gemini-budget`    `thinkingConfig: {thinkingBudget: n}` (Gemini 2.5)
 * - `gemini-level`     `thinkingConfig: {thinkingLevel: LOW}` (Gemini 3)
 * - `nova-effort`      `reasoningConfig: {type: enabled, maxReasoningEffort: low}` (Amazon Nova 2)
 */
export type ThinkingControl =
  | 'none'
  | 'reasoning-effort'
  | 'thinking-type'
  | 'thinking-adaptive'
  | 'enable-thinking'
  | 'template-switch'
  | 'anthropic-budget'
  | 'anthropic-effort'
  | 'gemini-budget'
  | 'gemini-level'
  | 'nova-effort'

/**
 * Every way in which a platform or a model family departs from its dialect: closed, typed, read at one place each.
 * A catalog row sets a field together with its evidence (source and date in the row). What is not set keeps the
 * dialect's default. Merged in this order: dialect, model family, platform, offer, operator.
 */
export interface Quirks {
  /** Name of the field that bounds the output. `either` takes both of OpenAI's names. */
  readonly maxTokensField: 'max_tokens' | 'max_completion_tokens' | 'either'
  /** The bound must be given; where the caller gave none, the model's own maximum is sent (Anthropic). */
  readonly maxTokensRequired: boolean

  readonly temperature: NumberRule
  readonly topP: NumberRule
  /** Refuses `temperature` and `top_p` together (Claude Opus 4.1 and later): `top_p` is left out. */
  readonly temperatureOrTopP: boolean
  readonly penalties: NumberRule
  /** Most stop sequences taken, 0 = none; and the longest, in UTF-8 bytes. */
  readonly stopMax: number
  readonly stopBytesMax: number
  /** Most answers to one request (`n`). */
  readonly answersMax: number

  /** Top-level fields that are refused when present: left out, with a `dropped` warning. */
  readonly refusedFields: readonly string[]
  /** Top-level fields that are taken without effect: sent on, with an `ignored` warning. */
  readonly ignoredFields: readonly string[]
  /** Refuses every field that it does not know: only `knownFields` may be sent (Huawei MaaS). */
  readonly knownFields: readonly string[] | 'any'
  /** Top-level fields that have another name here: `{ user: 'user_id' }`. */
  readonly renamedFields: Readonly<Record<string, string>>

  /** The role of instructions. `either` takes both `system` and `developer`. */
  readonly systemRole: 'system' | 'developer' | 'either'
  /** Where system messages may stand; elsewhere they are moved to the front and merged. */
  readonly systemPlace: 'anywhere' | 'first'
  /** Neighbouring turns of one role are merged, since user and assistant must alternate. */
  readonly turnsAlternate: boolean
  /** The first turn after the system text must be the user's. */
  readonly firstTurnUser: boolean
  /** `content: null` or `''` is refused: on assistant turns with tool calls the field is left out or holds a space. */
  readonly emptyContent: 'accepted' | 'refused'
  /** Images in user turns: as the caller gave them, only inline, or not at all. */
  readonly images: 'accepted' | 'inline-only' | 'refused'
  /** Takes `cache_control` marks on content parts. */
  readonly cacheMarks: boolean

  /** Values of `tool_choice` that are taken. */
  readonly toolChoices: readonly ('auto' | 'none' | 'required' | 'named')[]
  /** `tool_choice` other than `auto` or `none` is refused while the model thinks. */
  readonly toolChoiceFreeOnlyWhileThinking: boolean
  readonly parallelToolCallsSwitch: boolean
  /** Tools without `parameters` are refused or lost: an empty object schema is sent (pain T14). */
  readonly toolParametersRequired: boolean
  readonly toolStrict: boolean
  /** Forms of structured output that are taken. */
  readonly responseFormats: readonly ('json' | 'json-schema')[]
  /** `json_object` is refused (400) unless the word "json" stands in a message: put there where the caller could not know. */
  readonly jsonWord: 'free' | 'required'

  /** Where reasoning text stands in answers; `think-tags` = `<think>…</think>` inside the content. */
  readonly reasoningField: 'reasoning_content' | 'reasoning' | 'reasoning_details' | 'think-tags' | 'none'
  /** Asks with `reasoning_split: true` to have thinking apart from content (MiniMax). */
  readonly reasoningSplit: boolean
  /**
   * Reasoning of earlier turns: `required` with every call that the model made or the platform answers 400 (DeepSeek V4,
   * Kimi, pain T19), `accepted`, or `refused` (DeepSeek R1 of 2025).
   */
  readonly reasoningReturn: 'required' | 'accepted' | 'refused'
  /**
   * Who takes a seal of reasoning back: only the `account` that it was made for (OpenAI's encrypted reasoning belongs to
   * an organization: 400 `invalid_encrypted_content`, pain T22), or every account on the `platform`.
   */
  readonly sealScope: 'account' | 'platform'
  readonly thinking: ThinkingControl
  /** Which of our efforts is which of theirs; an absent one takes the nearest present one, with a warning. */
  readonly efforts: Readonly<Partial<Record<Effort, string>>>
  /** Does it think when nothing is said; `always` = cannot be switched off. */
  readonly thinkingDefault: 'off' | 'on' | 'always'
  /** Refuses unstreamed calls: always (QwQ), or while thinking (open-weight Qwen3, pain T21). Then we stream and fold. */
  readonly streamOnly: 'never' | 'while-thinking' | 'always'

  /** Usage in streams: only with `stream_options.include_usage`, or always and `stream_options` is refused or idle. */
  readonly usageInStream: 'on-request' | 'always'
  /**
   * Finish reasons beyond the dialect's own. A failure kind means: this is an error, not an end. The empty word stands
   * for a stream with its end mark but without a reason, as Spark's always are: `stop` takes the mark's word for it; a
   * row or an operator who knows better sets `'': cut`.
   */
  readonly finishReasons: Readonly<Record<string, FinishReason | FailureKind>>
  /**
   * Where an error hides inside a 200: MiniMax's `base_resp.status_code`, Spark's `code`, SenseNova's `status.code`
   * or Tencent's `Response.Error`.
   */
  readonly bodyError: 'none' | 'base_resp' | 'code' | 'status'
  /** A stream that closes after a finish reason without the dialect's end mark is complete. */
  readonly endMark: 'required' | 'optional'
  /**
   * Keeps its answers, so that a later request can name one (`previous_response_id` of the Responses API). Elsewhere the
   * gateway keeps them, and sends the whole conversation: some hosts take the field and forget what it names.
   */
  readonly keepsAnswers: boolean
}

/** What plain OpenAI chat completions do: the reference of `openai-chat`. */
export const OPENAI_CHAT_QUIRKS: Quirks = {
  maxTokensField: 'either',
  maxTokensRequired: false,
  temperature: { min: 0, max: 2 },
  topP: { min: 0, max: 1 },
  temperatureOrTopP: false,
  penalties: { min: -2, max: 2 },
  stopMax: 4,
  stopBytesMax: Number.POSITIVE_INFINITY,
  answersMax: 128,
  refusedFields: [],
  ignoredFields: [],
  knownFields: 'any',
  renamedFields: {},
  systemRole: 'system',
  systemPlace: 'anywhere',
  turnsAlternate: false,
  firstTurnUser: false,
  emptyContent: 'accepted',
  images: 'accepted',
  cacheMarks: false,
  toolChoices: ['auto', 'none', 'required', 'named'],
  toolChoiceFreeOnlyWhileThinking: false,
  parallelToolCallsSwitch: true,
  toolParametersRequired: false,
  toolStrict: true,
  responseFormats: ['json', 'json-schema'],
  jsonWord: 'free',
  reasoningField: 'reasoning_content',
  reasoningSplit: false,
  reasoningReturn: 'accepted',
  sealScope: 'platform',
  thinking: 'none',
  efforts: {},
  thinkingDefault: 'off',
  streamOnly: 'never',
  usageInStream: 'on-request',
  finishReasons: { '': 'stop' },
  bodyError: 'none',
  endMark: 'optional',
  keepsAnswers: false,
}

/** What Anthropic's Messages API does: the reference of `anthropic-messages`. */
export const ANTHROPIC_MESSAGES_QUIRKS: Quirks = {
  ...OPENAI_CHAT_QUIRKS,
  maxTokensField: 'max_tokens',
  maxTokensRequired: true,
  temperature: { min: 0, max: 1 },
  stopMax: Number.POSITIVE_INFINITY,
  answersMax: 1,
  systemPlace: 'first',
  turnsAlternate: true,
  firstTurnUser: true,
  emptyContent: 'refused',
  cacheMarks: true,
  // "Tool choice limitation: only auto and none", platform.claude.com/docs/en/build-with-claude/extended-thinking, 2026-11
  toolChoiceFreeOnlyWhileThinking: true,
  toolParametersRequired: true,
  responseFormats: ['json-schema'],
  reasoningField: 'none',
  thinking: 'anthropic-budget',
  usageInStream: 'always',
  finishReasons: {},
  endMark: 'required',
}
