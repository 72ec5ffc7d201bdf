import { z } from 'zod'
import { secret } from '#engine/config/credentials-schema.ts'
import type { CurrencyConfig, KeyConfig } from '#engine/config/config.ts'
import { integer } from '#engine/config/integer.ts'
import type { Group } from '#engine/ports.ts'

/** An organisation or a team as the file has it. */
export type ParsedGroup = Omit<Group, 'kind' | 'name'>

/** The sections that say who may ask for what, and how much: callers, what is above them, and currencies. */
export interface ParsedBook {
  readonly organisations: Readonly<Record<string, ParsedGroup>>
  readonly teams: Readonly<Record<string, ParsedGroup>>
  readonly keys: readonly KeyConfig[]
  readonly currencies?: CurrencyConfig
}

const text = z.string().trim().min(1, 'must not be empty')

const CURRENCY = /^[A-Z]{3}$/

const currency = z
  .string()
  .regex(CURRENCY, 'must be the three capital letters of ISO 4217, like CNY or USD')
  .meta({ form: 'ISO 4217 letters' })

/** A decimal number as text, so that no digit is lost. */
function decimal(example: string): z.ZodString {
  return z
    .string({
      error: ({ input }) =>
        typeof input === 'number' ? `must be quoted, so that no digit is lost: "${example}"` : undefined,
    })
    .regex(/^\d{1,12}(\.\d{1,9})?$/, `must be a decimal number like "${example}", with at most 9 decimals`)
    .regex(/[1-9]/, 'must be more than zero')
    .meta({ form: 'decimal text' })
}

const budget = z.strictObject({
  amount: decimal('100.00').describe('Most that may be spent, quoted: `"100.00"`.'),
  currency: currency.describe('Currency of the amount.'),
  period: z.enum(['day', 'month', 'total']).describe('When spending starts again from zero (UTC).'),
  unpriced: z
    .enum(['refuse', 'allow'])
    .exactOptional()
    .describe('Whether models without a price may be used under it, uncounted. Absent = `refuse`.'),
  whenShort: z
    .enum(['refuse', 'cap'])
    .exactOptional()
    .describe(
      'What happens to a request that may cost more than is left: `refuse`, or `cap` its output to what fits. Absent = `refuse`.',
    ),
})

const limits = z.strictObject({
  requestsPerMinute: integer(1).exactOptional().describe('Requests a minute.'),
  requestsPerDay: integer(1).exactOptional().describe('Requests a day.'),
  tokensPerMinute: integer(1).exactOptional().describe('Tokens a minute, input and output.'),
  tokensPerDay: integer(1).exactOptional().describe('Tokens a day, input and output.'),
  concurrency: integer(1).exactOptional().describe('Requests at once.'),
})

const bounds = {
  models: z
    .array(text)
    .prefault([])
    .describe('What may be asked for: names with `*` for any run of characters. Empty = everything.'),
  limits: limits.prefault({}).describe('Absent = without limit.'),
  budget: budget.exactOptional().describe('Absent = without budget.'),
}

const organisation = z.strictObject(bounds)

const team = z.strictObject({
  organisation: text.exactOptional().describe('Name of its organisation, from `organisations`.'),
  ...bounds,
})

/** One entry of `organisations`, and one of `teams`. */
export const organisationSchema: z.ZodType<ParsedGroup> = organisation
export const teamSchema: z.ZodType<ParsedGroup> = team

/** One entry of `keys`. */
export const keySchema: z.ZodType<KeyConfig> = z.strictObject({
  name: text.max(100, 'must be at most 100 characters').describe('Unique; shown in usage and traces.'),
  key: secret
    .min(16, 'must be at least 16 characters')
    .meta({ form: 'secret' })
    .describe('The key itself, at least 16 characters; keep it in the environment.'),
  role: z.enum(['caller', 'admin']).prefault('caller').describe('`admin` may use the admin API.'),
  team: text.exactOptional().describe('Name of its team, from `teams`: what binds the team binds the key too.'),
  ...bounds,
})

const rate = z.strictObject({
  from: currency.describe('What is converted.'),
  to: currency.describe('What it becomes.'),
  rate: decimal('7.1').describe('Units of `to` for one unit of `from`, quoted: `"7.1"`.'),
  since: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a day like 2026-11-01')
    .refine((day) => !Number.isNaN(Date.parse(day)), 'must be a day that exists')
    .meta({ form: 'day' })
    .describe('First day on which it holds; it ends where a later one begins.'),
})

const currencies = z.strictObject({
  reporting: currency.describe('What `tongwen usage` converts into, beside the amounts as they are.'),
  rates: z.array(rate).prefault([]).describe('Rates by day. A missing one is told, never guessed.'),
})

/** The sections by their names. */
export const bookSections: {
  readonly organisations: z.ZodPrefault<z.ZodRecord<z.ZodString, z.ZodType<ParsedGroup>>>
  readonly teams: z.ZodPrefault<z.ZodRecord<z.ZodString, z.ZodType<ParsedGroup>>>
  readonly keys: z.ZodPrefault<z.ZodArray<z.ZodType<KeyConfig>>>
  readonly currencies: z.ZodExactOptional<z.ZodType<CurrencyConfig>>
} = {
  organisations: z
    .record(z.string(), organisationSchema)
    .prefault({})
    .describe('Organisations by name: what binds one binds every team and key in it.'),
  teams: z.record(z.string(), teamSchema).prefault({}).describe('Teams by name: what binds one binds every key in it.'),
  keys: z
    .array(keySchema)
    .prefault([])
    .describe('Declared callers; more are made by `tongwen keys create` or the admin API.'),
  currencies: z
    .strictObject(currencies.shape)
    .exactOptional()
    .describe('Dated rates of exchange, for reports in one currency.'),
}
