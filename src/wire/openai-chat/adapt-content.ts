import { type Failure, failure } from '#wire/failure.ts'
import { type Adapt, isOwn, type Job } from '#wire/openai-chat/adapt.ts'
import type { ImagePart, Part } from '#wire/part.ts'
import type { Quirks } from '#wire/quirks.ts'

/**
 * Refuses images that the target cannot see. They are not left out: the answer would silently be about something
 * else.
 */
export const adaptImages: Adapt = (_body, job) => {
  const { images } = job.quirks
  const blind = images === 'refused' || job.target.vision === false
  if (!blind && images !== 'inline-only') return undefined
  for (const message of job.request.messages) {
    for (const { part, path } of imagesOf(message.parts, message.path, job)) {
      if (blind) return { failure: refusal(job, path, 'takes no images') }
      if (part.source.kind === 'url') return { failure: refusal(job, path, 'takes images only as data: URLs') }
    }
  }
  return undefined
}

function refusal(job: Job, param: string, why: string): Failure {
  return failure('invalid-request', `${param}: ${job.target.model} ${why}`, { param })
}

/** All images of a message with their places; a place inside a dialect that splits turns is the message's own. */
function imagesOf(parts: readonly Part[], path: string, job: Job): { part: ImagePart; path: string }[] {
  return parts.flatMap((part, i) => {
    const place = isOwn(job) && parts[0]?.kind !== 'tool-result' ? `${path}.content.${i}` : path
    if (part.kind === 'image') return [{ part, path: place }]
    return part.kind === 'tool-result' ? imagesOf(part.parts, path, job) : []
  })
}

/** True where `cache_control` on content parts is understood. */
export function takesCacheMarks(quirks: Quirks): boolean {
  return quirks.cacheMarks
}
