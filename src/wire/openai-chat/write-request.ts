import type { WireTarget, WriteRequest } from '#wire/dialect.ts'
import type { Failure } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import { type Adapt, type Job, type Rule, traitsOf } from '#wire/openai-chat/adapt.ts'
import {
  askedRule,
  jsonWordRule,
  responseFormatRule,
  streamRule,
  usageInStreamRule,
} from '#wire/openai-chat/adapt-answer.ts'
import { imagesRule } from '#wire/openai-chat/adapt-content.ts'
import {
  ignoredFieldsRule,
  knownFieldsRule,
  refusedFieldsRule,
  renamedFieldsRule,
} from '#wire/openai-chat/adapt-fields.ts'
import {
  answersRule,
  maxTokensRule,
  maxTokensNameRule,
  penaltiesRule,
  stopRule,
  temperatureRule,
  temperatureOrTopPRule,
  topPRule,
} from '#wire/openai-chat/adapt-limits.ts'
import {
  emptyContentRule,
  firstTurnRule,
  systemPlaceRule,
  systemRoleRule,
  turnsRule,
} from '#wire/openai-chat/adapt-messages.ts'
import { sealsRule } from '#wire/openai-chat/adapt-seals.ts'
import { reasoningHistoryRule, reasoningSplitRule } from '#wire/openai-chat/adapt-reasoning-history.ts'
import { thinkingRule } from '#wire/openai-chat/adapt-thinking.ts'
import {
  parallelToolCallsRule,
  toolChoiceRule,
  toolChoiceWhileThinkingRule,
  toolParametersRule,
  toolsAtAllRule,
  toolStrictRule,
} from '#wire/openai-chat/adapt-tools.ts'
import { writeBody } from '#wire/openai-chat/write-body.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { ModelRequest } from '#wire/request.ts'
import { overlay } from '#wire/shape/overlay.ts'
import type { Warning } from '#wire/warning.ts'

const modelRule: Rule =
  () =>
  (body, { target }) =>
    body['model'] === target.model ? undefined : { set: { model: target.model } }

/**
 * In this order: refusals first; then single fields; then messages, of which those that move come last, so that the
 * others can name the caller's places; whole-body rules at the end, since they see what the others made.
 */
const RULES: readonly Rule[] = [
  toolsAtAllRule,
  imagesRule,
  modelRule,
  maxTokensNameRule,
  maxTokensRule,
  temperatureRule,
  topPRule,
  temperatureOrTopPRule,
  penaltiesRule,
  stopRule,
  answersRule,
  thinkingRule,
  reasoningSplitRule,
  toolParametersRule,
  toolStrictRule,
  toolChoiceRule,
  toolChoiceWhileThinkingRule,
  parallelToolCallsRule,
  responseFormatRule,
  streamRule,
  usageInStreamRule,
  sealsRule,
  reasoningHistoryRule,
  systemRoleRule,
  emptyContentRule,
  systemPlaceRule,
  askedRule,
  jsonWordRule,
  firstTurnRule,
  turnsRule,
  renamedFieldsRule,
  refusedFieldsRule,
  knownFieldsRule,
  ignoredFieldsRule,
]

/** By the target's quirks, which the catalog freezes once: a memory of what was worked out, nothing else. */
const WORKED_OUT = new WeakMap<Quirks, readonly Adapt[]>()

/** All that may have to be done for targets with these quirks. */
function adaptsFor(quirks: Quirks): readonly Adapt[] {
  const known = WORKED_OUT.get(quirks)
  if (known !== undefined) return known
  const adapts = RULES.map((rule) => rule(quirks)).filter((adapt) => adapt !== undefined)
  WORKED_OUT.set(quirks, adapts)
  return adapts
}

/**
 * A request in the words of an OpenAI-like platform. A caller of this dialect has its own text sent, with nothing
 * changed but what the target needs; for others a body is built, and each loss is a warning.
 */
export function writeRequest(request: ModelRequest, target: WireTarget): WriteRequest {
  const { quirks } = target
  if (request.dialect === 'openai-chat') {
    const { json } = request.source
    const adapted = adaptAll(json, { request, target, quirks, traits: traitsOf(json) })
    return adapted.failure === undefined
      ? written(adapted, overlay(request.source, adapted.patch))
      : refusal(adapted.failure)
  }
  const built = writeBody(request, quirks)
  if (built.failure !== undefined) return refusal(built.failure)
  const { body, paths } = built
  const adapted = adaptAll(body, { request, target, quirks, paths, traits: traitsOf(body) })
  if (adapted.failure !== undefined) return refusal(adapted.failure)
  adapted.warnings.unshift(...built.warnings)
  return written(adapted, JSON.stringify(adapted.body))
}

/** A body after all changes. `patch` has the changed fields. */
interface Adapted {
  body: JsonObject
  readonly patch: Map<string, unknown>
  readonly warnings: Warning[]
  usageAdded: boolean
  failure: Failure | undefined
}

function adaptAll(body: JsonObject, job: Job): Adapted {
  const adapted: Adapted = { body, patch: new Map(), warnings: [], usageAdded: false, failure: undefined }
  for (const adapt of adaptsFor(job.quirks)) {
    const change = adapt(adapted.body, job)
    if (change === undefined) continue
    if (change.failure !== undefined) {
      adapted.failure = change.failure
      return adapted
    }
    if (change.warnings !== undefined) adapted.warnings.push(...change.warnings)
    if (change.usageAdded === true) adapted.usageAdded = true
    if (change.set !== undefined) lay(adapted, change.set)
  }
  return adapted
}

/** New values, on a copy: the caller's JSON is not ours to change. */
function lay(adapted: Adapted, set: JsonObject): void {
  const { patch } = adapted
  const next: Record<string, unknown> = { ...adapted.body }
  for (const key in set) {
    const value = set[key]
    patch.set(key, value)
    if (value === undefined) delete next[key]
    else next[key] = value
  }
  adapted.body = next
}

function refusal(failure: Failure): WriteRequest {
  return { ok: false, failure }
}

function written({ body: { stream }, usageAdded, warnings }: Adapted, body: string): WriteRequest {
  return { ok: true, written: { body, stream: stream === true, usageAdded, headers: NO_HEADERS, warnings } }
}

const NO_HEADERS = {}
