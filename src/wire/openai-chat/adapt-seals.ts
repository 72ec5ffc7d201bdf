import type { JsonObject } from '#wire/json.ts'
import {
  type Adapt,
  has,
  isOwn,
  type Mended,
  mendMessages,
  messagePath,
  objectsOf,
  type Rule,
  without,
} from '#wire/openai-chat/adapt.ts'
import { thoughtSignature, withSignature } from '#wire/openai-chat/thought-signature.ts'
import { fits, readSeal } from '#wire/shape/seal.ts'
import type { Warning } from '#wire/warning.ts'

/** Takes seals that platforms of other dialects made out of the caller's own messages: they would be refused (pain T22). */
export const sealsRule: Rule = () => ownSealsOnly

/** A built body has no others. */
const ownSealsOnly: Adapt = (body, job) =>
  isOwn(job) && job.traits.seals
    ? mendMessages(body, (message, i) => mendSeals(message, messagePath(job, i)))
    : undefined

function mendSeals(message: JsonObject, path: string): Mended | undefined {
  if (message['role'] !== 'assistant') return undefined
  const warnings: Warning[] = []
  const sealed = mendHolder(message, path, warnings)
  const details = mendDetails(sealed, path, warnings)
  const value = mendCalls(details, path, warnings)
  return value === message ? undefined : { value, warnings }
}

function lost(path: string): Warning {
  return { action: 'dropped', path, detail: 'a seal that only its maker takes back' }
}

/** The platform's own text of a seal; undefined where another made it. */
function ownSeal(text: string): string | undefined {
  const seal = readSeal('openai-chat', text)
  return fits('openai-chat', seal) ? seal.signature : undefined
}

/** Google's signature on a message or a call. */
function mendHolder(holder: JsonObject, path: string, warnings: Warning[]): JsonObject {
  const said = thoughtSignature(holder)
  if (said === undefined) return holder
  const own = ownSeal(said)
  if (own === said) return holder
  if (own === undefined) warnings.push(lost(`${path}.extra_content.google.thought_signature`))
  return withSignature(holder, own)
}

function mendCalls(message: JsonObject, path: string, warnings: Warning[]): JsonObject {
  const calls = objectsOf(message['tool_calls'])
  const mended = calls.map((call, i) => mendHolder(call, `${path}.tool_calls.${i}`, warnings))
  return mended.every((call, i) => call === calls[i]) ? message : { ...message, tool_calls: mended }
}

function mendDetails(message: JsonObject, path: string, warnings: Warning[]): JsonObject {
  if (!Array.isArray(message['reasoning_details'])) return message
  const entries = objectsOf(message['reasoning_details'])
  const mended = entries.map((entry, i) => mendDetail(entry, `${path}.reasoning_details.${i}`, warnings))
  if (mended.every((entry, i) => entry === entries[i])) return message
  const kept = mended.filter((entry) => entry !== undefined)
  return kept.length === 0 ? without(message, 'reasoning_details') : { ...message, reasoning_details: kept }
}

/** An entry with a seal of the platform's own; without one, if it says something beside; else nothing. */
function mendDetail(entry: JsonObject, path: string, warnings: Warning[]): JsonObject | undefined {
  const field = typeof entry['data'] === 'string' ? 'data' : 'signature'
  const said = entry[field]
  if (typeof said !== 'string') return entry
  const own = ownSeal(said)
  if (own === said) return entry
  if (own !== undefined) return { ...entry, [field]: own }
  warnings.push(lost(field === 'data' ? path : `${path}.signature`))
  const rest = without(entry, field)
  return isSaid(rest, 'text') || isSaid(rest, 'summary') ? rest : undefined
}

function isSaid(entry: JsonObject, key: string): boolean {
  return has(entry, key) && entry[key] !== ''
}
