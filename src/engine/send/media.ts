import { rewritten } from '#engine/send/rewrite.ts'
import type { Asked, Refusal, SendContext } from '#engine/send/context.ts'
import type { MediaKind } from '#engine/ports.ts'
import { refusalOf } from '#engine/refusing.ts'
import type { Target } from '#engine/target.ts'
import type { InlineMedia } from '#wire/dialect.ts'
import { failure } from '#wire/failure.ts'
import type { Part } from '#wire/part.ts'
import type { Message, ModelRequest } from '#wire/request.ts'
import { partPath } from '#wire/shape/part-path.ts'
import type { Warning } from '#wire/warning.ts'

/** An address in a request that somebody has to fetch. */
interface Wanted {
  readonly url: string
  readonly path: string
  readonly kind: MediaKind
}

type Inlined = { readonly ok: true; readonly asked: Asked } | Refusal

/** The request with its images and documents inside, where the target takes them only so; as it is, and at once, where not. */
export function inlined(asked: Asked, target: Target, context: SendContext): Asked | Promise<Inlined> {
  const { quirks, wire } = target.resolved
  if (quirks.images !== 'inline-only' || wire.vision === false) return asked
  const wanted = wantedIn(asked.request)
  if (wanted.length === 0) return asked
  return fetched(asked, wanted, { target, context })
}

function wantedIn(request: ModelRequest): readonly Wanted[] {
  return request.messages.flatMap((message) => message.parts.flatMap((part) => wantedOf(request, message, part)))
}

function wantedOf(request: ModelRequest, message: Message, part: Part): Wanted[] {
  if (part.kind === 'tool-result') return part.parts.flatMap((inner) => wantedOf(request, message, inner))
  if (part.kind !== 'image' && part.kind !== 'file') return []
  const { source } = part
  if (source.kind !== 'url' || !/^https?:/i.test(source.url)) return []
  return [
    { url: source.url, path: partPath(request, message, part), kind: part.kind === 'image' ? 'image' : 'document' },
  ]
}

/** More than any platform takes in one request, and few enough that a request is no means to flood others. */
const MOST = 32

async function fetched(
  asked: Asked,
  wanted: readonly Wanted[],
  { target, context }: { readonly target: Target; readonly context: SendContext },
): Promise<Inlined> {
  const detail = 'fetched by the gateway and put inside the request'
  const warnings = wanted.map(({ path }): Warning => ({ action: 'emulated', path, detail }))
  const refusal = refusalOf(context.refusing, target.id, warnings)
  if (refusal !== undefined) return { ok: false, failure: refusal }
  const places = new Map(wanted.map((each) => [each.url, each]))
  if (places.size > MOST) return unfetched([...places.values()][MOST], `more than ${MOST} addresses in one request`)
  const media = new Map<string, InlineMedia>()
  let left = context.media.maxBytes * 2
  for (const each of places.values()) {
    const limits = { ...context.media, maxBytes: Math.min(left, context.media.maxBytes) }
    const answer = await context.ports.media({ url: each.url, kind: each.kind, limits }, asked.signal)
    if (!answer.ok) return unfetched(each, answer.reason)
    left -= Math.ceil((answer.media.data.length * 3) / 4)
    media.set(each.url, answer.media)
  }
  const { caller } = context
  const request = rewritten(asked.request, { media }, { caller, dialect: context.dialects(target) })
  return { ok: true, asked: request === undefined ? asked : { ...asked, request, warnings } }
}

/** Another target may take the address as it is. */
function unfetched(wanted: Wanted | undefined, reason: string): Refusal {
  const param = wanted?.path ?? 'messages'
  const message = `${param}: cannot be fetched: ${reason}`
  return { ok: false, failure: failure('invalid-request', message, { param, retryable: true }) }
}
