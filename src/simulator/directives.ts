import { type Fault, FAULT_FORMS, parseFault } from '#simulator/fault.ts'
import { durationMs, type Profile } from '#simulator/profile.ts'
import type { Part } from '#wire/part.ts'
import type { Message } from '#wire/request.ts'

/** What one request asks of the simulator itself. */
export interface Directives {
  readonly fault?: Fault
  readonly profile: Partial<Profile>
  /** Answer with a text of so many tokens. */
  readonly tokens?: number
  /** Call this tool. */
  readonly call?: string
  /** Words that were not understood. */
  readonly problems: readonly string[]
}

type Open = { -readonly [Key in keyof Directives]: Directives[Key] } & {
  profile: { -readonly [Key in keyof Profile]?: Profile[Key] }
  problems: string[]
}

/** Bounded, so that hostile texts cost no more than their length. */
const IN_TEXT = /\[\[simulate ([^\][]{0,500})\]\]/g

/** Anyone who may call the built-in simulator may say this: it must not cost more than a long answer does. */
const MOST_TOKENS = 100_000

/** Names that a header or a message may use, for error messages. */
const NAMES = 'fault, rate, latency, first-token, chunk, jitter, tokens, call'

/**
 * Reads `fault=cut:20; rate=50; latency=200`: from the header `x-simulate`, and from `[[simulate …]]` in the last user
 * message, since gateways do not forward headers; the message wins.
 */
export function readDirectives(header: string | undefined, messages: readonly Message[]): Directives {
  const read: Open = { profile: {}, problems: [] }
  if (header !== undefined) readWords(read, header)
  for (const [, words] of lastUserText(messages).matchAll(IN_TEXT)) readWords(read, words ?? '')
  return read
}

/** The last user message's text, without what it says to the simulator. */
export function saidByUser(messages: readonly Message[]): string {
  return lastUserText(messages).replace(IN_TEXT, '').trim()
}

function lastUserText(messages: readonly Message[]): string {
  const last = messages.findLast((message) => message.role === 'user' && message.parts.some(isText))
  return last === undefined ? '' : textOf(last.parts)
}

/** The texts of parts, those of tool results included. */
export function textOf(parts: readonly Part[]): string {
  return parts
    .map((part) => {
      if (part.kind === 'tool-result') return textOf(part.parts)
      return isText(part) ? part.text : ''
    })
    .filter((text) => text !== '')
    .join('\n')
}

function isText(part: Part): part is Extract<Part, { readonly kind: 'text' }> {
  return part.kind === 'text'
}

function readWords(read: Open, words: string): void {
  for (const word of words.split(/[;\s]+/)) {
    if (word === '') continue
    const equals = word.indexOf('=')
    const name = equals < 0 ? word : word.slice(0, equals)
    const value = equals < 0 ? '' : word.slice(equals + 1)
    const problem = readWord(read, name, value)
    if (problem !== undefined) read.problems.push(problem)
  }
}

function readWord(read: Open, name: string, value: string): string | undefined {
  switch (name) {
    case 'fault': {
      const fault = parseFault(value)
      if (fault === undefined) return `no fault is called "${value}"; there are ${FAULT_FORMS.join(', ')}`
      read.fault = fault
      return undefined
    }
    case 'call':
      read.call = value
      return undefined
    case 'tokens':
      return setNumber(name, value, (number) => (read.tokens = Math.min(MOST_TOKENS, Math.floor(number))))
    case 'rate':
      return setNumber(name, value, (number) => (read.profile.tokensPerSecond = number))
    case 'chunk':
      return setNumber(name, value, (number) => (read.profile.chunkTokens = whole(number)))
    case 'jitter':
      return setNumber(name, value, (number) => (read.profile.jitter = Math.min(1, number)))
    case 'latency':
      return setNumber(name, value, (ms) => (read.profile.headersMs = ms))
    case 'first-token':
      return setNumber(name, value, (ms) => (read.profile.firstTokenMs = ms))
    default:
      return `nothing is called "${name}"; there are ${NAMES}`
  }
}

function whole(number: number): number {
  return Math.min(MOST_TOKENS, Math.max(1, Math.floor(number)))
}

/** Numbers may carry a unit of time; a rate of 0 would never end and is refused as nonsense. */
function setNumber(name: string, value: string, set: (number: number) => void): string | undefined {
  const number = durationMs(value)
  if (number === undefined || (name === 'rate' && number === 0)) return `"${value}" is no value for ${name}`
  set(number)
  return undefined
}
