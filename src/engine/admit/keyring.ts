import { hash, timingSafeEqual } from 'node:crypto'
import type { KeyConfig } from '#engine/config/config.ts'
import type { KeyRecord, Vault } from '#engine/ports.ts'
import { type Failure, failure } from '#wire/failure.ts'

/** Who asks, as of the moment of asking: a snapshot that stays as it is while the request runs. */
export type Caller = KeyRecord

/** All keys that count now: declared ones and those of the store. */
export interface Keyring {
  /** The owner of a key, in time that does not depend on how much of it is right. */
  admit(
    key: string | undefined,
  ): { readonly ok: true; readonly caller: Caller } | { readonly ok: false; readonly failure: Failure }
}

/** SHA-256 of a key as hex: the only form in which a key is kept. Keys are 256 random bits, so no salt is needed. */
export function keyHash(key: string): string {
  return hash('sha256', key, 'hex')
}

/** Keys by the first half of their hash; the second half is compared in constant time. */
type Index = ReadonlyMap<string, { readonly rest: Buffer; readonly record: KeyRecord }>

export function keyring(declared: readonly KeyConfig[], vault: Vault): Keyring {
  const fixed = declared.map(recordOf)
  let revision = -1
  let index: Index = new Map()
  return {
    admit(key) {
      if (key === undefined || key === '') {
        return refused('no API key: send it as "Authorization: Bearer sk-tw-…", x-api-key, api-key or x-goog-api-key')
      }
      if (vault.revision() !== revision) {
        revision = vault.revision()
        index = indexOf([...fixed, ...vault.keys()])
      }
      const hex = keyHash(key)
      const entry = index.get(hex.slice(0, 32))
      if (entry === undefined || !timingSafeEqual(entry.rest, Buffer.from(hex.slice(32)))) {
        return refused('this API key is not known here, or it was revoked')
      }
      return { ok: true, caller: entry.record }
    },
  }
}

function refused(message: string): { ok: false; failure: Failure } {
  return { ok: false, failure: failure('authentication', message) }
}

function recordOf(key: KeyConfig): KeyRecord {
  const { name, role, models, limits, budget } = key
  const secret = Buffer.from(keyHash(key.key), 'hex')
  return { id: `config:${name}`, name, role, hash: secret, models, limits, ...(budget === undefined ? {} : { budget }) }
}

function indexOf(records: readonly KeyRecord[]): Index {
  return new Map(
    records.map((record) => {
      const hex = Buffer.from(record.hash).toString('hex')
      return [hex.slice(0, 32), { rest: Buffer.from(hex.slice(32)), record }]
    }),
  )
}
