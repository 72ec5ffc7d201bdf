import { adjust, listAdjustments } from '#store/postgres/adjustments.ts'
import { book } from '#store/postgres/book.ts'
import { recover } from '#store/postgres/close.ts'
import { createGroup, listGroups, removeGroup, updateGroup } from '#store/postgres/groups.ts'
import { createKey, listKeys, revokeKey, updateKey } from '#store/postgres/keys.ts'
import { look } from '#store/postgres/lookout.ts'
import { forget, recall } from '#store/postgres/memory.ts'
import { readUsage, spentBy, traceOf } from '#store/postgres/read.ts'
import type { State } from '#store/postgres/state.ts'
import type { Call, Verbs } from '#store/sqlite/messages.ts'

/** Does what the main thread asks for. */
export async function perform(
  state: State,
  call: Exclude<Call, { verb: 'close' }>,
): Promise<Verbs[keyof Verbs]['answer']> {
  const { pool, recovery } = state
  switch (call.verb) {
    case 'flush':
      await book(recovery, recovery.self, 'alive')
      return undefined
    case 'trace':
      return (await traceOf(pool, call.ask)) ?? afterCatchingUp(state, () => traceOf(pool, call.ask))
    case 'spent':
      return afterCatchingUp(state, () => spentBy(pool, call.ask))
    case 'usage':
      return afterCatchingUp(state, () => readUsage(pool, call.ask))
    case 'adjust':
      return adjust(pool, call.ask)
    case 'adjustments':
      return listAdjustments(pool, call.ask.since, call.ask.until)
    case 'draw':
      return state.pools.draw(state.process, call.ask.pool, call.ask.wish)
    case 'recall':
      return recall(pool, call.ask)
    case 'forget':
      return forget(pool, call.ask)
    default:
      return performOnKeys(state, call)
  }
}

type KeyCall = Extract<Call, { verb: 'createKey' | 'listKeys' | 'revokeKey' | 'updateKey' | 'groups' }>

async function performOnKeys(state: State, call: KeyCall): Promise<Verbs[KeyCall['verb']]['answer']> {
  const { pool } = state
  switch (call.verb) {
    case 'createKey':
      return thenLook(state, createKey(pool, call.ask))
    case 'listKeys':
      return listKeys(pool)
    case 'revokeKey':
      return thenLook(state, revokeKey(pool, call.ask))
    case 'updateKey':
      return thenLook(state, updateKey(pool, call.ask.key, call.ask.change))
    case 'groups':
      return performOnGroup(state, call.ask)
  }
}

function performOnGroup(state: State, ask: Verbs['groups']['ask']): Promise<Verbs['groups']['answer']> {
  const { pool } = state
  switch (ask.do) {
    case 'list':
      return listGroups(pool)
    case 'create':
      return thenLook(state, createGroup(pool, ask.wanted)).then((group) => [group])
    case 'update':
      return thenLook(state, updateGroup(pool, ask.group, ask.change)).then((group) => [group])
    case 'remove':
      return thenLook(state, removeGroup(pool, ask.group)).then((group) => [group])
  }
}

/** The new list goes first: whoever made or revoked a key sees it in force when the call returns. */
async function thenLook<T>(state: State, change: Promise<T>): Promise<T> {
  const value = await change
  await look(state)
  return value
}

/** Answers with every line in the books that any process on this data directory has written so far. */
async function afterCatchingUp<T>(state: State, read: () => Promise<T>): Promise<T> {
  await book(state.recovery, state.recovery.self, 'alive')
  await recover(state.recovery, 'read')
  return read()
}
