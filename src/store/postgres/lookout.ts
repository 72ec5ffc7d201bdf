import { newClient, rowsOf } from '#store/postgres/connect.ts'
import { listGroups } from '#store/postgres/groups.ts'
import { listKeys } from '#store/postgres/keys.ts'
import type { State } from '#store/postgres/state.ts'
import { DEAD_MS } from '#store/postgres/watch.ts'
import type { FromWorker } from '#store/sqlite/messages.ts'

/** Before others let go of what we have drawn, we stop to use it: so much earlier. */
const FENCE_MS = 5_000
const LISTEN_AGAIN_MS = 1_000

/** Keys, erasures and pools that others are short of: on a notice at once, else twice a second. */
export async function look(state: State): Promise<void> {
  const { port, pool } = state
  const send = (message: FromWorker): void => port.postMessage(message)
  const rows = await rowsOf(pool, 'SELECT name, value FROM meta ORDER BY name')
  const meta = new Map(rows.map((row) => [String(row['name']), Number(row['value'])]))
  // Asked before the keys are read: a change in between is seen at the next look, not missed.
  const revision = meta.get('keys-revision') ?? 0
  if (revision > state.keysRevision) await pushKeys(state, revision)
  const erasures = meta.get('memory-erasures') ?? 0
  if (state.erasures >= 0 && erasures !== state.erasures) send({ kind: 'erased' })
  state.erasures = erasures
  const kinds = [...meta.keys()].filter((name) => name.startsWith('memory-kind-')).map((name) => name.slice(12))
  if (kinds.join() !== state.holds) send({ kind: 'holds', kinds })
  state.holds = kinds.join()
  const scarce = await state.pools.scarce(state.process)
  if (scarce.length > 0) send({ kind: 'scarce', keys: scarce })
}

async function pushKeys(state: State, revision: number): Promise<void> {
  const keys = (await listKeys(state.pool)).filter(({ revokedAt }) => revokedAt === undefined)
  const groups = await listGroups(state.pool)
  // Two looks may overtake each other: the newer list stays.
  if (revision < state.keysRevision) return
  state.keysRevision = revision
  const { port } = state
  port.postMessage({ kind: 'keys', keys, groups } satisfies FromWorker)
}

/** Shows that this replica lives, looks at the others, and gives its shares up before others take them for lost. */
export async function beat(state: State): Promise<void> {
  const { options, watch, pools, recovery, port } = state
  const fenceMs = DEAD_MS + (options.leaseDoubtMs ?? 60_000) - FENCE_MS
  const lost = (why: string): void => {
    recovery.log.warn({ why }, 'what this replica had drawn of limits and budgets is not its own any more')
    port.postMessage({ kind: 'lost' } satisfies FromWorker)
  }
  try {
    const released = await watch.beat()
    if (released && !state.fenced) lost('other replicas took it for dead')
    state.fenced = false
    state.beatenAt = performance.now()
  } catch (error) {
    if (!state.fenced && performance.now() - state.beatenAt > fenceMs) {
      state.fenced = true
      lost('the database has not been reached for too long')
    }
    throw error
  }
  await pools.clearUp()
  await watch.look()
}

/** Waits for notices; the connection is made again whenever it breaks. */
export async function listen(state: State): Promise<void> {
  if (state.closed) return
  const client = newClient(state.options.database)
  const again = (): void => {
    if (state.listener !== client) return
    state.listener = undefined
    setTimeout(() => void listen(state), LISTEN_AGAIN_MS).unref()
  }
  state.listener = client
  client.on('error', again)
  client.on('end', again)
  client.on('notification', () => void look(state).catch(() => {}))
  try {
    await client.connect()
    await client.query('LISTEN tongwen')
    await look(state)
  } catch {
    // Polling goes on meanwhile, and tells of the trouble.
    client.end().catch(() => {})
    again()
  }
}
