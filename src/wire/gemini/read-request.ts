import type { ReadRequest } from '#wire/dialect.ts'
import { failure } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import type { ModelRequest, Source } from '#wire/request.ts'
import { optionalText, WrongField } from '#wire/shape/field.ts'
import { callerPath, elementsOf, openObject, type Reading, readingOf } from '#wire/gemini/proto.ts'
import { readConfig } from '#wire/gemini/read-config.ts'
import { readContents, readSystem } from '#wire/gemini/read-contents.ts'
import { readToolChoice, readTools } from '#wire/gemini/read-tools.ts'

const REQUEST: ReadonlySet<string> = new Set([
  'model',
  'contents',
  'systemInstruction',
  'tools',
  'toolConfig',
  'generationConfig',
])

/**
 * Reads the body of `:generateContent` and `:streamGenerateContent`; the model and the wish for a stream stand in the
 * path. A wrong or missing field is an `invalid-request` that names it.
 */
export function readRequest(source: Source): ReadRequest {
  const reading = readingOf(source)
  try {
    return { ok: true, request: readBody(reading) }
  } catch (error) {
    if (!(error instanceof WrongField)) throw error
    const param = callerPath(reading, error.param)
    const message = error.message.replace(error.param, param)
    return { ok: false, failure: failure('invalid-request', message, { param }) }
  }
}

function readBody(reading: Reading): ModelRequest {
  const { source, unread } = reading
  const json = openObject(reading, source.json, { path: '', known: REQUEST })
  const messages = [...readSystem(reading, json['systemInstruction']), ...readTurns(reading, json)]
  const tools = readTools(reading, elementsOf(json, 'tools', ''))
  const choice = readToolChoice(reading, json, tools)
  const config = readConfig(reading, json)
  return {
    dialect: 'gemini',
    source,
    model: modelOf(source, json),
    stream: source.outside?.stream ?? false,
    streamUsage: true,
    messages,
    tools,
    ...choice,
    ...config,
    unread: unread.map((path) => callerPath(reading, path)),
  }
}

function readTurns(reading: Reading, json: JsonObject): ModelRequest['messages'] {
  const elements = elementsOf(json, 'contents', '')
  if (elements.length === 0) throw new WrongField('contents', 'at least one content', json['contents'])
  const messages = readContents(reading, elements)
  if (messages.length === 0) throw new WrongField('contents', 'a content with parts', json['contents'])
  return messages
}

/** The path's model; a body may repeat it, as `models/…`. */
function modelOf({ outside }: Source, json: JsonObject): string {
  const model = (outside?.model ?? optionalText(json, 'model') ?? '').replace(/^models\//, '')
  if (model === '') throw new WrongField('model', 'the name of a model', outside?.model ?? json['model'])
  return model
}
