import type { ConfigProblem } from '#engine/config/config.ts'

/** Steps from the top of the file to a value. */
export type Path = readonly (string | number)[]

/** Where a value stands in the file, and which variables went into it. Lines and columns count from 1. */
export interface Place {
  readonly line: number
  readonly column: number
  /** Of the key in front of the value; the value's own in lists. */
  readonly keyLine: number
  readonly keyColumn: number
  readonly variables: readonly string[]
}

/** Places by `pathText`. */
export type Places = ReadonlyMap<string, Place>

/** Something wrong at a path, before its line is known. */
export interface Finding {
  readonly path: Path
  readonly message: string
  /** The key is at fault, not its value. */
  readonly atKey?: boolean
  /** Not the file's fault: no line is shown. */
  readonly outside?: boolean
}

/** `keys.0.name`; a key that holds a dot is quoted: `routes."gpt-4.1".targets`. */
export function pathText(path: Path): string {
  return path.map((step) => (typeof step === 'string' && /[."]/.test(step) ? JSON.stringify(step) : step)).join('.')
}

/** Finding → problem with the line of its value, or of the nearest thing around it that the file holds. */
export function problemOf(finding: Finding, places: Places): ConfigProblem {
  const { path, message } = finding
  const shown = { path: pathText(path), message }
  if (finding.outside === true) return shown
  for (let length = path.length; length > 0; length--) {
    const place = places.get(pathText(path.slice(0, length)))
    if (place === undefined) continue
    const onKey = finding.atKey === true || length < path.length
    return onKey
      ? { ...shown, line: place.keyLine, column: place.keyColumn }
      : { ...shown, line: place.line, column: place.column }
  }
  return shown
}

/** By line, then column; what has no line comes last. */
export function inFileOrder(problems: readonly ConfigProblem[]): ConfigProblem[] {
  const line = (problem: ConfigProblem): number => problem.line ?? Number.MAX_SAFE_INTEGER
  return problems.toSorted((a, b) => line(a) - line(b) || (a.column ?? 0) - (b.column ?? 0))
}
