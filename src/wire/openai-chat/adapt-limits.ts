import { type Adapt, type Change, has, type Job, type Rule } from '#wire/openai-chat/adapt.ts'
import { callerName, warn } from '#wire/openai-chat/caller-names.ts'
import type { JsonObject } from '#wire/json.ts'
import type { NumberRule, Quirks } from '#wire/quirks.ts'
import { clampNumber } from '#wire/shape/clamp.ts'
import type { Warning } from '#wire/warning.ts'

/** The name that a body of ours uses for the bound of the output. `max_tokens` is what the older servers know alone. */
export function maxTokensName(quirks: Quirks): 'max_tokens' | 'max_completion_tokens' {
  return maxTokensField(quirks) === 'max_completion_tokens' ? 'max_completion_tokens' : 'max_tokens'
}

function maxTokensField(quirks: Quirks): Quirks['maxTokensField'] {
  return quirks.maxTokensField
}

/** Renames the bound where the platform knows one of OpenAI's two names only. */
export const maxTokensNameRule: Rule = (quirks) => {
  const field = maxTokensField(quirks)
  return field === 'either' ? undefined : (body, job) => renameMaxTokens(body, job, field)
}

function renameMaxTokens(
  body: JsonObject,
  job: Job,
  field: 'max_tokens' | 'max_completion_tokens',
): Change | undefined {
  const other = field === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens'
  if (!has(body, other)) return undefined
  const both = has(body, field) && body[field] !== body[other]
  // `max_completion_tokens` counts at OpenAI where both are given.
  const value = both ? body['max_completion_tokens'] : body[other]
  const lost: Warning[] = both
    ? [warn(job, { action: 'dropped', field: 'max_tokens', detail: 'max_completion_tokens counts' })]
    : []
  return {
    set: { [field]: value, [other]: undefined },
    warnings: [...lost, warn(job, { action: 'renamed', field: other, detail: `sent as ${field}` })],
  }
}

/** Gives the bound where the platform needs one, and keeps it within what the model can give. */
export const maxTokensRule: Rule =
  ({ maxTokensRequired: required }) =>
  (body, job) => {
    const { maxOutputTokens } = job.target
    const field = has(body, 'max_completion_tokens')
      ? 'max_completion_tokens'
      : has(body, 'max_tokens')
        ? 'max_tokens'
        : undefined
    if (field === undefined) {
      if (!required) return undefined
      const name = maxTokensName(job.quirks)
      const value = maxOutputTokens ?? FALLBACK_MAX_TOKENS
      return {
        set: { [name]: value },
        warnings: [warn(job, { action: 'defaulted', field: name, detail: String(value) })],
      }
    }
    const value = body[field]
    if (maxOutputTokens === undefined || typeof value !== 'number' || value <= maxOutputTokens) return undefined
    const detail = `${value} → ${maxOutputTokens}, the most that the model gives`
    return { set: { [field]: maxOutputTokens }, warnings: [warn(job, { action: 'clamped', field, detail })] }
  }

/** Where a bound must be given and nobody knows the model's own. */
const FALLBACK_MAX_TOKENS = 4096

export const temperatureRule: Rule = ({ temperature }) => clampRule('temperature', temperature)

export const topPRule: Rule = ({ topP }) => clampRule('top_p', topP)

function clampRule(field: string, rule: NumberRule): Adapt | undefined {
  return rule === 'any' ? undefined : (body, job) => clampField(body, job, [field, rule])
}

export const penaltiesRule: Rule =
  ({ penalties: rule }) =>
  (body, job) => {
    const presence = clampField(body, job, ['presence_penalty', rule])
    const frequency = clampField(body, job, ['frequency_penalty', rule])
    if (presence === undefined || frequency === undefined) return presence ?? frequency
    return {
      set: { ...presence.set, ...frequency.set },
      warnings: [...(presence.warnings ?? []), ...(frequency.warnings ?? [])],
    }
  }

function clampField(body: JsonObject, job: Job, [field, rule]: readonly [string, NumberRule]): Change | undefined {
  const given = body[field]
  if (typeof given !== 'number') return undefined
  const { value, changed } = clampNumber(given, rule)
  if (!changed) return undefined
  const warning =
    value === undefined
      ? warn(job, { action: 'dropped', field, detail: `${given}: only the model's own value is taken` })
      : warn(job, { action: 'clamped', field, detail: `${given} → ${value}` })
  return { set: { [field]: value }, warnings: [warning] }
}

/** Where only one of the two is taken, `temperature` stays. */
export const temperatureOrTopPRule: Rule = ({ temperatureOrTopP }) => (temperatureOrTopP ? withoutTopP : undefined)

const withoutTopP: Adapt = (body, job) => {
  if (!has(body, 'temperature') || !has(body, 'top_p')) return undefined
  const detail = 'not taken together with temperature'
  return { set: { top_p: undefined }, warnings: [warn(job, { action: 'dropped', field: 'top_p', detail })] }
}

/** Takes out stop sequences that are too long or too many. */
export const stopRule: Rule =
  ({ stopMax, stopBytesMax }) =>
  (body, job) => {
    if (!has(body, 'stop')) return undefined
    const given = body['stop']
    const list: readonly unknown[] = Array.isArray(given) ? given : [given]
    const kept: unknown[] = []
    const warnings: Warning[] = []
    for (const [i, item] of list.entries()) {
      const tooLong = typeof item === 'string' && utf8Length(item) > stopBytesMax
      if (!tooLong && kept.length < stopMax) {
        kept.push(item)
        continue
      }
      const path = callerName(job, 'stop')
      const detail = tooLong ? `longer than ${stopBytesMax} bytes` : `more than ${stopMax} stop sequences`
      warnings.push({ action: 'dropped', path: list === given ? `${path}.${i}` : path, detail })
    }
    if (warnings.length === 0) return undefined
    return { set: { stop: kept.length === 0 ? undefined : kept }, warnings }
  }

/** Bytes of a text in UTF-8. */
function utf8Length(text: string): number {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x80) continue
    // A surrogate pair is two units and four bytes: one more for each unit; everything else from U+0800 is three bytes.
    bytes += code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 1 : 2
  }
  return bytes
}

/** Fewer answers where the platform does not give as many. */
export const answersRule: Rule =
  ({ answersMax }) =>
  (body, job) => {
    const { n } = body
    if (typeof n !== 'number' || n <= answersMax) return undefined
    const warning = warn(job, { action: 'clamped', field: 'n', detail: `${n} → ${answersMax}` })
    // One answer is what every platform gives unasked, and some refuse the field.
    return { set: { n: answersMax === 1 ? undefined : answersMax }, warnings: [warning] }
  }
