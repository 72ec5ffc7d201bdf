import { isObject, type JsonObject } from '#wire/json.ts'

/** A schema as structured output takes it, and whether it had to be changed. */
export interface ClosedSchema {
  readonly schema: JsonObject
  readonly changed: boolean
}

/**
 * Rules that structured output of Anthropic's models refuses (400): the official SDK 1.12 takes the same ones out and tells
 * them in the description instead (platform.claude.com/docs/en/build-with-claude/structured-outputs, November 2026).
 */
const REFUSED = new Set([
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'maxItems',
  'uniqueItems',
  'contains',
  'minContains',
  'maxContains',
  'minProperties',
  'maxProperties',
  'patternProperties',
  'propertyNames',
  'not',
  'if',
  'then',
  'else',
])
const SCHEMA_LISTS = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems'])
const SCHEMA_MAPS = new Set(['properties', '$defs', 'definitions'])

/** Every object closed, refused rules moved into descriptions, `oneOf` as `anyOf`. */
export function closedSchema(schema: JsonObject): ClosedSchema {
  const progress = { changed: false }
  return { schema: close(schema, progress), changed: progress.changed }
}

interface Progress {
  changed: boolean
}

function close(schema: JsonObject, progress: Progress): JsonObject {
  const closed: Record<string, unknown> = {}
  const told: string[] = []
  for (const key in schema) {
    const value = schema[key]
    if (isRefused(key, value)) told.push(`${key}: ${JSON.stringify(value)}`)
    else if (key === 'oneOf' && schema['anyOf'] === undefined) closed['anyOf'] = inside(key, value, progress)
    else closed[key] = inside(key, value, progress)
  }
  const open = isObjectSchema(schema) && schema['additionalProperties'] !== false
  if (open) closed['additionalProperties'] = false
  if (told.length > 0) closed['description'] = describe(schema['description'], told)
  if (open || told.length > 0) progress.changed = true
  return closed
}

function isRefused(key: string, value: unknown): boolean {
  return REFUSED.has(key) || (key === 'minItems' && value !== 0 && value !== 1)
}

function isObjectSchema({ type, properties }: JsonObject): boolean {
  return type === 'object' || (Array.isArray(type) && type.includes('object')) || isObject(properties)
}

function inside(key: string, value: unknown, progress: Progress): unknown {
  if (SCHEMA_LISTS.has(key) && Array.isArray(value)) {
    return value.map((item: unknown) => (isObject(item) ? close(item, progress) : item))
  }
  if (SCHEMA_MAPS.has(key) && isObject(value)) {
    const closed: Record<string, unknown> = {}
    for (const name in value) {
      const item = value[name]
      closed[name] = isObject(item) ? close(item, progress) : item
    }
    return closed
  }
  return key === 'items' && isObject(value) ? close(value, progress) : value
}

function describe(description: unknown, told: readonly string[]): string {
  const rules = `(${told.join(', ')})`
  return typeof description === 'string' && description !== '' ? `${description} ${rules}` : rules
}
