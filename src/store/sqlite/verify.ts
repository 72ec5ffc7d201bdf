import type { DatabaseSync } from 'node:sqlite'
import type { Discrepancy } from '#store/adjustment.ts'
import { DIMENSIONS, MEASURES } from '#store/sqlite/rollup.ts'
import { inTransaction } from '#store/sqlite/transaction.ts'

/** Most that is told of one check. */
const TOLD = 10

const dimensions = DIMENSIONS.join(', ')
const SUM = '(sum(nanos / 1000000000) * 1000000000 + sum(nanos % 1000000000))'

/** Rows of which one side has another figure than the other. */
function differing(left: string, right: string): string {
  return `SELECT * FROM (SELECT * FROM (${left}) EXCEPT SELECT * FROM (${right}))
    UNION ALL SELECT * FROM (SELECT * FROM (${right}) EXCEPT SELECT * FROM (${left}))`
}

/** A sum is compared as one figure: 3 units and −1 nano are 2 units and 999,999,999 nanos. */
const FIGURES = MEASURES.filter((name) => name !== 'units' && name !== 'nanos')
  .map((name) => `sum(${name})`)
  .concat('sum(units) * 1000000000 + sum(nanos)')
  .join(', ')

const CHECKS: Readonly<Record<Discrepancy['check'], string>> = {
  postings: `SELECT entry, currency, ${SUM} AS off FROM ledger_postings GROUP BY 1, 2 HAVING off <> 0`,
  held: differing(
    `SELECT account, currency, ${SUM} AS nanos FROM ledger_postings WHERE account LIKE 'held:key:%' GROUP BY 1, 2
      HAVING ${SUM} <> 0`,
    `SELECT 'held:key:' || key_id, currency, ${SUM} FROM (SELECT key_id, currency, bound AS nanos
      FROM open_intents JOIN ledger USING (seq) WHERE bound IS NOT NULL) GROUP BY 1, 2 HAVING ${SUM} <> 0`,
  ),
  spent: differing(
    `SELECT substr(account, 7), currency, day, ${SUM} FROM ledger_postings WHERE account LIKE 'spent:%'
      GROUP BY 1, 2, 3 HAVING ${SUM} <> 0`,
    `SELECT scope, currency, day, units * 1000000000 + nanos FROM spent WHERE units * 1000000000 + nanos <> 0`,
  ),
  sums: differing(
    `SELECT at / 3600000 AS hour, ${dimensions}, ${FIGURES} FROM ledger_entries GROUP BY hour, ${dimensions}`,
    `SELECT hour, ${dimensions}, ${FIGURES} FROM usage_hours GROUP BY hour, ${dimensions}`,
  ),
  'tagged-sums': differing(
    `SELECT at / 3600000 AS hour, ${dimensions}, tags, ${FIGURES} FROM ledger_entries WHERE tags IS NOT NULL
      GROUP BY hour, ${dimensions}, tags`,
    `SELECT hour, ${dimensions}, tags, ${FIGURES} FROM usage_tagged GROUP BY hour, ${dimensions}, tags`,
  ),
  open: differing(
    `SELECT request_id FROM ledger WHERE kind = 'intent'
      AND request_id NOT IN (SELECT request_id FROM ledger WHERE kind <> 'intent')`,
    'SELECT request_id FROM open_intents',
  ),
}

const WORDS: Readonly<Record<Discrepancy['check'], string>> = {
  postings: 'the postings of an entry do not sum to zero',
  held: 'what is held is not what open intents hold',
  spent: 'what counts against budgets is not what the ledger says was spent',
  sums: 'the sums by the hour are not those of the ledger',
  'tagged-sums': 'the sums by tags are not those of the ledger',
  open: 'the open intents are not those without an end',
}

/** Proves that balance, sums and entries agree; empty where they do. Reads the whole ledger. */
export function verifyBooks(db: DatabaseSync): readonly Discrepancy[] {
  return inTransaction(db, () =>
    Object.entries(CHECKS).flatMap(([name, sql]) => {
      const check = name as Discrepancy['check']
      const statement = db.prepare(`${sql} LIMIT ${TOLD}`)
      statement.setReadBigInts(true)
      return statement.all().map((row) => ({ check, message: `${WORDS[check]}: ${Object.values(row).join(' ')}` }))
    }),
  )
}
