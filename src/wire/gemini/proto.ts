import { isObject, type JsonObject } from '#wire/json.ts'
import type { Source } from '#wire/request.ts'
import { mayLoseDigits, parseExact } from '#wire/shape/exact-json.ts'
import { at, objectAt, WrongField } from '#wire/shape/field.ts'

/**
 * A caller's request while it is read. Google takes proto JSON: a field may stand under its camelCase name or under the
 * proto's own snake_case one, a list of one may come without brackets, and a number as a string.
 */
export interface Reading {
  readonly source: Source
  /** Paths in the caller's spelling that the middle form does not name. */
  readonly unread: string[]
  /** A field stood under its snake_case name: paths have to be told in the caller's spelling. */
  snake: boolean
  /** The source parsed with every digit; undefined until somebody needs it. */
  exact: unknown
}

export function readingOf(source: Source): Reading {
  return { source, unread: [], snake: false, exact: undefined }
}

/** What is known of an object: the camelCase names that are read here. All others are listed as unread. */
export interface Place {
  readonly path: string
  readonly known: ReadonlySet<string>
}

/** An object under camelCase names. What is not known keeps its own name, and is unread. */
export function openObject(reading: Reading, value: unknown, { path, known }: Place): JsonObject {
  const object = camelled(reading, objectAt(value, path), known)
  for (const key in object) {
    if (!known.has(key) && object[key] !== null) reading.unread.push(at(path, key))
  }
  return object
}

/** Known fields under their camelCase names; the object itself where nothing has to be renamed. */
export function camelled(reading: Reading, object: JsonObject, known: ReadonlySet<string>): JsonObject {
  let renamed: Record<string, unknown> | undefined
  for (const key in object) {
    if (!key.includes('_')) continue
    const name = camelOf(key)
    if (!known.has(name) || object[name] !== undefined) continue
    renamed ??= { ...object }
    renamed[name] = object[key]
    delete renamed[key]
    reading.snake = true
  }
  return renamed ?? object
}

function camelOf(key: string): string {
  return key.replace(/_([a-z0-9])/g, (_whole, letter: string) => letter.toUpperCase())
}

function snakeOf(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** One element of a list, with its path. */
export interface Element {
  readonly value: unknown
  readonly path: string
}

/** The elements of a list, or the one that stands in its place. Absent = none. */
export function elementsOf(object: JsonObject, key: string, path: string): readonly Element[] {
  const value = object[key] ?? undefined
  const base = at(path, key)
  if (Array.isArray(value)) return value.map((item: unknown, i) => ({ value: item, path: at(base, i) }))
  return value === undefined ? [] : [{ value, path: base }]
}

/** A number, or a string that holds one, as proto JSON allows. */
export function numberField(object: JsonObject, key: string, path: string): number | undefined {
  const value = object[key] ?? undefined
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (number === undefined || (typeof number === 'number' && Number.isFinite(number))) return number
  throw new WrongField(at(path, key), 'a number', value)
}

export function integerField(object: JsonObject, key: string, path: string): number | undefined {
  const number = numberField(object, key, path)
  if (number === undefined || Number.isSafeInteger(number)) return number
  throw new WrongField(at(path, key), 'a whole number', object[key])
}

/** The name of an enum's value, in upper case, as Google's enums are written. */
export function enumField(object: JsonObject, key: string, path: string): string | undefined {
  const value = object[key] ?? undefined
  if (value === undefined || typeof value === 'string') return value?.toUpperCase()
  throw new WrongField(at(path, key), 'a string', value)
}

/** The key under which a field stands in an object: its camelCase name, or the snake_case one. */
export function keyIn(object: unknown, name: string): string {
  if (!isObject(object) || Object.hasOwn(object, name)) return name
  const snake = snakeOf(name)
  return Object.hasOwn(object, snake) ? snake : name
}

/** The field of an object under either name. */
export function fieldIn(object: unknown, name: string): unknown {
  return isObject(object) ? object[keyIn(object, name)] : undefined
}

/** A path of camelCase names in the caller's own spelling. */
export function callerPath({ source, snake }: Reading, path: string): string {
  if (!snake) return path
  let value: unknown = source.json
  const names: string[] = []
  for (const name of path.split('.')) {
    const key = keyIn(value, name)
    names.push(key)
    value = Array.isArray(value) ? value[Number(name)] : fieldIn(value, key)
  }
  return names.join('.')
}

/** The JSON text of the value at a path, with every digit that the caller wrote (ids beyond 2^53). */
export function exactText(reading: Reading, path: string, value: unknown): string {
  if (!mayLoseDigits(reading.source.text)) return JSON.stringify(value)
  reading.exact ??= parseExact(reading.source.text)
  let exact = reading.exact
  for (const name of path.split('.')) exact = Array.isArray(exact) ? exact[Number(name)] : fieldIn(exact, name)
  return JSON.stringify(exact ?? value)
}
