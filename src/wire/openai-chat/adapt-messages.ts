import type { JsonObject } from '#wire/json.ts'
import {
  type Adapt,
  type Change,
  has,
  isEmpty,
  type Job,
  type Mended,
  mendMessages,
  messagePath,
  messagesOf,
  type Rule,
  without,
} from '#wire/openai-chat/adapt.ts'
import { callerName } from '#wire/openai-chat/caller-names.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { Warning } from '#wire/warning.ts'

/** Instructions under the one role that the platform knows for them. */
export const systemRoleRule: Rule = ({ systemRole: role }) => {
  if (role === 'either') return undefined
  const other = role === 'system' ? 'developer' : 'system'
  return (body, job) => (job.traits[other] ? renameRole(body, job, { role, other }) : undefined)
}

function renameRole(body: JsonObject, job: Job, { role, other }: { role: string; other: string }): Change | undefined {
  return mendMessages(body, (message, i) => {
    if (message['role'] !== other) return undefined
    const warning: Warning = { action: 'renamed', path: `${messagePath(job, i)}.role`, detail: `${other} → ${role}` }
    return { value: { ...message, role }, warnings: [warning] }
  })
}

/** One instruction, in front, where the platform takes it only there. */
export const systemPlaceRule: Rule = ({ systemPlace }) => (systemPlace === 'first' ? instructionsFirst : undefined)

const instructionsFirst: Adapt = (body, job) => {
  if (!job.traits.system && !job.traits.developer) return undefined
  const messages = messagesOf(body)
  const places = [...messages.keys()].filter((i) => isInstruction(messages[i]))
  const [first] = places
  if (first === undefined || (places.length === 1 && first === 0)) return undefined
  const merged = messages.filter(isInstruction).reduce((a, b) => mergeMessages(a, b))
  const moved = places.filter((i) => i > 0)
  return {
    set: { messages: [merged, ...messages.filter((message) => !isInstruction(message))] },
    warnings: moved.map((i) => ({ action: 'reordered', path: messagePath(job, i), detail: 'moved to the front' })),
  }
}

/** The conversation with a sentence more in its first instructions, which are made if there are none. */
export function withInstruction(
  messages: readonly JsonObject[],
  sentence: string,
  { systemRole }: Quirks,
): readonly JsonObject[] {
  const role = systemRole === 'developer' ? 'developer' : 'system'
  const [first] = messages
  const more: JsonObject = { role, content: sentence }
  if (first === undefined || !isInstruction(first)) return [more, ...messages]
  return [{ ...first, content: mergeContent(first['content'], sentence) }, ...messages.slice(1)]
}

function isInstruction(message: JsonObject | undefined): boolean {
  return message?.['role'] === 'system' || message?.['role'] === 'developer'
}

/** What stands in for a user's turn where the conversation has to begin with one and does not. */
const OPENING = '.'

/** A user's turn in front of an assistant's, where the platform refuses to begin otherwise. */
export const firstTurnRule: Rule = ({ firstTurnUser }) => (firstTurnUser ? userFirst : undefined)

const userFirst: Adapt = (body, job) => {
  const messages = messagesOf(body)
  const first = messages.findIndex((message) => !isInstruction(message))
  if (first < 0 || messages[first]?.['role'] === 'user') return undefined
  const opening: JsonObject = { role: 'user', content: OPENING }
  return {
    set: { messages: [...messages.slice(0, first), opening, ...messages.slice(first)] },
    warnings: [{ action: 'emulated', path: callerName(job, 'messages'), detail: 'a user turn was put in front' }],
  }
}

/** One turn out of neighbours of one role. Tool messages stay, and so does an assistant's turn whose calls they answer. */
export const turnsRule: Rule = ({ turnsAlternate }) => (turnsAlternate ? mergeTurns : undefined)

const mergeTurns: Adapt = (body, job) => {
  const messages = messagesOf(body)
  const turns: JsonObject[] = []
  for (const message of messages) {
    const last = turns.at(-1)
    if (last !== undefined && isSameTurn(last, message)) turns[turns.length - 1] = mergeMessages(last, message)
    else turns.push(message)
  }
  if (turns.length === messages.length) return undefined
  const detail = `${messages.length} messages merged into ${turns.length} turns`
  return { set: { messages: turns }, warnings: [{ action: 'reordered', path: callerName(job, 'messages'), detail }] }
}

function isSameTurn(a: JsonObject, b: JsonObject): boolean {
  if (a['role'] !== b['role']) return false
  return a['role'] === 'user' || (a['role'] === 'assistant' && !has(a, 'tool_calls'))
}

/** Two messages as one: contents after each other, other fields from the later one where both have them. */
function mergeMessages(a: JsonObject, b: JsonObject): JsonObject {
  const merged: JsonObject = { ...a, ...b, role: a['role'], content: mergeContent(a['content'], b['content']) }
  const { reasoning_content: first } = a
  const { reasoning_content: second } = b
  if (typeof first !== 'string' || typeof second !== 'string') return merged
  return { ...merged, reasoning_content: `${first}\n\n${second}` }
}

function mergeContent(a: unknown, b: unknown): unknown {
  if (isEmpty(a)) return b
  if (isEmpty(b)) return a
  if (typeof a === 'string' && typeof b === 'string') return `${a}\n\n${b}`
  return [...partsOf(a), ...partsOf(b)]
}

function partsOf(content: unknown): readonly unknown[] {
  return Array.isArray(content) ? content : [{ type: 'text', text: content }]
}

/** Content where there has to be some: a tool message always (pain T18), others where empty content is refused. */
export const emptyContentRule: Rule = ({ emptyContent }) => {
  const refused = emptyContent === 'refused'
  return (body, job) => (job.traits.empty ? fillContent(body, job, refused) : undefined)
}

function fillContent(body: JsonObject, job: Job, refused: boolean): Change | undefined {
  return mendMessages(body, (message, i) => {
    if (!isEmpty(message['content'])) return undefined
    if (message['role'] === 'tool') return fill({ message, job, i }, refused ? ' ' : '')
    if (!refused) return undefined
    // Nothing and no content are the same thing beside tool calls.
    if (has(message, 'tool_calls')) return 'content' in message ? { value: without(message, 'content') } : undefined
    return fill({ message, job, i }, ' ')
  })
}

function fill(at: { message: JsonObject; job: Job; i: number }, content: string): Mended | undefined {
  if (at.message['content'] === content) return undefined
  const path = `${messagePath(at.job, at.i)}.content`
  const detail = content === '' ? 'an empty text' : 'a space instead of nothing'
  return { value: { ...at.message, content }, warnings: [{ action: 'defaulted', path, detail }] }
}
