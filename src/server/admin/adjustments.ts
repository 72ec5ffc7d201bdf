import { randomUUID } from 'node:crypto'
import { parseMoney } from '#catalog/index.ts'
import type { AdjustmentInfo, KeyInfo, NewAdjustmentAsked } from '#contract/index.ts'
import { newAdjustment } from '#contract/index.ts'
import type { Group } from '#engine/ports.ts'
import { groupId } from '#engine/admit/keyring.ts'
import { type AdminCall, answered, type Handled, readBody, refused, wrongField } from '#server/admin/call.ts'
import { allKeyInfos, findKeyInfo } from '#server/admin/key-info.ts'
import { amountOf } from '#server/admin/usage-info.ts'
import type { Adjustment, BookedAdjustment } from '#store/index.ts'

/** Who corrects what, and when. */
export interface Correcting {
  readonly key: KeyInfo | undefined
  readonly groups: readonly Group[]
  readonly actor: string
  readonly now: number
}

/** A correction as the store books it: for the key, and for what is above the key today. */
export function adjustmentOf(asked: NewAdjustmentAsked, { key, groups, actor, now }: Correcting): Adjustment {
  const { id = randomUUID(), amount, currency, reason, model = '-', target = '-/-', at, reference } = asked
  return {
    id,
    at: at === undefined ? now : Date.parse(at),
    ...(key === undefined ? {} : { keyId: key.id, above: aboveOf(key, groups) }),
    model,
    target,
    nanos: parseMoney(amount),
    currency,
    reason,
    actor,
    ...(reference === undefined ? {} : { reference }),
  }
}

function aboveOf({ team }: KeyInfo, groups: readonly Group[]): readonly string[] {
  if (team === undefined) return []
  const organisation = groups.find(({ kind, name }) => kind === 'team' && name === team)?.organisation
  const above = organisation === undefined ? [] : [groupId('organisation', organisation)]
  return [groupId('team', team), ...above]
}

/** A correction as the API shows it. */
export function adjustmentInfo(booked: BookedAdjustment): AdjustmentInfo {
  const { id, at, keyId, model, target, nanos, currency, reason, actor, reference, bookedAt } = booked
  return {
    id,
    ...amountOf({ nanos, currency }),
    reason,
    actor,
    ...(keyId === undefined ? {} : { key: keyId }),
    model,
    target,
    at: new Date(at).toISOString(),
    bookedAt: new Date(bookedAt).toISOString(),
    ...(reference === undefined ? {} : { reference }),
  }
}

/** Books a correction in the name of the admin key that sends it. */
export async function addAdjustment(call: AdminCall): Promise<Handled<AdjustmentInfo>> {
  const body = await readBody(call, newAdjustment)
  if (!body.ok) return refused(body.failure)
  const { config } = call.snapshot()
  const keys = allKeyInfos(config.keys, await call.store.keys.list())
  const key = body.value.key === undefined ? undefined : findKeyInfo(keys, body.value.key)
  if (body.value.key !== undefined && key === undefined)
    return refused(wrongField('key', 'no key has that id or name', 'key_not_found'))
  const groups = [...config.groups, ...(await call.store.groups.list())]
  const actor = `key ${call.caller.name} (${call.caller.id})`
  const wanted = adjustmentOf(body.value, { key, groups, actor, now: (call.now ?? Date.now)() })
  return answered(adjustmentInfo(await call.store.adjust(wanted)))
}
