import { isObject, type JsonObject } from '#wire/json.ts'

/**
 * A caller's field is not what it must be. Thrown by the readers below and caught once, in a dialect's `readRequest`,
 * where it becomes an `invalid-request` failure: the one throw inside `wire`.
 */
export class WrongField extends Error {
  readonly param: string
  constructor(param: string, expected: string, value: unknown) {
    super(`${param}: expected ${expected}, got ${nameOf(value)}`)
    this.param = param
  }
}

/** Plain name of a value's type, with short values shown. */
function nameOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  const text = JSON.stringify(value)
  return `${typeof value} ${text.length > 40 ? `${text.slice(0, 40)}…` : text}`
}

/** Joins a path and a key: `('messages.0', 'role')` → `messages.0.role`; an empty path gives the key alone. */
export function at(path: string, key: string | number): string {
  return path === '' ? String(key) : `${path}.${key}`
}

/* Optional readers: absent and null are undefined; another type is a WrongField. */

export function optionalText(object: JsonObject, key: string, path = ''): string | undefined {
  const value = present(object, key)
  if (value === undefined || typeof value === 'string') return value
  throw new WrongField(at(path, key), 'a string', value)
}

export function optionalNumber(object: JsonObject, key: string, path = ''): number | undefined {
  const value = present(object, key)
  if (value === undefined || (typeof value === 'number' && Number.isFinite(value))) return value
  throw new WrongField(at(path, key), 'a number', value)
}

export function optionalInteger(object: JsonObject, key: string, path = ''): number | undefined {
  const value = present(object, key)
  if (value === undefined || (typeof value === 'number' && Number.isSafeInteger(value))) return value
  throw new WrongField(at(path, key), 'a whole number', value)
}

export function optionalBoolean(object: JsonObject, key: string, path = ''): boolean | undefined {
  const value = present(object, key)
  if (value === undefined || typeof value === 'boolean') return value
  throw new WrongField(at(path, key), 'true or false', value)
}

export function optionalObject(object: JsonObject, key: string, path = ''): JsonObject | undefined {
  const value = present(object, key)
  if (value === undefined || isObject(value)) return value
  throw new WrongField(at(path, key), 'an object', value)
}

export function optionalList(object: JsonObject, key: string, path = ''): readonly unknown[] | undefined {
  const value = present(object, key)
  if (value === undefined || Array.isArray(value)) return value
  throw new WrongField(at(path, key), 'a list', value)
}

/* Required readers. */

export function requiredText(object: JsonObject, key: string, path = ''): string {
  const value = optionalText(object, key, path)
  if (value !== undefined) return value
  throw new WrongField(at(path, key), 'a string', object[key])
}

export function requiredList(object: JsonObject, key: string, path = ''): readonly unknown[] {
  const value = optionalList(object, key, path)
  if (value !== undefined) return value
  throw new WrongField(at(path, key), 'a list', object[key])
}

export function requiredObject(object: JsonObject, key: string, path = ''): JsonObject {
  const value = optionalObject(object, key, path)
  if (value !== undefined) return value
  throw new WrongField(at(path, key), 'an object', object[key])
}

/** An element of a list, as an object. */
export function objectAt(value: unknown, path: string): JsonObject {
  if (!isObject(value)) throw new WrongField(path, 'an object', value)
  return value
}

/** Keys of `object` that are not in `known`, as paths: what a reader did not read. */
export function unreadKeys(object: JsonObject, known: ReadonlySet<string>, path: string): readonly string[] {
  let unread: string[] | undefined
  for (const key in object) {
    if (known.has(key) || object[key] === null) continue
    unread ??= []
    unread.push(at(path, key))
  }
  return unread ?? NONE
}

const NONE: readonly string[] = []

/** A member that is neither absent nor null. No dialect has a field that `Object.prototype` has, too. */
function present(object: JsonObject, key: string): unknown {
  return object[key] ?? undefined
}
