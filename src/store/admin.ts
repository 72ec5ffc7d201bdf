import type { GroupAdmin } from '#store/groups.ts'
import type { KeyAdmin } from '#store/keys.ts'
import type { StoreMemory } from '#store/memory.ts'
import { StoreFailure } from '#store/failure.ts'
import type { WorkerClient } from '#store/sqlite/client.ts'
import type { GroupAsk } from '#store/sqlite/messages.ts'
import type { StoredGroup } from '#store/groups.ts'

/** Keys by the worker; what was remembered for a revoked one is forgotten here too. */
export function keyAdmin(client: WorkerClient, memory: StoreMemory): KeyAdmin {
  return {
    create: (wanted) => client.call('createKey', wanted),
    list: () => client.call('listKeys', undefined),
    async revoke(nameOrId) {
      memory.flush()
      const revoked = await client.call('revokeKey', nameOrId)
      memory.mistrust()
      return revoked
    },
    update: (key, change) => client.call('updateKey', { key, change }),
  }
}

/** Teams and organisations by the worker. */
export function groupAdmin(client: WorkerClient): GroupAdmin {
  const one = async (ask: GroupAsk): Promise<StoredGroup> => {
    const [group] = await client.call('groups', ask)
    if (group === undefined) throw new StoreFailure('failed', "the store's worker gave no group")
    return group
  }
  return {
    create: (wanted) => one({ do: 'create', wanted }),
    list: () => client.call('groups', { do: 'list' }),
    update: (group, change) => one({ do: 'update', group, change }),
    remove: (group) => one({ do: 'remove', group }),
  }
}
