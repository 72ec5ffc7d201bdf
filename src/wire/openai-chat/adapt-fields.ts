import { type Adapt, has, isOwn } from '#wire/openai-chat/adapt.ts'
import { warn } from '#wire/openai-chat/caller-names.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { Warning } from '#wire/warning.ts'

/** Fields that have another name here. */
export const adaptRenamedFields: Adapt = (body, job) => {
  const set: Record<string, unknown> = {}
  const warnings: Warning[] = []
  for (const [field, name] of Object.entries(job.quirks.renamedFields)) {
    if (!has(body, field)) continue
    set[field] = undefined
    if (!has(body, name)) set[name] = body[field]
    if (isOwn(job)) warnings.push(warn(job, { action: 'renamed', field, detail: `sent as ${name}` }))
  }
  return Object.keys(set).length === 0 ? undefined : { set, warnings }
}

/** True where the platform refuses a body that has this field. */
export function refuses(quirks: Quirks, field: string): boolean {
  return quirks.refusedFields.includes(field)
}

/** Takes out fields that would be refused. */
export const adaptRefusedFields: Adapt = (body, job) => {
  const fields = Object.keys(body).filter((field) => refuses(job.quirks, field))
  if (fields.length === 0) return undefined
  return {
    set: Object.fromEntries(fields.map((field) => [field, undefined])),
    warnings: fields
      .filter((field) => has(body, field))
      .map((field) => warn(job, { action: 'dropped', field, detail: 'the platform refuses this field' })),
  }
}

/** Tells of fields that are sent and take no effect. */
export const adaptIgnoredFields: Adapt = (body, job) => {
  const fields = job.quirks.ignoredFields.filter((field) => has(body, field))
  if (fields.length === 0) return undefined
  const detail = 'the platform takes no notice of this field'
  return { warnings: fields.map((field) => warn(job, { action: 'ignored', field, detail })) }
}

/** Takes out what is not on the list of a platform that refuses everything else. */
export const adaptKnownFields: Adapt = (body, job) => {
  const { knownFields } = job.quirks
  if (knownFields === 'any') return undefined
  const fields = Object.keys(body).filter((field) => !knownFields.includes(field))
  if (fields.length === 0) return undefined
  return {
    set: Object.fromEntries(fields.map((field) => [field, undefined])),
    warnings: fields
      .filter((field) => has(body, field))
      .map((field) => warn(job, { action: 'dropped', field, detail: 'the platform does not know this field' })),
  }
}
