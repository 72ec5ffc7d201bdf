import type { JsonObject } from '#wire/json.ts'
import type { Part } from '#wire/part.ts'
import type { Message, ModelRequest } from '#wire/request.ts'
import type { Draft } from '#wire/shape/draft.ts'
import type { WarningAction } from '#wire/warning.ts'
import { typeOfUri, uriOf } from '#wire/gemini/media.ts'

/** Where parts are written: the request, the message, and the names of the calls so far by their ids. */
export interface PartPlace {
  readonly draft: Draft
  readonly message: Message
  readonly names: Map<string, string>
}

export type MediaPart = Extract<Part, { readonly kind: 'image' | 'file' | 'audio' }>

/** Types to name where neither the caller nor the address tells. */
const LIKELY = { image: 'image/jpeg', file: 'application/pdf', audio: 'audio/mp3' } as const

/** `inlineData` or `fileData`, whose type Gemini wants to know. */
export function writeMedia(part: MediaPart, place: PartPlace): JsonObject {
  const { source } = part
  const detail = part.kind === 'image' ? part.detail : undefined
  if (detail !== undefined && detail !== 'auto') warn(place, 'dropped', `image detail ${detail}`)
  if (part.kind === 'file' && part.name !== undefined) warn(place, 'dropped', `the file's name ${part.name}`)
  if (source.kind === 'data') return { inlineData: { mimeType: source.mediaType, data: source.data } }
  const fileUri = uriOf(source)
  if (source.kind === 'file') return { fileData: { fileUri } }
  const mimeType = typeOfUri(fileUri)
  const likely = LIKELY[part.kind]
  if (mimeType === undefined) warn(place, 'defaulted', `${likely}, since the address does not tell its type`)
  return { fileData: { mimeType: mimeType ?? likely, fileUri } }
}

/** Ids of calls, but for targets that know none (Vertex AI): there names and order tell. */
export function idOf({ draft }: PartPlace, id: string): { readonly id?: string } {
  return draft.target.quirks.refusedFields.includes('functionCall.id') ? {} : { id }
}

/** Notes what happened to a part of a message. */
export function warn({ draft, message }: PartPlace, action: WarningAction, detail: string): void {
  draft.warnings.push({ action, path: partsPath(draft.request, message.path), detail })
}

/** Where a caller has the parts of a message: `contents.0.parts`, `messages.0.content`; instructions stand alone. */
export function partsPath({ dialect }: ModelRequest, path: string): string {
  if (!path.includes('.')) return path
  return dialect === 'gemini' ? `${path}.parts` : `${path}.content`
}
