import { DIALECT_IDS, type DialectId } from '#wire/dialect.ts'
import { isObject } from '#wire/json.ts'
import type { Part, SealMaker } from '#wire/part.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { Message, ModelRequest, Source } from '#wire/request.ts'
import { editField } from '#wire/shape/edit-source.ts'

/**
 * A platform takes back only seals (signatures of thinking, encrypted thinking) that platforms of its own dialect made,
 * and answers 400 to others. So a seal that leaves for a caller of another dialect carries its maker's name, and comes
 * back with it: `tw.gemini.<seal>`. One that stays within its dialect travels bare.
 */
export interface Seal {
  readonly signature: string
  readonly sealedBy: SealMaker
}

const MARK = 'tw.'
const MAKERS: readonly SealMaker[] = [...DIALECT_IDS, 'another-account']

/** A seal as a caller of `dialect` gets it. */
export function sealFor(dialect: DialectId, signature: string, sealedBy: SealMaker | undefined): string {
  return sealedBy === undefined || sealedBy === dialect ? signature : sealMark(sealedBy) + signature
}

/** What stands before a maker's seals where callers of other dialects keep them. */
export function sealMark(maker: SealMaker): string {
  return `${MARK}${maker}.`
}

/** A seal as a caller of `dialect` sends it back. */
export function readSeal(dialect: DialectId, text: string): Seal {
  if (!text.startsWith(MARK)) return { signature: text, sealedBy: dialect }
  const end = text.indexOf('.', MARK.length)
  const maker = text.slice(MARK.length, end)
  const sealedBy = MAKERS.find((id) => id === maker)
  return sealedBy === undefined ? { signature: text, sealedBy: dialect } : { signature: text.slice(end + 1), sealedBy }
}

/** Whether a platform of `dialect` takes the seal back. A part without a maker was made by us: its seal counts as fitting. */
export function fits(dialect: DialectId, part: { readonly sealedBy?: SealMaker }): boolean {
  return part.sealedBy === undefined || part.sealedBy === dialect
}

/** Who made a seal: the operator's account, and the platform that it is on. */
export interface SealAccount {
  readonly provider: string
  readonly platform: string
}

/** Whether an account takes back what another of the same dialect sealed. */
export function takesSealOf(own: SealAccount, maker: SealAccount, { sealScope }: Pick<Quirks, 'sealScope'>): boolean {
  return own.provider === maker.provider || (sealScope === 'platform' && own.platform === maker.platform)
}

/** The seal of a part, if it has one. */
export function sealOf(part: Part): string | undefined {
  if (part.kind === 'reasoning') return part.signature
  return part.kind === 'reasoning-redacted' ? part.data : undefined
}

/** Where callers of each dialect keep seals, below the message's path. */
const PLACES: Readonly<Partial<Record<DialectId, string>>> = {
  'openai-chat': 'reasoning_details',
  'openai-responses': 'encrypted_content',
  'anthropic-messages': 'content',
  gemini: 'parts',
  'bedrock-converse': 'content',
}

/** The path of a part's seal in the caller's own words, for warnings. */
export function sealPath(
  { dialect }: ModelRequest,
  { path, parts }: Pick<Message, 'path' | 'parts'>,
  part: Part,
): string {
  const next = parts[parts.indexOf(part) + 1]
  const onCall =
    dialect === 'openai-chat' && part.kind === 'reasoning' && part.text === '' && next?.kind === 'tool-call'
  return `${path}.${onCall ? 'tool_calls' : (PLACES[dialect] ?? 'reasoning')}`
}

/** Fields that hold seals, in all dialects of callers. */
const SEAL_FIELDS: ReadonlySet<string> = new Set([
  'signature',
  'data',
  'redactedContent',
  'encrypted_content',
  'thoughtSignature',
  'thought_signature',
])

/** The caller's own text, in which these seals are another account's: writers leave them out, and say so. */
export function markSeals(source: Source, seals: ReadonlySet<string>): Source {
  let marked = source
  for (const key in source.json) marked = editField(marked, key, (value) => marking(value, seals))
  return marked
}

/** The value itself where there is nothing to mark in it. */
function marking(value: unknown, seals: ReadonlySet<string>, field = ''): unknown {
  if (typeof value === 'string') return SEAL_FIELDS.has(field) ? markedText(value, seals) : value
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value
    const marked = list.map((item) => marking(item, seals))
    return marked.every((item, i) => item === list[i]) ? value : marked
  }
  if (!isObject(value)) return value
  let changed: Record<string, unknown> | undefined
  for (const key in value) {
    const marked = marking(value[key], seals, key)
    if (marked !== value[key]) (changed ??= { ...value })[key] = marked
  }
  return changed ?? value
}

function markedText(text: string, seals: ReadonlySet<string>): string {
  const { signature } = readSeal('openai-chat', text)
  return seals.has(signature) ? sealMark('another-account') + signature : text
}
