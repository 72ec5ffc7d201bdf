import { z } from 'zod'
import type { Finding, Path } from '#engine/config/findings.ts'
import { suggestion } from '#engine/config/suggestion.ts'
import { configSchema } from '#engine/config/schema.ts'
import { isObject, type JsonObject } from '#wire/json.ts'

type Issue = z.core.$ZodIssue

/** What a schema has against `value`, in plain words. Never shows a value, but for words of a closed list. */
export function findingsOf(issues: readonly Issue[], value: unknown, schema: z.ZodType = configSchema): Finding[] {
  return issues.flatMap((issue) => explain(issue, { value, schema, at: [] }))
}

interface Context {
  /** The whole file's value. */
  readonly value: unknown
  readonly schema: z.ZodType
  /** Where the issue's own path starts. */
  readonly at: Path
}

function explain(issue: Issue, context: Context): Finding[] {
  const path = [...context.at, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))]
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...path, key], context.schema))
  const held = valueAt(context.value, path)
  if (held === undefined) return [{ path, message: 'is needed' }]
  if (issue.code === 'invalid_union') {
    const inner = meant(issue.errors)
    if (inner !== undefined) return inner.flatMap((each) => explain(each, { ...context, at: path }))
  }
  return [{ path, message: messageOf(issue, held) }]
}

/** The one branch of a union that the value's own type fits. */
function meant(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const fitting = branches.filter((issues) => issues.every((issue) => issue.path.length > 0 || !isWrongType(issue)))
  return fitting.length === 1 ? fitting[0] : undefined
}

function isWrongType(issue: Issue): boolean {
  return issue.code === 'invalid_type' || issue.code === 'invalid_value'
}

function unknownKey(path: Path, schema: z.ZodType): Finding {
  const key = String(path.at(-1))
  return { path, atKey: true, message: `unknown key "${key}"${suggestion(key, knownKeys(path.slice(0, -1), schema))}` }
}

function messageOf(issue: Issue, held: unknown): string {
  if (!issue.message.startsWith('Invalid ')) return issue.message
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? 'cannot be a key'
  if (issue.code === 'invalid_value') return wrongWord(issue.values.map(String), held)
  if (issue.code !== 'invalid_type') return 'cannot be read'
  const wanted = TYPES[issue.expected] ?? issue.expected
  const quote = issue.expected === 'string' && (typeof held === 'number' || typeof held === 'boolean')
  return `must be ${wanted}, not ${typeName(held)}${quote ? ': put it in quotes' : ''}`
}

function wrongWord(words: readonly string[], held: unknown): string {
  if (typeof held !== 'string') return `must be one of ${words.join(', ')}`
  return `"${held}" is not one of ${words.join(', ')}${suggestion(held, words).replace(/^; there is.*/, '')}`
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of keys',
  record: 'a mapping of keys',
}

function typeName(value: unknown): string {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  return TYPES[typeof value] ?? typeof value
}

function valueAt(value: unknown, path: Path): unknown {
  let held = value
  for (const step of path) {
    if (Array.isArray(held)) held = held[Number(step)]
    else if (isObject(held)) held = Object.hasOwn(held, step) ? held[step] : undefined
    else return undefined
  }
  return held
}

/** A schema as JSON Schema, `default` and the house's `form` included: what reference and spelling help are made from. */
export function jsonSchema(schema: z.ZodType = configSchema): JsonObject {
  return { ...z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }) }
}

/** Keys that may stand at a path. */
function knownKeys(path: Path, schema: z.ZodType): string[] {
  let schemas: JsonObject[] = [jsonSchema(schema)]
  for (const step of path) schemas = schemas.flatMap(alternatives).flatMap((schema) => below(schema, step))
  return schemas
    .flatMap(alternatives)
    .flatMap((schema) => (isObject(schema['properties']) ? Object.keys(schema['properties']) : []))
}

/** The schema itself, and what it may be instead. */
export function alternatives(schema: JsonObject): JsonObject[] {
  const anyOf = schema['anyOf']
  return Array.isArray(anyOf) ? anyOf.filter(isObject).flatMap(alternatives) : [schema]
}

function below(schema: JsonObject, step: string | number): JsonObject[] {
  if (typeof step === 'number') return isObject(schema['items']) ? [schema['items']] : []
  const properties = schema['properties']
  const child =
    isObject(properties) && Object.hasOwn(properties, step) ? properties[step] : schema['additionalProperties']
  return isObject(child) ? [child] : []
}
