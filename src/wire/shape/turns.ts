import type { JsonObject } from '#wire/json.ts'
import type { Message } from '#wire/request.ts'
import type { Draft } from '#wire/shape/draft.ts'

/** One turn in a dialect that keeps instructions apart and puts tool results into the user's turns. */
export interface Turn {
  readonly role: 'user' | 'assistant' | 'system'
  readonly blocks: JsonObject[]
  readonly path: string
  /** Holds tool results, which what the user says next follows in the same turn. */
  readonly results: boolean
}

/** The conversation: instructions apart, turns in order. */
export interface Turns {
  readonly system: JsonObject[]
  readonly turns: readonly Turn[]
}

/** A dialect's words for what stands in a turn. */
export interface TurnWords {
  /** The content blocks of a message; what the dialect cannot say is left out with a warning. */
  readonly blocks: (message: Message) => JsonObject[]
  readonly text: (text: string) => JsonObject
  /** The text of a plain text block; undefined for others. */
  readonly textOf: (block: JsonObject) => string | undefined
  /** True for a tool result, and for what has to stay beside it. */
  readonly isResult: (block: JsonObject) => boolean
  /** True for a block that instructions may hold. */
  readonly isInstruction: (block: JsonObject) => boolean
}

/** Said where a conversation does not begin with the user: it adds nothing to what the model should do. */
const GO_ON = '(continue)'

/** Turns that alternate, tool results first in them, instructions hoisted out; each change told by a warning. */
export function writeTurns(draft: Draft, words: TurnWords): Turns {
  const system: JsonObject[] = []
  const turns: Turn[] = []
  for (const message of draft.request.messages) {
    const blocks = blocksOf(draft, words, message)
    if (message.role === 'system' || message.role === 'developer') addSystem(draft, message, { blocks, system, turns })
    else if (blocks.length > 0) addTurn(draft, { turn: turnOf(message, blocks), words }, turns)
  }
  trimLast(draft, words, turns)
  beginWithUser(draft, words, { system, turns })
  return { system, turns }
}

function blocksOf(draft: Draft, words: TurnWords, message: Message): JsonObject[] {
  const { path, name, role } = message
  if (name !== undefined) draft.warnings.push({ action: 'dropped', path: `${path}.name` })
  const blocks = words.blocks(message)
  if (role !== 'system' && role !== 'developer') return blocks
  const kept = blocks.filter(words.isInstruction)
  if (kept.length < blocks.length) {
    draft.warnings.push({ action: 'dropped', path, detail: 'instructions hold text only' })
  }
  return kept
}

interface SystemPlace {
  readonly blocks: readonly JsonObject[]
  readonly system: JsonObject[]
  readonly turns: Turn[]
}

function addSystem(draft: Draft, { path }: Message, { blocks, system, turns }: SystemPlace): void {
  if (blocks.length === 0) return
  if (turns.length === 0) system.push(...blocks)
  else if (draft.target.quirks.systemPlace === 'anywhere') {
    turns.push({ role: 'system', blocks: [...blocks], path, results: false })
  } else {
    system.push(...blocks)
    draft.warnings.push({ action: 'reordered', path, detail: 'instructions can stand at the front only' })
  }
}

function turnOf({ role, path }: Message, blocks: JsonObject[]): Turn {
  return { role: role === 'assistant' ? role : 'user', blocks, path, results: role === 'tool' }
}

function addTurn(draft: Draft, { turn, words }: { turn: Turn; words: TurnWords }, turns: Turn[]): void {
  const last = turns.at(-1)
  const { turnsAlternate } = draft.target.quirks
  if (last === undefined || last.role !== turn.role || !(turnsAlternate || last.results || turn.results)) {
    turns.push(turn)
    return
  }
  // That results and what follows them share a turn is these dialects' own form, and worth no warning.
  if (!last.results) draft.warnings.push({ action: 'reordered', path: turn.path, detail: `merged into ${last.path}` })
  if (!turn.results) last.blocks.push(...turn.blocks)
  else last.blocks.splice(last.blocks.findLastIndex(words.isResult) + 1, 0, ...turn.blocks)
}

/** A last turn of the assistant is a prefill, which must not end in white space. */
function trimLast(draft: Draft, words: TurnWords, turns: readonly Turn[]): void {
  const last = turns.at(-1)
  const block = last?.blocks.at(-1)
  const text = block === undefined ? undefined : words.textOf(block)
  if (last?.role !== 'assistant' || text === undefined) return
  const trimmed = text.trimEnd()
  if (trimmed === text) return
  last.blocks[last.blocks.length - 1] = { ...block, text: trimmed }
  draft.warnings.push({
    action: 'approximated',
    path: `${last.path}.content`,
    detail: 'white space at the end cut off',
  })
}

function beginWithUser(
  draft: Draft,
  words: TurnWords,
  { system, turns }: { system: JsonObject[]; turns: Turn[] },
): void {
  const [first] = turns
  if (first?.role === 'user' || (first !== undefined && !draft.target.quirks.firstTurnUser)) return
  const path = first?.path ?? draft.request.messages[0]?.path ?? 'messages'
  // Instructions alone are what the caller wants answered.
  const moved = first === undefined && system.length > 0
  const blocks = moved ? system.splice(0) : [words.text(GO_ON)]
  turns.unshift({ role: 'user', blocks, path, results: false })
  const detail = moved ? 'instructions sent as the user’s turn, since there is none' : `a user turn ${GO_ON} put first`
  draft.warnings.push({ action: 'emulated', path, detail })
}
