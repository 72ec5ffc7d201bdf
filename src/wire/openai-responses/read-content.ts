import { isObject, type JsonObject } from '#wire/json.ts'
import type { AudioPart, CacheMark, FilePart, ImagePart, MediaSource, Part } from '#wire/part.ts'
import {
  at,
  objectAt,
  optionalList,
  optionalText,
  requiredObject,
  requiredText,
  unreadKeys,
  WrongField,
} from '#wire/shape/field.ts'
import { mediaOfUrl } from '#wire/shape/media-url.ts'

const TEXT: ReadonlySet<string> = new Set(['type', 'text', 'annotations', 'logprobs', 'prompt_cache_breakpoint'])
const REFUSAL: ReadonlySet<string> = new Set(['type', 'refusal'])
const IMAGE: ReadonlySet<string> = new Set(['type', 'image_url', 'file_id', 'detail', 'prompt_cache_breakpoint'])
const FILE: ReadonlySet<string> = new Set([
  'type',
  'file_data',
  'file_url',
  'file_id',
  'filename',
  'detail',
  'prompt_cache_breakpoint',
])
const AUDIO: ReadonlySet<string> = new Set(['type', 'input_audio', 'prompt_cache_breakpoint'])
const INPUT_AUDIO: ReadonlySet<string> = new Set(['data', 'format'])

/** `content` of a message, or `output` of a function call: a string or parts. What stays unread is added to `unread`. */
export function readContent(value: unknown, path: string, unread: string[]): Part[] {
  if (typeof value === 'string') return [{ kind: 'text', text: value }]
  if (!Array.isArray(value)) throw new WrongField(path, 'a string or a list of parts', value)
  const list: readonly unknown[] = value
  return list.map((item, i) => readPart(objectAt(item, at(path, i)), at(path, i), unread))
}

function readPart(part: JsonObject, path: string, unread: string[]): Part {
  const type = requiredText(part, 'type', path)
  switch (type) {
    case 'input_text':
    case 'output_text':
    case 'text':
      unread.push(...unreadKeys(part, TEXT, path))
      // Where an earlier answer had its words from; how likely they were is nothing that a model needs.
      if ((optionalList(part, 'annotations', path) ?? []).length > 0) unread.push(at(path, 'annotations'))
      return { kind: 'text', text: requiredText(part, 'text', path), ...cacheOf(part) }
    case 'refusal':
      unread.push(...unreadKeys(part, REFUSAL, path))
      return { kind: 'refusal', text: requiredText(part, 'refusal', path) }
    case 'input_image':
      return readImage(part, path, unread)
    case 'input_file':
      return readFile(part, path, unread)
    case 'input_audio':
      return readAudio(part, path, unread)
    default:
      return { kind: 'native', dialect: 'openai-responses', type, value: part }
  }
}

function readImage(part: JsonObject, path: string, unread: string[]): ImagePart {
  unread.push(...unreadKeys(part, IMAGE, path))
  const detail = optionalText(part, 'detail', path)
  return {
    kind: 'image',
    source: imageSource(part, path),
    // What every platform does unasked; OpenAI's own clients must say it.
    ...(detail === undefined || detail === 'auto' ? {} : { detail }),
    ...cacheOf(part),
  }
}

function imageSource(part: JsonObject, path: string): MediaSource {
  const url = part['image_url']
  // The form of chat completions, which several platforms take here too.
  if (isObject(url)) return mediaOfUrl(requiredText(url, 'url', at(path, 'image_url')))
  const plain = optionalText(part, 'image_url', path)
  if (plain !== undefined) return mediaOfUrl(plain)
  const id = optionalText(part, 'file_id', path)
  if (id === undefined) throw new WrongField(at(path, 'image_url'), 'a URL, or a file_id beside', url)
  return { kind: 'file', id }
}

function readFile(part: JsonObject, path: string, unread: string[]): FilePart {
  unread.push(...unreadKeys(part, FILE, path))
  const detail = optionalText(part, 'detail', path)
  if (detail !== undefined && detail !== 'auto') unread.push(at(path, 'detail'))
  const name = optionalText(part, 'filename', path)
  return { kind: 'file', source: fileSource(part, path), ...(name === undefined ? {} : { name }), ...cacheOf(part) }
}

/** `file_data` is a data URL by OpenAI's documents; bare base64 is read as the PDF that it nearly always is. */
function fileSource(part: JsonObject, path: string): MediaSource {
  const data = optionalText(part, 'file_data', path)
  if (data !== undefined) {
    return data.startsWith('data:') ? mediaOfUrl(data) : { kind: 'data', mediaType: 'application/pdf', data }
  }
  const url = optionalText(part, 'file_url', path)
  if (url !== undefined) return mediaOfUrl(url)
  const id = optionalText(part, 'file_id', path)
  if (id === undefined) throw new WrongField(path, 'file_data, file_url or file_id', part)
  return { kind: 'file', id }
}

function readAudio(part: JsonObject, path: string, unread: string[]): AudioPart {
  unread.push(...unreadKeys(part, AUDIO, path))
  const audio = requiredObject(part, 'input_audio', path)
  const inside = at(path, 'input_audio')
  unread.push(...unreadKeys(audio, INPUT_AUDIO, inside))
  const data = requiredText(audio, 'data', inside)
  const source = mediaOfUrl(data)
  if (source.kind === 'data' || /^https?:/.test(data)) return { kind: 'audio', source }
  const format = optionalText(audio, 'format', inside) ?? 'wav'
  return { kind: 'audio', source: { kind: 'data', mediaType: `audio/${format}`, data } }
}

/** The end of a prefix that should stay in the prompt cache: 30 minutes, or 12 hours. */
function cacheOf(part: JsonObject): { cache?: CacheMark } {
  const mark = part['prompt_cache_breakpoint']
  return isObject(mark) ? { cache: { ttl: mark['ttl'] === '12h' ? 'long' : 'short' } } : {}
}
