import type { FinishReason } from '#wire/event.ts'
import { openaiUsage } from '#wire/shape/openai-usage.ts'
import type { Usage } from '#wire/usage.ts'

/** OpenAI's word for each reason; a turn that pauses has no word there, and ends. */
export const FINISH_WORDS: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
  pause: 'stop',
}

/** What every chunk of one answer, or its whole, says of the answer. */
export interface Head {
  readonly id: string
  readonly created: number
  readonly model: string
}

/** The text of a chunk up to its choices: the same for all of an answer, so it is made once. */
export function chunkHead(head: Head): string {
  const { id, created, model } = head
  const start = JSON.stringify({ id, object: 'chat.completion.chunk', created, model })
  return `${start.slice(0, -1)},"choices":[`
}

/** A chunk with one delta, given as JSON text. */
export function deltaChunk(head: string, index: number, delta: string): string {
  return `${head}{"index":${index},"delta":${delta},"finish_reason":null}]}`
}

/** The chunk that says why an answer stopped. */
export function finishChunk(head: string, index: number, reason: FinishReason): string {
  return `${head}{"index":${index},"delta":{},"finish_reason":"${FINISH_WORDS[reason]}"}]}`
}

/** The extra chunk that holds nothing but usage. */
export function usageChunk(head: string, usage: Usage): string {
  return `${head}],"usage":${JSON.stringify(openaiUsage(usage))}}`
}
