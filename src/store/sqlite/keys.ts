import type { DatabaseSync } from 'node:sqlite'
import { StoreFailure } from '#store/failure.ts'
import {
  hashOfSecret,
  newKeyId,
  newSecret,
  previewOfSecret,
  changedBounds,
  type CreatedKey,
  type KeyChange,
  type NewKey,
  type StoredKey,
} from '#store/keys.ts'
import { eraseOwner } from '#store/sqlite/memory.ts'
import { inTransaction } from '#store/sqlite/transaction.ts'
import { textOf } from '#store/sqlite/statements.ts'
import { boundsOf } from '#store/sqlite/bounds.ts'
import { requiredText, WrongField } from '#wire/shape/field.ts'

const COLUMNS = 'id, name, hash, preview, role, models, limits, budget, created_at, revoked_at, team'

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
    ...(wanted.team === undefined ? {} : { team: wanted.team }),
    preview: previewOfSecret(key),
    createdAt: Date.now(),
  }
  inTransaction(db, () => {
    if (findLive(db, wanted.name) !== undefined)
      throw new StoreFailure(
        'name-taken',
        `there is a key named '${wanted.name}' already; revoke it, or take another name`,
      )
    db.prepare(`INSERT INTO keys (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?)`).run(
      record.id,
      record.name,
      record.hash,
      record.preview,
      record.role,
      JSON.stringify(record.models),
      JSON.stringify(record.limits),
      record.budget === undefined ? null : JSON.stringify(record.budget),
      record.createdAt,
      record.team ?? null,
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

/** Changes a live key, by id or name; throws `no-such-key`. */
export function updateKey(db: DatabaseSync, nameOrId: string, change: KeyChange): StoredKey {
  return inTransaction(db, () => {
    const byId = db.prepare(`SELECT ${COLUMNS} FROM keys WHERE id = ? AND revoked_at IS NULL`).get(nameOrId)
    const row = byId ?? findLive(db, nameOrId)
    if (row === undefined) throw new StoreFailure('no-such-key', `no live key has the id or name '${nameOrId}'`)
    const { budget: _, team: before, ...key } = readKey(row)
    const { models, limits, budget } = changedBounds(readKey(row), change)
    const team = change.team === undefined ? before : (change.team ?? undefined)
    db.prepare('UPDATE keys SET models = ?, limits = ?, budget = ?, team = ? WHERE id = ?').run(
      JSON.stringify(models),
      JSON.stringify(limits),
      budget === undefined ? null : JSON.stringify(budget),
      team ?? null,
      key.id,
    )
    return {
      ...key,
      models,
      limits,
      ...(budget === undefined ? {} : { budget }),
      ...(team === undefined ? {} : { team }),
    }
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

/** A key as its row says; times as numbers. */
export function readKey(row: Row): StoredKey {
  const hash = row['hash']
  if (!(hash instanceof Uint8Array)) throw new WrongField('hash', 'bytes', hash)
  const team = textOf(row['team'])
  const revokedAt = row['revoked_at']
  return {
    id: requiredText(row, 'id'),
    name: requiredText(row, 'name'),
    role: row['role'] === 'admin' ? 'admin' : 'caller',
    hash,
    ...boundsOf(row),
    ...(team === undefined ? {} : { team }),
    preview: requiredText(row, 'preview'),
    createdAt: Number(row['created_at']),
    ...(typeof revokedAt === 'number' ? { revokedAt } : {}),
  }
}
