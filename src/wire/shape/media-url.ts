import type { MediaSource } from '#wire/part.ts'

const BASE64 = ';base64,'

/** `data:image/png;base64,…` is data, everything else an address. */
export function mediaOfUrl(url: string): MediaSource {
  if (!url.startsWith('data:')) return { kind: 'url', url }
  const mark = url.slice(0, 200).indexOf(BASE64)
  if (mark < 0) return { kind: 'url', url }
  return { kind: 'data', mediaType: url.slice('data:'.length, mark), data: url.slice(mark + BASE64.length) }
}

/** The same the other way; undefined for a file that only its own platform has. */
export function urlOfMedia(source: MediaSource): string | undefined {
  switch (source.kind) {
    case 'url':
      return source.url
    case 'data':
      return `data:${source.mediaType}${BASE64}${source.data}`
    case 'file':
      return undefined
  }
}
