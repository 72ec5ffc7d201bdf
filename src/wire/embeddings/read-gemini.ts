import type { EmbeddingInput, EmbeddingPart, EmbeddingRequest } from '#wire/embeddings/request.ts'
import { taskOf } from '#wire/embeddings/task-words.ts'
import type { JsonObject } from '#wire/json.ts'
import type { Source } from '#wire/request.ts'
import {
  at,
  objectAt,
  optionalInteger,
  optionalObject,
  optionalText,
  requiredList,
  requiredObject,
  requiredText,
  unreadKeys,
  WrongField,
} from '#wire/shape/field.ts'

const KNOWN: ReadonlySet<string> = new Set([
  'model',
  'content',
  'taskType',
  'task_type',
  'title',
  'outputDimensionality',
  'output_dimensionality',
])
const KNOWN_BATCH: ReadonlySet<string> = new Set(['requests'])
const CONTENT: ReadonlySet<string> = new Set(['parts', 'role'])

/** Reads `:embedContent`. The path names the model. */
export function readEmbedContent(source: Source): EmbeddingRequest {
  const { json } = source
  const model = modelOf(source)
  const one = readOne(json, '', model)
  return requestOf({ source, model, single: true, ones: [one], unread: one.unread, dimensionsField: one.field })
}

/** Reads `:batchEmbedContents`. All its requests are for the model of the path, and for vectors of one length. */
export function readBatchEmbedContents(source: Source): EmbeddingRequest {
  const { json } = source
  const model = modelOf(source)
  const requests = requiredList(json, 'requests')
  if (requests.length === 0) throw new WrongField('requests', 'at least one request', requests)
  const ones = requests.map((each, i) => {
    const path = `requests.${i}`
    return readOne(objectAt(each, path), path, model)
  })
  const odd = ones.find(({ dimensions }) => dimensions !== ones[0]?.dimensions)
  if (odd !== undefined) throw new WrongField(odd.field, 'the same length in all requests of a batch', odd.dimensions)
  const unread = [...unreadKeys(json, KNOWN_BATCH, ''), ...ones.flatMap((one) => one.unread)]
  return requestOf({ source, model, single: false, ones, unread, dimensionsField: ones[0]?.field ?? '' })
}

interface One {
  readonly input: EmbeddingInput
  readonly dimensions: number | undefined
  readonly field: string
  readonly unread: readonly string[]
}

function requestOf(read: {
  readonly source: Source
  readonly model: string
  readonly single: boolean
  readonly ones: readonly One[]
  readonly unread: readonly string[]
  readonly dimensionsField: string
}): EmbeddingRequest {
  const { source, model, single, ones, unread, dimensionsField } = read
  const dimensions = ones[0]?.dimensions
  return {
    source,
    model,
    inputs: ones.map(({ input }) => input),
    single,
    ...(dimensions === undefined ? {} : { dimensions }),
    dimensionsField,
    encoding: 'float',
    unread,
  }
}

/** The name without Google's `models/`. */
function modelOf({ json, outside }: Source): string {
  const model = outside?.model ?? optionalText(json, 'model') ?? ''
  if (model === '') throw new WrongField('model', 'the name of a model', json['model'])
  return bare(model)
}

function bare(name: string): string {
  return name.startsWith('models/') ? name.slice('models/'.length) : name
}

function readOne(json: JsonObject, path: string, model: string): One {
  const named = optionalText(json, 'model', path)
  if (named !== undefined && bare(named) !== model) throw new WrongField(at(path, 'model'), `"${model}"`, named)
  const content = requiredObject(json, 'content', path)
  const inside = at(path, 'content')
  const parts = requiredList(content, 'parts', inside).map((part, i) => readPart(part, `${inside}.parts.${i}`))
  if (parts.length === 0) throw new WrongField(`${inside}.parts`, 'at least one part', content['parts'])
  const field = json['output_dimensionality'] === undefined ? 'outputDimensionality' : 'output_dimensionality'
  const [only] = parts
  const common = { path: inside, ...readPurpose(json, path) }
  return {
    input:
      parts.length === 1 && only?.kind === 'text'
        ? { kind: 'text', text: only.text, ...common }
        : { kind: 'parts', parts, ...common },
    dimensions: optionalInteger(json, field, path),
    field: at(path, field),
    unread: [...unreadKeys(json, KNOWN, path), ...unreadKeys(content, CONTENT, inside)],
  }
}

function readPurpose(json: JsonObject, path: string): Pick<EmbeddingInput, 'task' | 'title'> {
  const word = optionalText(json, 'taskType', path) ?? optionalText(json, 'task_type', path)
  const task = word === undefined || word === 'TASK_TYPE_UNSPECIFIED' ? undefined : taskOf(word)
  if (word !== undefined && task === undefined && word !== 'TASK_TYPE_UNSPECIFIED') {
    throw new WrongField(at(path, 'taskType'), 'a task type', word)
  }
  const title = optionalText(json, 'title', path)
  return { ...(task === undefined ? {} : { task }), ...(title === undefined ? {} : { title }) }
}

function readPart(value: unknown, path: string): EmbeddingPart {
  const part = objectAt(value, path)
  const text = optionalText(part, 'text', path)
  if (text !== undefined) return { kind: 'text', text }
  const inline = optionalObject(part, 'inlineData', path) ?? optionalObject(part, 'inline_data', path)
  if (inline !== undefined) {
    const inside = at(path, 'inlineData')
    const mediaType = optionalText(inline, 'mimeType', inside) ?? requiredText(inline, 'mime_type', inside)
    return { kind: kindOf(mediaType), source: { kind: 'data', mediaType, data: requiredText(inline, 'data', inside) } }
  }
  const file = optionalObject(part, 'fileData', path) ?? optionalObject(part, 'file_data', path)
  if (file === undefined) throw new WrongField(path, '{text}, {inlineData} or {fileData}', value)
  const inside = at(path, 'fileData')
  const mediaType = optionalText(file, 'mimeType', inside) ?? optionalText(file, 'mime_type', inside) ?? ''
  const url = optionalText(file, 'fileUri', inside) ?? requiredText(file, 'file_uri', inside)
  return { kind: kindOf(mediaType), source: { kind: 'url', url } }
}

function kindOf(mediaType: string): 'image' | 'audio' | 'video' | 'file' {
  const [kind] = mediaType.split('/')
  return kind === 'image' || kind === 'audio' || kind === 'video' ? kind : 'file'
}
