import { isObject, type JsonObject } from '#wire/json.ts'
import type { Part, ToolCallPart } from '#wire/part.ts'
import {
  at,
  objectAt,
  optionalBoolean,
  optionalObject,
  optionalText,
  requiredText,
  WrongField,
} from '#wire/shape/field.ts'
import { mediaPart, sourceOfUri, typeOfUri } from '#wire/gemini/media.ts'
import { camelled, elementsOf, exactText, openObject, type Element, type Reading } from '#wire/gemini/proto.ts'
import { type Calls, callId, resultId } from '#wire/gemini/read-calls.ts'
import { readSignature } from '#wire/gemini/seals.ts'

/** What a part may hold, one of these at a time. */
const DATA = ['text', 'inlineData', 'fileData', 'functionCall', 'functionResponse'] as const
/** What stands beside the data. */
const BESIDE: ReadonlySet<string> = new Set(['thought', 'thoughtSignature'])
/** Parts that only this dialect knows. */
const NATIVE = ['executableCode', 'codeExecutionResult', 'toolCall', 'toolResponse', 'audioTranscription'] as const
const PART: ReadonlySet<string> = new Set([...DATA, ...NATIVE, ...BESIDE])
const BLOB: ReadonlySet<string> = new Set(['mimeType', 'data', 'displayName'])
const FILE: ReadonlySet<string> = new Set(['mimeType', 'fileUri', 'displayName'])
const CALL: ReadonlySet<string> = new Set(['id', 'name', 'args'])
const RESPONSE: ReadonlySet<string> = new Set(['id', 'name', 'response', 'parts'])
const RESPONSE_PART: ReadonlySet<string> = new Set(['inlineData', 'fileData'])

/** A conversation's parts share the names of its calls. */
export interface PartReading {
  readonly reading: Reading
  readonly calls: Calls
}

/** The parts of a content, each seal before the part that it belongs to: on the thoughts directly before it, if any. */
export function readParts(reader: PartReading, elements: readonly Element[]): Part[] {
  const parts: Part[] = []
  for (const element of elements) {
    const [first, ...rest] = readPart(reader, element)
    if (first === undefined) continue
    const last = parts.at(-1)
    const seals = first.kind === 'reasoning' && first.text === ''
    if (seals && last?.kind === 'reasoning' && last.signature === undefined) {
      parts[parts.length - 1] = { ...first, text: last.text }
    } else parts.push(first)
    parts.push(...rest)
  }
  return parts
}

function readPart(reader: PartReading, { value, path }: Element): Part[] {
  const whole = objectAt(value, path)
  // What only this dialect knows stays as it is, with all that stands beside.
  const part = camelled(reader.reading, whole, PART)
  const field = DATA.find((name) => isSaid(part[name]))
  const signature = optionalText(part, 'thoughtSignature', path) ?? ''
  const thought = optionalBoolean(part, 'thought', path) ?? false
  if (thought && field === 'text') return readThought(reader, part, { signature, path })
  const native = Object.keys(part).find((key) => !BESIDE.has(key) && isSaid(part[key]))
  // Its signature stays with it.
  if (native !== undefined && (field === undefined || thought)) {
    return [{ kind: 'native', dialect: 'gemini', type: native, value: whole }]
  }
  const seal = readSignature(signature, '')
  const sealed = seal === undefined ? [] : [seal]
  if (field === undefined) return sealed.length > 0 ? sealed : refuse(whole, path)
  noteRest(reader.reading, part, path)
  if (field === 'text') return [...sealed, ...readText(part, path)]
  return [...sealed, readData(reader, part, at(path, field))]
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null
}

function noteRest(reading: Reading, part: JsonObject, path: string): void {
  for (const key in part) if (!PART.has(key) && isSaid(part[key])) reading.unread.push(at(path, key))
}

/** An empty text stands there for its signature's sake. */
function readText(part: JsonObject, path: string): Part[] {
  const text = requiredText(part, 'text', path)
  return text === '' ? [] : [{ kind: 'text', text }]
}

