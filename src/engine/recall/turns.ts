import { hash } from 'node:crypto'
import type { Message } from '#wire/request.ts'
import { sealOf } from '#wire/shape/seal.ts'

/** A turn of the model, as a caller sent it back, that may have lost its thinking. */
export interface LostTurn {
  readonly message: Message
  /** What its thinking is kept under. */
  readonly key: string
  /** The caller sent thinking with it, but no seal. */
  readonly thinks: boolean
}

type Calls = readonly { readonly id: string; readonly name: string }[]

/** The users' words that tell a conversation from others: the first and the latest. */
interface Users {
  first: Message | undefined
  last: Message | undefined
}

/**
 * The turns that called tools and came back without their thinking, or without its seals. With `closing` those too that
 * only spoke after such a turn, until the user spoke again: the platforms that demand thinking back demand theirs.
 */
export function lostTurns(messages: readonly Message[], closing: boolean): LostTurn[] {
  const lost: LostTurn[] = []
  const users: Users = { first: undefined, last: undefined }
  let called = false
  for (const message of messages) {
    const { role, parts } = message
    if (role === 'user') {
      meet(users, message)
      called = false
    }
    if (role !== 'assistant') continue
    const calls = parts.filter((part) => part.kind === 'tool-call')
    called ||= calls.length > 0
    const thinks = parts.some((part) => part.kind === 'reasoning')
    if (parts.some((part) => sealOf(part) !== undefined)) continue
    const [call] = calls
    if (call !== undefined) lost.push({ message, thinks, key: keyOfCall(call, users) })
    else if (closing && called && !thinks) lost.push({ message, thinks, key: keyOfText(textOf(message), users) })
  }
  return lost
}

/** What an answer's thinking is kept under, so that `lostTurns` of the next request finds it: each call by itself, since clients part them. */
export function keysOfAnswer(messages: readonly Message[], calls: Calls, said = ''): readonly string[] {
  const users: Users = { first: undefined, last: undefined }
  for (const message of messages) if (message.role === 'user') meet(users, message)
  if (calls.length > 0) return [...new Set(calls.map((call) => keyOfCall(call, users)))]
  return inToolLoop(messages) && said.trim() !== '' ? [keyOfText(said, users)] : []
}

/** True if the model has called tools since the user spoke last. */
function inToolLoop(messages: readonly Message[]): boolean {
  const since = messages.slice(messages.findLastIndex(({ role }) => role === 'user') + 1)
  return since.some(({ parts }) => parts.some(({ kind }) => kind === 'tool-call'))
}

function meet(users: Users, message: Message): void {
  users.first ??= message
  users.last = message
}

/** As much chance as that is in no id that only counts. */
const CHANCE = /[A-Za-z0-9]{12,}/

/**
 * An id that holds chance is enough. Some only count, within their conversation (Kimi's `functions.get_weather:0`): they
 * stand for nothing without it, and one end user's thinking must not reach another's conversation.
 */
function keyOfCall({ id, name }: Calls[number], users: Users): string {
  return CHANCE.test(id.replace(name, '')) ? `call ${id}` : `call ${id} ${contextOf(users)}`
}

function keyOfText(text: string, users: Users): string {
  return `text ${digest(text.trim())} ${contextOf(users)}`
}

function contextOf({ first, last }: Users): string {
  return digest(JSON.stringify([first, last].map((message) => (message === undefined ? '' : textOf(message)))))
}

function textOf({ parts }: Message): string {
  return parts.map((part) => (part.kind === 'text' ? part.text : '')).join('')
}

/** Short for a long text; nobody finds another text that has it. */
export function digest(text: string): string {
  return hash('sha256', text, 'base64url')
}
