import { isObject, type JsonObject } from '#wire/json.ts'
import type { AudioPart, CacheMark, FilePart, ImagePart, MediaSource, Part } from '#wire/part.ts'
import { objectAt, optionalText, requiredObject, requiredText, unreadKeys, WrongField } from '#wire/shape/field.ts'

const TEXT: ReadonlySet<string> = new Set(['type', 'text', 'cache_control'])
const REFUSAL: ReadonlySet<string> = new Set(['type', 'refusal'])
const IMAGE: ReadonlySet<string> = new Set(['type', 'image_url', 'cache_control'])
const IMAGE_URL: ReadonlySet<string> = new Set(['url', 'detail'])
const AUDIO: ReadonlySet<string> = new Set(['type', 'input_audio'])
const INPUT_AUDIO: ReadonlySet<string> = new Set(['data', 'format'])
const FILE: ReadonlySet<string> = new Set(['type', 'file', 'cache_control'])
const FILE_FIELDS: ReadonlySet<string> = new Set(['file_data', 'file_id', 'filename'])

/** A message's `content` as parts: a text, a list of parts, or nothing. */
export function readContent(message: JsonObject, path: string, unread: string[]): Part[] {
  const content = message['content']
  if (content === undefined || content === null) return []
  if (typeof content === 'string') return [{ kind: 'text', text: content }]
  if (!Array.isArray(content)) throw new WrongField(`${path}.content`, 'a string or a list of parts', content)
  const list: readonly unknown[] = content
  return list.map((item, i) => readPart(objectAt(item, `${path}.content.${i}`), `${path}.content.${i}`, unread))
}

function readPart(part: JsonObject, path: string, unread: string[]): Part {
  const type = requiredText(part, 'type', path)
  switch (type) {
    case 'text':
      unread.push(...unreadKeys(part, TEXT, path))
      return { kind: 'text', text: requiredText(part, 'text', path), ...cacheMark(part) }
    case 'refusal':
      unread.push(...unreadKeys(part, REFUSAL, path))
      return { kind: 'refusal', text: requiredText(part, 'refusal', path) }
    case 'image_url':
      return readImage(part, path, unread)
    case 'input_audio':
      return readAudio(part, path, unread)
    case 'file':
      return readFile(part, path, unread)
    default:
      return { kind: 'native', dialect: 'openai-chat', type, value: part }
  }
}

function readImage(part: JsonObject, path: string, unread: string[]): ImagePart {
  unread.push(...unreadKeys(part, IMAGE, path))
  // A bare string is not in OpenAI's documents, but several SDKs of others send it and their platforms take it.
  if (typeof part['image_url'] === 'string') {
    return { kind: 'image', source: sourceOf(part['image_url']), ...cacheMark(part) }
  }
  const image = requiredObject(part, 'image_url', path)
  unread.push(...unreadKeys(image, IMAGE_URL, `${path}.image_url`))
  const detail = optionalText(image, 'detail', `${path}.image_url`)
  return {
    kind: 'image',
    source: sourceOf(requiredText(image, 'url', `${path}.image_url`)),
    ...(detail === undefined ? {} : { detail }),
    ...cacheMark(part),
  }
}

function readAudio(part: JsonObject, path: string, unread: string[]): AudioPart {
  unread.push(...unreadKeys(part, AUDIO, path))
  const audio = requiredObject(part, 'input_audio', path)
  const inside = `${path}.input_audio`
  unread.push(...unreadKeys(audio, INPUT_AUDIO, inside))
  const data = requiredText(audio, 'data', inside)
  const format = optionalText(audio, 'format', inside)
  const source = sourceOf(data)
  if (source.kind === 'data' || /^https?:/.test(data)) return { kind: 'audio', source }
  return { kind: 'audio', source: { kind: 'data', mediaType: `audio/${format ?? 'wav'}`, data } }
}

function readFile(part: JsonObject, path: string, unread: string[]): FilePart {
  unread.push(...unreadKeys(part, FILE, path))
  const file = requiredObject(part, 'file', path)
  const inside = `${path}.file`
  unread.push(...unreadKeys(file, FILE_FIELDS, inside))
  const name = optionalText(file, 'filename', inside)
  const id = optionalText(file, 'file_id', inside)
  const data = optionalText(file, 'file_data', inside)
  if (id === undefined && data === undefined) throw new WrongField(inside, 'file_id or file_data', file)
  const source: MediaSource = data === undefined ? { kind: 'file', id: id ?? '' } : fileSource(data)
  return { kind: 'file', source, ...(name === undefined ? {} : { name }), ...cacheMark(part) }
}

/** `file_data` is a data URL by OpenAI's documents; bare base64 is read as the PDF that it nearly always is. */
function fileSource(data: string): MediaSource {
  if (data.startsWith('data:') || /^https?:/.test(data)) return sourceOf(data)
  return { kind: 'data', mediaType: 'application/pdf', data }
}

const BASE64 = ';base64,'

/** `data:image/png;base64,…` is data, everything else an address. */
function sourceOf(url: string): MediaSource {
  if (!url.startsWith('data:')) return { kind: 'url', url }
  const mark = url.slice(0, 200).indexOf(BASE64)
  if (mark < 0) return { kind: 'url', url }
  return { kind: 'data', mediaType: url.slice('data:'.length, mark), data: url.slice(mark + BASE64.length) }
}

/** Anthropic's `cache_control` on a part, which DashScope, OpenRouter and others take in OpenAI's format too. */
function cacheMark(part: JsonObject): { cache?: CacheMark } {
  const mark = part['cache_control']
  if (!isObject(mark)) return {}
  return { cache: { ttl: mark['ttl'] === '1h' ? 'long' : 'short' } }
}
