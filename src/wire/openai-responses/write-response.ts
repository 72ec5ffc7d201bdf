import type { WriteContext } from '#wire/dialect.ts'
import type { FinishEvent, FinishReason, StartEvent } from '#wire/event.ts'
import type { Failure } from '#wire/failure.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import { cachedTokens, inputTokens, outputTokens, type Usage } from '#wire/usage.ts'
import { responseError } from '#wire/openai-responses/failure.ts'

/** Names the items of an answer: the request's id without its kind. */
export function answerName({ requestId }: WriteContext): string {
  return requestId.replace(/^req_/, '')
}

/**
 * The response object without its end: who and when, and the caller's own settings, which OpenAI repeats and its SDKs
 * type. What a caller left out has the value that means so.
 */
export function responseHead(context: WriteContext, start: StartEvent | undefined): JsonObject {
  const { asked = {} } = context
  const given = start?.id
  return {
    id: given?.startsWith('resp_') === true ? given : `resp_${answerName(context)}`,
    object: 'response',
    created_at: start?.created ?? context.now,
    status: 'in_progress',
    background: false,
    error: null,
    incomplete_details: null,
    ...echo(asked),
    model: start?.model ?? context.model,
    output: [],
    usage: null,
  }
}

/** Fields of a response that repeat the request, with what stands there where the caller said nothing. */
const ECHOED: Readonly<Record<string, unknown>> = {
  access_programs: null,
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  parallel_tool_calls: true,
  previous_response_id: null,
  prompt_cache_key: null,
  reasoning: { effort: null, summary: null },
  safety_identifier: null,
  service_tier: null,
  store: undefined,
  temperature: null,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_logprobs: 0,
  top_p: null,
  truncation: 'disabled',
  user: null,
}

function echo(asked: JsonObject): JsonObject {
  const said: Record<string, unknown> = {}
  for (const key in ECHOED) said[key] = asked[key] ?? ECHOED[key]
  const { text } = asked
  if (isObject(text) && text['format'] === undefined) said['text'] = { format: { type: 'text' }, ...text }
  return said
}

/** How the answer ended, as the response object tells it. */
export function endingOf(finish: FinishEvent | undefined): JsonObject {
  const reason = finish === undefined ? undefined : REASONS[finish.reason]
  return reason === undefined ? { status: 'completed' } : { status: 'incomplete', incomplete_details: { reason } }
}

/** A pause has no word here: the answer is complete as far as it goes. */
const REASONS: Readonly<Record<FinishReason, string | undefined>> = {
  stop: undefined,
  'tool-calls': undefined,
  pause: undefined,
  length: 'max_output_tokens',
  'content-filter': 'content_filter',
}

export function failingOf(failed: Failure): JsonObject {
  return { status: 'failed', error: responseError(failed) }
}

/** OpenAI's counts: cached, written and audio tokens inside the input, reasoning inside the output. */
export function usageJson(usage: Usage): JsonObject {
  const { cacheWriteShort, cacheWriteLong, inputAudio, outputReasoning, outputAudio } = usage
  const input = inputTokens(usage)
  const output = outputTokens(usage)
  const kept = { ttl_12h_tokens: cacheWriteLong, ttl_30m_tokens: cacheWriteShort }
  return {
    input_tokens: input,
    input_tokens_details: {
      cached_tokens: cachedTokens(usage),
      cache_write_tokens: cacheWriteShort + cacheWriteLong,
      ...(cacheWriteLong === 0 ? {} : { cache_write_tokens_details: kept }),
      ...(inputAudio === 0 ? {} : { audio_tokens: inputAudio }),
    },
    output_tokens: output,
    output_tokens_details: {
      reasoning_tokens: outputReasoning,
      ...(outputAudio === 0 ? {} : { audio_tokens: outputAudio }),
    },
    total_tokens: input + output,
  }
}
