import type { EventWriter } from '#wire/dialect.ts'
import type { FinishReason } from '#wire/event.ts'
import type { JsonObject } from '#wire/json.ts'
import type { Head, Piece, WholeAnswer, WholeCall } from '#wire/shape/plain-answer.ts'
import { type PlainWriting, plainWriter } from '#wire/shape/plain-writer.ts'
import { errorBody } from '#wire/tencent-chat/failure.ts'
import { cachedTokens, inputTokens, NO_USAGE, outputTokens, type Usage } from '#wire/usage.ts'

const FINISHES: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'sensitive',
  pause: 'stop',
}

/** The sentence that Tencent puts beside every answer, in words of ours. */
const NOTE = 'Made by a machine.'

/** Writes pieces in PascalCase, and whole answers inside `Response`. */
export const writeEvents: EventWriter<PlainWriting> = plainWriter({
  chunk,
  whole,
  failed: errorBody,
  lacks: new Set(['choices']),
})

function chunk(head: Head, { text, reasoning, call, callIndex, finish, usage }: Piece): JsonObject {
  const delta = {
    Role: 'assistant',
    Content: text ?? '',
    ...(reasoning === undefined ? {} : { ReasoningContent: reasoning }),
    ...(call === undefined ? {} : { ToolCalls: [callOf(call, callIndex ?? 0)] }),
  }
  const choice = { FinishReason: finish === undefined ? '' : FINISHES[finish], Delta: delta, Index: 0 }
  return { Note: NOTE, Choices: [choice], Created: head.created, Id: head.id, Usage: usageOf(usage) }
}

function whole(head: Head, { choices, usage }: WholeAnswer): JsonObject {
  const written = choices.map(({ text, reasoning, calls, finish }, index) => ({
    Index: index,
    Message: {
      Role: 'assistant',
      Content: text,
      ...(reasoning === '' ? {} : { ReasoningContent: reasoning }),
      ...(calls.length === 0 ? {} : { ToolCalls: calls.map(callOf) }),
    },
    FinishReason: FINISHES[finish],
  }))
  const answer = { Note: NOTE, Choices: written, Created: head.created, Id: head.id, Usage: usageOf(usage) }
  return { Response: { RequestId: head.id, ...answer } }
}

function callOf({ id, name, arguments: text }: WholeCall, index: number): JsonObject {
  return { Id: id, Type: 'function', Function: { Name: name, Arguments: text }, Index: index }
}

function usageOf(usage: Usage = NO_USAGE): JsonObject {
  const prompt = inputTokens(usage)
  const completion = outputTokens(usage)
  return {
    PromptTokens: prompt,
    CompletionTokens: completion,
    TotalTokens: prompt + completion,
    ...(cachedTokens(usage) === 0 ? {} : { PromptTokensDetails: { CachedTokens: String(cachedTokens(usage)) } }),
  }
}
