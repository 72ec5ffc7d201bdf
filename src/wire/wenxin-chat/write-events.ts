import type { EventWriter } from '#wire/dialect.ts'
import type { FinishReason } from '#wire/event.ts'
import type { JsonObject } from '#wire/json.ts'
import type { Head, Piece, WholeAnswer, WholeCall } from '#wire/shape/plain-answer.ts'
import { type PlainWriting, plainWriter } from '#wire/shape/plain-writer.ts'
import { inputTokens, NO_USAGE, outputTokens, type Usage } from '#wire/usage.ts'
import { errorBody } from '#wire/wenxin-chat/failure.ts'

const FINISHES: Readonly<Record<FinishReason, string>> = {
  stop: 'normal',
  length: 'length',
  'tool-calls': 'function_call',
  'content-filter': 'content_filter',
  pause: 'normal',
}

/** Writes sentences up to `is_end`. Thinking and a second call of a whole answer have no place. */
export const writeEvents: EventWriter<PlainWriting> = plainWriter({
  chunk,
  whole,
  failed: errorBody,
  lacks: new Set(['choices', 'reasoning', 'calls']),
})

function chunk(head: Head, { text, call, finish, usage, sequence, last }: Piece): JsonObject {
  return {
    id: head.id,
    object: 'chat.completion',
    created: head.created,
    sentence_id: sequence,
    is_end: last,
    ...answerOf(finish ?? 'stop'),
    result: text ?? '',
    ...(call === undefined ? {} : { function_call: callOf(call) }),
    usage: usageOf(usage),
  }
}

function whole(head: Head, { choices, usage }: WholeAnswer): JsonObject {
  const { text = '', calls = [], finish = 'stop' } = choices[0] ?? {}
  const [call] = calls
  return {
    id: head.id,
    object: 'chat.completion',
    created: head.created,
    ...answerOf(finish),
    result: text,
    ...(call === undefined ? {} : { function_call: callOf(call) }),
    usage: usageOf(usage),
  }
}

function answerOf(finish: FinishReason): JsonObject {
  return {
    is_truncated: finish === 'length',
    need_clear_history: finish === 'content-filter',
    finish_reason: FINISHES[finish],
  }
}

function callOf({ name, arguments: text }: WholeCall): JsonObject {
  return { name, arguments: text }
}

function usageOf(usage: Usage = NO_USAGE): JsonObject {
  const prompt = inputTokens(usage)
  const completion = outputTokens(usage)
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion }
}
