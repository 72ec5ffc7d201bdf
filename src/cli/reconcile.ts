import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { userInfo } from 'node:os'
import { formatMoney, parseMoney } from '#catalog/index.ts'
import { CannotRun, type Command, type Context, type ExitCode, WrongUsage } from '#cli/command.ts'
import { say } from '#cli/language.ts'
import { type BillLine, readBill } from '#cli/reconcile/bill.ts'
import { compare, type Comparison } from '#cli/reconcile/compare.ts'
import { BadCsv, decoded } from '#cli/reconcile/csv.ts'
import { type Columns, type Vendor, VENDORS } from '#cli/reconcile/vendors.ts'
import { type OpenedStore, withStore } from '#cli/store.ts'
import { table } from '#cli/table.ts'
import type { UsageRow } from '#store/index.ts'

const DAY_MS = 86_400_000

/** Compares a vendor's bill with the ledger, and books the differences where asked to. */
export const reconcile: Command = {
  name: 'reconcile',
  summary: { en: "compare a vendor's bill (CSV) with the ledger", zh: '将供应商账单（CSV）与账本核对' },
  usage: 'reconcile <file.csv> --vendor VENDOR [options]',
  example: 'tongwen reconcile bill.csv --vendor alibaba --provider qwen --month 2026-10',
  options: [
    {
      name: 'vendor',
      kind: 'text',
      value: 'NAME',
      about: { en: Object.keys(VENDORS).join(', '), zh: Object.keys(VENDORS).join('、') },
    },
    {
      name: 'provider',
      kind: 'text',
      value: 'NAME',
      about: { en: 'whose bill, as configured', zh: '账单所属的供应商' },
    },
    { name: 'month', kind: 'text', value: 'MONTH', about: { en: 'only this month: 2026-10', zh: '仅限该月：2026-10' } },
    {
      name: 'columns',
      kind: 'text',
      value: 'A=B,…',
      about: {
        en: 'day, model, amount, currency, usage, unit=NAME',
        zh: '列名：day、model、amount、currency、usage、unit=列名',
      },
    },
    {
      name: 'tolerance',
      kind: 'text',
      value: 'SUM',
      about: { en: 'amounts this close are the same (0.01)', zh: '差额不超过此数视为一致（0.01）' },
    },
    { name: 'apply', kind: 'flag', about: { en: 'book each difference as a correction', zh: '将差额记为更正' } },
  ],
  most: 1,
  async run(context) {
    const asked = readAsked(context)
    return withStore(context, false, (opened) => perform(context, opened, asked))
  },
}

interface Asked {
  readonly vendorName: string
  readonly vendor: Vendor
  readonly lines: readonly BillLine[]
  readonly provider: string | undefined
  readonly month: string | undefined
  readonly tolerance: bigint
}

function readAsked(context: Context): Asked {
  const { words, options, cwd } = context
  const [file] = words
  if (file === undefined) throw new WrongUsage('reconcile needs a file')
  const vendorName = options.text('vendor') ?? ''
  const known = VENDORS[vendorName]
  if (known === undefined) throw new WrongUsage(`--vendor must be one of ${Object.keys(VENDORS).join(', ')}`)
  const vendor = { ...known, columns: withNamed(known.columns, options.text('columns')) }
  const month = options.text('month')
  if (month !== undefined && !/^\d{4}-(0[1-9]|1[0-2])$/.test(month))
    throw new WrongUsage('--month must be like 2026-10')
  const tolerance = options.text('tolerance') ?? '0.01'
  if (!/^\d{1,9}(\.\d{1,9})?$/.test(tolerance)) throw new WrongUsage('--tolerance must be a decimal number like 0.01')
  const all = linesOf(resolve(cwd, file), file, vendor)
  const lines = month === undefined ? all : all.filter(({ day }) => day.startsWith(month))
  return { vendorName, vendor, lines, provider: options.text('provider'), month, tolerance: parseMoney(tolerance) }
}

function withNamed(columns: Columns, text: string | undefined): Columns {
  const named = (text ?? '').split(',').filter((pair) => pair !== '')
  const entries = named.map((pair) => {
    const [key = '', ...rest] = pair.split('=')
    if (!Object.hasOwn(columns, key) || rest.length === 0)
      throw new WrongUsage(`--columns must be like day=Date,amount=Cost; "${pair}" is not`)
    return [key, [rest.join('=')]] as const
  })
  return { ...columns, ...Object.fromEntries(entries) }
}

