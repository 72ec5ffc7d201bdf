import type { Pool } from 'pg'
import { StoreFailure, wordsOf } from '#store/failure.ts'
import { inTransaction, newClient, type Queries, rowsOf } from '#store/postgres/connect.ts'

/** One step of the schema's history: expands or contracts, never both. Its name is its identity and never changes. */
interface Migration {
  readonly name: string
  readonly sql: string
}

/** Any number, the same in every version: whoever migrates holds the advisory lock of it. */
const MIGRATION_LOCK = 7_402_631_950
const OLDEST_SERVER = 130_000

const PROGRESS = `
  CREATE TABLE journal_progress (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    instance text NOT NULL UNIQUE,
    segment bigint NOT NULL,
    position bigint NOT NULL,
    ended_at bigint
  );
  CREATE TABLE journal_rejects (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at bigint NOT NULL,
    instance bigint NOT NULL REFERENCES journal_progress (id),
    segment bigint NOT NULL,
    reason text NOT NULL,
    line text NOT NULL
  );
  -- Apart from the progress, whose row each batch locks: a heartbeat waits for nobody.
  CREATE TABLE instances (
    id bigint PRIMARY KEY REFERENCES journal_progress (id),
    host text NOT NULL,
    beat bigint NOT NULL,
    beat_at timestamptz NOT NULL,
    released_at timestamptz
  );
`

/** Entries as in the embedded store. An open intent carries what its closing needs, so that it is found without a scan. */
const LEDGER = `
  CREATE TABLE ledger (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request_id text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('intent', 'settled', 'released', 'unsettled')),
    at bigint NOT NULL,
    instance bigint NOT NULL REFERENCES journal_progress (id),
    key_id text NOT NULL,
    model text NOT NULL,
    target text NOT NULL,
    bound bigint,
    nanos bigint NOT NULL DEFAULT 0,
    currency text,
    input_fresh bigint NOT NULL DEFAULT 0,
    input_cached bigint NOT NULL DEFAULT 0,
    cache_write_short bigint NOT NULL DEFAULT 0,
    cache_write_long bigint NOT NULL DEFAULT 0,
    input_audio bigint NOT NULL DEFAULT 0,
    output_text bigint NOT NULL DEFAULT 0,
    output_reasoning bigint NOT NULL DEFAULT 0,
    output_audio bigint NOT NULL DEFAULT 0,
    usage_raw text,
    price text,
    estimated text,
    tags jsonb,
    above jsonb,
    begun_at bigint,
    held bigint,
    held_currency text
  );
  CREATE UNIQUE INDEX ledger_end ON ledger (request_id) WHERE kind <> 'intent';
  CREATE INDEX ledger_key_at ON ledger (key_id, at) WHERE kind <> 'intent';
  CREATE INDEX ledger_at ON ledger (at) WHERE kind <> 'intent';
  CREATE INDEX ledger_unsettled ON ledger (at) WHERE kind = 'unsettled';
  CREATE FUNCTION ledger_keeps_entries() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$;
  CREATE TRIGGER ledger_keeps_entries BEFORE UPDATE OR DELETE ON ledger
    FOR EACH ROW EXECUTE FUNCTION ledger_keeps_entries();
  CREATE TRIGGER ledger_keeps_all_entries BEFORE TRUNCATE ON ledger
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_keeps_entries();

  CREATE TABLE open_intents (
    request_id text PRIMARY KEY,
    instance bigint NOT NULL REFERENCES journal_progress (id),
    at bigint NOT NULL,
    key_id text NOT NULL,
    model text NOT NULL,
    target text NOT NULL,
    bound bigint,
    currency text,
    above jsonb
  );
  CREATE INDEX open_intents_instance ON open_intents (instance);

  CREATE TABLE traces (
    request_id text PRIMARY KEY,
    key_id text NOT NULL,
    at bigint NOT NULL,
    json text NOT NULL
  );
  CREATE INDEX traces_at ON traces (at);
`

const KEYS = `
  CREATE TABLE meta (name text PRIMARY KEY, value bigint NOT NULL);
  INSERT INTO meta (name, value) VALUES ('keys-revision', 0), ('memory-erasures', 0);

  CREATE TABLE keys (
    seq bigint GENERATED ALWAYS AS IDENTITY,
    id text PRIMARY KEY,
    name text NOT NULL,
    hash bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
    preview text NOT NULL,
    role text NOT NULL CHECK (role IN ('caller', 'admin')),
    models text NOT NULL,
    limits text NOT NULL,
    budget text,
    created_at bigint NOT NULL,
    revoked_at bigint,
    team text
  );
  CREATE TABLE key_groups (
    kind text NOT NULL CHECK (kind IN ('organisation', 'team')),
    name text NOT NULL,
    organisation text,
    models text NOT NULL,
    limits text NOT NULL,
    budget text,
    created_at bigint NOT NULL,
    PRIMARY KEY (kind, name)
  );
  CREATE UNIQUE INDEX keys_live_name ON keys (name) WHERE revoked_at IS NULL;
  CREATE FUNCTION keys_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      UPDATE meta SET value = value + 1 WHERE name = 'keys-revision';
      NOTIFY tongwen, 'keys';
      RETURN NULL;
    END $$;
  CREATE TRIGGER keys_changed AFTER INSERT OR UPDATE OR DELETE ON keys
    FOR EACH STATEMENT EXECUTE FUNCTION keys_changed();
  CREATE TRIGGER key_groups_changed AFTER INSERT OR UPDATE OR DELETE ON key_groups
    FOR EACH STATEMENT EXECUTE FUNCTION keys_changed();
`

const TOKENS = `input_fresh, input_cached, cache_write_short, cache_write_long, input_audio, output_text,
  output_reasoning, output_audio`

