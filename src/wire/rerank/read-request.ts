import { isObject } from '#wire/json.ts'
import type { Source } from '#wire/request.ts'
import type { RerankDocument, RerankRequest } from '#wire/rerank/request.ts'
import {
  optionalBoolean,
  optionalInteger,
  optionalText,
  requiredList,
  unreadKeys,
  WrongField,
} from '#wire/shape/field.ts'

const KNOWN: ReadonlySet<string> = new Set([
  'model',
  'query',
  'documents',
  'top_n',
  'top_k',
  'return_documents',
  'instruction',
  'instruct',
  'user',
])

/** Reads the form that Cohere, Jina, vLLM and most others share. Throws a `WrongField` for a value that it cannot be. */
export function readRerankRequest(source: Source): RerankRequest {
  const { json, outside } = source
  const model = outside?.model ?? optionalText(json, 'model')
  if (model === undefined || model === '') throw new WrongField('model', 'the name of a model', json['model'])
  const query = optionalText(json, 'query')
  if (query === undefined) throw new WrongField('query', 'a text', json['query'])
  const documents = requiredList(json, 'documents').map(readDocument)
  if (documents.length === 0) throw new WrongField('documents', 'at least one document', json['documents'])
  const instruction = optionalText(json, 'instruction') ?? optionalText(json, 'instruct')
  const user = optionalText(json, 'user')
  return {
    source,
    model,
    query,
    documents,
    ...readTopN(source),
    returnDocuments: optionalBoolean(json, 'return_documents') ?? false,
    ...(instruction === undefined ? {} : { instruction }),
    instructionField: json['instruction'] === undefined ? 'instruct' : 'instruction',
    ...(user === undefined ? {} : { user }),
    unread: unreadKeys(json, KNOWN, ''),
  }
}

/** `top_k` is Voyage's name. */
function readTopN({ json }: Source): Pick<RerankRequest, 'topN'> {
  const field = json['top_n'] === undefined || json['top_n'] === null ? 'top_k' : 'top_n'
  const topN = optionalInteger(json, field)
  if (topN === undefined) return {}
  if (topN < 1) throw new WrongField(field, 'a whole number from 1', topN)
  return { topN }
}

function readDocument(value: unknown, place: number): RerankDocument {
  const path = `documents.${place}`
  if (typeof value === 'string') return { text: value, sent: value, raw: value, path }
  if (!isObject(value)) throw new WrongField(path, 'a text or an object', value)
  const { text } = value
  if (typeof text !== 'string') return { text: undefined, sent: value, raw: value, path }
  return { text, sent: Object.keys(value).length === 1 ? text : value, raw: value, path }
}
