import { DIALECT_IDS } from '#wire/dialect.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import type { ReasoningPart, RedactedReasoningPart } from '#wire/part.ts'
import { optionalText, requiredObject, requiredText, WrongField } from '#wire/shape/field.ts'
import type { SealAccount } from '#wire/shape/seal.ts'

export type Thought = ReasoningPart | RedactedReasoningPart

/** What a thought stands before in its turn: a call by its id, or one of the turn's texts by its number; absent = nothing. */
export type Anchor = { readonly call: string } | { readonly text: number }

/** The thinking of one turn of the model, and who made its seals. */
export interface KeptTurn {
  readonly account: SealAccount
  readonly thoughts: readonly { readonly part: Thought; readonly before?: Anchor }[]
}

/** A turn's thinking as the text that is kept. */
export function keptText(turn: KeptTurn): string {
  return JSON.stringify(turn)
}

/** What was kept; undefined for what another version wrote in another form. */
export function readKept(text: string): KeptTurn | undefined {
  try {
    const json: unknown = JSON.parse(text)
    if (!isObject(json) || !Array.isArray(json['thoughts'])) return undefined
    const thoughts = json['thoughts'].filter(isObject)
    return { account: readAccount(requiredObject(json, 'account')), thoughts: thoughts.map(readThought) }
  } catch (error) {
    if (error instanceof WrongField || error instanceof SyntaxError) return undefined
    throw error
  }
}

/** An account as the text that is kept beside a seal. */
export function accountText({ provider, platform }: SealAccount): string {
  return `${provider}\n${platform}`
}

export function readAccountText(text: string): SealAccount {
  const [provider = '', platform = ''] = text.split('\n')
  return { provider, platform }
}

function readAccount(json: JsonObject): SealAccount {
  return { provider: requiredText(json, 'provider'), platform: requiredText(json, 'platform') }
}

function readThought(json: JsonObject): KeptTurn['thoughts'][number] {
  const part = readPart(requiredObject(json, 'part'))
  const before = isObject(json['before']) ? readAnchor(json['before']) : undefined
  return before === undefined ? { part } : { part, before }
}

function readPart(json: JsonObject): Thought {
  const sealedBy = DIALECT_IDS.find((id) => id === json['sealedBy'])
  const sealed = sealedBy === undefined ? {} : { sealedBy }
  if (json['kind'] === 'reasoning-redacted') {
    return { kind: 'reasoning-redacted', data: requiredText(json, 'data'), ...sealed }
  }
  const signature = optionalText(json, 'signature')
  return {
    kind: 'reasoning',
    text: requiredText(json, 'text'),
    ...(signature === undefined ? {} : { signature, ...sealed }),
  }
}

function readAnchor(json: JsonObject): Anchor | undefined {
  const { call, text } = json
  if (typeof call === 'string') return { call }
  return typeof text === 'number' ? { text } : undefined
}
