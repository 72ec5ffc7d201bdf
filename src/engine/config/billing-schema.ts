import { z } from 'zod'

/** A contract's discount on some models of an account. */
export interface ParsedDiscount {
  readonly multiplier: string
  readonly models?: readonly string[]
  readonly from?: string
  readonly until?: string
  readonly note?: string
}

/** A package of an account, bought or given: tokens, or an amount of money. */
export interface ParsedPackage {
  readonly name: string
  readonly models?: readonly string[]
  readonly tokens?: number
  readonly counts?: 'input' | 'output'
  readonly amount?: string
  readonly currency?: string
  readonly from?: string
  readonly until?: string
  readonly price?: string
}

const text = z.string().trim().min(1, 'must not be empty')

const instant = z
  .string()
  .refine(
    (value) => z.iso.datetime({ offset: true }).safeParse(value).success,
    'must be an instant with its offset, like 2026-12-01T00:00:00+08:00',
  )
  .meta({ form: 'instant' })

const decimal = z
  .string({
    error: ({ input }) => (typeof input === 'number' ? 'must be quoted, so that no digit is lost: "0.85"' : undefined),
  })
  .regex(/^\d{1,12}(\.\d{1,9})?$/, 'must be a decimal number like "0.85", with at most 9 decimals')
  .meta({ form: 'decimal text' })

/** Three letters of ISO 4217. */
export const currencySchema: z.ZodType<string> = z
  .string()
  .regex(/^[A-Z]{3}$/, 'must be the three capital letters of ISO 4217, like CNY or USD')
  .meta({ form: 'ISO 4217 letters' })

const models = z.array(text).min(1, 'must name at least one model')

const span = {
  from: instant.exactOptional().describe('First instant at which it holds; absent = always.'),
  until: instant.exactOptional().describe('First instant at which it no longer holds.'),
}

function endsLater({ from, until }: { readonly from?: string; readonly until?: string }): boolean {
  return from === undefined || until === undefined || Date.parse(from) < Date.parse(until)
}

const LATER = { path: ['until'], message: 'must be later than `from`' }

/** One entry of `providers.<name>.discounts`. */
export const discountSchema: z.ZodType<ParsedDiscount> = z
  .strictObject({
    multiplier: decimal
      .refine((value) => Number(value) <= 1, 'must be at most "1": it is the part that is still paid')
      .describe('Part of the list price that is paid: `"0.85"`.'),
    models: models.exactOptional().describe("Its models' ids, with `*` for any run of characters; absent = all."),
    ...span,
    note: text.exactOptional().describe('Shown in the rule of a price.'),
  })
  .refine(endsLater, LATER)

/** One entry of `providers.<name>.packages`. */
export const packageSchema: z.ZodType<ParsedPackage> = z
  .strictObject({
    name: text.max(100, 'must be at most 100 characters').describe('Unique among the packages of the provider.'),
    models: models.exactOptional().describe("Its models' ids, with `*` for any run of characters; absent = all."),
    tokens: z
      .int()
      .positive('must be more than zero')
      .exactOptional()
      .meta({ form: 'whole number' })
      .describe('Tokens in it. Either these or `amount`.'),
    counts: z.enum(['input', 'output']).exactOptional().describe('Which tokens are drawn from it; absent = all.'),
    amount: decimal.exactOptional().describe('Money in it, at list price less discounts.'),
    currency: currencySchema.exactOptional().describe('Of `amount`.'),
    ...span,
    price: decimal.exactOptional().describe('What was paid for it; absent = it was free. Shown, not reckoned with.'),
  })
  .refine(endsLater, LATER)
  .refine(({ tokens, amount }) => (tokens === undefined) !== (amount === undefined), {
    message: 'needs `tokens` or `amount`, not both',
  })
  .refine(({ amount, currency }) => amount === undefined || currency !== undefined, {
    path: ['currency'],
    message: 'is needed: it is that of `amount`',
  })
  .refine(({ tokens, counts }) => counts === undefined || tokens !== undefined, {
    path: ['counts'],
    message: 'is for packages of tokens',
  })
