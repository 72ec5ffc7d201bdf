import type { WireTarget, WriteRequest } from '#wire/dialect.ts'
import { type Failure, failure } from '#wire/failure.ts'
import type { Part } from '#wire/part.ts'
import type { ModelRequest } from '#wire/request.ts'
import { partPath } from '#wire/shape/part-path.ts'
import { withEmptyThoughts } from '#wire/anthropic-messages/empty-thoughts.ts'
import { buildBody } from '#wire/anthropic-messages/write-body.ts'
import type { Draft } from '#wire/shape/draft.ts'
import { overlayBody } from '#wire/anthropic-messages/write-overlay.ts'

/**
 * Writes the body of `POST /v1/messages`: from the caller's own text where the caller speaks this dialect, else from
 * the middle form. A part that the target cannot take at all is a failure that names it.
 */
export function writeRequest(request: ModelRequest, target: WireTarget): WriteRequest {
  const refusal = refusalOf(request, target)
  if (refusal !== undefined) return { ok: false, failure: refusal }
  const filled = withEmptyThoughts(request, target)
  const draft: Draft = {
    dialect: 'anthropic-messages',
    request: filled.request,
    target,
    warnings: [...filled.warnings],
    marks: { over: 0 },
  }
  const { body, stream } = request.dialect === 'anthropic-messages' ? overlayBody(draft) : buildBody(draft)
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
  if (part.kind === 'audio') return `${model} takes no audio: Anthropic's dialect has no place for it.`
  if (part.kind !== 'image') return undefined
  if (vision === false || quirks.images === 'refused') return `${model} takes no images.`
  if (quirks.images === 'inline-only' && part.source.kind !== 'data') return `${model} takes inline images only.`
  return undefined
}
