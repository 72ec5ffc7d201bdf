import type { MediaSource, Part } from '#wire/part.ts'

const FILES = /^(?:https:\/\/generativelanguage\.googleapis\.com\/(?:v\w+\/)?)?(files\/[^/?]+)$/
const FILES_URL = 'https://generativelanguage.googleapis.com/v1beta/'

/** Media types by the endings of addresses, since Gemini wants to be told and other dialects do not tell. */
const ENDINGS: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  heic: 'image/heic',
  heif: 'image/heif',
  bmp: 'image/bmp',
  pdf: 'application/pdf',
  txt: 'text/plain',
  md: 'text/markdown',
  html: 'text/html',
  csv: 'text/csv',
  xml: 'text/xml',
  json: 'application/json',
  mp3: 'audio/mp3',
  wav: 'audio/wav',
  aac: 'audio/aac',
  ogg: 'audio/ogg',
  flac: 'audio/flac',
  aiff: 'audio/aiff',
  m4a: 'audio/m4a',
  mp4: 'video/mp4',
  mpeg: 'video/mpeg',
  mov: 'video/mov',
  avi: 'video/avi',
  webm: 'video/webm',
  wmv: 'video/wmv',
}

/** `fileUri` as a source: a file of Google's Files API by its name, anything else as an address. */
export function sourceOfUri(uri: string): MediaSource {
  const id = FILES.exec(uri)?.[1]
  return id === undefined ? { kind: 'url', url: uri } : { kind: 'file', id }
}

/** A source as `fileUri`. */
export function uriOf(source: Exclude<MediaSource, { readonly kind: 'data' }>): string {
  if (source.kind === 'url') return source.url
  if (source.id.includes('://')) return source.id
  return FILES_URL + (source.id.startsWith('files/') ? source.id : `files/${source.id}`)
}

/** The media type that an address ends in. */
export function typeOfUri(uri: string): string | undefined {
  const [path = ''] = uri.split(/[?#]/, 1)
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase()
  return Object.hasOwn(ENDINGS, ending) ? ENDINGS[ending] : undefined
}

/** Media as a part of its kind: pictures, sounds, and everything else (documents, video) as a file. */
export function mediaPart(source: MediaSource, mediaType: string | undefined, name: string | undefined): Part {
  const [kind] = (mediaType ?? '').toLowerCase().split('/', 1)
  if (kind === 'image') return { kind: 'image', source }
  if (kind === 'audio') return { kind: 'audio', source }
  return { kind: 'file', source, ...(name === undefined ? {} : { name }) }
}