/** A correction is an entry of the ledger in a table of its own, since nothing was asked of a platform. */
const ADJUSTMENTS = `
  CREATE TABLE adjustments (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text NOT NULL UNIQUE,
    booked_at bigint NOT NULL,
    at bigint NOT NULL,
    key_id text NOT NULL,
    above jsonb,
    model text NOT NULL,
    target text NOT NULL,
    nanos bigint NOT NULL,
    currency text NOT NULL,
    reason text NOT NULL,
    actor text NOT NULL,
    reference text
  );
  CREATE INDEX adjustments_at ON adjustments (at);
  CREATE TRIGGER adjustments_keep_entries BEFORE UPDATE OR DELETE ON adjustments
    FOR EACH ROW EXECUTE FUNCTION ledger_keeps_entries();
  CREATE TRIGGER adjustments_keep_all_entries BEFORE TRUNCATE ON adjustments
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_keeps_entries();

  CREATE FUNCTION scope_in(above jsonb, kind text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce((SELECT substr(scope, length(kind) + 2) FROM jsonb_array_elements_text(above) AS s (scope)
      WHERE scope LIKE kind || ':%' LIMIT 1), '') $$;

  CREATE VIEW ledger_entries AS
    SELECT at, key_id, above, model, target, currency, tags, nanos, 1 AS requests, (kind = 'released')::int AS released,
      (kind = 'unsettled')::int AS unsettled, (kind <> 'unsettled' AND estimated IS NOT NULL)::int AS estimated,
      0 AS adjustments, ${TOKENS} FROM ledger WHERE kind <> 'intent'
    UNION ALL
    SELECT at, key_id, above, model, target, currency, NULL, nanos, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0
      FROM adjustments;
`

/** `meta` names the kinds that may be there, `memory-kind-…`, and counts what was erased before its time. */
const MEMORY = `
  CREATE TABLE memory (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner text NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    expires_at bigint NOT NULL,
    bytes bigint NOT NULL,
    value text NOT NULL,
    UNIQUE (owner, kind, key)
  );
  CREATE INDEX memory_expires_at ON memory (expires_at);
`

const POOLS = `
  CREATE TABLE spent (
    scope text NOT NULL,
    currency text NOT NULL,
    day bigint NOT NULL,
    nanos numeric(38) NOT NULL,
    PRIMARY KEY (scope, currency, day)
  );
  CREATE TABLE leases (
    pool text NOT NULL,
    process bigint NOT NULL REFERENCES journal_progress (id),
    amount bigint NOT NULL,
    PRIMARY KEY (pool, process)
  );
  CREATE INDEX leases_process ON leases (process);
  CREATE TABLE rates (pool text PRIMARY KEY, level numeric(38) NOT NULL, at bigint NOT NULL);
  CREATE TABLE scarce (pool text PRIMARY KEY, at bigint NOT NULL);
`

/** In order; append only. A step runs inside one transaction together with its mark, so a kill leaves none half done. */
export const MIGRATIONS: readonly Migration[] = [
  { name: '0001-journal-progress', sql: PROGRESS },
  { name: '0002-ledger', sql: LEDGER },
  { name: '0003-keys', sql: KEYS },
  { name: '0004-memory', sql: MEMORY },
  { name: '0005-pools', sql: POOLS },
  { name: '0006-adjustments', sql: ADJUSTMENTS },
]

/** The table of marks. A mark without `finished_at` is a step that ran in parts and was broken off. */
const MARKS = `CREATE TABLE IF NOT EXISTS migrations (
  number integer PRIMARY KEY,
  name text NOT NULL UNIQUE,
  started_at bigint NOT NULL,
  finished_at bigint
)`

/**
 * Brings the schema up to this program's version; answers the names of the steps applied. Rejects with `refused` for a
 * database that cannot be reached, that a newer program has changed, or whose last migration was broken off. Safe when
 * several processes start at once: an advisory lock lets one after the other look.
 */
export async function migrate(url: string, pool: Pool): Promise<readonly string[]> {
  const holder = newClient(url)
  // A connection that ends while it holds the lock says so at the next statement.
  holder.on('error', () => {})
  try {
    await holder.connect()
    await refuseOld(holder)
    await holder.query('SET lock_timeout = 0')
    await holder.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK])
    const applied = await appliedNames(holder)
    const missing = MIGRATIONS.slice(applied.length)
    for (const [index, { name, sql }] of missing.entries())
      await inTransaction(pool, (queries) => step(queries, { number: applied.length + index + 1, name, sql }))
    return missing.map(({ name }) => name)
  } catch (error) {
    if (error instanceof StoreFailure) throw error
    throw new StoreFailure('refused', `the PostgreSQL store cannot be opened: ${wordsOf(error)}`)
  } finally {
    await holder.end().catch(() => {})
  }
}

async function refuseOld(queries: Queries): Promise<void> {
  const [row] = await rowsOf(queries, 'SHOW server_version_num')
  if (Number(row?.['server_version_num']) >= OLDEST_SERVER) return
  throw new StoreFailure('refused', 'the store needs PostgreSQL 13 or newer')
}

async function step(queries: Queries, { number, name, sql }: Migration & { readonly number: number }): Promise<void> {
  const startedAt = Date.now()
  await queries.query(MARKS)
  await queries.query(sql)
  await queries.query('INSERT INTO migrations VALUES ($1, $2, $3, $4)', [number, name, startedAt, Date.now()])
}

async function appliedNames(queries: Queries): Promise<readonly string[]> {
  const [marked] = await rowsOf(queries, "SELECT to_regclass('migrations') IS NOT NULL AS there")
  if (marked?.['there'] !== true) return []
  const rows = await rowsOf(queries, 'SELECT number, name, finished_at FROM migrations ORDER BY number')
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
