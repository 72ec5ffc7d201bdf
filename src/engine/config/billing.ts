import { type Discount, type Package, parseMoney } from '#catalog/index.ts'
import type { ParsedDiscount, ParsedPackage } from '#engine/config/billing-schema.ts'

/** How an account is billed where that is not by the list alone. */
export interface Billing {
  /** Which of the platform's price lists; absent = the first. */
  readonly currency?: string
  readonly discounts: readonly DiscountTerms[]
  readonly packages: readonly PackageTerms[]
}

/** For which models and when a term of a contract holds. */
interface Scoped {
  /** Patterns; empty = all. */
  readonly models: readonly string[]
  /** Unix milliseconds, infinite where open. */
  readonly from: number
  readonly until: number
}

export interface DiscountTerms extends Discount, Scoped {}

export interface PackageTerms extends Package, Scoped {
  /** As the operator named it. */
  readonly name: string
  /** What was paid for it, in `currency` where it has one. */
  readonly price?: string
}

/** What a provider's entry says of its bill; undefined where it says nothing. */
export function billingOf(
  provider: string,
  said: {
    readonly currency?: string
    readonly discounts?: readonly ParsedDiscount[]
    readonly packages?: readonly ParsedPackage[]
  },
): Billing | undefined {
  const { currency, discounts = [], packages = [] } = said
  if (currency === undefined && discounts.length === 0 && packages.length === 0) return undefined
  return {
    ...(currency === undefined ? {} : { currency }),
    discounts: discounts.map((each) => ({ ...each, ...scopeOf(each) })),
    packages: packages.map((each) => packageOf(provider, each)),
  }
}

function scopeOf({ models = [], from, until }: Pick<ParsedDiscount, 'models' | 'from' | 'until'>): Scoped {
  return {
    models,
    from: from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(from),
    until: until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until),
  }
}

function packageOf(provider: string, said: ParsedPackage): PackageTerms {
  const { name, tokens, amount, counts, currency, price } = said
  return {
    id: `${provider}/${name}`,
    name,
    of: tokens === undefined ? 'money' : 'tokens',
    amount: tokens === undefined ? parseMoney(amount ?? '0') : BigInt(tokens),
    ...(counts === undefined ? {} : { counts }),
    ...(currency === undefined ? {} : { currency }),
    ...(price === undefined ? {} : { price }),
    ...scopeOf(said),
  }
}
