import type { WireTarget, WriteRequest } from '#wire/dialect.ts'
import { type Failure, failure } from '#wire/failure.ts'
import type { MediaSource, Part } from '#wire/part.ts'
import type { ModelRequest } from '#wire/request.ts'
import type { Draft } from '#wire/shape/draft.ts'
import { partPath } from '#wire/shape/part-path.ts'
import { buildBody } from '#wire/openai-responses/write-body.ts'
import { overlayBody } from '#wire/openai-responses/write-overlay.ts'

/**
 * Writes the body of `POST /v1/responses`: from the caller's own text where the caller speaks this dialect, else from
 * the middle form. A part that the target cannot take at all is a failure that names it.
 */
export function writeRequest(request: ModelRequest, target: WireTarget): WriteRequest {
  const refusal = refusalOf(request, target)
  if (refusal !== undefined) return { ok: false, failure: refusal }
  const draft: Draft = { dialect: 'openai-responses', request, target, warnings: [], marks: { over: 0 } }
  const { body, stream } = request.dialect === 'openai-responses' ? overlayBody(draft) : buildBody(draft)
  return { ok: true, written: { body, stream, usageAdded: false, headers: {}, warnings: draft.warnings } }
}

function refusalOf(request: ModelRequest, target: WireTarget): Failure | undefined {
  if (target.tools === false && request.tools.length > 0) return refuse(`${target.model} takes no tools.`, 'tools')
  const own = request.dialect === 'openai-responses'
  for (const message of request.messages) {
    const found = refusedPart(message.parts, { target, own, inResult: false })
    if (found !== undefined) return refuse(found.why, partPath(request, message, found.part))
  }
  return undefined
}

function refuse(message: string, param: string): Failure {
  return failure('invalid-request', message, { param })
}

interface Bounds {
  readonly target: WireTarget
  /** The caller speaks this dialect: what its files are called, the platform knows. */
  readonly own: boolean
  readonly inResult: boolean
}

/** The part for which a message cannot be sent without losing what it is about. */
function refusedPart(parts: readonly Part[], bounds: Bounds): { part: Part; why: string } | undefined {
  for (const part of parts) {
    const inner = part.kind === 'tool-result' ? refusedPart(part.parts, { ...bounds, inResult: true }) : undefined
    if (inner !== undefined) return inner
    const why = refusedMedia(part, bounds)
    if (why !== undefined) return { part, why }
  }
  return undefined
}

function refusedMedia(part: Part, { target, own, inResult }: Bounds): string | undefined {
  const { model } = target
  switch (part.kind) {
    case 'image':
      return refusedImage(part.source, target) ?? refusedId(part.source, own)
    case 'file':
      return refusedId(part.source, own)
    case 'audio':
      if (own) return undefined
      if (inResult) return `${model} takes no audio in results of tools.`
      return part.source.kind === 'data' ? undefined : 'Audio can only be sent inline.'
    default:
      return undefined
  }
}

function refusedImage(source: MediaSource, { model, vision, quirks }: WireTarget): string | undefined {
  if (vision === false || quirks.images === 'refused') return `${model} takes no images.`
  return quirks.images === 'inline-only' && source.kind === 'url' ? `${model} takes inline images only.` : undefined
}

function refusedId({ kind }: MediaSource, own: boolean): string | undefined {
  return kind === 'file' && !own ? 'A file by its id can only be sent to the platform that has the file.' : undefined
}
