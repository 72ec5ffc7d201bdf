import type { JsonObject } from '#wire/json.ts'
import { type Effort, EFFORTS, type ModelRequest, type Reasoning, type ResponseFormat } from '#wire/request.ts'
import { at, optionalBoolean, optionalList, optionalObject, optionalText, WrongField } from '#wire/shape/field.ts'
import {
  type Element,
  elementsOf,
  enumField,
  integerField,
  numberField,
  openObject,
  type Reading,
} from '#wire/gemini/proto.ts'
import { jsonSchemaOf } from '#wire/gemini/read-schema.ts'

const CONFIG: ReadonlySet<string> = new Set([
  'temperature',
  'topP',
  'topK',
  'maxOutputTokens',
  'stopSequences',
  'seed',
  'presencePenalty',
  'frequencyPenalty',
  'candidateCount',
  'responseMimeType',
  'responseSchema',
  'responseJsonSchema',
  'responseFormat',
  'responseModalities',
  'thinkingConfig',
])
const THINKING: ReadonlySet<string> = new Set(['thinkingBudget', 'thinkingLevel', 'includeThoughts'])
const FORMAT: ReadonlySet<string> = new Set(['text'])
const TEXT_FORMAT: ReadonlySet<string> = new Set(['mimeType', 'schema'])
const PATH = 'generationConfig'

type Config = Partial<
  Pick<
    ModelRequest,
    | 'temperature'
    | 'topP'
    | 'topK'
    | 'maxOutputTokens'
    | 'stop'
    | 'seed'
    | 'presencePenalty'
    | 'frequencyPenalty'
    | 'n'
    | 'responseFormat'
    | 'reasoning'
  >
>

/** `generationConfig`. */
export function readConfig(reading: Reading, json: JsonObject): Config {
  const given = optionalObject(json, PATH)
  if (given === undefined) return {}
  const config = openObject(reading, given, { path: PATH, known: CONFIG })
  readModalities(reading, config)
  const responseFormat = readFormat(reading, config)
  const reasoning = readThinking(reading, config)
  return {
    ...readSampling(config),
    ...readLimits(config),
    ...(responseFormat === undefined ? {} : { responseFormat }),
    ...(reasoning === undefined ? {} : { reasoning }),
  }
}

function readSampling(config: JsonObject): Config {
  const temperature = numberField(config, 'temperature', PATH)
  const topP = numberField(config, 'topP', PATH)
  const topK = numberField(config, 'topK', PATH)
  const seed = integerField(config, 'seed', PATH)
  const presencePenalty = numberField(config, 'presencePenalty', PATH)
  const frequencyPenalty = numberField(config, 'frequencyPenalty', PATH)
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(topK === undefined ? {} : { topK }),
    ...(seed === undefined ? {} : { seed }),
    ...(presencePenalty === undefined ? {} : { presencePenalty }),
    ...(frequencyPenalty === undefined ? {} : { frequencyPenalty }),
  }
}

function readLimits(config: JsonObject): Config {
  const maxOutputTokens = integerField(config, 'maxOutputTokens', PATH)
  const n = integerField(config, 'candidateCount', PATH)
  const stop = elementsOf(config, 'stopSequences', PATH).map(({ value, path }) => {
    if (typeof value === 'string') return value
    throw new WrongField(path, 'a string', value)
  })
  return {
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(n === undefined ? {} : { n }),
    ...(stop.length === 0 ? {} : { stop }),
  }
}

/** Text is what every dialect answers in; anything else only this one can be asked for. */
function readModalities(reading: Reading, config: JsonObject): void {
  const modalities = optionalList(config, 'responseModalities', PATH) ?? []
  const others = modalities.some((modality) => typeof modality !== 'string' || modality.toUpperCase() !== 'TEXT')
  if (others) reading.unread.push(at(PATH, 'responseModalities'))
}

/** How the answer is to be formed, in the fields of always, or in `responseFormat` of 2026 where these say nothing. */
function readFormat(reading: Reading, config: JsonObject): ResponseFormat | undefined {
  const own = optionalObject(config, 'responseSchema', PATH)
  const schema =
    optionalObject(config, 'responseJsonSchema', PATH) ?? (own === undefined ? undefined : jsonSchemaOf(own))
  const type = optionalText(config, 'responseMimeType', PATH)
  const formats = elementsOf(config, 'responseFormat', PATH).map((element) => readTextFormat(reading, element))
  const said = { type, schema, path: at(PATH, 'responseMimeType') }
  const [format = said] = type === undefined && schema === undefined ? formats : [said]
  return formatOf(reading, format)
}

interface TextFormat {
  readonly type: string | undefined
  readonly schema: JsonObject | undefined
  readonly path: string
}

/** One entry of `responseFormat`: text in a form; pictures, sound and video stay unread. */
function readTextFormat(reading: Reading, { value, path }: Element): TextFormat {
  const format = openObject(reading, value, { path, known: FORMAT })
  const text = optionalObject(format, 'text', path)
  const inside = at(path, 'text')
  const said = text === undefined ? {} : openObject(reading, text, { path: inside, known: TEXT_FORMAT })
  const type = optionalText(said, 'mimeType', inside)?.toLowerCase().replace('_', '/')
  return { type, schema: optionalObject(said, 'schema', inside), path: inside }
}

function formatOf(reading: Reading, { type, schema, path }: TextFormat): ResponseFormat | undefined {
  if (type !== undefined && type !== 'text/plain' && type !== 'application/json') {
    // One of an enum's values, as text (`text/x.enum`).
    reading.unread.push(path)
    return undefined
  }
  if (schema !== undefined) return { kind: 'json-schema', schema }
  return type === 'application/json' ? { kind: 'json' } : undefined
}

/** `thinkingConfig`. Whether thoughts are shown is the same in every other dialect: they are. */
function readThinking(reading: Reading, config: JsonObject): Reasoning | undefined {
  const given = optionalObject(config, 'thinkingConfig', PATH)
  if (given === undefined) return undefined
  const path = at(PATH, 'thinkingConfig')
  const thinking = openObject(reading, given, { path, known: THINKING })
  optionalBoolean(thinking, 'includeThoughts', path)
  const effort = readLevel(reading, thinking, path)
  const budget = integerField(thinking, 'thinkingBudget', path)
  const reasoning: Reasoning = {
    ...(effort === undefined ? {} : { effort }),
    ...(budget === undefined || budget < 0 ? {} : { budgetTokens: budget }),
    // -1 leaves the degree to the model.
    ...(budget !== undefined && budget < 0 ? { enabled: true } : {}),
  }
  return Object.keys(reasoning).length === 0 ? undefined : reasoning
}

/** A level that nobody knows yet stays unread, and so travels within the dialect. */
function readLevel(reading: Reading, thinking: JsonObject, path: string): Effort | undefined {
  const level = enumField(thinking, 'thinkingLevel', path)
  if (level === undefined || level === 'THINKING_LEVEL_UNSPECIFIED') return undefined
  const effort = EFFORTS.find((known) => known === level.toLowerCase())
  if (effort === undefined) reading.unread.push(at(path, 'thinkingLevel'))
  return effort
}
