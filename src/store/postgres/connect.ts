import { Client, type ClientBase, type ClientConfig, Pool, types } from 'pg'
import type { Log } from '#engine/ports.ts'
import { wordsOf } from '#store/failure.ts'

/** A transaction of ours takes milliseconds; a connection that says nothing for so long is dead. */
const QUERY_MS = 15_000
const LOCK_MS = 10_000
const CONNECT_MS = 2_000
const CONNECTIONS = 8

/** Whatever takes statements: a pool, or one connection of it inside a transaction. */
export type Queries = Pick<ClientBase, 'query'>

/** A row as it comes: integers of 64 bits as bigint. */
export type Row = Readonly<Record<string, unknown>>

/** The connections of one process. One that breaks is replaced at the next use. */
export function openPool(url: string, log: Log): Pool {
  const pool = new Pool({ ...settings(url), max: CONNECTIONS, idleTimeoutMillis: 30_000 })
  // An idle connection that the server ended; without a listener it would end us.
  pool.on('error', (error) => log.warn({ error: wordsOf(error) }, 'a connection to PostgreSQL was lost'))
  return pool
}

/** One connection by itself, for what a pool cannot do: to listen, and to hold a lock over transactions. */
export function newClient(url: string): Client {
  return new Client(settings(url))
}

function settings(url: string): ClientConfig {
  return {
    connectionString: url,
    application_name: 'tongwen',
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: QUERY_MS,
    statement_timeout: QUERY_MS,
    lock_timeout: LOCK_MS,
    keepAlive: true,
    types: {
      getTypeParser: (oid, format) => (oid === types.builtins.INT8 ? BigInt : types.getTypeParser(oid, format)),
    },
  }
}

/** Runs `work` in one transaction: all of it, or nothing. A connection whose state is in doubt is not used again. */
export async function inTransaction<T>(pool: Pool, work: (queries: Queries) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken: Error | boolean = false
  try {
    await client.query('BEGIN')
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch((trouble: unknown) => {
      broken = trouble instanceof Error ? trouble : true
    })
    throw error
  } finally {
    client.release(broken)
  }
}

/** The rows of a statement. */
export async function rowsOf(queries: Queries, sql: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
  const { rows } = await queries.query<Row>(sql, [...values])
  return rows
}

/** PostgreSQL's text holds no NUL. */
export function clean(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text
}

/** The same for a value that becomes JSON, which holds no half of a surrogate pair either. */
export function cleanJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? clean(part.toWellFormed()) : part))
}
