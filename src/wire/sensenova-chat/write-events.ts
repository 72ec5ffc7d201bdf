import type { EventWriter } from '#wire/dialect.ts'
import type { FinishReason } from '#wire/event.ts'
import type { JsonObject } from '#wire/json.ts'
import { brokenBody } from '#wire/sensenova-chat/failure.ts'
import type { Head, Piece, WholeAnswer, WholeCall } from '#wire/shape/plain-answer.ts'
import { type PlainWriting, plainWriter } from '#wire/shape/plain-writer.ts'
import { inputTokens, NO_USAGE, outputTokens, type Usage } from '#wire/usage.ts'

const FINISHES: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'sensitive',
  pause: 'stop',
}

/** Writes `data` with `status` beside it, and `[DONE]`. */
export const writeEvents: EventWriter<PlainWriting> = plainWriter({
  chunk,
  whole,
  failed: brokenBody,
  endMark: '[DONE]',
  lacks: new Set(),
})

function chunk(head: Head, { choice, text, reasoning, call, callIndex, finish, usage }: Piece): JsonObject {
  const written = {
    index: choice,
    role: 'assistant',
    delta: text ?? '',
    ...(reasoning === undefined ? {} : { reasoning_content: reasoning }),
    ...(call === undefined ? {} : { tool_calls: [{ index: callIndex ?? 0, ...callOf(call) }] }),
    finish_reason: finish === undefined ? '' : FINISHES[finish],
  }
  return { data: { id: head.id, choices: [written], usage: usageOf(usage) }, status: { code: 0, message: 'ok' } }
}

function whole(head: Head, { choices, usage }: WholeAnswer): JsonObject {
  const written = choices.map(({ index, text, reasoning, calls, finish }) => ({
    index,
    role: 'assistant',
    message: text,
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map(callOf) }),
    finish_reason: FINISHES[finish],
  }))
  return { data: { id: head.id, choices: written, usage: usageOf(usage) } }
}

function callOf({ id, name, arguments: text }: WholeCall): JsonObject {
  return { id, type: 'function', function: { name, arguments: text } }
}

function usageOf(usage: Usage = NO_USAGE): JsonObject {
  const prompt = inputTokens(usage)
  const completion = outputTokens(usage)
  return {
    prompt_tokens: prompt,
    knowledge_tokens: 0,
    completion_tokens: completion,
    total_tokens: prompt + completion,
  }
}
