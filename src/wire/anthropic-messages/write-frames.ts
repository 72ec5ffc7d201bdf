import type { FinishEvent, Frame, StartEvent } from '#wire/event.ts'
import type { Failure } from '#wire/failure.ts'
import type { WriteContext } from '#wire/dialect.ts'
import type { JsonObject } from '#wire/json.ts'
import { cachedTokens, inputTokens, NO_USAGE, outputTokens, type Usage } from '#wire/usage.ts'
import { errorBody } from '#wire/anthropic-messages/failure.ts'
import type { BlockFrames, BlockKind, Opening } from '#wire/shape/serial-blocks.ts'

const CONTEXT_FULL = 'model_context_window_exceeded'

/** The head of an answer: `message_start`'s message, and the whole message without its content. */
export function messageHead(context: WriteContext, start: StartEvent | undefined): JsonObject {
  return {
    id: start?.id ?? `msg_${context.requestId}`,
    type: 'message',
    role: 'assistant',
    model: start?.model ?? context.model,
  }
}

export function startFrame(context: WriteContext, start: StartEvent | undefined, usage: Usage | undefined): Frame {
  const message = {
    ...messageHead(context, start),
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: writeUsage(usage ?? NO_USAGE),
  }
  return { event: 'message_start', data: JSON.stringify({ type: 'message_start', message }) }
}

/** The frames of a content block. */
export const BLOCK_FRAMES: BlockFrames = {
  open: (index, opening) => ({
    event: 'content_block_start',
    data: `{"type":"content_block_start","index":${index},"content_block":${JSON.stringify(emptyBlock(opening))}}`,
  }),
  delta: (index, kind, text) => deltaFrame(index, [...DELTAS[kind], text]),
  signature: (index, signature) => deltaFrame(index, ['signature_delta', 'signature', signature]),
  close: (index, kind, filled) => {
    const stop = { event: 'content_block_stop', data: `{"type":"content_block_stop","index":${index}}` }
    // Anthropic sends an empty fragment for a call without arguments; clients read it as `{}` (pain T15).
    return kind === 'call' && !filled ? [deltaFrame(index, [...DELTAS.call, '']), stop] : [stop]
  },
}

function emptyBlock(opening: Opening): JsonObject {
  switch (opening.kind) {
    case 'text':
      return { type: 'text', text: '' }
    case 'reasoning':
      return { type: 'thinking', thinking: '', signature: '' }
    case 'redacted':
      return { type: 'redacted_thinking', data: opening.data }
    case 'call':
      return { type: 'tool_use', id: opening.id, name: opening.name, input: {} }
  }
}

/** The type of a delta, and the one field that it carries. */
const DELTAS: Readonly<Record<BlockKind, readonly [type: string, field: string]>> = {
  text: ['text_delta', 'text'],
  reasoning: ['thinking_delta', 'thinking'],
  // Whole at its start.
  redacted: ['text_delta', 'text'],
  call: ['input_json_delta', 'partial_json'],
}

function deltaFrame(index: number, [type, field, value]: readonly [string, string, string]): Frame {
  const delta = `{"type":"${type}","${field}":${JSON.stringify(value)}}`
  return {
    event: 'content_block_delta',
    data: `{"type":"content_block_delta","index":${index},"delta":${delta}}`,
  }
}

export function finishFrame(stop: JsonObject, usage: Usage | undefined): Frame {
  const data = { type: 'message_delta', delta: stop, usage: writeUsage(usage ?? NO_USAGE) }
  return { event: 'message_delta', data: JSON.stringify(data) }
}

export function stopFrame(): Frame {
  return { event: 'message_stop', data: '{"type":"message_stop"}' }
}

export function errorFrame(failure: Failure, requestId: string): Frame {
  return { event: 'error', data: JSON.stringify(errorBody(failure, requestId)) }
}

/** `stop_reason` and `stop_sequence`; callers wait for tool calls only where there are any, whatever the platform said. */
export function stopOf(finish: FinishEvent | undefined, toolCalls: boolean): JsonObject {
  const sequence = finish?.stopSequence ?? null
  return { stop_reason: reasonOf(finish, toolCalls), stop_sequence: sequence }
}

function reasonOf(finish: FinishEvent | undefined, toolCalls: boolean): string {
  const natural = toolCalls ? 'tool_use' : 'end_turn'
  if (finish === undefined) return natural
  switch (finish.reason) {
    case 'tool-calls':
      return natural
    case 'stop':
      return finish.stopSequence === undefined ? natural : 'stop_sequence'
    case 'length':
      return finish.native === CONTEXT_FULL ? CONTEXT_FULL : 'max_tokens'
    case 'content-filter':
      return 'refusal'
    case 'pause':
      return 'pause_turn'
  }
}

/** Anthropic's counts: cached input stands beside `input_tokens`, thinking inside `output_tokens`. */
export function writeUsage(usage: Usage): JsonObject {
  const { cacheWriteShort, cacheWriteLong, outputReasoning } = usage
  const inputCached = cachedTokens(usage)
  return {
    input_tokens: inputTokens(usage) - inputCached - cacheWriteShort - cacheWriteLong,
    cache_creation_input_tokens: cacheWriteShort + cacheWriteLong,
    cache_read_input_tokens: inputCached,
    ...(cacheWriteLong === 0
      ? {}
      : {
          cache_creation: { ephemeral_5m_input_tokens: cacheWriteShort, ephemeral_1h_input_tokens: cacheWriteLong },
        }),
    output_tokens: outputTokens(usage),
    ...(outputReasoning === 0 ? {} : { output_tokens_details: { thinking_tokens: outputReasoning } }),
  }
}
