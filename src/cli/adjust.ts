import { userInfo } from 'node:os'
import { type Context, type ExitCode, type Option, WrongUsage } from '#cli/command.ts'
import { say } from '#cli/language.ts'
import { checked, no } from '#cli/objects.ts'
import { withStore } from '#cli/store.ts'
import { newAdjustment } from '#contract/index.ts'
import { adjustmentInfo, adjustmentOf } from '#server/admin/adjustments.ts'
import { allKeyInfos, findKeyInfo } from '#server/admin/key-info.ts'

/** Options of `usage adjust`; `--key`, `--model` and `--target` say what it counts for. */
export const ADJUST_OPTIONS: readonly Option[] = [
  {
    name: 'amount',
    kind: 'text',
    value: 'SUM',
    about: { en: "adjust: '-1.50 CNY'; below zero lowers", zh: '更正：如“-1.50 CNY”，负数为减少' },
  },
  { name: 'reason', kind: 'text', value: 'TEXT', about: { en: 'adjust: why', zh: '更正：原因' } },
  {
    name: 'reference',
    kind: 'text',
    value: 'TEXT',
    about: { en: "adjust: a request's id, or a line of a bill", zh: '更正：请求标识或账单行' },
  },
  { name: 'at', kind: 'text', value: 'TIME', about: { en: 'adjust: when it counts', zh: '更正：计入的时间' } },
  { name: 'id', kind: 'text', value: 'ID', about: { en: 'adjust: booked once under it', zh: '更正：幂等标识' } },
]

const FIELDS = ['id', 'reason', 'key', 'model', 'target', 'at', 'reference'] as const

/** Books a correction in the name of whoever runs the command. */
export async function adjustBooks(context: Context): Promise<ExitCode> {
  const { options, stdout, language, now } = context
  const [, amount, currency] = /^(\S+) +([A-Za-z]+)$/.exec(options.text('amount')?.trim() ?? '') ?? []
  if (amount === undefined) throw new WrongUsage("usage adjust needs --amount like '-1.50 CNY'")
  if (options.text('reason') === undefined) throw new WrongUsage('usage adjust needs --reason')
  const words = FIELDS.flatMap((name) => {
    const text = options.text(name)
    return text === undefined ? [] : [[name, text] as const]
  })
  const asked = checked(newAdjustment, { amount, currency, ...Object.fromEntries(words) })
  return withStore(context, false, async ({ store, declared, groups }) => {
    const keys = allKeyInfos(declared, await store.keys.list())
    const key = asked.key === undefined ? undefined : findKeyInfo(keys, asked.key)
    if (asked.key !== undefined && key === undefined) return no(context, `no key has the id or name "${asked.key}"`)
    const all = [...groups, ...(await store.groups.list())]
    const actor = `user ${userInfo().username}`
    const booked = adjustmentInfo(await store.adjust(adjustmentOf(asked, { key, groups: all, actor, now: now() })))
    const told = say(language, 'adjusted', { id: booked.id, amount: `${booked.amount} ${booked.currency}` })
    stdout.write(options.flag('json') ? `${JSON.stringify(booked)}\n` : `${told}\n`)
    return 0
  })
}

/** Proves that the books agree with themselves; exit code 1 where they do not. */
export async function verifyStore(context: Context): Promise<ExitCode> {
  const { options, stdout, language } = context
  return withStore(context, false, async ({ store }) => {
    const problems = await store.verify()
    if (options.flag('json')) stdout.write(`${JSON.stringify({ agrees: problems.length === 0, problems })}\n`)
    else if (problems.length === 0) stdout.write(`${say(language, 'books-agree')}\n`)
    else stdout.write(problems.map(({ message }) => `${message}\n`).join(''))
    return problems.length === 0 ? 0 : 1
  })
}
