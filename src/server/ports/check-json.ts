import { createContext, runInContext } from 'node:vm'
import { Validator } from '@cfworker/json-schema'
import type { CheckJson } from '#engine/ports.ts'
import { isObject, type JsonObject } from '#wire/json.ts'

/** Longest that a check may take: a `pattern` of a caller's schema can be made to run for ever. */
const LONGEST_MS = 250
const MOST_PROBLEMS = 10

const place: { check: (() => readonly string[]) | undefined } = { check: undefined }
const room = createContext(place)

/** Checks by the draft that the schema names, 2020-12 where it names none. What cannot be checked is told as a problem. */
export const checkJson: CheckJson = (schema, value) => {
  try {
    place.check = () => problemsOf(schema, value)
    const problems: unknown = runInContext('check()', room, { timeout: LONGEST_MS })
    return Array.isArray(problems) ? problems.map(String) : []
  } catch (error) {
    return [`the schema cannot be checked: ${reasonOf(error)}`]
  } finally {
    place.check = undefined
  }
}

function problemsOf(schema: JsonObject, value: unknown): readonly string[] {
  const { valid, errors } = new Validator(schema, draftOf(schema), false).validate(value)
  if (valid) return []
  // Of each chain of errors the innermost says what is wrong.
  const leaves = errors.filter(({ keyword }) => !OUTER.has(keyword))
  return (leaves.length === 0 ? errors : leaves)
    .slice(0, MOST_PROBLEMS)
    .map(({ instanceLocation, error }) => `${instanceLocation.slice(1) || '/'}: ${error}`)
}

const OUTER: ReadonlySet<string> = new Set([
  'properties',
  'items',
  'prefixItems',
  '$ref',
  'allOf',
  'if',
  'then',
  'else',
])

function draftOf({ $schema: named }: JsonObject): '4' | '7' | '2019-09' | '2020-12' {
  if (typeof named !== 'string') return '2020-12'
  if (named.includes('draft-04')) return '4'
  if (named.includes('draft-06') || named.includes('draft-07')) return '7'
  return named.includes('2019-09') ? '2019-09' : '2020-12'
}

function reasonOf(error: unknown): string {
  if (isObject(error) && error['code'] === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
    return `it takes longer than ${LONGEST_MS} ms`
  return error instanceof Error ? error.message : String(error)
}
