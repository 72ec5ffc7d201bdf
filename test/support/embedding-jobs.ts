import { openaiEmbeddings } from '#wire/embeddings/index.ts'
import type { JsonObject } from '#wire/json.ts'
import { type Job, SERVICE_QUIRKS, type ServiceQuirks, type ServiceTarget } from '#wire/service.ts'

/** A platform that speaks a form and has no bounds or habits but those given. */
export function target(
  form: ServiceTarget['form'],
  more: Partial<ServiceTarget> = {},
  quirks: Partial<ServiceQuirks> = {},
): ServiceTarget {
  return {
    model: 'm',
    form,
    quirks: { ...SERVICE_QUIRKS, ...quirks },
    dimensions: [],
    anyDimensions: false,
    batchMax: Number.POSITIVE_INFINITY,
    region: 'r',
    name: 'm on p',
    ...more,
  }
}

/** What a caller of OpenAI’s door asks for; throws where the door refuses it. */
export function jobOf(json: JsonObject): Job {
  const read = openaiEmbeddings.read({ text: JSON.stringify(json), json })
  if (!read.ok) throw new Error(read.failure.message)
  return read.job
}
