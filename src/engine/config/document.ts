import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  type YAMLError,
  type YAMLMap,
} from 'yaml'
import type { ConfigProblem } from '#engine/config/config.ts'
import { type Environment, substitute } from '#engine/config/environment.ts'
import { type Finding, type Path, pathText, type Place, type Places } from '#engine/config/findings.ts'
import { isObject, type JsonObject } from '#wire/json.ts'

/** A configuration file as plain values, with the place of each. */
export interface ReadDocument {
  readonly value: JsonObject
  readonly places: Places
  /** What is wrong with the text itself; with any of these `value` is only a part. */
  readonly syntax: readonly ConfigProblem[]
  /** What is wrong with single values, so far: variables that are missing, keys that cannot be. */
  readonly findings: readonly Finding[]
}

/** Enough for any file that a person wrote; a file made to expand without end stops here. */
const MOST_ALIASES = 100
const MOST_VALUES = 100_000
const DEEPEST = 32

interface Reading {
  readonly document: Document
  readonly lines: LineCounter
  readonly env: Environment
  readonly places: Map<string, Place>
  readonly findings: Finding[]
  aliases: number
  values: number
}

/** Text → values, in YAML 1.2 or JSON with `<<` merge keys; variables are filled in after parsing. Never throws. */
export function readDocument(text: string, format: 'yaml' | 'json', env: Environment): ReadDocument {
  const lines = new LineCounter()
  const schema = format === 'json' ? 'json' : 'core'
  const masked = mask(text)
  let document: Document
  try {
    document = parseDocument(masked, { lineCounter: lines, prettyErrors: false, schema, version: '1.2', merge: false })
  } catch (error) {
    // The parser is recursive: a hundred thousand brackets exhaust the stack.
    return nothing([{ path: '', message: `cannot be read: ${error instanceof Error ? error.message : String(error)}` }])
  }
  const { problems, torn } = syntaxProblems({ document, lines, text: masked })
  if (torn || document.contents === null) return nothing(problems)
  const reading: Reading = { document, lines, env, places: new Map(), findings: [], aliases: 0, values: 0 }
  const value = read(reading, document.contents, [])
  if (isObject(value)) return { value, places: reading.places, syntax: problems, findings: reading.findings }
  if (value === null || value === undefined) return { ...nothing(problems), findings: reading.findings }
  const message = 'must hold keys like "providers:" at the top'
  return nothing([...problems, { path: '', message, line: 1, column: 1 }])
}

function nothing(syntax: readonly ConfigProblem[]): ReadDocument {
  return { value: {}, places: new Map(), syntax, findings: [] }
}

/** Two characters that stand for nothing (Unicode noncharacters), and are as long as what they replace. */
const OPEN = '\uFDD0'
const CLOSE = '\uFDD1'

/**
 * YAML takes the braces of an unquoted `${NAME}` inside `{ … }` for a mapping of its own, so they are hidden from
 * its parser: `kimi: { platform: moonshot, apiKey: ${MOONSHOT_API_KEY} }` means what it says. Offsets stay.
 */
function mask(text: string): string {
  return text.replaceAll(/\$\{([^{}\s,]*)\}/g, `$$${OPEN}$1${CLOSE}`)
}

function unmask(text: string): string {
  return text.replaceAll(OPEN, '{').replaceAll(CLOSE, '}')
}

/** After these the rest of the file still is what was written. */
const MENDABLE: ReadonlySet<string> = new Set(['DUPLICATE_KEY', 'TAG_RESOLVE_FAILED', 'MULTIPLE_DOCS'])

/** What the parser has against the text, up to the first error that tears it: what follows that one is noise. */
function syntaxProblems(parsed: { document: Document; lines: LineCounter; text: string }): {
  problems: ConfigProblem[]
  torn: boolean
} {
  const { document, lines, text } = parsed
  const errors = [...document.errors, ...document.warnings].toSorted((a, b) => a.pos[0] - b.pos[0])
  const tear = errors.findIndex(({ code }) => !MENDABLE.has(code))
  const told = tear < 0 ? errors : errors.slice(0, tear + 1)
  const problems = told.map((error) => {
    const { line, col } = lines.linePos(error.pos[0])
    return { path: '', message: unmask(syntaxMessage(error, text.slice(error.pos[0]))), line, column: col }
  })
  return { problems, torn: tear >= 0 }
}

