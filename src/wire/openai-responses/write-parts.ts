import { isObject, type JsonObject } from '#wire/json.ts'
import type { AudioPart, CacheMark, FilePart, ImagePart, Part } from '#wire/part.ts'
import type { Message } from '#wire/request.ts'
import type { Draft } from '#wire/shape/draft.ts'
import { urlOfMedia } from '#wire/shape/media-url.ts'
import type { WarningAction } from '#wire/warning.ts'

/** Notes what happened to a part of a message; gives nothing, for parts that are left out. */
export function warn(
  { warnings }: Draft,
  { path }: Message,
  [action, detail]: readonly [WarningAction, string],
): undefined {
  warnings.push({ action, path, detail })
}

/**
 * The content of a message that is not the model's, or of a tool's result: a text where it is one, else a list. What
 * this dialect cannot say is left out with a warning.
 */
export function writeContent(draft: Draft, message: Message, parts: readonly Part[] = message.parts): unknown {
  const [only] = parts
  if (parts.length === 0) return ''
  if (parts.length === 1 && only?.kind === 'text' && markOf(draft, message, only.cache) === undefined) return only.text
  return parts.flatMap((part) => {
    const written = writePart(draft, message, part)
    if (written === undefined) return []
    const mark = 'cache' in part ? markOf(draft, message, part.cache) : undefined
    return [mark === undefined ? written : { ...written, prompt_cache_breakpoint: mark }]
  })
}

/** A cache mark in this dialect's form, where the target takes any. */
function markOf(draft: Draft, message: Message, cache: CacheMark | undefined): JsonObject | undefined {
  if (cache === undefined) return undefined
  if (draft.target.quirks.cacheMarks) {
    return cache.ttl === 'long' ? { mode: 'explicit', ttl: '12h' } : { mode: 'explicit' }
  }
  const { path } = message
  const known = draft.warnings.some((warning) => warning.path === path && warning.detail === NO_MARKS)
  return known ? undefined : warn(draft, message, ['dropped', NO_MARKS])
}

const NO_MARKS = 'cache marks: the target takes none'

function writePart(draft: Draft, message: Message, part: Part): JsonObject | undefined {
  switch (part.kind) {
    case 'text':
      return { type: 'input_text', text: part.text }
    case 'image':
      return writeImage(part)
    case 'file':
      return writeFile(part)
    case 'audio':
      return writeAudio(part)
    case 'refusal':
      warn(draft, message, ['approximated', 'a refusal, as plain text'])
      return { type: 'input_text', text: part.text }
    case 'native':
      if (part.dialect === 'openai-responses' && isObject(part.value)) return part.value
      return warn(draft, message, ['dropped', `${part.type} is a part of another dialect`])
    default:
      return warn(draft, message, ['dropped', `a ${part.kind} in a turn of ${message.role}`])
  }
}

/** `detail` is demanded by OpenAI's own types, and by servers that check them. */
function writeImage({ source, detail = 'auto' }: ImagePart): JsonObject {
  const url = urlOfMedia(source)
  return { type: 'input_image', ...(url === undefined ? { file_id: idOf(source) } : { image_url: url }), detail }
}

function writeFile({ source, name }: FilePart): JsonObject {
  const named = name === undefined ? {} : { filename: name }
  switch (source.kind) {
    case 'url':
      return { type: 'input_file', file_url: source.url, ...named }
    case 'file':
      return { type: 'input_file', file_id: source.id, ...named }
    case 'data':
      return { type: 'input_file', filename: name ?? nameFor(source.mediaType), file_data: urlOfMedia(source) }
  }
}

/** OpenAI demands a name beside data, and goes by its ending. */
function nameFor(mediaType: string): string {
  if (mediaType === 'application/pdf') return 'document.pdf'
  return mediaType.startsWith('text/') ? 'document.txt' : 'document'
}

function writeAudio({ source }: AudioPart): JsonObject {
  const [mediaType, data] = source.kind === 'data' ? [source.mediaType, source.data] : ['audio/wav', '']
  const format = mediaType.replace(/^audio\//, '')
  return { type: 'input_audio', input_audio: { data, format: format === 'mpeg' ? 'mp3' : format } }
}

function idOf(source: ImagePart['source']): string | undefined {
  return source.kind === 'file' ? source.id : undefined
}
