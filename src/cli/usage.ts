import { ADJUST_OPTIONS, adjustBooks, verifyStore } from '#cli/adjust.ts'
import { type Command, type Context, type ExitCode, WrongUsage } from '#cli/command.ts'
import { type Language, say } from '#cli/language.ts'
import { type OpenedStore, withStore } from '#cli/store.ts'
import { table } from '#cli/table.ts'
import { type UsageAsked, type UsageInfo, usageQuery } from '#contract/index.ts'
import { allKeyInfos, findKeyInfo } from '#server/admin/key-info.ts'
import { usageReport } from '#server/admin/report.ts'
import type { UsageQuery, UsageRow } from '#store/index.ts'

const FILTERS = ['key', 'team', 'organisation', 'model', 'target', 'tag', 'from', 'to', 'by', 'offset'] as const

/** Requests, tokens and money, as the books have them. */
export const usage: Command = {
  name: 'usage',
  summary: {
    en: 'requests, tokens and money; corrections; proof that the books agree',
    zh: '用量与费用统计、更正、账目核验',
  },
  usage: 'usage [adjust|verify] [options]',
  most: 1,
  example: 'tongwen usage --by key,day --from 2026-11-01 --offset +08:00',
  options: [
    {
      name: 'by',
      kind: 'text',
      value: 'A,B',
      about: {
        en: 'key, team, organisation, model, platform, target, day, tag:NAME',
        zh: 'key、team、organisation、model、platform、target、day、tag:名称',
      },
    },
    {
      name: 'key',
      kind: 'text',
      value: 'KEY',
      about: { en: 'only of this key: name or id', zh: '仅限该密钥（名称或标识）' },
    },
    { name: 'team', kind: 'text', value: 'TEAM', about: { en: 'only of this team', zh: '仅限该团队' } },
    {
      name: 'organisation',
      kind: 'text',
      value: 'NAME',
      about: { en: 'only of this organisation', zh: '仅限该组织' },
    },
    {
      name: 'model',
      kind: 'text',
      value: 'MODEL',
      about: { en: 'only what callers asked for so', zh: '仅限该请求模型' },
    },
    {
      name: 'target',
      kind: 'text',
      value: 'P/M',
      about: { en: 'only what provider/model answered', zh: '仅限该目标（供应商/模型）' },
    },
    {
      name: 'tag',
      kind: 'text',
      value: 'N=V',
      about: { en: 'only with these tags, commas between', zh: '仅限带这些标签的请求，逗号分隔' },
    },
    {
      name: 'from',
      kind: 'text',
      value: 'TIME',
      about: { en: 'from this day or instant on', zh: '起始日期或时刻（含）' },
    },
    {
      name: 'to',
      kind: 'text',
      value: 'TIME',
      about: { en: 'before this day or instant', zh: '截止日期或时刻（不含）' },
    },
    {
      name: 'offset',
      kind: 'text',
      value: '+08:00',
      about: { en: 'where days begin, east of UTC (default UTC)', zh: '日界所在时区（默认 UTC）' },
    },
    ...ADJUST_OPTIONS,
  ],
  async run(context) {
    const [verb] = context.words
    if (verb === 'adjust') return adjustBooks(context)
    if (verb === 'verify') return verifyStore(context)
    if (verb !== undefined) throw new WrongUsage(`usage has no verb "${verb}"; there are adjust and verify`)
    const asked = readAsked(context)
    return withStore(context, false, (opened) => show(context, opened, asked))
  },
}

function readAsked({ options }: Context): UsageAsked {
  const given = FILTERS.flatMap((name) => {
    const text = options.text(name)
    return text === undefined ? [] : [[name, text] as const]
  })
  const { data, error } = usageQuery.safeParse({ by: 'key', ...Object.fromEntries(given) })
  if (error === undefined) return data
  const [issue] = error.issues
  throw new WrongUsage(`--${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is wrong'}`)
}

async function show(context: Context, { store, declared, config }: OpenedStore, asked: UsageAsked): Promise<ExitCode> {
  const { stdout, stderr, options } = context
  const keys = allKeyInfos(declared, await store.keys.list())
  const key = asked.key === undefined ? undefined : findKeyInfo(keys, asked.key)
  if (asked.key !== undefined && key === undefined) {
    stderr.write(`tongwen: no key has the id or name "${asked.key}"\n`)
    return 1
  }
  const usage = (query: UsageQuery): Promise<readonly UsageRow[]> => store.usage(query)
  const rows = await usageReport({ usage, keys, config }, asked, key?.id)
  stdout.write(options.flag('json') ? `${JSON.stringify({ rows })}\n` : text(rows, asked, context))
  return 0
}

function text(rows: readonly UsageInfo[], { by }: UsageAsked, { language, columns }: Context): string {
  if (rows.length === 0) return `${say(language, 'no-usage')}\n`
  const names = by.map((each) => (typeof each === 'string' ? each : `tag:${each.tag}`))
  const figures = (['requests', 'input', 'cached', 'output', 'cost'] as const).map((each) => say(language, each))
  const reporting = rows[0]?.converted?.currency
  const extra = reporting === undefined ? [] : [say(language, 'converted', { currency: reporting })]
  const head = [...names.map((name) => name.toUpperCase()), ...figures, ...extra]
  const right = [...figures, ...extra].map((_, place) => names.length + place)
  const flexible = [...names.keys(), names.length + 4]
  const lines = rows.map((row) => [...names.map((name) => groupWords(row, name)), ...figureCells(row)])
  return `${table({ head, rows: lines, columns, flexible, right })}${remarks(rows, language)}`
}

function groupWords({ group }: UsageInfo, name: string): string {
  const value = group[name] ?? '-'
  return name === 'key' ? (group['keyName'] ?? value) : value
}

function figureCells({ requests, tokens, costs, converted }: UsageInfo): string[] {
  const { inputFresh, inputCached, cacheWriteShort, cacheWriteLong, inputAudio } = tokens
  const { outputText, outputReasoning, outputAudio } = tokens
  const money = costs.map(({ amount, currency }) => `${amount} ${currency}`)
  return [
    String(requests),
    String(inputFresh + inputCached + cacheWriteShort + cacheWriteLong + inputAudio),
    String(inputCached),
    String(outputText + outputReasoning + outputAudio),
    money.length === 0 ? '-' : money.join(', '),
    ...(converted === undefined ? [] : [`${converted.amount}${converted.missing.length === 0 ? '' : ' *'}`]),
  ]
}

function remarks(rows: readonly UsageInfo[], language: Language): string {
  const sum = (of: 'estimated' | 'unsettled'): number => rows.reduce((total, row) => total + row[of], 0)
  const words = (['estimated', 'unsettled'] as const).flatMap((each) => {
    const count = sum(each)
    return count === 0 ? [] : [`${say(language, each, { count })}\n`]
  })
  const corrections = rows.reduce((total, row) => total + row.adjustments, 0)
  if (corrections > 0) words.push(`${say(language, 'corrections', { count: corrections })}\n`)
  const missing = [...new Set(rows.flatMap(({ converted }) => converted?.missing ?? []))]
  if (missing.length > 0) words.push(`${say(language, 'no-rate', { list: missing.join(', ') })}\n`)
  return words.length === 0 ? '' : `\n${words.join('')}`
}
