import { type Job, isOwn } from '#wire/openai-chat/adapt.ts'
import { callerField, type NamedField } from '#wire/shape/caller-field.ts'
import type { Warning, WarningAction } from '#wire/warning.ts'

/** Fields of an OpenAI body that the middle form names. */
const NAMED: Readonly<Record<string, NamedField>> = {
  max_tokens: 'maxOutputTokens',
  max_completion_tokens: 'maxOutputTokens',
  temperature: 'temperature',
  top_p: 'topP',
  top_k: 'topK',
  stop: 'stop',
  seed: 'seed',
  presence_penalty: 'presencePenalty',
  frequency_penalty: 'frequencyPenalty',
  n: 'n',
  tool_choice: 'toolChoice',
  parallel_tool_calls: 'parallelToolCalls',
  response_format: 'responseFormat',
  reasoning_effort: 'reasoning',
  user: 'user',
}

/** A field of the body in the caller's words; in the caller's own body it has its own name. */
export function callerName(job: Job, field: string): string {
  const named = isOwn(job) ? undefined : NAMED[field]
  return named === undefined ? field : callerField(job.request, named)
}

/** A warning about a top-level field of the body, in the caller's words. */
export function warn(
  job: Job,
  { action, field, detail }: { action: WarningAction; field: string; detail: string },
): Warning {
  return { action, path: callerName(job, field), detail }
}
