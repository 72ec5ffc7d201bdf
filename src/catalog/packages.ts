import type { Leaf } from '#catalog/leaves.ts'
import { costOf, parseDecimal } from '#catalog/money.ts'
import type { PriceLine } from '#catalog/price.ts'
import type { Counted } from '#wire/usage.ts'

/** Something paid for beforehand, or given, that is used up before money is spent. */
export interface Package {
  readonly id: string
  /** Tokens that it began with, or money in nanos of its currency. */
  readonly of: 'tokens' | 'money'
  readonly amount: bigint
  /** Of the tokens: which are drawn from it. Absent = all. */
  readonly counts?: 'input' | 'output'
  /** Of a package of money: in no other currency is it drawn from. */
  readonly currency?: string
  /** Unix milliseconds between which it holds; `until` is the first instant at which it no longer does. */
  readonly from: number
  readonly until: number
}

/** A package with what is left of it. */
export interface PackageLeft {
  readonly package: Package
  readonly left: bigint
}

/** What was taken from a package. */
export interface Drawn {
  readonly id: string
  readonly of: Package['of']
  /** Tokens, or nanos. */
  readonly amount: bigint
  /** Nanos of the list price that need not be paid. */
  readonly covered: bigint
}

/** What is left to pay of a price, and how the rest was covered. */
export interface AfterPackages {
  readonly nanos: bigint
  readonly drawn: readonly Drawn[]
}

/**
 * Uses packages up, in order of their end: the one that ends first goes first, of those that end alike tokens before
 * money, then by id, whatever order they are given in. Tokens are taken from the lines in their order; what is left of
 * a line is priced anew and rounded once. What is sold by the piece, and fees, only money covers.
 */
export function afterPackages(
  lines: readonly PriceLine[],
  packages: readonly PackageLeft[],
  { at, currency }: { readonly at: number; readonly currency: string },
): AfterPackages {
  const open = packages.filter(({ package: each, left }) => left > 0n && isOpen(each, at, currency))
  let rest: Rest[] = lines.map((line) => ({ line, tokens: BigInt(line.tokens), nanos: line.nanos, paid: 0n }))
  const drawn: Drawn[] = []
  for (const { package: each, left } of open.toSorted(firstToEnd)) {
    const taken = each.of === 'tokens' ? takeTokens(rest, each, left) : takeMoney(rest, left)
    rest = taken.rest
    if (taken.amount > 0n) drawn.push({ id: each.id, of: each.of, amount: taken.amount, covered: taken.covered })
  }
  return { nanos: sumOf(rest), drawn }
}

interface Rest {
  readonly line: PriceLine
  /** Not covered yet. */
  readonly tokens: bigint
  /** Still to be paid. */
  readonly nanos: bigint
  /** What packages of money have paid of it. */
  readonly paid: bigint
}

interface Taken {
  readonly rest: Rest[]
  readonly amount: bigint
  readonly covered: bigint
}

function isOpen({ of, currency, from, until }: Package, at: number, wanted: string): boolean {
  return from <= at && at < until && (of === 'tokens' || currency === wanted)
}

function firstToEnd({ package: a }: PackageLeft, { package: b }: PackageLeft): number {
  if (a.until !== b.until) return a.until < b.until ? -1 : 1
  if (a.of !== b.of) return a.of === 'tokens' ? -1 : 1
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}

function takeTokens(rest: readonly Rest[], { counts }: Package, left: bigint): Taken {
  let open = left
  const after = rest.map((each): Rest => {
    if (open === 0n || each.tokens === 0n || !isCounted(each.line, counts)) return each
    const taken = each.tokens < open ? each.tokens : open
    open -= taken
    const tokens = each.tokens - taken
    const cost = costOf(tokens, parseDecimal(each.line.unitPrice), 1_000_000) - each.paid
    return { ...each, tokens, nanos: cost > 0n ? cost : 0n }
  })
  return { rest: after, amount: left - open, covered: sumOf(rest) - sumOf(after) }
}

/** Tokens alone: what has a `per` of its own is sold otherwise. */
function isCounted({ what, per }: PriceLine, counts: Package['counts']): boolean {
  return per === undefined && (counts === undefined || sideOf(what) === counts)
}

function sideOf(what: Leaf | Counted): 'input' | 'output' {
  return what.startsWith('output') ? 'output' : 'input'
}

function takeMoney(rest: readonly Rest[], left: bigint): Taken {
  let open = left
  const after = rest.map((each): Rest => {
    const taken = each.nanos < open ? each.nanos : open
    open -= taken
    // What money has covered of a line is not covered by tokens too.
    const paid = each.paid + taken
    return taken === each.nanos
      ? { ...each, tokens: 0n, nanos: 0n, paid }
      : { ...each, nanos: each.nanos - taken, paid }
  })
  return { rest: after, amount: left - open, covered: left - open }
}

function sumOf(rest: readonly Rest[]): bigint {
  return rest.reduce((sum, { nanos }) => sum + nanos, 0n)
}
