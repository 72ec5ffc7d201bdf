import type { DatabaseSync } from 'node:sqlite'
import { StoreFailure } from '#store/failure.ts'
import { createPools } from '#store/shares/sqlite.ts'
import { createGroups } from '#store/sqlite/groups.ts'
import { createRollups } from '#store/sqlite/rollup.ts'
import { inTransaction } from '#store/sqlite/transaction.ts'

/** One step of the schema's history: expands or contracts, never both. Its name is its identity and never changes. */
interface Migration {
  readonly name: string
  readonly apply: (db: DatabaseSync) => void
}

/** In order; append only. A step runs inside one transaction together with its mark, so a kill leaves none half done. */
export const MIGRATIONS: readonly Migration[] = [
  { name: '0001-journal-progress', apply: createProgress },
  { name: '0002-ledger', apply: createLedger },
  { name: '0003-traces', apply: createTraces },
  { name: '0004-keys', apply: createKeys },
  { name: '0005-memory', apply: createMemory },
  { name: '0006-pools', apply: createPools },
  { name: '0007-groups', apply: createGroups },
  { name: '0008-rollups', apply: createRollups },
]

/** The table of marks. A mark without `finished_at` is a step that ran in parts and was broken off. */
const MARKS = `CREATE TABLE IF NOT EXISTS migrations (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  started_at INTEGER NOT NULL,
  finished_at INTEGER
) STRICT`

/**
 * Brings the schema up to this program's version; answers the names of the steps applied. Throws `refused` for a store
 * that a newer program has changed, or whose last migration was broken off. Safe when several processes start at once.
 */
export function migrate(db: DatabaseSync): readonly string[] {
  if (isCurrent(db)) return []
  return inTransaction(db, () => {
    db.exec(MARKS)
    const applied = appliedNames(db)
    const missing = MIGRATIONS.slice(applied.length)
    const mark = db.prepare('INSERT INTO migrations (number, name, started_at, finished_at) VALUES (?, ?, ?, ?)')
    for (const [index, { name, apply }] of missing.entries()) {
      const startedAt = Date.now()
      apply(db)
      mark.run(applied.length + index + 1, name, startedAt, Date.now())
    }
    return missing.map(({ name }) => name)
  })
}

/** Looks without a write lock: the usual start. */
function isCurrent(db: DatabaseSync): boolean {
  const marked = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'").get()
  return marked !== undefined && appliedNames(db).length === MIGRATIONS.length
}

function appliedNames(db: DatabaseSync): readonly string[] {
  const rows = db.prepare('SELECT number, name, finished_at FROM migrations ORDER BY number').all()
  for (const [index, row] of rows.entries()) {
    const name = String(row['name'])
    const known = MIGRATIONS[index]
    if (known === undefined || known.name !== name || row['number'] !== index + 1) throw refuseUnknown(name)
    if (row['finished_at'] === null)
      throw new StoreFailure('refused', `the store is half migrated: '${name}' was broken off; restore a backup`)
  }
  return rows.map((row) => String(row['name']))
}

function refuseUnknown(name: string): StoreFailure {
  const newest = MIGRATIONS.at(-1)?.name
  return new StoreFailure(
    'refused',
    `the store was changed by another version of tongwen: it has migration '${name}', this program knows up to '${newest}'. Start that version, or restore a backup`,
  )
}

function createProgress(db: DatabaseSync): void {
  db.exec(`
    CREATE TABLE journal_progress (
      id INTEGER PRIMARY KEY,
      instance TEXT NOT NULL UNIQUE,
      segment INTEGER NOT NULL,
      offset INTEGER NOT NULL,
      ended_at INTEGER
    ) STRICT;

    CREATE TABLE journal_rejects (
      id INTEGER PRIMARY KEY,
      at INTEGER NOT NULL,
      instance INTEGER NOT NULL REFERENCES journal_progress (id),
      segment INTEGER NOT NULL,
      reason TEXT NOT NULL,
      line TEXT NOT NULL
    ) STRICT;
  `)
}

/**
 * The ledger's balance is the sum of `nanos` over all its entries: an intent holds its upper bound in `bound` and
 * spends nothing. Random request ids are indexed once, at the end of a request (each random index costs a page per
 * row: half of the whole ingestion, measured): `open_intents` finds the others, and a trace has its end's `seq`.
 */
