import type { WireTarget, WriteRequest } from '#wire/dialect.ts'
import type { JsonObject } from '#wire/json.ts'
import type { Adapt, Job } from '#wire/openai-chat/adapt.ts'
import { adaptJsonWord, adaptResponseFormat, adaptStream, adaptUsageInStream } from '#wire/openai-chat/adapt-answer.ts'
import { adaptImages } from '#wire/openai-chat/adapt-content.ts'
import {
  adaptIgnoredFields,
  adaptKnownFields,
  adaptRefusedFields,
  adaptRenamedFields,
} from '#wire/openai-chat/adapt-fields.ts'
import {
  adaptAnswers,
  adaptMaxTokens,
  adaptMaxTokensName,
  adaptPenalties,
  adaptStop,
  adaptTemperature,
  adaptTemperatureOrTopP,
  adaptTopP,
} from '#wire/openai-chat/adapt-limits.ts'
import {
  adaptEmptyContent,
  adaptFirstTurn,
  adaptSystemPlace,
  adaptSystemRole,
  adaptTurns,
} from '#wire/openai-chat/adapt-messages.ts'
import { adaptReasoningHistory, adaptReasoningSplit } from '#wire/openai-chat/adapt-reasoning-history.ts'
import { adaptThinking } from '#wire/openai-chat/adapt-thinking.ts'
import {
  adaptParallelToolCalls,
  adaptToolChoice,
  adaptToolChoiceWhileThinking,
  adaptToolParameters,
  adaptToolsAtAll,
  adaptToolStrict,
} from '#wire/openai-chat/adapt-tools.ts'
import { type Built, writeBody } from '#wire/openai-chat/write-body.ts'
import type { ModelRequest } from '#wire/request.ts'
import { overlay } from '#wire/shape/overlay.ts'
import type { Warning } from '#wire/warning.ts'

const adaptModel: Adapt = (body, { target }) =>
  body['model'] === target.model ? undefined : { set: { model: target.model } }

/**
 * In this order: refusals first; then single fields; then messages, of which those that move come last, so that the
 * others can name the caller's places; whole-body rules at the end, since they see what the others made.
 */
const ADAPTS: readonly Adapt[] = [
  adaptToolsAtAll,
  adaptImages,
  adaptModel,
  adaptMaxTokensName,
  adaptMaxTokens,
  adaptTemperature,
  adaptTopP,
  adaptTemperatureOrTopP,
  adaptPenalties,
  adaptStop,
  adaptAnswers,
  adaptThinking,
  adaptReasoningSplit,
  adaptToolParameters,
  adaptToolStrict,
  adaptToolChoice,
  adaptToolChoiceWhileThinking,
  adaptParallelToolCalls,
  adaptResponseFormat,
  adaptStream,
  adaptUsageInStream,
  adaptReasoningHistory,
  adaptSystemRole,
  adaptEmptyContent,
  adaptSystemPlace,
  adaptJsonWord,
  adaptFirstTurn,
  adaptTurns,
  adaptRenamedFields,
  adaptRefusedFields,
  adaptKnownFields,
  adaptIgnoredFields,
]

/**
 * A request in the words of an OpenAI-like platform. A caller of this dialect has its own text sent, with nothing
 * changed but what the target needs; for others a body is built, and each loss is a warning.
 */
export function writeRequest(request: ModelRequest, target: WireTarget): WriteRequest {
  const built = request.dialect === 'openai-chat' ? undefined : writeBody(request, target.quirks)
  if (built?.failure !== undefined) return { ok: false, failure: built.failure }
  const job: Job = { request, target, quirks: target.quirks, ...(built === undefined ? {} : { paths: built.paths }) }
  return adaptAll(built?.body ?? request.source.json, job, built)
}

function adaptAll(base: JsonObject, job: Job, built: Built | undefined): WriteRequest {
  const patch = new Map<string, unknown>()
  const warnings: Warning[] = [...(built?.warnings ?? [])]
  let body = base
  let usageAdded = false
  for (const adapt of ADAPTS) {
    const change = adapt(body, job)
    if (change === undefined) continue
    if (change.failure !== undefined) return { ok: false, failure: change.failure }
    if (change.warnings !== undefined) warnings.push(...change.warnings)
    usageAdded ||= change.usageAdded === true
    if (change.set !== undefined) body = changed(body, change.set, patch)
  }
  return {
    ok: true,
    written: {
      body: built === undefined ? overlay(job.request.source.text, patch) : JSON.stringify(body),
      stream: body['stream'] === true,
      usageAdded,
      headers: {},
      warnings,
    },
  }
}

/** The body with new values, which are remembered in `patch` too. */
function changed(body: JsonObject, set: JsonObject, patch: Map<string, unknown>): JsonObject {
  const next: Record<string, unknown> = { ...body }
  for (const [key, value] of Object.entries(set)) {
    patch.set(key, value)
    if (value === undefined) delete next[key]
    else next[key] = value
  }
  return next
}
