import { isObject, type JsonObject } from '#wire/json.ts'

/**
 * A call whose arguments come in pieces, as Vertex AI sends them when asked to (`streamFunctionCallArguments`): each
 * piece is a value at a JSON path, and texts go on where they left off.
 */
export interface PartialCall {
  readonly block: number
  readonly args: Record<string, unknown>
}

type Holder = Record<string, unknown> | unknown[]

/** Puts the pieces into the arguments. A path that cannot be followed is left out: false. */
export function addPieces({ args }: PartialCall, pieces: readonly unknown[]): boolean {
  let whole = true
  for (const piece of pieces) whole = isObject(piece) && addPiece(args, piece) && whole
  return whole
}

function addPiece(args: Record<string, unknown>, piece: JsonObject): boolean {
  const path = typeof piece['jsonPath'] === 'string' ? stepsOf(piece['jsonPath']) : undefined
  const last = path?.at(-1)
  if (path === undefined || last === undefined) return false
  const holder = holderAt(args, path)
  if (holder === undefined || Array.isArray(holder) !== (typeof last === 'number')) return false
  const before = get(holder, last)
  const value = valueOf(piece)
  set(holder, last, typeof before === 'string' && typeof value === 'string' ? before + value : value)
  return true
}

function valueOf(piece: JsonObject): unknown {
  const { stringValue, numberValue, boolValue } = piece
  return stringValue ?? numberValue ?? boolValue ?? null
}

/** The list or object that the last step is in, made where it is missing. */
function holderAt(args: Record<string, unknown>, path: readonly (string | number)[]): Holder | undefined {
  let holder: Holder = args
  for (const [i, step] of path.slice(0, -1).entries()) {
    if (Array.isArray(holder) !== (typeof step === 'number')) return undefined
    const next: unknown = get(holder, step) ?? (typeof path[i + 1] === 'number' ? [] : {})
    if (!isHolder(next)) return undefined
    set(holder, step, next)
    holder = next
  }
  return holder
}

function isHolder(value: unknown): value is Holder {
  return typeof value === 'object' && value !== null
}

function get(holder: Holder, step: string | number): unknown {
  if (Array.isArray(holder)) return typeof step === 'number' ? holder[step] : undefined
  return Object.hasOwn(holder, step) ? holder[step] : undefined
}

function set(holder: Holder, step: string | number, value: unknown): void {
  if (!Array.isArray(holder)) holder[step] = value
  else if (typeof step === 'number' && step <= holder.length) holder[step] = value
}

/** `$.a[0]['b c']` as steps (RFC 9535, of which Google uses names and indexes); undefined for anything else. */
function stepsOf(path: string): (string | number)[] | undefined {
  if (!path.startsWith('$')) return undefined
  const steps: (string | number)[] = []
  const pattern = /\.([^.[\]]+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/y
  pattern.lastIndex = 1
  while (pattern.lastIndex < path.length) {
    const found = pattern.exec(path)
    if (found === null) return undefined
    const [, name, index, single, double] = found
    const quoted = (single ?? double)?.replace(/\\(.)/g, '$1')
    steps.push(index === undefined ? (name ?? quoted ?? '') : Number(index))
  }
  return steps.includes('__proto__') ? undefined : steps
}
