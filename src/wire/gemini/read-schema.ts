import { isObject, type JsonObject } from '#wire/json.ts'

/** Keywords of Google's `Schema` by their proto names, where these differ. */
const SPELLINGS: Readonly<Record<string, string>> = {
  any_of: 'anyOf',
  min_items: 'minItems',
  max_items: 'maxItems',
  min_length: 'minLength',
  max_length: 'maxLength',
  min_properties: 'minProperties',
  max_properties: 'maxProperties',
  property_ordering: 'propertyOrdering',
  additional_properties: 'additionalProperties',
  // Vertex AI
  prefix_items: 'prefixItems',
  one_of: 'oneOf',
  all_of: 'allOf',
  defs: '$defs',
  ref: '$ref',
}
/** Proto's int64: JSON strings that hold a number. */
const COUNTS: ReadonlySet<string> = new Set([
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minProperties',
  'maxProperties',
])
const LISTS: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems'])
const MAPS: ReadonlySet<string> = new Set(['properties', '$defs'])

/** Google's subset of OpenAPI (`type: "STRING"`, `nullable`, `propertyOrdering`) as JSON Schema. JSON Schema stays what it is. */
export function jsonSchemaOf(schema: JsonObject): JsonObject {
  const read: Record<string, unknown> = {}
  for (const key in schema) {
    const value = schema[key]
    const name = (Object.hasOwn(SPELLINGS, key) ? SPELLINGS[key] : undefined) ?? key
    if (value === null || value === undefined || isImplied(name, value)) continue
    if (name === 'example') read['examples'] = [value]
    else read[name] = keywordOf(name, value)
  }
  const { nullable, propertyOrdering: names, properties, ...rest } = read
  const sorted = Array.isArray(names) && isObject(properties) ? ordered(properties, names) : properties
  const whole = sorted === undefined ? rest : { ...rest, properties: sorted }
  return nullable === true ? orNull(whole) : whole
}

/** Said by another keyword, or by none. */
function isImplied(name: string, value: unknown): boolean {
  return (name === 'format' && value === 'enum') || (name === 'type' && value === 'TYPE_UNSPECIFIED')
}

function keywordOf(name: string, value: unknown): unknown {
  if (typeof value === 'string') return wordOf(name, value)
  if (LISTS.has(name) && Array.isArray(value)) return value.map(inner)
  if (MAPS.has(name) && isObject(value)) return mapped(value)
  return name === 'items' || name === 'additionalProperties' ? inner(value) : value
}

function wordOf(name: string, value: string): unknown {
  if (name === 'type') return value.toLowerCase()
  if (COUNTS.has(name) && value.trim() !== '') return Number(value)
  return name === '$ref' ? value.replace(/^#\/defs\//, '#/$defs/') : value
}

function inner(value: unknown): unknown {
  return isObject(value) ? jsonSchemaOf(value) : value
}

function mapped(schemas: JsonObject): JsonObject {
  const read: Record<string, unknown> = {}
  for (const name in schemas) read[name] = inner(schemas[name])
  return read
}

function ordered(properties: JsonObject, names: readonly unknown[]): JsonObject {
  const sorted: Record<string, unknown> = {}
  for (const name of names) {
    if (typeof name === 'string' && Object.hasOwn(properties, name)) sorted[name] = properties[name]
  }
  return { ...sorted, ...properties }
}

function orNull(schema: Record<string, unknown>): JsonObject {
  const { type, enum: values, anyOf } = schema
  if (typeof type === 'string' && type !== 'null') schema['type'] = [type, 'null']
  if (Array.isArray(values) && !values.includes(null)) schema['enum'] = [...values, null]
  if (Array.isArray(anyOf)) schema['anyOf'] = [...anyOf, { type: 'null' }]
  return schema
}
