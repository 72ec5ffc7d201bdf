/** Media types by the formats that AWS names, the first of each the one that we say (botocore's model of August 2026). */
type Formats = Readonly<Record<string, readonly [string, ...string[]]>>

export const IMAGE_FORMATS: Formats = {
  png: ['image/png'],
  jpeg: ['image/jpeg', 'image/jpg'],
  gif: ['image/gif'],
  webp: ['image/webp'],
}

export const DOCUMENT_FORMATS: Formats = {
  pdf: ['application/pdf'],
  csv: ['text/csv'],
  doc: ['application/msword'],
  docx: ['application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  xls: ['application/vnd.ms-excel'],
  xlsx: ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  html: ['text/html'],
  txt: ['text/plain', 'application/json', 'application/xml'],
  md: ['text/markdown', 'text/x-markdown'],
}

export const AUDIO_FORMATS: Formats = {
  mp3: ['audio/mpeg', 'audio/mp3'],
  wav: ['audio/wav', 'audio/x-wav', 'audio/wave'],
  opus: ['audio/opus'],
  aac: ['audio/aac'],
  flac: ['audio/flac', 'audio/x-flac'],
  mp4: ['audio/mp4'],
  m4a: ['audio/x-m4a', 'audio/m4a'],
  ogg: ['audio/ogg'],
  webm: ['audio/webm'],
  mka: ['audio/x-matroska'],
  pcm: ['audio/pcm', 'audio/l16', 'audio/pcm16'],
}

/** The media type of a format; one that we do not know becomes `<kind>/<format>`. */
export function mediaTypeOf(formats: Formats, format: string, kind: string): string {
  return (Object.hasOwn(formats, format) ? formats[format]?.[0] : undefined) ?? `${kind}/${format}`
}

/** The format of a media type; parameters do not count. */
export function formatOf(formats: Formats, mediaType: string): string | undefined {
  const plain = (mediaType.split(';')[0] ?? '').trim().toLowerCase()
  for (const format in formats) {
    if (formats[format]?.includes(plain) === true) return format
  }
  return undefined
}

/** The format of a document: any other text is sent as plain text. */
export function documentFormatOf(mediaType: string): string | undefined {
  return formatOf(DOCUMENT_FORMATS, mediaType) ?? (mediaType.startsWith('text/') ? 'txt' : undefined)
}
