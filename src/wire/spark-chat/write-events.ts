import type { EventWriter } from '#wire/dialect.ts'
import type { JsonObject } from '#wire/json.ts'
import type { Head, Piece, WholeAnswer, WholeCall } from '#wire/shape/plain-answer.ts'
import { type PlainWriting, plainWriter } from '#wire/shape/plain-writer.ts'
import { errorBody } from '#wire/spark-chat/failure.ts'
import { inputTokens, NO_USAGE, outputTokens, type Usage } from '#wire/usage.ts'

/** Writes one frame for each piece; why the answer stopped has no place. */
export const writeEvents: EventWriter<PlainWriting> = plainWriter({
  chunk,
  whole,
  failed: errorBody,
  lacks: new Set(['choices', 'calls']),
})

function chunk(head: Head, { text, reasoning, call, usage, sequence, last }: Piece): JsonObject {
  const item = itemOf(text ?? '', reasoning, call)
  return frameOf(head, { item, status: last ? 2 : sequence === 0 ? 0 : 1, sequence, usage: last ? usage : undefined })
}

function whole(head: Head, { choices, usage }: WholeAnswer): JsonObject {
  const { text = '', reasoning = '', calls = [] } = choices[0] ?? {}
  const item = itemOf(text, reasoning === '' ? undefined : reasoning, calls[0])
  return frameOf(head, { item, status: 2, sequence: 0, usage: usage ?? NO_USAGE })
}

function itemOf(text: string, reasoning: string | undefined, call: WholeCall | undefined): JsonObject {
  return {
    content: text,
    ...(reasoning === undefined ? {} : { reasoning_content: reasoning }),
    role: 'assistant',
    index: 0,
    ...(call === undefined ? {} : { function_call: { name: call.name, arguments: call.arguments } }),
  }
}

interface FrameParts {
  readonly item: JsonObject
  /** 0 = the first, 1 = one between, 2 = the last. */
  readonly status: number
  readonly sequence: number
  readonly usage: Usage | undefined
}

function frameOf(head: Head, { item, status, sequence, usage }: FrameParts): JsonObject {
  return {
    header: { code: 0, message: 'Success', sid: head.id, status },
    payload: {
      choices: { status, seq: sequence, text: [item] },
      ...(usage === undefined ? {} : { usage: { text: usageOf(usage) } }),
    },
  }
}

function usageOf(usage: Usage): JsonObject {
  const prompt = inputTokens(usage)
  const completion = outputTokens(usage)
  return {
    question_tokens: prompt,
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
  }
}
