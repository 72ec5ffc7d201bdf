import { type Failure, failure } from '#wire/failure.ts'
import type { Job, Rule } from '#wire/openai-chat/adapt.ts'
import type { ImagePart, Part } from '#wire/part.ts'
import type { Quirks } from '#wire/quirks.ts'
import { partPath } from '#wire/shape/part-path.ts'

/**
 * Refuses images that the target cannot see. They are not left out: the answer would silently be about something
 * else.
 */
export const imagesRule: Rule =
  ({ images }) =>
  (_body, job) => {
    const blind = images === 'refused' || job.target.vision === false
    if (!blind && images !== 'inline-only') return undefined
    for (const message of job.request.messages) {
      for (const image of imagesOf(message.parts)) {
        if (!blind && image.source.kind !== 'url') continue
        const path = partPath(job.request, message, image)
        return { failure: refusal(job, path, blind ? 'takes no images' : 'takes images only as data: URLs') }
      }
    }
    return undefined
  }

function refusal(job: Job, param: string, why: string): Failure {
  return failure('invalid-request', `${param}: ${job.target.model} ${why}`, { param })
}

/** All images of a message, those in results too. */
function imagesOf(parts: readonly Part[]): ImagePart[] {
  return parts.flatMap((part) => {
    if (part.kind === 'image') return [part]
    return part.kind === 'tool-result' ? imagesOf(part.parts) : []
  })
}

/** True where `cache_control` on content parts is understood. */
export function takesCacheMarks(quirks: Quirks): boolean {
  return quirks.cacheMarks
}