function createLedger(db: DatabaseSync): void {
  db.exec(`
    CREATE TABLE ledger (
      seq INTEGER PRIMARY KEY,
      request_id TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('intent', 'settled', 'released', 'unsettled')),
      at INTEGER NOT NULL,
      instance INTEGER NOT NULL REFERENCES journal_progress (id),
      key_id TEXT NOT NULL,
      model TEXT NOT NULL,
      target TEXT NOT NULL,
      bound INTEGER,
      nanos INTEGER NOT NULL DEFAULT 0,
      currency TEXT,
      input_fresh INTEGER NOT NULL DEFAULT 0,
      input_cached INTEGER NOT NULL DEFAULT 0,
      cache_write_short INTEGER NOT NULL DEFAULT 0,
      cache_write_long INTEGER NOT NULL DEFAULT 0,
      input_audio INTEGER NOT NULL DEFAULT 0,
      output_text INTEGER NOT NULL DEFAULT 0,
      output_reasoning INTEGER NOT NULL DEFAULT 0,
      output_audio INTEGER NOT NULL DEFAULT 0,
      usage_raw TEXT,
      price TEXT,
      estimated TEXT,
      tags TEXT
    ) STRICT;
    CREATE UNIQUE INDEX ledger_end ON ledger (request_id) WHERE kind <> 'intent';
    CREATE INDEX ledger_key_at ON ledger (key_id, at) WHERE kind <> 'intent';
    CREATE INDEX ledger_at ON ledger (at) WHERE kind <> 'intent';
    CREATE INDEX ledger_unsettled ON ledger (at) WHERE kind = 'unsettled';
    CREATE TRIGGER ledger_keeps_entries BEFORE UPDATE ON ledger
      BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
    CREATE TRIGGER ledger_keeps_all_entries BEFORE DELETE ON ledger
      BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

    CREATE TABLE open_intents (
      request_id TEXT PRIMARY KEY,
      seq INTEGER NOT NULL,
      instance INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
  `)
}

function createTraces(db: DatabaseSync): void {
  db.exec(`
    CREATE TABLE traces (
      seq INTEGER PRIMARY KEY,
      request_id TEXT NOT NULL,
      key_id TEXT NOT NULL,
      at INTEGER NOT NULL,
      json TEXT NOT NULL
    ) STRICT;
    CREATE INDEX traces_at ON traces (at);
  `)
}

function createKeys(db: DatabaseSync): void {
  db.exec(`
    CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
    INSERT INTO meta (name, value) VALUES ('keys-revision', 0);

    CREATE TABLE keys (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
      preview TEXT NOT NULL,
      role TEXT NOT NULL CHECK (role IN ('caller', 'admin')),
      models TEXT NOT NULL,
      limits TEXT NOT NULL,
      budget TEXT,
      created_at INTEGER NOT NULL,
      revoked_at INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX keys_live_name ON keys (name) WHERE revoked_at IS NULL;
    CREATE TRIGGER keys_added AFTER INSERT ON keys
      BEGIN UPDATE meta SET value = value + 1 WHERE name = 'keys-revision'; END;
    CREATE TRIGGER keys_changed AFTER UPDATE ON keys
      BEGIN UPDATE meta SET value = value + 1 WHERE name = 'keys-revision'; END;
    CREATE TRIGGER keys_removed AFTER DELETE ON keys
      BEGIN UPDATE meta SET value = value + 1 WHERE name = 'keys-revision'; END;
  `)
}

/**
 * `memory-bytes` is the size of all values, `memory-rows-…` how many there are of a kind. `memory-erasures` counts what
 * was erased before its time, for caches.
 */
function createMemory(db: DatabaseSync): void {
  db.exec(`
    INSERT INTO meta (name, value) VALUES ('memory-bytes', 0), ('memory-erasures', 0);

    CREATE TABLE memory (
      id INTEGER PRIMARY KEY,
      owner TEXT NOT NULL,
      kind TEXT NOT NULL,
      key TEXT NOT NULL,
      expires_at INTEGER NOT NULL,
      bytes INTEGER NOT NULL,
      value TEXT NOT NULL,
      UNIQUE (owner, kind, key)
    ) STRICT;
    CREATE INDEX memory_expires_at ON memory (expires_at);
    CREATE TRIGGER memory_added AFTER INSERT ON memory
      BEGIN
        UPDATE meta SET value = value + NEW.bytes WHERE name = 'memory-bytes';
        INSERT INTO meta (name, value) VALUES ('memory-rows-' || NEW.kind, 1)
          ON CONFLICT (name) DO UPDATE SET value = value + 1;
      END;
    CREATE TRIGGER memory_removed AFTER DELETE ON memory
      BEGIN
        UPDATE meta SET value = value - OLD.bytes WHERE name = 'memory-bytes';
        UPDATE meta SET value = value - 1 WHERE name = 'memory-rows-' || OLD.kind;
      END;
  `)
}
