import type { JsonObject } from '#wire/json.ts'
import type { MediaSource, Part } from '#wire/part.ts'
import { AUDIO_FORMATS, DOCUMENT_FORMATS, IMAGE_FORMATS, mediaTypeOf } from '#wire/bedrock-converse/media.ts'
import { base64OfText } from '#wire/shape/base64.ts'
import { at, optionalText, requiredObject, requiredText, unreadKeys } from '#wire/shape/field.ts'

const MEDIA_KEYS = new Set(['format', 'source'])
const DOCUMENT_KEYS = new Set(['format', 'source', 'name'])
const LOCATION_KEYS = new Set(['uri'])

interface Place {
  readonly path: string
  readonly unread: string[]
}

/** An image, a document or a sound; undefined for a source that only this dialect knows (a document made of pieces). */
export function readMedia(kind: 'image' | 'document' | 'audio', block: JsonObject, place: Place): Part | undefined {
  const { path, unread } = place
  const source = readSource(block, mediaType(kind, block, path), place)
  if (source === undefined) return undefined
  for (const key of unreadKeys(block, kind === 'document' ? DOCUMENT_KEYS : MEDIA_KEYS, path)) unread.push(key)
  if (kind !== 'document') return { kind, source }
  const name = optionalText(block, 'name', path)
  return { kind: 'file', source, ...(name === undefined ? {} : { name }) }
}

function mediaType(kind: 'image' | 'document' | 'audio', block: JsonObject, path: string): string {
  switch (kind) {
    case 'image':
      return mediaTypeOf(IMAGE_FORMATS, requiredText(block, 'format', path), 'image')
    case 'audio':
      return mediaTypeOf(AUDIO_FORMATS, requiredText(block, 'format', path), 'audio')
    case 'document':
      return mediaTypeOf(DOCUMENT_FORMATS, optionalText(block, 'format', path) ?? 'txt', 'application')
  }
}

function readSource(block: JsonObject, type: string, { path, unread }: Place): MediaSource | undefined {
  const source = requiredObject(block, 'source', path)
  const sourcePath = at(path, 'source')
  const bytes = optionalText(source, 'bytes', sourcePath)
  if (bytes !== undefined) return { kind: 'data', mediaType: type, data: bytes }
  const text = optionalText(source, 'text', sourcePath)
  if (text !== undefined) return { kind: 'data', mediaType: type, data: base64OfText(text) }
  if (source['s3Location'] === undefined || source['s3Location'] === null) return undefined
  const location = requiredObject(source, 's3Location', sourcePath)
  const locationPath = at(sourcePath, 's3Location')
  for (const key of unreadKeys(location, LOCATION_KEYS, locationPath)) unread.push(key)
  return { kind: 'url', url: requiredText(location, 'uri', locationPath) }
}