/** Our words where the parser's help little. */
function syntaxMessage(error: YAMLError, rest: string): string {
  switch (error.code) {
    case 'DUPLICATE_KEY':
      return `key ${/^[^\s:]*/.exec(rest)?.[0] ?? ''} stands twice in the same place`
    case 'MULTIPLE_DOCS':
      return 'a configuration is one document: "---" starts a second one'
    case 'BLOCK_AS_IMPLICIT_KEY':
      return 'a second ":" in one line: quote the value, or begin a new line'
    default:
      return withoutQuotes(error.message)
  }
}

/** A parser's message may quote a part of the file, and that part may be a key. */
function withoutQuotes(message: string): string {
  return message.replaceAll(/"[^"]{9,}"/g, '"…"')
}

function read(reading: Reading, node: unknown, path: Path): unknown {
  reading.values++
  if (reading.values > MOST_VALUES || path.length > DEEPEST) {
    if (reading.values !== Number.POSITIVE_INFINITY) refuse(reading, path, 'the file expands to more than can be meant')
    reading.values = Number.POSITIVE_INFINITY
    return undefined
  }
  if (isAlias(node)) return readAlias(reading, node, path)
  if (isMap(node)) return readMap(reading, node, path)
  if (isSeq(node)) {
    return node.items.map((item, index) => {
      place(reading, [...path, index], { value: item })
      return read(reading, item, [...path, index])
    })
  }
  if (!isScalar(node)) return null
  return typeof node.value === 'string' ? readText(reading, node.value, path) : node.value
}

function readAlias(
  reading: Reading,
  alias: { source: string; resolve(document: Document): unknown },
  path: Path,
): unknown {
  reading.aliases++
  if (reading.aliases > MOST_ALIASES) {
    if (reading.aliases === MOST_ALIASES + 1) refuse(reading, path, `more than ${MOST_ALIASES} aliases`)
    return undefined
  }
  const target = alias.resolve(reading.document)
  if (target === undefined) {
    refuse(reading, path, 'this alias (*) has no anchor (&) before it')
    return undefined
  }
  return read(reading, target, path)
}

function readMap(reading: Reading, map: YAMLMap, path: Path): JsonObject {
  const entries = new Map<string, unknown>()
  for (const pair of map.items) if (isMergeKey(pair)) merge(reading, { into: entries, from: pair.value, path })
  for (const pair of map.items) {
    if (isMergeKey(pair)) continue
    const key = isScalar(pair.key) ? unmask(String(pair.key.value)) : undefined
    if (key === undefined || key === '__proto__') {
      refuse(reading, path, 'a key must be a plain text')
      continue
    }
    const below = [...path, key]
    place(reading, below, pair)
    entries.set(key, read(reading, pair.value, below))
  }
  return Object.fromEntries(entries)
}

function isMergeKey(pair: Pair): boolean {
  return isScalar(pair.key) && pair.key.value === '<<' && pair.key.type === 'PLAIN'
}

/** `<<: *a` and `<<: [*a, *b]`: the keys of `a` where the map has none of its own; the first of a list wins. */
function merge(reading: Reading, merging: { into: Map<string, unknown>; from: unknown; path: Path }): void {
  const { into, from, path } = merging
  const sources = isSeq(from) ? from.items.toReversed() : [from]
  for (const source of sources) {
    const value = read(reading, source, path)
    if (isObject(value)) for (const [key, item] of Object.entries(value)) into.set(key, item)
    else if (value !== undefined) refuse(reading, path, '"<<" takes a mapping, or a list of mappings')
  }
}

function readText(reading: Reading, text: string, path: Path): string {
  const { text: filled, variables, problems } = substitute(unmask(text), reading.env)
  for (const problem of problems) refuse(reading, path, problem)
  const known = reading.places.get(pathText(path))
  if (variables.length > 0 && known !== undefined) reading.places.set(pathText(path), { ...known, variables })
  return filled
}

function refuse(reading: Reading, path: Path, message: string): void {
  reading.findings.push({ path, message })
}

function place(reading: Reading, path: Path, at: { key?: unknown; value?: unknown }): void {
  const value = offset(at.value) ?? offset(at.key)
  const key = offset(at.key) ?? value
  if (value === undefined || key === undefined) return
  const { line, col } = reading.lines.linePos(value)
  const { line: keyLine, col: keyColumn } = reading.lines.linePos(key)
  reading.places.set(pathText(path), { line, column: col, keyLine, keyColumn, variables: [] })
}

function offset(node: unknown): number | undefined {
  if (!isObject(node)) return undefined
  const range = node['range']
  return Array.isArray(range) && typeof range[0] === 'number' ? range[0] : undefined
}
