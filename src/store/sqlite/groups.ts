import type { DatabaseSync } from 'node:sqlite'
import type { Group } from '#engine/ports.ts'
import { StoreFailure } from '#store/failure.ts'
import type { GroupChange, GroupName, StoredGroup } from '#store/groups.ts'
import { changedBounds } from '#store/keys.ts'
import { boundsOf } from '#store/sqlite/bounds.ts'
import { textOf } from '#store/sqlite/statements.ts'
import { inTransaction } from '#store/sqlite/transaction.ts'
import { requiredText } from '#wire/shape/field.ts'

/** Teams and organisations, and which team a key is in. A change counts up `keys-revision`, as one of the keys does. */
export function createGroups(db: DatabaseSync): void {
  db.exec(`
    CREATE TABLE key_groups (
      kind TEXT NOT NULL CHECK (kind IN ('organisation', 'team')),
      name TEXT NOT NULL,
      organisation TEXT,
      models TEXT NOT NULL,
      limits TEXT NOT NULL,
      budget TEXT,
      created_at INTEGER NOT NULL,
      PRIMARY KEY (kind, name)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER key_groups_added AFTER INSERT ON key_groups
      BEGIN UPDATE meta SET value = value + 1 WHERE name = 'keys-revision'; END;
    CREATE TRIGGER key_groups_changed AFTER UPDATE ON key_groups
      BEGIN UPDATE meta SET value = value + 1 WHERE name = 'keys-revision'; END;
    CREATE TRIGGER key_groups_removed AFTER DELETE ON key_groups
      BEGIN UPDATE meta SET value = value + 1 WHERE name = 'keys-revision'; END;
    ALTER TABLE keys ADD COLUMN team TEXT;
  `)
}

const COLUMNS = 'kind, name, organisation, models, limits, budget, created_at'

/** Makes a group; throws `name-taken`. */
export function createGroup(db: DatabaseSync, wanted: Group): StoredGroup {
  const group: StoredGroup = { ...wanted, createdAt: Date.now() }
  inTransaction(db, () => {
    if (find(db, wanted) !== undefined)
      throw new StoreFailure('name-taken', `there is ${article(wanted)} named '${wanted.name}' already`)
    db.prepare(`INSERT INTO key_groups (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)`).run(
      group.kind,
      group.name,
      group.organisation ?? null,
      JSON.stringify(group.models),
      JSON.stringify(group.limits),
      group.budget === undefined ? null : JSON.stringify(group.budget),
      group.createdAt,
    )
  })
  return group
}

/** Organisations, then teams, by name. */
export function listGroups(db: DatabaseSync): readonly StoredGroup[] {
  return db.prepare(`SELECT ${COLUMNS} FROM key_groups ORDER BY kind, name`).all().map(readGroup)
}

/** Throws `no-such-group`. */
export function updateGroup(db: DatabaseSync, name: GroupName, change: GroupChange): StoredGroup {
  return inTransaction(db, () => {
    const { budget: _, organisation: before, ...group } = existing(db, name)
    const { models, limits, budget } = changedBounds(existing(db, name), change)
    const organisation = change.organisation === undefined ? before : (change.organisation ?? undefined)
    db.prepare(
      'UPDATE key_groups SET organisation = ?, models = ?, limits = ?, budget = ? WHERE kind = ? AND name = ?',
    ).run(
      organisation ?? null,
      JSON.stringify(models),
      JSON.stringify(limits),
      budget === undefined ? null : JSON.stringify(budget),
      name.kind,
      name.name,
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

/** Throws `no-such-group`, and `in-use` where something of the store belongs to it. */
export function removeGroup(db: DatabaseSync, name: GroupName): StoredGroup {
  return inTransaction(db, () => {
    const group = existing(db, name)
    const members = db
      .prepare(
        name.kind === 'team'
          ? 'SELECT name FROM keys WHERE team = ? AND revoked_at IS NULL ORDER BY name'
          : 'SELECT name FROM key_groups WHERE organisation = ? ORDER BY name',
      )
      .all(name.name)
      .map((row) => String(row['name']))
    if (members.length > 0) {
      const what = name.kind === 'team' ? 'keys' : 'teams'
      throw new StoreFailure('in-use', `${what} belong to the ${name.kind} '${name.name}': ${members.join(', ')}`)
    }
    db.prepare('DELETE FROM key_groups WHERE kind = ? AND name = ?').run(name.kind, name.name)
    return group
  })
}

type Row = Record<string, unknown>

function find(db: DatabaseSync, { kind, name }: GroupName): Row | undefined {
  return db.prepare(`SELECT ${COLUMNS} FROM key_groups WHERE kind = ? AND name = ?`).get(kind, name)
}

function existing(db: DatabaseSync, name: GroupName): StoredGroup {
  const row = find(db, name)
  if (row === undefined) throw new StoreFailure('no-such-group', `there is no ${name.kind} named '${name.name}'`)
  return readGroup(row)
}

function article({ kind }: GroupName): string {
  return kind === 'team' ? 'a team' : 'an organisation'
}

/** A group as its row says. */
export function readGroup(row: Row): StoredGroup {
  const organisation = textOf(row['organisation'])
  return {
    kind: row['kind'] === 'team' ? 'team' : 'organisation',
    name: requiredText(row, 'name'),
    ...(organisation === undefined ? {} : { organisation }),
    ...boundsOf(row),
    createdAt: Number(row['created_at']),
  }
}
