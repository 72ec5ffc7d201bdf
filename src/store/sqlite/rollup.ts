import type { DatabaseSync } from 'node:sqlite'

/** Measures of an entry, in the order of the columns of every rollup. */
export const MEASURES = [
  'requests',
  'released',
  'unsettled',
  'estimated',
  'adjustments',
  'input_fresh',
  'input_cached',
  'cache_write_short',
  'cache_write_long',
  'input_audio',
  'output_text',
  'output_reasoning',
  'output_audio',
  'units',
  'nanos',
] as const

/** What rows of a rollup are about; `currency` is empty where nothing was priced. */
export const DIMENSIONS = ['key_id', 'team', 'organisation', 'model', 'target', 'currency'] as const

const TOKENS = `input_fresh, input_cached, cache_write_short, cache_write_long, input_audio, output_text,
  output_reasoning, output_audio`

const dimensions = DIMENSIONS.join(', ')
const measures = MEASURES.join(', ')
const columns = MEASURES.map((name) => `${name} INTEGER NOT NULL`).join(', ')
const added = MEASURES.map((name) => `${name} = ${name} + excluded.${name}`).join(', ')

/** A scope of one kind in the list `above`, by name; empty where there is none. */
function scopeIn(above: string, kind: 'team' | 'organisation'): string {
  const found = `(SELECT substr(value, ${kind.length + 2}) FROM json_each(${above}) WHERE value LIKE '${kind}:%')`
  return `CASE WHEN ${above} IS NULL THEN '' ELSE coalesce(${found}, '') END`
}

/**
 * Corrections, and sums by the hour. An adjustment is an entry of the ledger like any other, in a table of its own,
 * since nothing was asked of a platform: it counts where the thing that it corrects counted. Triggers keep the sums, in
 * the transaction of the entry: no entry can be booked past them.
 */
export function createRollups(db: DatabaseSync): void {
  db.exec(`
    ALTER TABLE ledger ADD COLUMN held INTEGER;
    ALTER TABLE ledger ADD COLUMN held_currency TEXT;
    DROP TRIGGER ledger_keeps_entries;
    CREATE TEMP TABLE bounds AS SELECT request_id, bound, currency FROM ledger WHERE kind = 'intent' AND bound IS NOT NULL;
    CREATE INDEX temp.bounds_request ON bounds (request_id);
    UPDATE ledger SET held = b.bound, held_currency = b.currency FROM temp.bounds b
      WHERE b.request_id = ledger.request_id AND ledger.kind <> 'intent';
    DROP TABLE temp.bounds;
    CREATE TRIGGER ledger_keeps_entries BEFORE UPDATE ON ledger
      BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

    CREATE TABLE adjustments (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      booked_at INTEGER NOT NULL,
      at INTEGER NOT NULL,
      key_id TEXT NOT NULL,
      above TEXT,
      model TEXT NOT NULL,
      target TEXT NOT NULL,
      nanos INTEGER NOT NULL,
      currency TEXT NOT NULL,
      reason TEXT NOT NULL,
      actor TEXT NOT NULL,
      reference TEXT
    ) STRICT;
    CREATE INDEX adjustments_at ON adjustments (at);
    CREATE TRIGGER adjustments_keep_entries BEFORE UPDATE ON adjustments
      BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
    CREATE TRIGGER adjustments_keep_all_entries BEFORE DELETE ON adjustments
      BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

    CREATE VIEW ledger_entries (at, ${dimensions}, tags, ${measures}) AS
      SELECT at, key_id, ${scopeIn('above', 'team')}, ${scopeIn('above', 'organisation')}, model, target,
        coalesce(currency, ''), tags, 1, kind = 'released', kind = 'unsettled',
        kind <> 'unsettled' AND estimated IS NOT NULL, 0, ${TOKENS}, nanos / 1000000000, nanos % 1000000000
      FROM ledger WHERE kind <> 'intent'
      UNION ALL
      SELECT at, key_id, ${scopeIn('above', 'team')}, ${scopeIn('above', 'organisation')}, model, target,
        currency, NULL, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, nanos / 1000000000, nanos % 1000000000
      FROM adjustments;

    CREATE TABLE usage_hours (
      hour INTEGER NOT NULL, ${DIMENSIONS.map((name) => `${name} TEXT NOT NULL`).join(', ')}, tagged INTEGER NOT NULL,
      ${columns}, PRIMARY KEY (hour, ${dimensions}, tagged)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE usage_tagged (
      hour INTEGER NOT NULL, ${DIMENSIONS.map((name) => `${name} TEXT NOT NULL`).join(', ')}, tags TEXT NOT NULL,
      ${columns}, PRIMARY KEY (hour, ${dimensions}, tags)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO usage_hours SELECT at / 3600000, ${dimensions}, tags IS NOT NULL, ${sums()} FROM ledger_entries
      GROUP BY at / 3600000, ${dimensions}, tags IS NOT NULL;
    INSERT INTO usage_tagged SELECT at / 3600000, ${dimensions}, tags, ${sums()} FROM ledger_entries
      WHERE tags IS NOT NULL GROUP BY at / 3600000, ${dimensions}, tags;
    ${triggers()}
  `)
  createPostings(db)
}

