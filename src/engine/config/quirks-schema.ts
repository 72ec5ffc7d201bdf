import { z } from 'zod'
import type { FinishReason } from '#wire/event.ts'
import { FAILURES, type FailureKind } from '#wire/failure.ts'
import type { NumberRule, Quirks } from '#wire/quirks.ts'
import { EFFORTS } from '#wire/request.ts'

const FINISH_REASONS: Readonly<Record<FinishReason, true>> = {
  stop: true,
  length: true,
  'tool-calls': true,
  'content-filter': true,
  pause: true,
}

const names = z.array(z.string())
const flag = z.boolean()

const range = z.strictObject({
  min: z.number().exactOptional(),
  max: z.number().exactOptional(),
  minOpen: flag.exactOptional(),
  maxOpen: flag.exactOptional(),
})

const numberRule: z.ZodType<NumberRule> = z
  .union([z.enum(['any', 'fixed']), range], { error: 'must be any, fixed, or { min, max, minOpen, maxOpen }' })
  .meta({ form: '`any` | `fixed` | `{ min, max, minOpen, maxOpen }`' })

const bound = z
  .union([z.int().nonnegative(), z.literal('unlimited').transform(() => Number.POSITIVE_INFINITY)], {
    error: 'must be a whole number, or unlimited',
  })
  .meta({ form: 'integer | `unlimited`' })

const knownFields = z
  .union([z.literal('any'), names], { error: 'must be any, or a list of field names' })
  .meta({ form: '`any` | list of texts' })

const finishReasons = z
  .record(z.string(), z.enum([...keysOf(FINISH_REASONS), ...keysOf(FAILURES)]))
  .meta({ form: 'name: finish reason or failure kind' })

/** Every field of `Quirks`, in its order; the compiler sees to it that none is missing. */
const fields = {
  maxTokensField: z.enum(['max_tokens', 'max_completion_tokens', 'either']).describe('Field that bounds the output.'),
  maxTokensRequired: flag.describe('The bound must be given.'),
  temperature: numberRule.describe('Values taken for `temperature`.'),
  topP: numberRule.describe('Values taken for `top_p`.'),
  temperatureOrTopP: flag.describe('Refuses `temperature` and `top_p` together.'),
  penalties: numberRule.describe('Values taken for the presence and frequency penalties.'),
  stopMax: bound.describe('Most stop sequences taken.'),
  stopBytesMax: bound.describe('Longest stop sequence taken, in UTF-8 bytes.'),
  answersMax: bound.describe('Most answers to one request (`n`).'),
  refusedFields: names.describe('Top-level fields that are refused: left out, with a warning.'),
  ignoredFields: names.describe('Top-level fields without effect: sent, with a warning.'),
  knownFields: knownFields.describe('The only fields that may be sent.'),
  renamedFields: z.record(z.string(), z.string()).describe('Top-level fields that have another name here.'),
  systemRole: z.enum(['system', 'developer', 'either']).describe('Role of instructions.'),
  systemPlace: z.enum(['anywhere', 'first']).describe('Where system messages may stand.'),
  turnsAlternate: flag.describe('User and assistant must alternate: neighbours of one role are merged.'),
  firstTurnUser: flag.describe("The first turn must be the user's."),
  emptyContent: z.enum(['accepted', 'refused']).describe('Empty or null `content`.'),
  images: z.enum(['accepted', 'inline-only', 'refused']).describe('Images in user turns.'),
  cacheMarks: flag.describe('Takes `cache_control` marks.'),
  toolChoices: z.array(z.enum(['auto', 'none', 'required', 'named'])).describe('Values taken for `tool_choice`.'),
  toolChoiceFreeOnlyWhileThinking: flag.describe('Only `auto` and `none` are taken while the model thinks.'),
  parallelToolCallsSwitch: flag.describe('Takes `parallel_tool_calls`.'),
  toolParametersRequired: flag.describe('Tools without `parameters` are refused.'),
  toolStrict: flag.describe('Takes `strict` on tools.'),
  responseFormats: z.array(z.enum(['json', 'json-schema'])).describe('Forms of structured output that are taken.'),
  jsonWord: z.enum(['free', 'required']).describe('Whether `json_object` needs the word "json" in a message.'),
  reasoningField: z
    .enum(['reasoning_content', 'reasoning', 'reasoning_details', 'think-tags', 'none'])
    .describe('Where reasoning text stands in answers.'),
  reasoningSplit: flag.describe('Asks with `reasoning_split` for thinking apart from content.'),
  reasoningReturn: z.enum(['required', 'accepted', 'refused']).describe('Reasoning of earlier turns in requests.'),
  sealScope: z.enum(['account', 'platform']).describe('Who takes a seal of reasoning back.'),
  thinking: z
    .enum([
      'none',
      'reasoning-effort',
      'thinking-type',
      'thinking-adaptive',
      'enable-thinking',
      'template-switch',
      'anthropic-budget',
      'anthropic-effort',
      'gemini-budget',
      'gemini-level',
      'nova-effort',
    ])
    .describe('How the platform is told to think.'),
  efforts: z.partialRecord(z.enum(EFFORTS), z.string()).describe('Which of our efforts is which of theirs.'),
  thinkingDefault: z.enum(['off', 'on', 'always']).describe('Whether it thinks when nothing is said.'),
  streamOnly: z.enum(['never', 'while-thinking', 'always']).describe('Refuses unstreamed calls.'),
  usageInStream: z.enum(['on-request', 'always']).describe('When usage comes in streams.'),
  finishReasons: finishReasons.describe("Finish reasons beyond the dialect's own, and what they mean."),
  bodyError: z.enum(['none', 'base_resp', 'code', 'status']).describe('Where an error hides inside a 200.'),
  endMark: z.enum(['required', 'optional']).describe('Whether a stream without its end mark is complete.'),
  keepsAnswers: flag.describe('Keeps its answers, so that `previous_response_id` can name one there.'),
} satisfies { [Name in keyof Quirks]: z.ZodType<Quirks[Name]> }

/** The operator's quirks: any of the fields, each checked. */
export const quirksSchema: z.ZodType<Partial<Quirks>> = z.strictObject(fields).partial() as unknown as z.ZodType<
  Partial<Quirks>
>

function keysOf<Name extends FailureKind | FinishReason>(record: Readonly<Record<Name, unknown>>): Name[] {
  return Object.keys(record) as Name[]
}
