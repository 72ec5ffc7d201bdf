import type { Pool } from 'pg'
import type { Group } from '#engine/ports.ts'
import { StoreFailure } from '#store/failure.ts'
import type { GroupChange, GroupName, StoredGroup } from '#store/groups.ts'
import { changedBounds } from '#store/keys.ts'
import { inTransaction, type Queries, rowsOf } from '#store/postgres/connect.ts'
import { jsonOrNull } from '#store/postgres/keys.ts'
import { readGroup } from '#store/sqlite/groups.ts'

const COLUMNS = 'kind, name, organisation, models, limits, budget, created_at'

/** Makes a group; rejects with `name-taken`. */
export async function createGroup(pool: Pool, wanted: Group): Promise<StoredGroup> {
  const group: StoredGroup = { ...wanted, createdAt: Date.now() }
  const { rowCount } = await pool.query(
    `INSERT INTO key_groups (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
    [
      group.kind,
      group.name,
      group.organisation ?? null,
      JSON.stringify(group.models),
      JSON.stringify(group.limits),
      jsonOrNull(group.budget),
      group.createdAt,
    ],
  )
  if (rowCount === 1) return group
  const article = group.kind === 'team' ? 'a team' : 'an organisation'
  throw new StoreFailure('name-taken', `there is ${article} named '${group.name}' already`)
}

/** Organisations, then teams, by name. */
export async function listGroups(queries: Queries): Promise<readonly StoredGroup[]> {
  const rows = await rowsOf(queries, `SELECT ${COLUMNS} FROM key_groups ORDER BY kind COLLATE "C", name COLLATE "C"`)
  return rows.map(readGroup)
}

/** Rejects with `no-such-group`. */
export function updateGroup(pool: Pool, name: GroupName, change: GroupChange): Promise<StoredGroup> {
  return inTransaction(pool, async (queries) => {
    const found = await existing(queries, name)
    const { budget: _, organisation: before, ...group } = found
    const { models, limits, budget } = changedBounds(found, change)
    const organisation = change.organisation === undefined ? before : (change.organisation ?? undefined)
    await queries.query(
      'UPDATE key_groups SET organisation = $1, models = $2, limits = $3, budget = $4 WHERE kind = $5 AND name = $6',
      [organisation ?? null, JSON.stringify(models), JSON.stringify(limits), jsonOrNull(budget), name.kind, name.name],
    )
    return {
      ...group,
      models,
      limits,
      ...(organisation === undefined ? {} : { organisation }),
      ...(budget === undefined ? {} : { budget }),
    }
  })
}

/** Rejects with `no-such-group`, and with `in-use` where something of the store belongs to it. */
export function removeGroup(pool: Pool, name: GroupName): Promise<StoredGroup> {
  return inTransaction(pool, async (queries) => {
    const group = await existing(queries, name)
    const rows = await rowsOf(
      queries,
      name.kind === 'team'
        ? 'SELECT name FROM keys WHERE team = $1 AND revoked_at IS NULL ORDER BY name'
        : 'SELECT name FROM key_groups WHERE organisation = $1 ORDER BY name',
      [name.name],
    )
    if (rows.length > 0) {
      const what = name.kind === 'team' ? 'keys' : 'teams'
      const members = rows.map((row) => String(row['name'])).join(', ')
      throw new StoreFailure('in-use', `${what} belong to the ${name.kind} '${name.name}': ${members}`)
    }
    await queries.query('DELETE FROM key_groups WHERE kind = $1 AND name = $2', [name.kind, name.name])
    return group
  })
}

async function existing(queries: Queries, { kind, name }: GroupName): Promise<StoredGroup> {
  const [row] = await rowsOf(queries, `SELECT ${COLUMNS} FROM key_groups WHERE kind = $1 AND name = $2 FOR UPDATE`, [
    kind,
    name,
  ])
  if (row === undefined) throw new StoreFailure('no-such-group', `there is no ${kind} named '${name}'`)
  return readGroup(row)
}
