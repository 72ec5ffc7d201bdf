import { type Adapt, has, isOwn, type Rule } from '#wire/openai-chat/adapt.ts'
import { warn } from '#wire/openai-chat/caller-names.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { Warning } from '#wire/warning.ts'

/** Fields that have another name here. */
export const renamedFieldsRule: Rule = ({ renamedFields }) => {
  const names = Object.entries(renamedFields)
  if (names.length === 0) return undefined
  return (body, job) => {
    if (!names.some(([field]) => has(body, field))) return undefined
    const set: Record<string, unknown> = {}
    const warnings: Warning[] = []
    for (const [field, name] of names) {
      if (!has(body, field)) continue
      set[field] = undefined
      if (!has(body, name)) set[name] = body[field]
      if (isOwn(job)) warnings.push(warn(job, { action: 'renamed', field, detail: `sent as ${name}` }))
    }
    return { set, warnings }
  }
}

/** True where the platform refuses a body that has this field. */
export function refuses(quirks: Quirks, field: string): boolean {
  return quirks.refusedFields.includes(field)
}

/** Takes out fields that would be refused. */
export const refusedFieldsRule: Rule = ({ refusedFields }) =>
  refusedFields.length === 0 ? undefined : without((field) => refusedFields.includes(field), 'refuses this field')

/** Takes out what is not on the list of a platform that refuses everything else. */
export const knownFieldsRule: Rule = ({ knownFields }) =>
  knownFields === 'any' ? undefined : without((field) => !knownFields.includes(field), 'does not know this field')

function without(isRefused: (field: string) => boolean, why: string): Adapt {
  return (body, job) => {
    const fields = Object.keys(body).filter(isRefused)
    if (fields.length === 0) return undefined
    return {
      set: Object.fromEntries(fields.map((field) => [field, undefined])),
      warnings: fields
        .filter((field) => has(body, field))
        .map((field) => warn(job, { action: 'dropped', field, detail: `the platform ${why}` })),
    }
  }
}

/** Tells of fields that are sent and take no effect. */
export const ignoredFieldsRule: Rule = ({ ignoredFields }) => {
  if (ignoredFields.length === 0) return undefined
  return (body, job) => {
    if (!ignoredFields.some((field) => has(body, field))) return undefined
    const detail = 'the platform takes no notice of this field'
    const fields = ignoredFields.filter((field) => has(body, field))
    return { warnings: fields.map((field) => warn(job, { action: 'ignored', field, detail })) }
  }
}
