import type { Pool } from 'pg'
import { StoreFailure } from '#store/failure.ts'
import {
  changedBounds,
  type CreatedKey,
  hashOfSecret,
  type KeyChange,
  newKeyId,
  newSecret,
  type NewKey,
  previewOfSecret,
  type StoredKey,
} from '#store/keys.ts'
import { inTransaction, type Queries, type Row, rowsOf } from '#store/postgres/connect.ts'
import { eraseOwner } from '#store/postgres/memory.ts'
import { readKey } from '#store/sqlite/keys.ts'

const COLUMNS = 'id, name, hash, preview, role, models, limits, budget, created_at, revoked_at, team'

/** Makes a key; rejects with `name-taken`. */
export async function createKey(pool: Pool, wanted: NewKey): Promise<CreatedKey> {
  const key = newSecret()
  const hash = hashOfSecret(key)
  const record: StoredKey = { id: newKeyId(), ...wanted, hash, preview: previewOfSecret(key), createdAt: Date.now() }
  const { rowCount } = await pool.query(
    `INSERT INTO keys (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, $10)
       ON CONFLICT (name) WHERE revoked_at IS NULL DO NOTHING`,
    [
      record.id,
      record.name,
      Buffer.from(hash),
      record.preview,
      record.role,
      JSON.stringify(record.models),
      JSON.stringify(record.limits),
      jsonOrNull(record.budget),
      record.createdAt,
      record.team ?? null,
    ],
  )
  if (rowCount === 1) return { key, record }
  const words = `there is a key named '${wanted.name}' already; revoke it, or take another name`
  throw new StoreFailure('name-taken', words)
}

/** All keys, oldest first. */
export async function listKeys(queries: Queries): Promise<readonly StoredKey[]> {
  return (await rowsOf(queries, `SELECT ${COLUMNS} FROM keys ORDER BY created_at, seq`)).map(keyOf)
}

/** Revokes by id, or by the name of a live key, and erases what was remembered for it; rejects with `no-such-key`. */
export function revokeKey(pool: Pool, nameOrId: string): Promise<StoredKey> {
  return inTransaction(pool, async (queries) => {
    const [row] = await rowsOf(
      queries,
      `SELECT ${COLUMNS} FROM keys WHERE id = $1 OR (name = $1 AND revoked_at IS NULL)
         ORDER BY id = $1 DESC LIMIT 1 FOR UPDATE`,
      [nameOrId],
    )
    if (row === undefined) throw new StoreFailure('no-such-key', `no key has the id or name '${nameOrId}'`)
    const key = keyOf(row)
    if (key.revokedAt !== undefined) return key
    const revokedAt = Date.now()
    await queries.query('UPDATE keys SET revoked_at = $1 WHERE id = $2', [revokedAt, key.id])
    await eraseOwner(queries, key.id)
    return { ...key, revokedAt }
  })
}

/** Changes a live key, by id or name; rejects with `no-such-key`. */
export function updateKey(pool: Pool, nameOrId: string, change: KeyChange): Promise<StoredKey> {
  return inTransaction(pool, async (queries) => {
    const [row] = await rowsOf(
      queries,
      `SELECT ${COLUMNS} FROM keys WHERE (id = $1 OR name = $1) AND revoked_at IS NULL
         ORDER BY id = $1 DESC LIMIT 1 FOR UPDATE`,
      [nameOrId],
    )
    if (row === undefined) throw new StoreFailure('no-such-key', `no live key has the id or name '${nameOrId}'`)
    const { budget: _, team: before, ...key } = keyOf(row)
    const { models, limits, budget } = changedBounds(keyOf(row), change)
    const team = change.team === undefined ? before : (change.team ?? undefined)
    const bounds = [JSON.stringify(models), JSON.stringify(limits), jsonOrNull(budget)]
    await queries.query('UPDATE keys SET models = $1, limits = $2, budget = $3, team = $4 WHERE id = $5', [
      ...bounds,
      team ?? null,
      key.id,
    ])
    return {
      ...key,
      models,
      limits,
      ...(budget === undefined ? {} : { budget }),
      ...(team === undefined ? {} : { team }),
    }
  })
}

/** The text of a value in a column that may be empty. */
export function jsonOrNull(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value)
}

function keyOf(row: Row): StoredKey {
  const { created_at: createdAt, revoked_at: revokedAt, hash } = row
  return readKey({
    ...row,
    hash: hash instanceof Uint8Array ? new Uint8Array(hash) : hash,
    created_at: Number(createdAt),
    revoked_at: revokedAt === null ? null : Number(revokedAt),
  })
}
