import type { DatabaseSync } from 'node:sqlite'
import type { StoredGroup } from '#store/groups.ts'
import { adjust, listAdjustments } from '#store/sqlite/adjustments.ts'
import { createGroup, listGroups, removeGroup, updateGroup } from '#store/sqlite/groups.ts'
import { createKey, listKeys, revokeKey, updateKey } from '#store/sqlite/keys.ts'
import type { Call, GroupAsk, Verbs } from '#store/sqlite/messages.ts'

/** What needs the database alone, and nothing that the worker remembers. */
type TableVerb = 'adjust' | 'adjustments' | 'createKey' | 'listKeys' | 'revokeKey' | 'updateKey' | 'groups'

/** `push` sends the new keys: whoever made or changed one sees it in force when the call returns. */
export function performOnTables(
  db: DatabaseSync,
  call: Extract<Call, { verb: TableVerb }>,
  push: () => void,
): Verbs[TableVerb]['answer'] {
  const pushed = <T>(value: T): T => {
    push()
    return value
  }
  switch (call.verb) {
    case 'adjust':
      return adjust(db, call.ask)
    case 'adjustments':
      return listAdjustments(db, call.ask.since, call.ask.until)
    case 'createKey':
      return pushed(createKey(db, call.ask))
    case 'listKeys':
      return listKeys(db)
    case 'revokeKey':
      return pushed(revokeKey(db, call.ask))
    case 'updateKey':
      return pushed(updateKey(db, call.ask.key, call.ask.change))
    case 'groups':
      return call.ask.do === 'list' ? listGroups(db) : pushed([performOnGroup(db, call.ask)])
  }
}

function performOnGroup(db: DatabaseSync, ask: Exclude<GroupAsk, { do: 'list' }>): StoredGroup {
  switch (ask.do) {
    case 'create':
      return createGroup(db, ask.wanted)
    case 'update':
      return updateGroup(db, ask.group, ask.change)
    case 'remove':
      return removeGroup(db, ask.group)
  }
}
