import { isObject, type JsonObject } from '#wire/json.ts'

/** A schema in Google's subset of OpenAPI, and the keywords that the subset cannot say. */
export interface Projected {
  readonly schema: JsonObject
  readonly lost: readonly string[]
}

/** Keywords that mean the same there. */
const KEPT: ReadonlySet<string> = new Set([
  'title',
  'description',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minProperties',
  'maxProperties',
  'pattern',
  'default',
  'propertyOrdering',
  'nullable',
  'required',
])
/** Keywords whose loss changes nothing that a model would do. */
const IDLE: ReadonlySet<string> = new Set([
  '$schema',
  '$id',
  '$comment',
  '$defs',
  'definitions',
  'additionalProperties',
])
/** Formats that Gemini takes (400 "only 'enum' and 'date-time' are supported for STRING type"). */
const FORMATS: ReadonlySet<unknown> = new Set(['float', 'double', 'int32', 'int64', 'date-time', 'enum'])

/** The most that a schema which refers to itself is unrolled. */
const DEPTH = 12

interface Job {
  readonly root: JsonObject
  readonly lost: Set<string>
}

/**
 * JSON Schema as Google's `Schema`: upper-case types, `nullable` for null, references in full, `oneOf` as `anyOf`.
 * For models that do not take `parametersJsonSchema` and `responseJsonSchema`.
 */
export function projected(schema: JsonObject): Projected {
  const lost = new Set<string>()
  const written = project(schema, { root: schema, lost }, DEPTH)
  return { schema: written, lost: [...lost] }
}

function project(schema: unknown, job: Job, depth: number): JsonObject {
  // `true` takes anything, and so does a schema without keywords.
  if (!isObject(schema)) return {}
  if (depth === 0) {
    job.lost.add('$ref')
    return { type: 'OBJECT' }
  }
  const flat = flattened(schema, job)
  const { type, anyOf, nullable } = typesOf(flat, job)
  const out: Record<string, unknown> = {}
  if (type !== undefined) out['type'] = type
  for (const key in flat) {
    if (flat[key] !== undefined) keyword(out, key, { flat, job, depth })
  }
  if (anyOf.length === 1) Object.assign(out, { ...project(anyOf[0], job, depth - 1), ...out })
  else if (anyOf.length > 1) out['anyOf'] = anyOf.map((one) => project(one, job, depth - 1))
  if (nullable) out['nullable'] = true
  return completed(out)
}

interface Place {
  readonly flat: JsonObject
  readonly job: Job
  readonly depth: number
}

function keyword(out: Record<string, unknown>, key: string, place: Place): void {
  const { flat, job } = place
  const value = flat[key]
  switch (key) {
    case 'properties':
    case 'items':
      return nested(out, key, place)
    case 'enum':
    case 'const':
      return enumerate(out, key === 'enum' ? listOf(value) : [value], job)
    case 'examples':
      out['example'] = listOf(value)[0]
      return
    default:
      if (KEPT.has(key) || (key === 'format' && FORMATS.has(value))) out[key] = value
      else if (!IDLE.has(key) && !READ.has(key)) job.lost.add(key)
  }
}

function nested(out: Record<string, unknown>, key: 'properties' | 'items', { flat, job, depth }: Place): void {
  const value = flat[key]
  if (!isObject(value)) job.lost.add(key)
  else out[key] = key === 'items' ? project(value, job, depth - 1) : properties(value, job, depth)
}

/** What `typesOf` and `flattened` have used. */
const READ: ReadonlySet<string> = new Set(['type', 'anyOf', 'oneOf', '$ref', 'allOf'])

function properties(value: JsonObject, job: Job, depth: number): JsonObject {
  const out: Record<string, unknown> = {}
  for (const name in value) out[name] = project(value[name], job, depth - 1)
  return out
}

/** Values are texts there; `null` among them is told by `nullable`. */
function enumerate(out: Record<string, unknown>, values: readonly unknown[], job: Job): void {
  const texts = values.filter((value) => typeof value === 'string')
  if (values.some((value) => typeof value !== 'string' && value !== null)) {
    job.lost.add('enum')
    return
  }
  if (texts.length === 0) return
  out['enum'] = texts
  out['type'] ??= 'STRING'
  out['format'] = 'enum'
}

interface Types {
  readonly type: string | undefined
  readonly anyOf: readonly unknown[]
  readonly nullable: boolean
}

function typesOf(schema: JsonObject, job: Job): Types {
  const { type, enum: values } = schema
  const types = (Array.isArray(type) ? type : [type]).filter((one) => typeof one === 'string')
  const named = types.filter((one) => one !== 'null')
  const choices = [...listOf(schema['anyOf']), ...listOf(schema['oneOf'])]
  const real = choices.filter((one) => !isNull(one))
  const orNull = named.length > 0 && types.length > named.length
  const nullable = orNull || real.length < choices.length || listOf(values).includes(null)
  const [only] = named
  if (named.length < 2) return { type: (only ?? types[0])?.toUpperCase(), anyOf: real, nullable }
  if (real.length > 0) job.lost.add('type')
  return { type: undefined, anyOf: named.map((one) => ({ ...typed(schema), type: one })), nullable }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** The keywords of a schema that go with each of its several types. */
function typed({ items, properties: members, required }: JsonObject): JsonObject {
  return {
    ...(items === undefined ? {} : { items }),
    ...(members === undefined ? {} : { properties: members }),
    ...(required === undefined ? {} : { required }),
  }
}

function isNull(schema: unknown): boolean {
  return isObject(schema) && schema['type'] === 'null'
}

/** A schema with what it refers to, and all that it must also be, in itself. */
function flattened(schema: JsonObject, job: Job): JsonObject {
  let flat = schema
  for (let hops = 0; typeof flat['$ref'] === 'string' && hops < DEPTH; hops++) {
    const { $ref, ...rest } = flat
    const target = typeof $ref === 'string' ? referred(job.root, $ref) : undefined
    if (target === undefined) job.lost.add('$ref')
    flat = { ...target, ...rest }
  }
  const { allOf } = flat
  if (!Array.isArray(allOf)) return flat
  return allOf.reduce<JsonObject>(
    (all, one: unknown) => (isObject(one) ? merged(all, flattened(one, job), job) : all),
    flat,
  )
}

function merged(a: JsonObject, b: JsonObject, job: Job): JsonObject {
  const out: Record<string, unknown> = { ...a }
  for (const key in b) {
    const before = a[key]
    const value = b[key]
    if (before === undefined) out[key] = value
    else if (isObject(before) && isObject(value)) out[key] = { ...before, ...value }
    else if (key === 'required' && Array.isArray(before) && Array.isArray(value)) out[key] = [...before, ...value]
    else if (JSON.stringify(before) !== JSON.stringify(value)) job.lost.add('allOf')
  }
  return out
}

/** The schema at a local reference. */
function referred(root: JsonObject, reference: string): JsonObject | undefined {
  if (!reference.startsWith('#')) return undefined
  let value: unknown = root
  for (const step of reference.slice(1).split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~')
    value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
  }
  return isObject(value) ? value : undefined
}

/** Gemini refuses lists that do not say of what, and required members that are none. */
function completed(schema: Record<string, unknown>): JsonObject {
  const { type, items, properties: members, required } = schema
  if (type === 'ARRAY' && !isObject(items)) schema['items'] = { type: 'STRING' }
  if (Array.isArray(required)) {
    const known = required.filter(
      (name) => typeof name === 'string' && isObject(members) && Object.hasOwn(members, name),
    )
    if (known.length === 0) delete schema['required']
    else schema['required'] = [...new Set(known)]
  }
  return schema
}
