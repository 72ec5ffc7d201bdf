import { isObject, type JsonObject } from '#wire/json.ts'

/** Schemas refer to themselves: deeper than this only what is required is filled in, and then nothing. */
const OPTIONAL_DEPTH = 4
const DEPTH_LIMIT = 8

/** Schemas come from callers, and could unfold without bound. */
const VALUES = 10_000

/** Texts for the formats that schemas name. */
const BY_FORMAT: Readonly<Record<string, string>> = {
  date: '2026-01-31',
  time: '12:00:00Z',
  'date-time': '2026-01-31T12:00:00Z',
  email: 'someone@example.com',
  uri: 'https://example.com/',
  uuid: '00000000-0000-4000-8000-000000000000',
}

/** A value that fits a JSON Schema as far as its plain keywords go; the same for the same schema. Free texts are their property's name. */
export function sampleOf(schema: unknown): unknown {
  return sample({ schema, root: schema, name: 'text', depth: 0, budget: { left: VALUES } })
}

interface Place {
  readonly schema: unknown
  readonly root: unknown
  /** The property's name. */
  readonly name: string
  readonly depth: number
  /** Values that may still be made. */
  readonly budget: { left: number }
}

function sample(place: Place): unknown {
  const { schema, depth, budget } = place
  if (!isObject(schema) || depth > DEPTH_LIMIT || budget.left-- <= 0) return null
  const fixed = fixedValue(schema)
  if (fixed !== undefined) return fixed
  const other = alternative(place, schema)
  if (other !== undefined) return sample({ ...place, schema: other, depth: depth + 1 })
  switch (typeOf(schema)) {
    case 'object':
      return object(place, schema)
    case 'array':
      return array(place, schema)
    case 'integer':
    case 'number':
      return number(schema)
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return text(place, schema)
  }
}

function fixedValue(schema: JsonObject): unknown {
  if (schema['const'] !== undefined) return schema['const']
  if (schema['default'] !== undefined) return schema['default']
  const choices: unknown = schema['enum'] ?? schema['examples']
  return Array.isArray(choices) && choices.length > 0 ? choices[0] : undefined
}

/** Another schema that stands for this one: a reference, or the first of several. */
function alternative({ root }: Place, schema: JsonObject): unknown {
  if (typeof schema['$ref'] === 'string') return pointed(root, schema['$ref'])
  for (const key of ['anyOf', 'oneOf', 'allOf']) {
    const list = schema[key]
    if (Array.isArray(list) && list.length > 0) return key === 'allOf' ? merged(list, schema) : list[0]
  }
  return undefined
}

/** `#/$defs/name`, the only form of reference that structured output takes. */
function pointed(root: unknown, reference: string): unknown {
  let at = root
  for (const step of reference.split('/').slice(1)) {
    at = isObject(at) ? at[step.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined
  }
  return at ?? {}
}

function merged(list: readonly unknown[], schema: JsonObject): JsonObject {
  const parts = [schema, ...list].filter(isObject)
  const properties = Object.assign({}, ...parts.map((part) => part['properties'] ?? {}))
  const required = parts.flatMap((part) => (Array.isArray(part['required']) ? part['required'] : []))
  return { type: 'object', properties, required }
}

function typeOf(schema: JsonObject): unknown {
  const type = schema['type']
  if (Array.isArray(type)) return type.find((each) => each !== 'null')
  if (type !== undefined) return type
  if (isObject(schema['properties'])) return 'object'
  return schema['items'] === undefined ? undefined : 'array'
}

function object(place: Place, schema: JsonObject): JsonObject {
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  const required: readonly unknown[] = Array.isArray(schema['required']) ? schema['required'] : []
  const names = Object.keys(properties).filter((name) => place.depth < OPTIONAL_DEPTH || required.includes(name))
  return Object.fromEntries(
    names.map((name) => [name, sample({ ...place, schema: properties[name], name, depth: place.depth + 1 })]),
  )
}

function array(place: Place, schema: JsonObject): unknown[] {
  const least = typeof schema['minItems'] === 'number' ? schema['minItems'] : 1
  const length = place.depth >= DEPTH_LIMIT ? 0 : Math.min(Math.max(least, 1), 100)
  const item = { ...place, schema: schema['items'] ?? {}, depth: place.depth + 1 }
  return Array.from({ length }, () => sample(item))
}

function number(schema: JsonObject): number {
  const { minimum, exclusiveMinimum: above, maximum } = schema
  if (typeof minimum === 'number') return minimum
  if (typeof above === 'number') return above + 1
  return typeof maximum === 'number' ? Math.min(1, maximum) : 1
}

function text({ name }: Place, schema: JsonObject): string {
  const { format, maxLength, minLength } = schema
  const known = typeof format === 'string' ? BY_FORMAT[format] : undefined
  const free = known ?? name
  const long = typeof minLength === 'number' ? free.padEnd(minLength, '.') : free
  return typeof maxLength === 'number' ? long.slice(0, maxLength) : long
}
