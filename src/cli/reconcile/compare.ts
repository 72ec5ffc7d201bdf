import type { BillLine } from '#cli/reconcile/bill.ts'
import type { UsageRow } from '#store/index.ts'

/** A day of a model in one currency, on both sides. */
export interface Comparison {
  readonly day: string
  readonly model: string
  readonly currency: string
  readonly bill?: Side
  readonly ledger?: Side
  /** Bill less ledger. */
  readonly difference: bigint
  readonly verdict: 'same' | 'only-in-bill' | 'only-in-ledger' | 'amount' | 'tokens'
}

export interface Side {
  readonly nanos: bigint
  readonly tokens: number | undefined
}

export interface Ledger {
  /** Grouped by day and target, of one provider. */
  readonly rows: readonly UsageRow[]
  /** Amounts that differ by no more are the same. */
  readonly tolerance: bigint
}

/** Every day, model and currency that either side has, in order. */
export function compare(lines: readonly BillLine[], { rows, tolerance }: Ledger): readonly Comparison[] {
  const ledger = new Map<string, Side>()
  for (const { group, costs, tokens } of rows) {
    const [day = '', target = ''] = group
    const model = target.slice(target.indexOf('/') + 1)
    const sum = Object.values(tokens).reduce((all, count) => all + count, 0)
    for (const { nanos, currency } of costs) add(ledger, [day, model, currency], { nanos, tokens: sum })
  }
  const models = [...new Set([...ledger.keys()].map((key) => key.split('\n')[1] ?? ''))]
  const bill = new Map<string, Side>()
  for (const { day, what, nanos, currency, tokens } of lines)
    add(bill, [day, modelIn(what, models), currency], { nanos, tokens })
  const keys = [...new Set([...bill.keys(), ...ledger.keys()])].toSorted()
  return keys.map((key) => comparison(key, { bill: bill.get(key), ledger: ledger.get(key), tolerance }))
}

function add(sides: Map<string, Side>, names: readonly string[], { nanos, tokens }: Side): void {
  const key = names.join('\n')
  const before = sides.get(key)
  const all = tokens === undefined ? before?.tokens : (before?.tokens ?? 0) + tokens
  sides.set(key, { nanos: (before?.nanos ?? 0n) + nanos, tokens: all })
}

/** The longest name of a model of the ledger that stands in a line as a word; else the line's own words. */
function modelIn(what: string, models: readonly string[]): string {
  const text = what.toLowerCase()
  const found = models.filter((model) => standsIn(text, model.toLowerCase()))
  return found.reduce((longest, model) => (model.length > longest.length ? model : longest), '') || what.trim()
}

function standsIn(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    const before = text[at - 1] ?? ' '
    const after = text[at + name.length] ?? ' '
    if (!/[a-z0-9]/.test(before) && !/[a-z0-9.]/.test(after)) return true
  }
  return false
}

interface Sides {
  readonly bill: Side | undefined
  readonly ledger: Side | undefined
  readonly tolerance: bigint
}

function comparison(key: string, { bill, ledger, tolerance }: Sides): Comparison {
  const [day = '', model = '', currency = ''] = key.split('\n')
  const difference = (bill?.nanos ?? 0n) - (ledger?.nanos ?? 0n)
  const off = (difference < 0n ? -difference : difference) > tolerance
  const own = {
    day,
    model,
    currency,
    ...(bill === undefined ? {} : { bill }),
    ...(ledger === undefined ? {} : { ledger }),
  }
  return { ...own, difference, verdict: verdictOf(bill, ledger, off) }
}

function verdictOf(bill: Side | undefined, ledger: Side | undefined, off: boolean): Comparison['verdict'] {
  if (off && ledger === undefined) return 'only-in-bill'
  if (off && bill === undefined) return 'only-in-ledger'
  if (off) return 'amount'
  if (bill === undefined || ledger === undefined) return 'same'
  return bill.tokens === undefined || bill.tokens === ledger.tokens ? 'same' : 'tokens'
}
