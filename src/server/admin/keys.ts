import { parseMoney } from '#catalog/index.ts'
import type { CreatedKeyInfo, KeyInfo, Me, SpentBudget, UsageInfo } from '#contract/index.ts'
import { keyChange, newKey, usageQuery } from '#contract/index.ts'
import { periodStart } from '#engine/admit/scopes.ts'
import type { Caller } from '#engine/admit/keyring.ts'
import type { Pool } from '#engine/pool.ts'
import type { KeyBudget } from '#engine/ports.ts'
import { type AdminCall, answered, type Handled, readBody, readQuery, refused, wrongField } from '#server/admin/call.ts'
import { noSuchGroup } from '#server/admin/groups.ts'
import { allKeyInfos, declaredKeyId, findKeyInfo, storedKeyInfo } from '#server/admin/key-info.ts'
import { levelsOf } from '#server/admin/levels.ts'
import { usageReport } from '#server/admin/report.ts'
import { amountOf } from '#server/admin/usage-info.ts'
import type { UsageQuery, UsageRow } from '#store/index.ts'
import { failure } from '#wire/failure.ts'

export async function listKeys(call: AdminCall): Promise<Handled<{ keys: readonly KeyInfo[] }>> {
  return answered({ keys: await keysOf(call) })
}

async function keysOf({ store, snapshot }: AdminCall): Promise<readonly KeyInfo[]> {
  return allKeyInfos(snapshot().config.keys, await store.keys.list())
}

/** One owner per name: what the file declares cannot be made again in the store. */
export async function createKey(call: AdminCall): Promise<Handled<CreatedKeyInfo>> {
  const body = await readBody(call, newKey)
  if (!body.ok) return refused(body.failure)
  const { name } = body.value
  if (call.snapshot().config.keys.some((declared) => declared.name === name)) {
    return refused(
      wrongField('name', `"${name}" is declared in the configuration file: take another name`, 'name_taken'),
    )
  }
  const missing = await noSuchGroup(call, 'team', body.value.team)
  if (missing !== undefined) return missing
  const { key, record } = await call.store.keys.create(body.value)
  return answered({ ...storedKeyInfo(record), key })
}

/** What the file declares is read-only here. */
export async function revokeKey(call: AdminCall): Promise<Handled<KeyInfo>> {
  const { id = '' } = call.params
  return declaredRefusal(call, id) ?? answered(storedKeyInfo(await call.store.keys.revoke(id)))
}

function declaredRefusal(call: AdminCall, id: string): Handled<never> | undefined {
  const declared = call.snapshot().config.keys.find(({ name }) => id === name || id === declaredKeyId(name))
  if (declared === undefined) return undefined
  const words = `key "${declared.name}" is declared in the configuration file and read-only here: change it there`
  return refused(failure('permission', words, { code: 'declared_in_file' }))
}

export async function updateKey(call: AdminCall): Promise<Handled<KeyInfo>> {
  const { id = '' } = call.params
  const body = await readBody(call, keyChange)
  if (!body.ok) return refused(body.failure)
  const refusal = declaredRefusal(call, id) ?? (await noSuchGroup(call, 'team', body.value.team))
  return refusal ?? answered(storedKeyInfo(await call.store.keys.update(id, body.value)))
}

export async function getUsage(call: AdminCall): Promise<Handled<{ rows: readonly UsageInfo[] }>> {
  const query = readQuery(call, usageQuery)
  if (!query.ok) return refused(query.failure)
  const { key } = query.value
  const keys = await keysOf(call)
  const found = key === undefined ? undefined : findKeyInfo(keys, key)
  if (key !== undefined && found === undefined) {
    return refused(wrongField('key', 'no key has that id or name', 'key_not_found'))
  }
  const { config } = call.snapshot()
  const usage = (asked: UsageQuery): Promise<readonly UsageRow[]> => call.store.usage(asked)
  return answered({ rows: await usageReport({ usage, keys, config }, query.value, found?.id) })
}

/** The caller's own key, with what is left of its budget. */
export async function getMe(call: AdminCall): Promise<Handled<Me>> {
  const { id, name, role, models, limits, budget } = call.caller
  const spent = budget === undefined ? {} : { budget: await spentBudget(call, call.caller, budget) }
  const nothing = { least: 0n, most: 0n }
  const leftOf = async (pool: Pool): Promise<bigint> => (await call.store.shares.draw(pool, nothing)).left
  const levels = await levelsOf(call.caller, (call.now ?? Date.now)(), leftOf)
  return answered({ id, name, role, models, limits, ...spent, levels })
}

async function spentBudget(call: AdminCall, { id }: Caller, budget: KeyBudget): Promise<SpentBudget> {
  const { amount, currency, period } = budget
  const start = periodStart(period, (call.now ?? Date.now)())
  const nanos = await call.store.ledger.spent(id, currency, start)
  return {
    ...budget,
    spent: amountOf({ nanos, currency }),
    left: amountOf({ nanos: parseMoney(amount) - nanos, currency }),
    ...(period === 'total' ? {} : { periodStart: new Date(start).toISOString() }),
  }
}
