import type { KeyInfo, UsageAsked, UsageInfo } from '#contract/index.ts'
import type { Config } from '#engine/config/config.ts'
import { convert } from '#server/admin/convert.ts'
import { storeQuery, usageInfo } from '#server/admin/usage-info.ts'
import type { UsageQuery, UsageRow } from '#store/index.ts'

/** What a report is made with. */
export interface ReportParts {
  readonly usage: (query: UsageQuery) => Promise<readonly UsageRow[]>
  readonly keys: readonly KeyInfo[]
  readonly config: Pick<Config, 'providers' | 'currencies'> | undefined
}

/** Sums as the API and the command line show them, with the reporting currency where there is one. */
export async function usageReport(
  { usage, keys, config }: ReportParts,
  asked: UsageAsked,
  keyId: string | undefined,
): Promise<readonly UsageInfo[]> {
  const platforms = Object.fromEntries((config?.providers ?? []).map(({ id, platform }) => [id, platform]))
  const named = asked.by.includes('platform') ? { platforms } : {}
  const query: UsageQuery = { ...storeQuery(asked, keyId), ...named }
  const rows = await usage(query)
  const infos = rows.map((row) => usageInfo(row, asked.by, keys))
  const currencies = config?.currencies
  if (currencies === undefined) return infos
  const days = Map.groupBy(await usage({ ...query, by: [...asked.by, 'day'] }), ({ group }) =>
    groupText(group.slice(0, -1)),
  )
  return infos.map((info, index) => ({
    ...info,
    converted: convert(currencies, days.get(groupText(rows[index]?.group ?? [])) ?? []),
  }))
}

function groupText(group: UsageRow['group']): string {
  return JSON.stringify(group.map((value) => value ?? null))
}