function sums(): string {
  return MEASURES.map((name) => `sum(${name})`).join(', ')
}

/** Each entry adds itself to its hour. */
function triggers(): string {
  const scopes = `${scopeIn('NEW.above', 'team')}, ${scopeIn('NEW.above', 'organisation')}`
  const tokens = TOKENS.split(/,\s*/)
    .map((name) => `NEW.${name.trim()}`)
    .join(', ')
  const entry = `NEW.at / 3600000, NEW.key_id, ${scopes}, NEW.model, NEW.target, coalesce(NEW.currency, '')`
  const figures = `1, NEW.kind = 'released', NEW.kind = 'unsettled',
    NEW.kind <> 'unsettled' AND NEW.estimated IS NOT NULL, 0, ${tokens}, NEW.nanos / 1000000000, NEW.nanos % 1000000000`
  const correction = `0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, NEW.nanos / 1000000000, NEW.nanos % 1000000000`
  return `
    CREATE TRIGGER ledger_counts AFTER INSERT ON ledger WHEN NEW.kind <> 'intent' BEGIN
      INSERT INTO usage_hours VALUES (${entry}, NEW.tags IS NOT NULL, ${figures}) ON CONFLICT DO UPDATE SET ${added};
    END;
    CREATE TRIGGER ledger_counts_tags AFTER INSERT ON ledger WHEN NEW.kind <> 'intent' AND NEW.tags IS NOT NULL BEGIN
      INSERT INTO usage_tagged VALUES (${entry}, NEW.tags, ${figures}) ON CONFLICT DO UPDATE SET ${added};
    END;
    CREATE TRIGGER adjustments_count AFTER INSERT ON adjustments BEGIN
      INSERT INTO usage_hours VALUES (${entry}, 0, ${correction}) ON CONFLICT DO UPDATE SET ${added};
    END;`
}

/**
 * The ledger as double entry: each entry moves money between accounts of its key, its team and its organisation, and
 * its postings sum to zero. An intent moves its bound from available to held, its end moves it back and what was spent
 * from available to spent, and so does an adjustment.
 */
function createPostings(db: DatabaseSync): void {
  const moved = (entry: string, to: 'held' | 'spent'): string => `
    SELECT ${entry}, '${to}:' || scope, ${to} FROM scoped WHERE ${to} IS NOT NULL
    UNION ALL SELECT ${entry}, 'available:' || scope, -${to} FROM scoped WHERE ${to} IS NOT NULL`
  const heldEntry = 'entry, request_id, kind, day, held_currency'
  const spentEntry = 'entry, request_id, kind, day, currency'
  db.exec(`
    CREATE VIEW ledger_scoped AS
      SELECT 'l' || seq AS entry, request_id, kind, coalesce(begun_at, at) / 86400000 AS day, 'key:' || key_id AS scope,
        above, iif(kind = 'intent', bound, -held) AS held, iif(kind = 'intent', currency, held_currency) AS held_currency,
        iif(kind = 'intent' OR currency IS NULL, NULL, nanos) AS spent, currency FROM ledger
      UNION ALL
      SELECT 'a' || seq, coalesce(reference, id), 'adjustment', at / 86400000, 'key:' || key_id,
        above, NULL, NULL, nanos, currency FROM adjustments;
    CREATE VIEW ledger_postings (entry, request_id, kind, day, currency, account, nanos) AS
      WITH scoped AS (
        SELECT * FROM ledger_scoped
        UNION ALL
        SELECT entry, request_id, kind, day, above.value, above, held, held_currency, spent, currency
          FROM ledger_scoped, json_each(ledger_scoped.above) above WHERE ledger_scoped.above IS NOT NULL
      )
      ${moved(heldEntry, 'held')}
      UNION ALL
      ${moved(spentEntry, 'spent')};
  `)
}
