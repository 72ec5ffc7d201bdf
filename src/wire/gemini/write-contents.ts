import type { JsonObject } from '#wire/json.ts'
import type { Message } from '#wire/request.ts'
import type { Draft } from '#wire/shape/draft.ts'
import { SKIP_SIGNATURE } from '#wire/gemini/seals.ts'
import { writeParts } from '#wire/gemini/write-parts.ts'
import { partsPath } from '#wire/gemini/write-place.ts'

/** The conversation in Gemini's form: instructions apart, turns in order. */
export interface Conversation {
  readonly system: JsonObject[]
  readonly contents: readonly JsonObject[]
}

interface Turn {
  readonly role: 'user' | 'model'
  parts: JsonObject[]
  readonly path: string
  /** Holds results of functions, which what the user says next may follow in the same turn. */
  readonly results: boolean
}

/** Said where a conversation does not begin with the user: it adds nothing to what the model should do. */
const GO_ON = '(continue)'

/** Turns that alternate, results right after their calls; each change told by a warning. */
export function writeContents(draft: Draft): Conversation {
  const system: JsonObject[] = []
  const turns: Turn[] = []
  const names = new Map<string, string>()
  for (const message of draft.request.messages) {
    const { path, name, role } = message
    if (name !== undefined) draft.warnings.push({ action: 'dropped', path: `${path}.name` })
    const parts = writeParts({ draft, message, names })
    if (role === 'system' || role === 'developer') addSystem(draft, message, { parts, system, turns })
    else if (parts.length > 0) addTurn(draft, turnOf(message, parts), turns)
  }
  beginWithUser(draft, system, turns)
  signCalls(draft, turns)
  return { system, contents: turns.map(({ role, parts }) => ({ role, parts })) }
}

interface SystemPlace {
  readonly parts: readonly JsonObject[]
  readonly system: JsonObject[]
  readonly turns: readonly Turn[]
}

function addSystem(draft: Draft, { path }: Message, { parts, system, turns }: SystemPlace): void {
  const text = parts.filter((part) => part['text'] !== undefined)
  if (text.length < parts.length) {
    draft.warnings.push({ action: 'dropped', path, detail: 'instructions hold text only' })
  }
  if (text.length === 0) return
  system.push(...text)
  if (turns.length === 0) return
  draft.warnings.push({ action: 'reordered', path, detail: 'instructions can stand at the front only' })
}

function turnOf({ role, path }: Message, parts: JsonObject[]): Turn {
  return { role: role === 'assistant' ? 'model' : 'user', parts, path, results: role === 'tool' }
}

function addTurn(draft: Draft, turn: Turn, turns: Turn[]): void {
  const last = turns.at(-1)
  const joins = draft.target.quirks.turnsAlternate || (last?.results === true && turn.results)
  if (last === undefined || last.role !== turn.role || !joins) {
    turns.push(turn)
    return
  }
  // That results and what follows them share a turn is this dialect's own form, and worth no warning.
  if (!last.results) {
    draft.warnings.push({ action: 'reordered', path: turn.path, detail: `merged into ${last.path}` })
  }
  const after = turn.results ? last.parts.findLastIndex(isResult) + 1 : last.parts.length
  last.parts = last.parts.toSpliced(after, 0, ...turn.parts)
  if (turn.results && !last.results) turns[turns.length - 1] = { ...last, results: true }
}

function isResult(part: JsonObject): boolean {
  return part['functionResponse'] !== undefined
}

/** `contents` may not be empty, and a call must come after a turn of the user. */
function beginWithUser(draft: Draft, system: JsonObject[], turns: Turn[]): void {
  const [first] = turns
  if (first?.role === 'user' || (first !== undefined && !draft.target.quirks.firstTurnUser)) return
  const path = first?.path ?? draft.request.messages[0]?.path ?? 'messages'
  // Instructions alone are what the caller wants answered.
  const moved = first === undefined && system.length > 0
  turns.unshift({ role: 'user', parts: moved ? system.splice(0) : [{ text: GO_ON }], path, results: false })
  const detail = moved ? 'instructions sent as the user’s turn, since there is none' : `a user turn ${GO_ON} put first`
  draft.warnings.push({ action: 'emulated', path, detail })
}

/**
 * Gemini 3 refuses (400) a step of the running turn whose first call is not signed. The turn begins with what the user
 * said last; calls before it are not looked at.
 */
function signCalls(draft: Draft, turns: Turn[]): void {
  if (!needsSignatures(draft)) return
  const begin = turns.findLastIndex(({ role, results }) => role === 'user' && !results)
  for (const turn of turns.slice(begin + 1)) {
    const signed = turn.role === 'model' ? withSignature(turn.parts) : undefined
    if (signed === undefined) continue
    turn.parts = signed
    noteSkipped(draft, turn.path)
  }
}

/** Thinking by levels came with Gemini 3, and so did the check of signatures. */
export function needsSignatures({ target }: Draft): boolean {
  return target.quirks.thinking === 'gemini-level'
}

/** The parts of a step with its first call signed; undefined if it is, or if there is none. */
export function withSignature(parts: readonly JsonObject[]): JsonObject[] | undefined {
  const call = parts.findIndex((part) => part['functionCall'] !== undefined || part['function_call'] !== undefined)
  const found = parts[call]
  if (found === undefined || (found['thoughtSignature'] ?? found['thought_signature']) !== undefined) return undefined
  return parts.with(call, { ...found, thoughtSignature: SKIP_SIGNATURE })
}

export function noteSkipped({ request, warnings }: Draft, path: string): void {
  const detail = 'a call without a signature of Gemini: the documented dummy is sent for it'
  warnings.push({ action: 'emulated', path: partsPath(request, path), detail })
}
