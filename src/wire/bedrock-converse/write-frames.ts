import type { FinishEvent, Frame } from '#wire/event.ts'
import type { JsonObject } from '#wire/json.ts'
import { cachedTokens, inputTokens, outputTokens, type Usage } from '#wire/usage.ts'
import type { BlockFrames } from '#wire/shape/serial-blocks.ts'

const CONTEXT_FULL = 'model_context_window_exceeded'
const GUARDED = 'guardrail_intervened'

export function startFrame(): Frame {
  return { event: 'messageStart', data: '{"role":"assistant"}' }
}

/** The frames of a content block. Text and reasoning open with their first delta. */
export const BLOCK_FRAMES: BlockFrames = {
  open: (index, opening) => {
    switch (opening.kind) {
      case 'text':
      case 'reasoning':
        return undefined
      case 'redacted':
        return deltaFrame(index, `{"reasoningContent":{"redactedContent":${JSON.stringify(opening.data)}}}`)
      case 'call': {
        const start = JSON.stringify({ toolUse: { toolUseId: opening.id, name: opening.name } })
        return { event: 'contentBlockStart', data: `{"contentBlockIndex":${index},"start":${start}}` }
      }
    }
  },
  delta: (index, kind, text) => {
    const value = JSON.stringify(text)
    if (kind === 'call') return deltaFrame(index, `{"toolUse":{"input":${value}}}`)
    return deltaFrame(index, kind === 'reasoning' ? `{"reasoningContent":{"text":${value}}}` : `{"text":${value}}`)
  },
  signature: (index, signature) => deltaFrame(index, `{"reasoningContent":{"signature":${JSON.stringify(signature)}}}`),
  close: (index, kind, filled) => {
    const stop = { event: 'contentBlockStop', data: `{"contentBlockIndex":${index}}` }
    // Clients parse what they have joined: a call without arguments says so.
    return kind === 'call' && !filled ? [deltaFrame(index, '{"toolUse":{"input":"{}"}}'), stop] : [stop]
  },
}

function deltaFrame(index: number, delta: string): Frame {
  return { event: 'contentBlockDelta', data: `{"contentBlockIndex":${index},"delta":${delta}}` }
}

export function stopFrame(stop: JsonObject): Frame {
  return { event: 'messageStop', data: JSON.stringify(stop) }
}

/** Latency is AWS's own measure, which nobody can give in its place; SDKs demand the field. */
export const METRICS: JsonObject = { latencyMs: 0 }

export function metadataFrame(usage: Usage): Frame {
  return { event: 'metadata', data: JSON.stringify({ usage: writeUsage(usage), metrics: METRICS }) }
}

/** `stopReason`, and the stop sequence where AWS has models say it. Callers wait for tool calls only where there are any. */
export function stopOf(finish: FinishEvent | undefined, toolCalls: boolean): JsonObject {
  const sequence = finish?.stopSequence
  return {
    stopReason: reasonOf(finish, toolCalls),
    ...(sequence === undefined ? {} : { additionalModelResponseFields: { stop_sequence: sequence } }),
  }
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
      return finish.native === GUARDED ? GUARDED : 'content_filtered'
    case 'pause':
      return 'end_turn'
  }
}

/** AWS's counts: cached input stands beside `inputTokens`. */
export function writeUsage(usage: Usage): JsonObject {
  const { cacheWriteShort, cacheWriteLong } = usage
  const inputCached = cachedTokens(usage)
  const written = cacheWriteShort + cacheWriteLong
  const output = outputTokens(usage)
  return {
    inputTokens: inputTokens(usage) - inputCached - written,
    outputTokens: output,
    totalTokens: inputTokens(usage) + output,
    cacheReadInputTokens: inputCached,
    cacheWriteInputTokens: written,
    ...(written === 0 ? {} : { cacheDetails: cacheDetails(usage) }),
  }
}

/** The longer time-to-live first, as AWS sorts them. */
function cacheDetails({ cacheWriteShort, cacheWriteLong }: Usage): JsonObject[] {
  return [
    ...(cacheWriteLong === 0 ? [] : [{ ttl: '1h', inputTokens: cacheWriteLong }]),
    ...(cacheWriteShort === 0 ? [] : [{ ttl: '5m', inputTokens: cacheWriteShort }]),
  ]
}
