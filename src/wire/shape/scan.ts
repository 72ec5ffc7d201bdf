/** Where one top-level member stands in the text of an object: offsets of its key's quote, its value's first and after its last character. */
export interface Member {
  readonly key: string
  readonly keyStart: number
  readonly valueStart: number
  readonly valueEnd: number
}

/** What is wrong with a JSON text before anyone parses it. `path` is dotted: `messages.0.role`. */
export interface ScanProblem {
  readonly problem: 'too-deep' | 'duplicate-key' | 'forbidden-key' | 'not-an-object' | 'malformed'
  readonly path: string
}

export type Scan = { readonly ok: true; readonly members: readonly Member[] } | ({ readonly ok: false } & ScanProblem)

const QUOTE = 34
const COMMA = 44
const COLON = 58
const OPEN_BRACKET = 91
const BACKSLASH = 92
const CLOSE_BRACKET = 93
const OPEN_BRACE = 123
const CLOSE_BRACE = 125

/** One open object or array while scanning. `keys` is undefined in arrays, where `index` counts instead. */
interface Level {
  /** A list while there are few, since most objects are small and a set costs more than looking through. */
  keys: string[] | Set<string> | undefined
  key: string
  index: number
}

const FEW_KEYS = 16

/** The scan's place and what it has seen. */
interface Scanner {
  readonly text: string
  readonly maxDepth: number
  readonly levels: Level[]
  readonly members: Member[]
  at: number
  keyStart: number
  valueStart: number
}

/**
 * One pass over a JSON object's text, without building it: refuses depth beyond `maxDepth`, keys that stand twice
 * in one object (two readers may disagree on which one counts) and `__proto__`, and tells where the top-level
 * members are. It does not check the grammar: `JSON.parse` does, on the same text.
 */
export function scanObject(text: string, maxDepth: number): Scan {
  const start = skipSpace(text, 0)
  if (text.charCodeAt(start) !== OPEN_BRACE) return { ok: false, problem: 'not-an-object', path: '' }
  const scanner: Scanner = { text, maxDepth, levels: [], members: [], at: start, keyStart: -1, valueStart: -1 }
  while (scanner.at < text.length) {
    const wrong = step(scanner, text.charCodeAt(scanner.at))
    if (wrong !== undefined) return { ok: false, problem: wrong, path: pathOf(scanner.levels) }
    if (scanner.levels.length === 0) {
      const whole = skipSpace(text, scanner.at) === text.length
      return whole ? { ok: true, members: scanner.members } : { ok: false, problem: 'malformed', path: '' }
    }
  }
  return { ok: false, problem: 'malformed', path: pathOf(scanner.levels) }
}

function step(scanner: Scanner, code: number): ScanProblem['problem'] | undefined {
  switch (code) {
    case QUOTE:
      return string(scanner)
    case OPEN_BRACE:
    case OPEN_BRACKET:
      if (scanner.levels.length >= scanner.maxDepth) return 'too-deep'
      scanner.levels.push({ keys: code === OPEN_BRACE ? [] : undefined, key: '', index: 0 })
      break
    case CLOSE_BRACE:
    case CLOSE_BRACKET:
      closeMember(scanner)
      scanner.levels.pop()
      break
    case COMMA:
      comma(scanner)
      break
    default:
  }
  scanner.at++
  return undefined
}

function comma(scanner: Scanner): void {
  closeMember(scanner)
  const level = scanner.levels.at(-1)
  if (level === undefined) return
  level.key = ''
  level.index++
}

function closeMember(scanner: Scanner): void {
  if (scanner.levels.length !== 1 || scanner.valueStart < 0) return
  scanner.members.push({
    key: scanner.levels[0]?.key ?? '',
    keyStart: scanner.keyStart,
    valueStart: scanner.valueStart,
    valueEnd: trimEnd(scanner.text, scanner.at),
  })
  scanner.valueStart = -1
}

/** A string at the place: a key where an object waits for one, else a value to step over. */
function string(scanner: Scanner): ScanProblem['problem'] | undefined {
  const { text, at: start } = scanner
  const end = stringEnd(text, start)
  if (end < 0) return 'malformed'
  scanner.at = end
  const level = scanner.levels.at(-1)
  if (level?.keys === undefined || level.key !== '') return undefined
  const after = skipSpace(text, end)
  if (text.charCodeAt(after) !== COLON) return undefined
  const key = keyText(text, start, end)
  level.key = key
  if (key === '__proto__') return 'forbidden-key'
  if (isTaken(level, level.keys, key)) return 'duplicate-key'
  if (scanner.levels.length === 1) {
    scanner.keyStart = start
    scanner.valueStart = skipSpace(text, after + 1)
  }
  scanner.at = after + 1
  return undefined
}

/** Remembers a key. True if the object has had it. */
function isTaken(level: Level, keys: string[] | Set<string>, key: string): boolean {
  if (keys instanceof Set) {
    if (keys.has(key)) return true
    keys.add(key)
    return false
  }
  if (keys.includes(key)) return true
  keys.push(key)
  if (keys.length > FEW_KEYS) level.keys = new Set(keys)
  return false
}

/** Dotted path of the open levels; the first few steps are enough to find a place. */
function pathOf(levels: readonly Level[]): string {
  const steps = levels.slice(0, 8).map((level) => (level.keys === undefined ? String(level.index) : level.key))
  return steps.filter((name) => name !== '').join('.')
}

/** Offset after the closing quote of the string that starts at `start`; -1 if it never closes. */
function stringEnd(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end > 0) {
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++
    if (slashes % 2 === 0) return end + 1
    end = text.indexOf('"', end + 1)
  }
  return -1
}

/** An escaped key is decoded, so that two spellings of one key are one. */
function keyText(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end - 1)
  if (!raw.includes('\\')) return raw
  try {
    return String(JSON.parse(text.slice(start, end)))
  } catch {
    return raw
  }
}

function skipSpace(text: string, from: number): number {
  let i = from
  while (text.charCodeAt(i) <= 32) i++
  return i
}

function trimEnd(text: string, end: number): number {
  let i = end
  while (text.charCodeAt(i - 1) <= 32) i--
  return i
}
