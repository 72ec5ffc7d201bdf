import type { WireTarget, WriteRequest } from '#wire/dialect.ts'
import { type Failure, failure } from '#wire/failure.ts'
import type { Part } from '#wire/part.ts'
import { buildBody } from '#wire/bedrock-converse/write-body.ts'
import { audioFormatOf, fileFormatOf, imageFormatOf, isReachable } from '#wire/bedrock-converse/write-media.ts'
import { overlayBody } from '#wire/bedrock-converse/write-overlay.ts'
import type { ModelRequest } from '#wire/request.ts'
import type { Draft } from '#wire/shape/draft.ts'
import { partPath } from '#wire/shape/part-path.ts'

/**
 * Writes the body of `/model/{modelId}/converse` and `/converse-stream`: from the caller's own text where the caller
 * speaks this dialect, else from the middle form. A part that the target cannot take at all is a failure that names it.
 */
export function writeRequest(request: ModelRequest, target: WireTarget): WriteRequest {
  const refusal = refusalOf(request, target)
  if (refusal !== undefined) return { ok: false, failure: refusal }
  const draft: Draft = { dialect: 'bedrock-converse', request, target, warnings: [], marks: { over: 0 } }
  const { body, stream } = request.dialect === draft.dialect ? overlayBody(draft) : buildBody(draft)
  return { ok: true, written: { body, stream, usageAdded: false, headers: {}, warnings: draft.warnings } }
}

function refusalOf(request: ModelRequest, target: WireTarget): Failure | undefined {
  if (target.tools === false && request.tools.length > 0) return refuse(`${target.model} takes no tools.`, 'tools')
  for (const message of request.messages) {
    const found = refusedPart(message.parts, target)
    if (found !== undefined) return refuse(found.why, partPath(request, message, found.part))
  }
  return undefined
}

function refuse(message: string, param: string): Failure {
  return failure('invalid-request', message, { param })
}

/** The part for which a message cannot be sent without losing what it is about. */
function refusedPart(parts: readonly Part[], target: WireTarget): { part: Part; why: string } | undefined {
  for (const part of parts) {
    const inner = part.kind === 'tool-result' ? refusedPart(part.parts, target) : undefined
    if (inner !== undefined) return inner
    const why = refusedMedia(part, target)
    if (why !== undefined) return { part, why }
  }
  return undefined
}

function refusedMedia(part: Part, { model, vision, quirks }: WireTarget): string | undefined {
  switch (part.kind) {
    case 'image':
      if (vision === false || quirks.images === 'refused') return `${model} takes no images.`
      if (!isReachable(part.source)) return `${model} takes inline images only.`
      return imageFormatOf(part.source) === undefined ? `${model} takes images in PNG, JPEG, GIF and WebP.` : undefined
    case 'file':
      if (!isReachable(part.source)) return `${model} takes inline documents only.`
      return fileFormatOf(part.source) === undefined
        ? `${model} takes documents in PDF, Word, Excel, CSV, HTML, Markdown and plain text.`
        : undefined
    case 'audio':
      if (!isReachable(part.source)) return `${model} takes inline audio only.`
      return audioFormatOf(part.source) === undefined ? `${model} does not take audio in this format.` : undefined
    default:
      return undefined
  }
}
