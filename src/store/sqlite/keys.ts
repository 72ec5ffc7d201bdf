import type { DatabaseSync } from 'node:sqlite'
import type { KeyBudget, KeyLimits } from '#engine/ports.ts'
import { StoreFailure } from '#store/failure.ts'
import {
  hashOfSecret,
  newKeyId,
  newSecret,
  previewOfSecret,
  type CreatedKey,
  type NewKey,
  type StoredKey,
} from '#store/keys.ts'
import { eraseOwner } from '#store/sqlite/memory.ts'
import { inTransaction } from '#store/sqlite/transaction.ts'
import { textOf } from '#store/sqlite/statements.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import { optionalNumber, requiredText, WrongField } from '#wire/shape/field.ts'

const COLUMNS = 'id, name, hash, preview, role, models, limits, budget, created_at, revoked_at'

/** Makes a key; throws `name-taken`. */
export function createKey(db: DatabaseSync, wanted: NewKey): CreatedKey {
  const key = newSecret()
  const record: StoredKey = {
    id: newKeyId(),
    name: wanted.name,
    role: wanted.role,
    hash: hashOfSecret(key),
    models: wanted.models,
    limits: wanted.limits,
    ...(wanted.budget === undefined ? {} : { budget: wanted.budget }),
    preview: previewOfSecret(key),
    createdAt: Date.now(),
  }
  inTransaction(db, () => {
    if (findLive(db, wanted.name) !== undefined)
      throw new StoreFailure(
        'name-taken',
        `there is a key named '${wanted.name}' already; revoke it, or take another name`,
      )
    db.prepare(`INSERT INTO keys (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)`).run(
      record.id,
      record.name,
      record.hash,
      record.preview,
      record.role,
      JSON.stringify(record.models),
      JSON.stringify(record.limits),
      record.budget === undefined ? null : JSON.stringify(record.budget),
      record.createdAt,
    )
  })
  return { key, record }
}

/** All keys, oldest first. */
export function listKeys(db: DatabaseSync): readonly StoredKey[] {
  return db.prepare(`SELECT ${COLUMNS} FROM keys ORDER BY created_at, rowid`).all().map(readKey)
}

/** Revokes by id, or by the name of a live key, and erases what was remembered for it; throws `no-such-key`. */
export function revokeKey(db: DatabaseSync, nameOrId: string): StoredKey {
  return inTransaction(db, () => {
    const byId = db.prepare(`SELECT ${COLUMNS} FROM keys WHERE id = ?`).get(nameOrId)
    const row = byId ?? findLive(db, nameOrId)
    if (row === undefined) throw new StoreFailure('no-such-key', `no key has the id or name '${nameOrId}'`)
    const key = readKey(row)
    if (key.revokedAt !== undefined) return key
    const revokedAt = Date.now()
    db.prepare('UPDATE keys SET revoked_at = ? WHERE id = ?').run(revokedAt, key.id)
    eraseOwner(db, key.id)
    return { ...key, revokedAt }
  })
}

/** Counts up with each change of the keys, by whatever process. */
export function keysRevision(db: DatabaseSync): number {
  return Number(db.prepare("SELECT value FROM meta WHERE name = 'keys-revision'").get()?.['value'])
}

/** Changes whenever another connection has committed anything: the cheap question before `keysRevision`. */
export function dataVersion(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA data_version').get()?.['data_version'])
}

type Row = Record<string, unknown>

function findLive(db: DatabaseSync, name: string): Row | undefined {
  return db.prepare(`SELECT ${COLUMNS} FROM keys WHERE name = ? AND revoked_at IS NULL`).get(name)
}

function readKey(row: Row): StoredKey {
  const hash = row['hash']
  if (!(hash instanceof Uint8Array)) throw new WrongField('hash', 'bytes', hash)
  const budget = textOf(row['budget'])
  const revokedAt = row['revoked_at']
  return {
    id: requiredText(row, 'id'),
    name: requiredText(row, 'name'),
    role: row['role'] === 'admin' ? 'admin' : 'caller',
    hash,
    models: readModels(requiredText(row, 'models')),
    limits: readLimits(readObject(requiredText(row, 'limits'))),
    ...(budget === undefined ? {} : { budget: readBudget(readObject(budget)) }),
    preview: requiredText(row, 'preview'),
    createdAt: Number(row['created_at']),
    ...(typeof revokedAt === 'number' ? { revokedAt } : {}),
  }
}

function readObject(text: string): JsonObject {
  const value: unknown = JSON.parse(text)
  if (isObject(value)) return value
  throw new WrongField('value', 'an object', value)
}

function readModels(text: string): readonly string[] {
  const value: unknown = JSON.parse(text)
  if (Array.isArray(value) && value.every((model) => typeof model === 'string')) return value
  throw new WrongField('models', 'a list of strings', value)
}

function readLimits(object: JsonObject): KeyLimits {
  const requestsPerMinute = optionalNumber(object, 'requestsPerMinute')
  const tokensPerMinute = optionalNumber(object, 'tokensPerMinute')
  const concurrency = optionalNumber(object, 'concurrency')
  return {
    ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }),
    ...(tokensPerMinute === undefined ? {} : { tokensPerMinute }),
    ...(concurrency === undefined ? {} : { concurrency }),
  }
}

function readBudget(object: JsonObject): KeyBudget {
  const period = requiredText(object, 'period')
  if (period !== 'day' && period !== 'month' && period !== 'total')
    throw new WrongField('period', 'day, month or total', period)
  return { amount: requiredText(object, 'amount'), currency: requiredText(object, 'currency'), period }
}
