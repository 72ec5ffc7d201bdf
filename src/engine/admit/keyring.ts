import { hash, timingSafeEqual } from 'node:crypto'
import type { Config, KeyConfig } from '#engine/config/config.ts'
import type { Group, KeyRecord, Scope, Vault } from '#engine/ports.ts'
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
type Index = ReadonlyMap<string, Entry>

interface Entry {
  readonly rest: Buffer
  readonly record: KeyRecord
  /** A group above it that is not there: what binds the key is unknown, so it may do nothing. */
  readonly missing?: string
}

export function keyring({ keys, groups }: Pick<Config, 'keys' | 'groups'>, vault: Vault): Keyring {
  const fixed = keys.map(recordOf)
  let revision = -1
  let index: Index = new Map()
  return {
    admit(key) {
      if (key === undefined || key === '') {
        return refused('no API key: send it as "Authorization: Bearer sk-tw-…", x-api-key, api-key or x-goog-api-key')
      }
      if (vault.revision() !== revision) {
        revision = vault.revision()
        index = indexOf([...fixed, ...vault.keys()], [...groups, ...vault.groups()])
      }
      const hex = keyHash(key)
      const entry = index.get(hex.slice(0, 32))
      if (entry === undefined || !timingSafeEqual(entry.rest, Buffer.from(hex.slice(32)))) {
        return refused('this API key is not known here, or it was revoked')
      }
      if (entry.missing !== undefined) {
        const message = `this key belongs to ${entry.missing}, which is not there any more; tell the operator`
        return { ok: false, failure: failure('permission', message, { code: 'group_not_found' }) }
      }
      return { ok: true, caller: entry.record }
    },
  }
}

function refused(message: string): { ok: false; failure: Failure } {
  return { ok: false, failure: failure('authentication', message) }
}

/** A key of the file as the keyring knows it. */
export function recordOf(key: KeyConfig): KeyRecord {
  const { key: secret, name, ...rest } = key
  return { id: `config:${name}`, name, hash: Buffer.from(keyHash(secret), 'hex'), ...rest }
}

function indexOf(records: readonly KeyRecord[], groups: readonly Group[]): Index {
  const scopes = new Map(groups.map((group) => [groupId(group.kind, group.name), group]))
  return new Map(
    records.map((record) => {
      const hex = Buffer.from(record.hash).toString('hex')
      return [hex.slice(0, 32), { rest: Buffer.from(hex.slice(32)), ...withAbove(record, scopes) }]
    }),
  )
}

/** `team:search`: what limits, budgets and the books know a group by. */
export function groupId(kind: Group['kind'], name: string): string {
  return `${kind}:${name}`
}

/** Keys with what binds them, those left out that belong to a group that is not there. */
export function boundKeys(keys: readonly KeyRecord[], groups: readonly Group[]): readonly KeyRecord[] {
  const scopes = new Map(groups.map((group) => [groupId(group.kind, group.name), group]))
  return keys
    .map((key) => withAbove(key, scopes))
    .flatMap(({ record, missing }) => (missing === undefined ? [record] : []))
}

/** A key with what binds it: its team, and its team's organisation. */
function withAbove(record: KeyRecord, groups: ReadonlyMap<string, Group>): Omit<Entry, 'rest'> {
  if (record.team === undefined) return { record }
  const team = groups.get(groupId('team', record.team))
  if (team === undefined) return { record, missing: `the team "${record.team}"` }
  if (team.organisation === undefined) return { record: { ...record, above: [scopeOf(team)] } }
  const organisation = groups.get(groupId('organisation', team.organisation))
  if (organisation === undefined) return { record, missing: `the organisation "${team.organisation}"` }
  return { record: { ...record, above: [scopeOf(team), scopeOf(organisation)] } }
}

function scopeOf({ kind, name, models, limits, budget }: Group): Scope {
  const words = `the ${kind} "${name}"`
  return { id: groupId(kind, name), words, models, limits, ...(budget === undefined ? {} : { budget }) }
}
