import type { DatabaseSync } from 'node:sqlite'
import type { Adjustment, BookedAdjustment } from '#store/adjustment.ts'
import { poolBooks } from '#store/shares/sqlite.ts'
import { bigintOf, textOf } from '#store/sqlite/statements.ts'
import { inTransaction } from '#store/sqlite/transaction.ts'

/** Books a correction; the one that has its id already, where there is one. */
export function adjust(db: DatabaseSync, wanted: Adjustment): BookedAdjustment {
  return inTransaction(db, () => {
    const { id, at, keyId = '', above = [], model, target, nanos, currency, reason, actor, reference } = wanted
    const [known] = read(db, 'WHERE id = ?', [id])
    if (known !== undefined) return known
    const bookedAt = Date.now()
    db.prepare(`INSERT INTO adjustments
      (id, booked_at, at, key_id, above, model, target, nanos, currency, reason, actor, reference)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`).run(
      id,
      bookedAt,
      at,
      keyId,
      above.length === 0 ? null : JSON.stringify(above),
      model,
      target,
      nanos,
      currency,
      reason,
      actor,
      reference ?? null,
    )
    poolBooks(db).spend([`key:${keyId}`, ...above], { nanos, currency }, at)
    return { ...wanted, bookedAt }
  })
}

/** Corrections of what counts from `since` on and before `until`, oldest first. */
export function listAdjustments(db: DatabaseSync, since: number, until: number): readonly BookedAdjustment[] {
  return read(db, 'WHERE at >= ? AND at < ? ORDER BY at, seq', [since, until])
}

function read(db: DatabaseSync, where: string, values: readonly (string | number)[]): BookedAdjustment[] {
  const statement = db.prepare(`SELECT * FROM adjustments ${where}`)
  statement.setReadBigInts(true)
  return statement.all(...values).map((row) => {
    const keyId = textOf(row['key_id']) ?? ''
    const above = textOf(row['above'])
    const reference = textOf(row['reference'])
    return {
      id: String(row['id']),
      at: Number(row['at']),
      ...(keyId === '' ? {} : { keyId }),
      ...(above === undefined ? {} : { above: textsIn(above) }),
      model: String(row['model']),
      target: String(row['target']),
      nanos: bigintOf(row['nanos']),
      currency: String(row['currency']),
      reason: String(row['reason']),
      actor: String(row['actor']),
      ...(reference === undefined ? {} : { reference }),
      bookedAt: Number(row['booked_at']),
    }
  })
}

function textsIn(json: string): readonly string[] {
  const list: unknown = JSON.parse(json)
  return Array.isArray(list) ? list.map(String) : []
}
