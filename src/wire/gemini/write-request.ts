import type { WireTarget, WriteRequest } from '#wire/dialect.ts'
import { type Failure, failure } from '#wire/failure.ts'
import type { Part } from '#wire/part.ts'
import type { Message, ModelRequest } from '#wire/request.ts'
import { asksForNone } from '#wire/shape/effort.ts'
import type { Draft } from '#wire/shape/draft.ts'
import { partPath } from '#wire/shape/part-path.ts'
import { buildBody } from '#wire/gemini/write-body.ts'
import { overlayBody } from '#wire/gemini/write-overlay.ts'

/**
 * Writes the body of `:generateContent`: from the caller's own text where the caller speaks this dialect, else from
 * the middle form. A part that the target cannot take at all is a failure that names it.
 */
export function writeRequest(request: ModelRequest, target: WireTarget): WriteRequest {
  const refusal = refusalOf(request, target)
  if (refusal !== undefined) return { ok: false, failure: refusal }
  const draft: Draft = { dialect: 'gemini', request, target, warnings: [], marks: { over: 0 } }
  const body = request.dialect === 'gemini' ? overlayBody(draft) : buildBody(draft)
  const stream = isStreamed(draft)
  return { ok: true, written: { body, stream, usageAdded: false, headers: {}, warnings: draft.warnings } }
}

function refusalOf(request: ModelRequest, target: WireTarget): Failure | undefined {
  if (target.tools === false && request.tools.length > 0) return refuse(`${target.model} takes no tools.`, 'tools')
  for (const message of request.messages) {
    const found = refusedPart(message.parts, target)
    if (found !== undefined) return refuse(found.why, pathOf(request, message, found.part))
  }
  return undefined
}

function refuse(message: string, param: string): Failure {
  return failure('invalid-request', message, { param })
}

function pathOf(request: ModelRequest, message: Message, part: Part): string {
  return request.dialect === 'gemini' ? `${message.path}.parts` : partPath(request, message, part)
}

/** The picture for which a message cannot be sent without losing what it is about. */
function refusedPart(parts: readonly Part[], target: WireTarget): { part: Part; why: string } | undefined {
  for (const part of parts) {
    const inner = part.kind === 'tool-result' ? refusedPart(part.parts, target) : undefined
    if (inner !== undefined) return inner
    if (part.kind !== 'image') continue
    const { model, vision, quirks } = target
    if (vision === false || quirks.images === 'refused') return { part, why: `${model} takes no images.` }
    if (quirks.images === 'inline-only' && part.source.kind === 'url') {
      return { part, why: `${model} takes inline images only.` }
    }
  }
  return undefined
}

/** Some targets give streams only, some while they think (pain T21), which they may do unasked. */
function isStreamed({ request, target }: Draft): boolean {
  const { streamOnly, thinkingDefault } = target.quirks
  if (request.stream || streamOnly !== 'while-thinking') return request.stream || streamOnly === 'always'
  if (thinkingDefault === 'always' || request.reasoning === undefined) return thinkingDefault !== 'off'
  return !asksForNone(request.reasoning)
}
