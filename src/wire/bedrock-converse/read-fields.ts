import { isObject, type JsonObject } from '#wire/json.ts'
import { type Effort, EFFORTS, type ModelRequest, type Reasoning, type ResponseFormat } from '#wire/request.ts'
import {
  at,
  optionalInteger,
  optionalList,
  optionalNumber,
  optionalObject,
  optionalText,
  requiredObject,
  requiredText,
  unreadKeys,
  WrongField,
} from '#wire/shape/field.ts'
import { parsed } from '#wire/shape/read-json.ts'

/** Fields of a request that can be set from what a caller said outside its messages. */
export type Fields = { -readonly [Key in keyof ModelRequest]?: ModelRequest[Key] }

const INFERENCE_KEYS = new Set(['maxTokens', 'temperature', 'topP', 'stopSequences'])
const OUTPUT_KEYS = new Set(['textFormat', 'effort'])
const FORMAT_KEYS = new Set(['type', 'structure'])
const STRUCTURE_KEYS = new Set(['jsonSchema'])
const SCHEMA_KEYS = new Set(['schema', 'name', 'description'])

/** `inferenceConfig`, `additionalModelRequestFields` and `outputConfig`. */
export function readFields(json: JsonObject, unread: string[]): Fields {
  const fields = readInference(json, unread)
  const reasoning: Switches = {}
  readAdditional(json, { fields, reasoning, unread })
  const format = readOutput(json, reasoning, unread)
  if (format !== undefined) fields.responseFormat = format
  if (reasoning.enabled === false && reasoning.effort !== undefined) {
    // Effort without thinking bounds the answer itself: nothing that another dialect can say.
    delete reasoning.effort
    unread.push('additionalModelRequestFields.output_config.effort')
  }
  if (Object.keys(reasoning).length > 0) fields.reasoning = reasoning
  return fields
}

function readInference(json: JsonObject, unread: string[]): Fields {
  const path = 'inferenceConfig'
  const config = optionalObject(json, path)
  if (config === undefined) return {}
  for (const key of unreadKeys(config, INFERENCE_KEYS, path)) unread.push(key)
  const maxOutputTokens = optionalInteger(config, 'maxTokens', path)
  const temperature = optionalNumber(config, 'temperature', path)
  const topP = optionalNumber(config, 'topP', path)
  const stop = optionalList(config, 'stopSequences', path)?.map((value, index) => {
    if (typeof value === 'string') return value
    throw new WrongField(at(at(path, 'stopSequences'), index), 'a string', value)
  })
  return {
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(stop === undefined ? {} : { stop }),
  }
}

type Switches = { -readonly [Key in keyof Reasoning]: Reasoning[Key] }

interface Sink {
  readonly fields: Fields
  readonly reasoning: Switches
  readonly unread: string[]
}

/**
 * Fields in the model's own words, which differ from maker to maker. Those that the middle form names are read whatever
 * the model; of others, and of values that nobody expects, only the path is kept.
 */
function readAdditional(json: JsonObject, sink: Sink): void {
  const path = 'additionalModelRequestFields'
  const additional = optionalObject(json, path)
  if (additional === undefined) return
  for (const key in additional) {
    const value = additional[key]
    if (value !== null && ADDITIONAL.get(key)?.(value, sink) !== true) sink.unread.push(at(path, key))
  }
}

/** False for a value that is not what its field holds. */
type ReadField = (value: unknown, sink: Sink) => boolean

