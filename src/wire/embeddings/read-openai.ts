import type { EmbeddingInput, EmbeddingPart, EmbeddingRequest } from '#wire/embeddings/request.ts'
import { TASK_FIELDS, taskOf } from '#wire/embeddings/task-words.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import type { Source } from '#wire/request.ts'
import type { EmbeddingTask } from '#wire/service.ts'
import { at, optionalInteger, optionalText, unreadKeys, WrongField } from '#wire/shape/field.ts'
import { mediaOfUrl } from '#wire/shape/media-url.ts'

const KNOWN: ReadonlySet<string> = new Set(['model', 'input', 'dimensions', 'encoding_format', 'user'])

const INPUT = 'a text, a list of token ids, or a list of either'

/** Reads a request of OpenAI's form. Throws a `WrongField` for a value that it cannot be. */
export function readOpenaiRequest(source: Source): EmbeddingRequest {
  const { json, outside } = source
  const model = outside?.model ?? optionalText(json, 'model')
  if (model === undefined || model === '') throw new WrongField('model', 'the name of a model', json['model'])
  const dimensions = optionalInteger(json, 'dimensions')
  if (dimensions !== undefined && dimensions < 1)
    throw new WrongField('dimensions', 'a whole number from 1', dimensions)
  const user = optionalText(json, 'user')
  const task = readTask(json)
  return {
    source,
    model,
    ...readInputs(json['input'], task?.task),
    ...(dimensions === undefined ? {} : { dimensions }),
    dimensionsField: 'dimensions',
    encoding: readEncoding(json),
    ...(user === undefined ? {} : { user }),
    ...(task === undefined ? {} : { taskField: task.field }),
    unread: unreadKeys(json, KNOWN, ''),
  }
}

function readEncoding(json: JsonObject): 'float' | 'base64' {
  const text = optionalText(json, 'encoding_format') ?? 'float'
  if (text === 'float' || text === 'base64') return text
  throw new WrongField('encoding_format', '"float" or "base64"', text)
}

/** The first field of those that other platforms' users know, with a word that is known. */
function readTask(json: JsonObject): { readonly field: string; readonly task: EmbeddingTask } | undefined {
  for (const field of TASK_FIELDS) {
    const word = json[field]
    const task = typeof word === 'string' ? taskOf(word) : undefined
    if (task !== undefined) return { field, task }
  }
  return undefined
}

function readInputs(value: unknown, task: EmbeddingTask | undefined): Pick<EmbeddingRequest, 'inputs' | 'single'> {
  const one = (each: unknown, path: string): EmbeddingInput => readInput(each, path, task)
  if (typeof value === 'string' || isObject(value)) return { inputs: [one(value, 'input')], single: true }
  if (!Array.isArray(value)) throw new WrongField('input', INPUT, value)
  const list: readonly unknown[] = value
  if (list.length === 0) throw new WrongField('input', 'at least one input', value)
  if (typeof list[0] === 'number') return { inputs: [one(list, 'input')], single: true }
  return { inputs: list.map((each, i) => one(each, `input.${i}`)), single: false }
}

function readInput(value: unknown, path: string, task: EmbeddingTask | undefined): EmbeddingInput {
  const common = task === undefined ? { path } : { path, task }
  if (typeof value === 'string') return { kind: 'text', text: value, ...common }
  if (Array.isArray(value)) return { kind: 'tokens', tokens: readTokens(value, path), ...common }
  if (isObject(value)) return { kind: 'parts', parts: readParts(value, path), raw: value, ...common }
  throw new WrongField(path, 'a text or a list of token ids', value)
}

function readTokens(list: readonly unknown[], path: string): readonly number[] {
  return list.map((token, i) => {
    if (typeof token === 'number' && Number.isSafeInteger(token) && token >= 0) return token
    throw new WrongField(at(path, i), 'a token id', token)
  })
}

/** `{content: […]}` joins pieces into one vector; any other object is one piece. */
function readParts(value: JsonObject, path: string): readonly EmbeddingPart[] {
  const content = value['content']
  if (!Array.isArray(content)) return [readPart(value, path)]
  return content.map((each: unknown, i) => {
    const inside = `${path}.content.${i}`
    if (!isObject(each)) throw new WrongField(inside, 'an object', each)
    return readPart(each, inside)
  })
}

const MEDIA = ['image', 'video', 'audio'] as const

/** `{text}`, `{image}` of Jina, SiliconFlow and DashScope; `{type: image_url, image_url}` of Ark and Voyage. */
function readPart(value: JsonObject, path: string): EmbeddingPart {
  const { text } = value
  if (typeof text === 'string') return { kind: 'text', text }
  for (const kind of MEDIA) {
    const url = addressIn(value[kind]) ?? addressIn(value[`${kind}_url`])
    if (url !== undefined) return { kind, source: mediaOfUrl(url) }
  }
  throw new WrongField(path, '{text}, {image}, {video} or {audio}', value)
}

/** A URL by itself, or inside `{url}`. */
function addressIn(value: unknown): string | undefined {
  const inner = isObject(value) ? value['url'] : value
  return typeof inner === 'string' ? inner : undefined
}
