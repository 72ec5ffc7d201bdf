import type { JsonObject } from '#wire/json.ts'
import type { AudioPart, FilePart, ImagePart, MediaSource } from '#wire/part.ts'
import { AUDIO_FORMATS, documentFormatOf, formatOf, IMAGE_FORMATS } from '#wire/bedrock-converse/media.ts'
import { type PartPlace, warn } from '#wire/bedrock-converse/write-place.ts'

const S3 = 's3://'

/** True for bytes that AWS can get at: in the request, or in its own store. */
export function isReachable(source: MediaSource): boolean {
  return source.kind === 'data' || (source.kind === 'url' && source.url.startsWith(S3))
}

/** The format of an image; undefined for one that no model takes. What lies in S3 tells by its name. */
export function imageFormatOf(source: MediaSource): string | undefined {
  return source.kind === 'data' ? formatOf(IMAGE_FORMATS, source.mediaType) : endingIn(source, 'png', ['jpg', 'jpeg'])
}

export function audioFormatOf(source: MediaSource): string | undefined {
  return source.kind === 'data' ? formatOf(AUDIO_FORMATS, source.mediaType) : endingIn(source, 'mp3', [])
}

export function fileFormatOf(source: MediaSource): string | undefined {
  return source.kind === 'data' ? documentFormatOf(source.mediaType) : endingIn(source, 'pdf', [])
}

/** The ending of a name in S3. */
function endingIn(source: MediaSource, otherwise: string, aliases: readonly string[]): string {
  const name = source.kind === 'url' ? (source.url.split('/').at(-1) ?? '') : ''
  const ending = name.includes('.') ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : otherwise
  return aliases.includes(ending) ? (aliases.at(-1) ?? ending) : ending
}

export function imageBlock({ source, detail }: ImagePart, place: PartPlace): JsonObject {
  if (detail !== undefined && detail !== 'auto') warn(place, 'dropped', `image detail ${detail}`)
  return { image: { format: imageFormatOf(source) ?? 'png', source: sourceOf(source) } }
}

export function audioBlock({ source }: AudioPart): JsonObject {
  return { audio: { format: audioFormatOf(source) ?? 'mp3', source: sourceOf(source) } }
}

export function documentBlock({ source, name }: FilePart, place: PartPlace): JsonObject {
  const format = fileFormatOf(source) ?? 'txt'
  return { document: { format, name: documentName(name, place), source: sourceOf(source) } }
}

function sourceOf(source: MediaSource): JsonObject {
  switch (source.kind) {
    case 'data':
      return { bytes: source.data }
    case 'url':
      return { s3Location: { uri: source.url } }
    case 'file':
      return { s3Location: { uri: source.id } }
  }
}

const LONGEST_NAME = 200

/**
 * A name that AWS takes: letters, digits, hyphens, brackets and single spaces (API_runtime_DocumentBlock, 2026-11),
 * unlike any other in the request.
 */
function documentName(name: string | undefined, place: PartPlace): string {
  const { documents } = place
  const base = neutral(name) || `document-${documents.size + 1}`
  let unique = base
  for (let n = 2; documents.has(unique); n++) unique = `${base.slice(0, LONGEST_NAME - 8)} (${n})`
  documents.add(unique)
  if (name === undefined) warn(place, 'defaulted', `a document is called ${unique}, since it must have a name`)
  else if (unique !== name) warn(place, 'renamed', `document ${name} → ${unique}`)
  return unique
}

function neutral(name: string | undefined): string {
  if (name === undefined) return ''
  const legal = name.replace(/[^a-zA-Z0-9\s()[\]-]+/g, '-').replace(/\s+/g, ' ')
  const trimmed = legal.replace(/^[\s-]+|[\s-]+$/g, '').slice(0, LONGEST_NAME)
  return /[a-zA-Z0-9]/.test(trimmed) ? trimmed : ''
}