function linesOf(path: string, file: string, vendor: Vendor): readonly BillLine[] {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(path)
  } catch (error) {
    throw new CannotRun(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
  try {
    return readBill(decoded(bytes), vendor)
  } catch (error) {
    if (error instanceof BadCsv) throw new CannotRun(`${file}:${error.line}:${error.column}: ${error.message}`)
    throw error
  }
}

async function perform(context: Context, opened: OpenedStore, asked: Asked): Promise<ExitCode> {
  const { store } = opened
  const { lines, month, vendor, tolerance } = asked
  const days = lines.map(({ day }) => day).toSorted()
  const first = month === undefined ? days[0] : `${month}-01`
  if (first === undefined) throw new CannotRun('the bill has no lines: nothing to compare')
  const last = month === undefined ? (days.at(-1) ?? first) : lastDay(month)
  const shift = vendor.offsetMinutes * 60_000
  const rows = await store.usage({
    since: Date.parse(first) - shift,
    until: Date.parse(last) - shift + DAY_MS,
    by: ['day', 'target'],
    offsetMinutes: vendor.offsetMinutes,
  })
  const provider = providerOf(rows, asked.provider)
  const own = rows.filter(({ group }) => group[1]?.startsWith(`${provider}/`))
  const found = compare(lines, { rows: own, tolerance })
  const differing = found.filter(({ verdict }) => verdict !== 'same')
  const booked = context.options.flag('apply') ? await apply(opened, differing, { ...asked, provider }) : 0
  tell(context, found, booked)
  return differing.length === 0 ? 0 : 1
}

function lastDay(month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10)
}

/** The one that was asked for, else the only one of the time. */
function providerOf(rows: readonly UsageRow[], asked: string | undefined): string {
  if (asked !== undefined) return asked
  const all = [...new Set(rows.map(({ group }) => group[1]?.split('/')[0] ?? ''))]
  const [only, ...others] = all
  if (only !== undefined && others.length === 0) return only
  const which = all.length === 0 ? 'the ledger has none then' : `the ledger has ${all.join(', ')}`
  throw new WrongUsage(`--provider must say whose bill this is: ${which}`)
}

/** A correction for each amount that differs; the same bill again changes nothing. */
async function apply(
  { store }: OpenedStore,
  differing: readonly Comparison[],
  { vendorName, vendor, provider }: Asked & { readonly provider: string },
): Promise<number> {
  const amounts = differing.filter(({ verdict }) => verdict !== 'tokens')
  for (const { day, model, currency, difference, bill } of amounts) {
    const line = `${vendorName} ${provider} ${day} ${model} ${currency}`
    await store.adjust({
      id: `reconcile ${line} ${bill?.nanos ?? 0n} ${difference}`,
      at: Date.parse(day) - vendor.offsetMinutes * 60_000 + DAY_MS / 2,
      model,
      target: `${provider}/${model}`,
      nanos: difference,
      currency,
      reason: "the vendor's bill says otherwise",
      actor: `user ${userInfo().username}`,
      reference: line,
    })
  }
  return amounts.length
}

function tell({ stdout, options, language, columns }: Context, found: readonly Comparison[], booked: number): void {
  const differing = found.filter(({ verdict }) => verdict !== 'same')
  if (options.flag('json')) {
    const differences = differing.map(shown)
    stdout.write(`${JSON.stringify({ compared: found.length, differences, booked })}\n`)
    return
  }
  if (differing.length > 0) {
    const head = ['DAY', 'MODEL', 'BILL', 'LEDGER', 'DIFFERENCE', 'TOKENS', 'WHAT']
    const rows = differing.map((each) => {
      const { day, model, currency, bill, ledger, difference, verdict } = each
      const money = (nanos: bigint | undefined): string => (nanos === undefined ? '-' : formatMoney(nanos, currency))
      const tokens = `${bill?.tokens ?? '-'} / ${ledger?.tokens ?? '-'}`
      return [day, model, money(bill?.nanos), money(ledger?.nanos), money(difference), tokens, verdict]
    })
    stdout.write(`${table({ head, rows, columns, flexible: [1, 5, 6], right: [2, 3, 4] })}\n`)
  }
  const counts = { count: differing.length, all: found.length }
  stdout.write(`${say(language, differing.length === 0 ? 'bill-agrees' : 'bill-differs', counts)}\n`)
  if (booked > 0) stdout.write(`${say(language, 'bill-booked', { count: booked })}\n`)
}

function shown({ day, model, currency, bill, ledger, difference, verdict }: Comparison): object {
  const side = (of: Comparison['bill']): object | null =>
    of === undefined
      ? null
      : { amount: plain(of.nanos, currency), ...(of.tokens === undefined ? {} : { tokens: of.tokens }) }
  return {
    day,
    model,
    currency,
    verdict,
    bill: side(bill),
    ledger: side(ledger),
    difference: plain(difference, currency),
  }
}

function plain(nanos: bigint, currency: string): string {
  return formatMoney(nanos, currency).split(' ')[0] ?? '0'
}
