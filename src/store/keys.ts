import { createHash, randomBytes } from 'node:crypto'
import type { KeyBudget, KeyLimits, KeyRecord } from '#engine/ports.ts'

/** What `keys create` asks for. */
export interface NewKey {
  readonly name: string
  readonly role: KeyRecord['role']
  readonly models: readonly string[]
  readonly limits: KeyLimits
  readonly budget?: KeyBudget
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
