import { formatMoney } from '#catalog/index.ts'
import type { Amount, KeyInfo, UsageAsked, UsageGroupName, UsageInfo } from '#contract/index.ts'
import type { Money } from '#engine/ports.ts'
import type { UsageQuery, UsageRow } from '#store/index.ts'

/** A contract's question as the store's; `keyId` is the one that was meant by `key`. */
export function storeQuery(asked: UsageAsked, keyId: string | undefined): UsageQuery {
  const { key: _, ...rest } = asked
  return { ...rest, ...(keyId === undefined ? {} : { keyId }) }
}

/** The store's sum as the API shows it. */
export function usageInfo(row: UsageRow, by: readonly UsageGroupName[], keys: readonly KeyInfo[]): UsageInfo {
  const { requests, released, estimated, unsettled, adjustments, tokens, costs } = row
  const group = Object.fromEntries(by.flatMap((name, index) => groupEntries(name, row.group[index], keys)))
  return { group, requests, released, estimated, unsettled, adjustments, tokens, costs: costs.map(amountOf) }
}

function groupEntries(
  name: UsageGroupName,
  value: string | undefined,
  keys: readonly KeyInfo[],
): (readonly [string, string | null])[] {
  if (typeof name === 'object') return [[`tag:${name.tag}`, value ?? null]]
  const own = [name, value ?? null] as const
  if (name !== 'key') return [own]
  return [own, ['keyName', keys.find(({ id }) => id === value)?.name ?? null]]
}

/** `{ amount: '0.0123', currency: 'CNY' }`, exact. */
export function amountOf({ nanos, currency }: Money): Amount {
  const [amount = '0'] = formatMoney(nanos, currency).split(' ')
  return { amount, currency }
}