const ADDITIONAL: ReadonlyMap<string, ReadField> = new Map<string, ReadField>([
  ['top_k', (value, { fields }) => setNumber(fields, 'topK', value)],
  // Nova's place for it.
  ['inferenceConfig', (value, { fields }) => isOnly(value, 'topK') && setNumber(fields, 'topK', value['topK'])],
  ['seed', (value, { fields }) => setNumber(fields, 'seed', value)],
  ['presence_penalty', (value, { fields }) => setNumber(fields, 'presencePenalty', value)],
  ['frequency_penalty', (value, { fields }) => setNumber(fields, 'frequencyPenalty', value)],
  ['thinking', (value, { reasoning }) => isObject(value) && readThinking(value, reasoning)],
  ['reasoning_config', (value, { reasoning }) => isObject(value) && readThinking(value, reasoning)],
  ['reasoningConfig', (value, { reasoning }) => isObject(value) && readNova(value, reasoning)],
  ['reasoning_effort', (value, { reasoning }) => setEffort(reasoning, value)],
  // OpenAI's own models.
  ['reasoning', (value, { reasoning }) => isOnly(value, 'effort') && setEffort(reasoning, value['effort'])],
  ['output_config', (value, { reasoning }) => isOnly(value, 'effort') && setEffort(reasoning, value['effort'])],
  ['tool_choice', (value, { fields }) => isObject(value) && readParallel(value, fields)],
])

function readParallel({ disable_parallel_tool_use: single }: JsonObject, fields: Fields): boolean {
  if (typeof single !== 'boolean') return false
  if (single) fields.parallelToolCalls = false
  return true
}

function isOnly(value: unknown, key: string): value is JsonObject {
  return isObject(value) && Object.keys(value).every((name) => name === key)
}

function setNumber(
  fields: Fields,
  key: 'topK' | 'seed' | 'presencePenalty' | 'frequencyPenalty',
  value: unknown,
): boolean {
  if (typeof value !== 'number') return false
  fields[key] = value
  return true
}

function setEffort(reasoning: Switches, value: unknown): boolean {
  const effort: Effort | undefined = EFFORTS.find((name) => name === value)
  if (effort === undefined) return false
  reasoning.effort = effort
  return true
}

/** Claude's switch. */
function readThinking({ type, budget_tokens: budget }: JsonObject, reasoning: Switches): boolean {
  if (type === 'enabled' && typeof budget === 'number') reasoning.budgetTokens = budget
  else if (type === 'enabled' || type === 'adaptive') reasoning.enabled = true
  else if (type === 'disabled') reasoning.enabled = false
  else return false
  return true
}

/** Nova's switch, with its degree inside. */
function readNova({ type, maxReasoningEffort }: JsonObject, reasoning: Switches): boolean {
  if (type !== 'enabled' && type !== 'disabled') return false
  if (type === 'disabled') reasoning.enabled = false
  else if (!setEffort(reasoning, maxReasoningEffort)) reasoning.enabled = true
  return true
}

function readOutput(json: JsonObject, reasoning: Switches, unread: string[]): ResponseFormat | undefined {
  const output = optionalObject(json, 'outputConfig')
  if (output === undefined) return undefined
  for (const key of unreadKeys(output, OUTPUT_KEYS, 'outputConfig')) unread.push(key)
  const effort = optionalText(output, 'effort', 'outputConfig')
  if (effort !== undefined && !setEffort(reasoning, effort)) unread.push('outputConfig.effort')
  const format = optionalObject(output, 'textFormat', 'outputConfig')
  return format === undefined ? undefined : readFormat(format, unread)
}

function readFormat(format: JsonObject, unread: string[]): ResponseFormat | undefined {
  const path = 'outputConfig.textFormat'
  if (requiredText(format, 'type', path) !== 'json_schema') {
    unread.push(path)
    return undefined
  }
  for (const key of unreadKeys(format, FORMAT_KEYS, path)) unread.push(key)
  const structure = requiredObject(format, 'structure', path)
  const structurePath = at(path, 'structure')
  for (const key of unreadKeys(structure, STRUCTURE_KEYS, structurePath)) unread.push(key)
  const definition = requiredObject(structure, 'jsonSchema', structurePath)
  const definitionPath = at(structurePath, 'jsonSchema')
  for (const key of unreadKeys(definition, SCHEMA_KEYS, definitionPath)) unread.push(key)
  const text = requiredText(definition, 'schema', definitionPath)
  const schema = parsed(text)
  if (!isObject(schema)) throw new WrongField(at(definitionPath, 'schema'), 'the JSON text of a schema', text)
  const name = optionalText(definition, 'name', definitionPath)
  const description = optionalText(definition, 'description', definitionPath)
  return {
    kind: 'json-schema',
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    schema,
  }
}