function readThought(
  { reading }: PartReading,
  part: JsonObject,
  { signature, path }: { readonly signature: string; readonly path: string },
): Part[] {
  noteRest(reading, part, path)
  const text = requiredText(part, 'text', path)
  const sealed = readSignature(signature, text)
  if (sealed === undefined) return text === '' ? [] : [{ kind: 'reasoning', text }]
  return sealed.kind === 'reasoning' || text === '' ? [sealed] : [{ kind: 'reasoning', text }, sealed]
}

function refuse(part: JsonObject, path: string): never {
  throw new WrongField(path, `a part with one of ${DATA.join(', ')}`, part)
}

function readData(reader: PartReading, part: JsonObject, path: string): Part {
  const { inlineData, fileData, functionCall, functionResponse } = part
  if (isSaid(inlineData)) return readBlob(reader.reading, { value: inlineData, path })
  if (isSaid(fileData)) return readFile(reader.reading, { value: fileData, path })
  if (isSaid(functionCall)) return readCall(reader, { value: functionCall, path })
  return readResponse(reader, { value: functionResponse, path })
}

function readBlob(reading: Reading, { value, path }: Element): Part {
  const blob = openObject(reading, value, { path, known: BLOB })
  const mediaType = requiredText(blob, 'mimeType', path)
  const data = requiredText(blob, 'data', path)
  return mediaPart({ kind: 'data', mediaType, data }, mediaType, optionalText(blob, 'displayName', path))
}

function readFile(reading: Reading, { value, path }: Element): Part {
  const file = openObject(reading, value, { path, known: FILE })
  const uri = requiredText(file, 'fileUri', path)
  const mediaType = optionalText(file, 'mimeType', path) ?? typeOfUri(uri)
  return mediaPart(sourceOfUri(uri), mediaType, optionalText(file, 'displayName', path))
}

function readCall({ reading, calls }: PartReading, { value, path }: Element): ToolCallPart {
  const call = openObject(reading, value, { path, known: CALL })
  const name = requiredText(call, 'name', path)
  const args = optionalObject(call, 'args', path)
  return {
    kind: 'tool-call',
    id: callId(calls, optionalText(call, 'id', path), name),
    name,
    arguments: args === undefined ? '{}' : exactText(reading, at(path, 'args'), args),
  }
}

function readResponse(reader: PartReading, { value, path }: Element): Part {
  const { reading, calls } = reader
  const result = openObject(reading, value, { path, known: RESPONSE })
  const name = optionalText(result, 'name', path) ?? ''
  const response = optionalObject(result, 'response', path)
  const told = response === undefined ? {} : tell(reading, response, { name, path: at(path, 'response') })
  const media = elementsOf(result, 'parts', path).map((element) => readResponsePart(reading, element))
  return {
    kind: 'tool-result',
    callId: resultId(calls, optionalText(result, 'id', path), name),
    parts: [...(told.text === undefined ? [] : [{ kind: 'text' as const, text: told.text }]), ...media],
    ...(told.failed === true ? { isError: true } : {}),
  }
}

/**
 * What a response says: Google's documents put it under `output` or `error`, or `result` in their examples; Vercel's AI
 * SDK repeats the name beside `content`. Everything else is itself what the function said.
 */
function tell(
  reading: Reading,
  response: JsonObject,
  { name, path }: { readonly name: string; readonly path: string },
): { readonly text?: string; readonly failed?: boolean } {
  const keys = Object.keys(response).filter((key) => key !== 'name' || response['name'] !== name)
  const [only = ''] = keys
  const failed = only === 'error'
  const wraps = failed || only === 'output' || (only === 'content' && 'name' in response) || only === 'result'
  if (keys.length !== 1 || !wraps) {
    return Object.keys(response).length === 0 ? {} : { text: exactText(reading, path, response) }
  }
  const said = response[only]
  return { text: typeof said === 'string' ? said : exactText(reading, at(path, only), said), failed }
}

function readResponsePart(reading: Reading, { value, path }: Element): Part {
  const part = openObject(reading, value, { path, known: RESPONSE_PART })
  if (isObject(part['inlineData']))
    return readBlob(reading, { value: part['inlineData'], path: at(path, 'inlineData') })
  return readFile(reading, { value: part['fileData'], path: at(path, 'fileData') })
}
