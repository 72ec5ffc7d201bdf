import { createHash, randomBytes } from 'node:crypto'
import type { KeyBudget, KeyLimits, KeyRecord } from '#engine/ports.ts'

/** What `keys create` asks for. */
export interface NewKey {
  readonly name: string
  readonly role: KeyRecord['role']
  readonly models: readonly string[]
  readonly limits: KeyLimits
  readonly budget?: KeyBudget
  /** Name of its team; whoever asks has looked whether there is one. */
  readonly team?: string
}

/** What changes of a key or a group: absent = as it is, null = none any more. Of limits, each by itself. */
export interface BoundsChange {
  readonly models?: readonly string[]
  readonly limits?: { readonly [Limit in keyof KeyLimits]?: number | null }
  readonly budget?: KeyBudget | null
}

export interface KeyChange extends BoundsChange {
  readonly team?: string | null
}

/** What binds a key or a group. */
export interface Bounds {
  readonly models: readonly string[]
  readonly limits: KeyLimits
  readonly budget?: KeyBudget
}

/** The bounds after a change. */
export function changedBounds(bounds: Bounds, change: BoundsChange): Bounds {
  const limits = Object.entries({ ...bounds.limits, ...change.limits }).filter(([, value]) => value !== null)
  const budget = change.budget === undefined ? bounds.budget : (change.budget ?? undefined)
  return {
    models: change.models ?? bounds.models,
    limits: Object.fromEntries(limits),
    ...(budget === undefined ? {} : { budget }),
  }
}

/** A key as the store keeps it, live or revoked. */
export interface StoredKey extends KeyRecord {
  /** `sk-tw-…abcd`: enough to tell keys apart, too little to use. */
  readonly preview: string
  /** Unix milliseconds, as `revokedAt`. */
  readonly createdAt: number
  readonly revokedAt?: number
}

/** A key just made. `key` is shown this once and kept nowhere. */
export interface CreatedKey {
  readonly key: string
  readonly record: StoredKey
}

/** Making and revoking keys; holds for every process on the data within a second. */
export interface KeyAdmin {
  /** Rejects with `name-taken` when a live key has the name. */
  create(wanted: NewKey): Promise<CreatedKey>
  /** All keys, revoked ones included, oldest first. */
  list(): Promise<readonly StoredKey[]>
  /** Takes an id, or the name of a live key. Rejects with `no-such-key`. Revoking twice changes nothing. */
  revoke(nameOrId: string): Promise<StoredKey>
  /** Changes a live key, by id or name; never its secret. Rejects with `no-such-key`. */
  update(nameOrId: string, change: KeyChange): Promise<StoredKey>
}

/** 256 random bits; the prefix lets secret scanners and people know whose key it is. */
export function newSecret(): string {
  return `sk-tw-${randomBytes(32).toString('base64url')}`
}

/** What is stored and compared instead of the key. Unsalted on purpose: 256 random bits have no dictionary. */
export function hashOfSecret(secret: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(secret).digest())
}

export function previewOfSecret(secret: string): string {
  return `sk-tw-…${secret.slice(-4)}`
}

export function newKeyId(): string {
  return `key-${randomBytes(8).toString('hex')}`
}
