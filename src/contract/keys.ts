import { z } from 'zod'
import type {
  Budget,
  CreatedKeyInfo,
  GroupChangeBody,
  GroupInfo,
  KeyChangeBody,
  KeyInfo,
  KeyRole,
  Limits,
  Me,
  NewGroupAsked,
  NewGroupBody,
  NewKeyAsked,
  NewKeyBody,
} from '#contract/answers.ts'
import { amount } from '#contract/usage.ts'

const count = z.int('must be a whole number').min(1, 'must be at least 1')

export const keyLimits: z.ZodType<Limits, Limits> = z.strictObject({
  requestsPerMinute: count.exactOptional(),
  requestsPerDay: count.exactOptional(),
  tokensPerMinute: count.exactOptional(),
  tokensPerDay: count.exactOptional(),
  concurrency: count.exactOptional(),
})

const limitsChange = z.strictObject({
  requestsPerMinute: count.nullable().exactOptional(),
  requestsPerDay: count.nullable().exactOptional(),
  tokensPerMinute: count.nullable().exactOptional(),
  tokensPerDay: count.nullable().exactOptional(),
  concurrency: count.nullable().exactOptional(),
})

const budget = z.strictObject({
  amount: z
    .string('must be a text like "100.00", so that no digit is lost')
    .regex(/^\d{1,12}(\.\d{1,9})?$/, 'must be a decimal number like "100.00", with at most 9 decimals')
    .regex(/[1-9]/, 'must be more than zero'),
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be the three capital letters of ISO 4217, like CNY or USD'),
  period: z.enum(['day', 'month', 'total'], 'must be day, month or total'),
  unpriced: z.enum(['refuse', 'allow'], 'must be refuse or allow').exactOptional(),
  whenShort: z.enum(['refuse', 'cap'], 'must be refuse or cap').exactOptional(),
})

export const keyBudget: z.ZodType<Budget, Budget> = budget

export const keyRole: z.ZodType<KeyRole, KeyRole> = z.enum(['caller', 'admin'], 'must be caller or admin')

const models = z.array(z.string().trim().min(1, 'must not be empty')).max(1_000, 'must be at most 1000').readonly()

/** Names travel in scopes, addresses and command lines. */
const groupName = z
  .string('must be a text')
  .trim()
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,99}$/u,
    'must be letters, digits, ".", "_" and "-", at most 100, and begin with a letter or a digit',
  )

/** What `POST /api/keys` and `tongwen keys create` ask for. */
export const newKey: z.ZodType<NewKeyAsked, NewKeyBody> = z.strictObject({
  name: z
    .string('must be a text')
    .trim()
    .min(1, 'must not be empty')
    .max(100, 'must be at most 100 characters')
    .regex(/^\P{Cc}*$/u, 'must not hold control characters'),
  role: keyRole.prefault('caller'),
  models: models.prefault([]),
  limits: keyLimits.prefault({}),
  budget: keyBudget.exactOptional(),
  team: groupName.exactOptional(),
})

const boundsChange = {
  models: models.exactOptional(),
  limits: limitsChange.exactOptional(),
  budget: keyBudget.nullable().exactOptional(),
}

/** What `PATCH /api/keys/:id` asks for. */
export const keyChange: z.ZodType<KeyChangeBody, KeyChangeBody> = z.strictObject({
  ...boundsChange,
  team: groupName.nullable().exactOptional(),
})

/** What `POST /api/organisations` and `tongwen organisations create` ask for. */
export const newOrganisation: z.ZodType<NewGroupAsked, NewGroupBody> = z.strictObject({
  name: groupName,
  models: models.prefault([]),
  limits: keyLimits.prefault({}),
  budget: keyBudget.exactOptional(),
})

/** What `POST /api/teams` and `tongwen teams create` ask for. */
export const newTeam: z.ZodType<NewGroupAsked, NewGroupBody> = z.strictObject({
  name: groupName,
  organisation: groupName.exactOptional(),
  models: models.prefault([]),
  limits: keyLimits.prefault({}),
  budget: keyBudget.exactOptional(),
})

export const organisationChange: z.ZodType<GroupChangeBody, GroupChangeBody> = z.strictObject(boundsChange)

export const teamChange: z.ZodType<GroupChangeBody, GroupChangeBody> = z.strictObject({
  ...boundsChange,
  organisation: groupName.nullable().exactOptional(),
})

export const groupInfo: z.ZodType<GroupInfo> = z.object({
  kind: z.enum(['team', 'organisation']),
  name: z.string(),
  organisation: z.string().exactOptional(),
  owner: z.enum(['file', 'store']),
  models: z.array(z.string()),
  limits: keyLimits,
  budget: keyBudget.exactOptional(),
  createdAt: z.string().exactOptional(),
})

const limitsLeft = z.object({
  requestsPerMinute: z.int().exactOptional(),
  requestsPerDay: z.int().exactOptional(),
  tokensPerMinute: z.int().exactOptional(),
  tokensPerDay: z.int().exactOptional(),
  concurrency: z.int().exactOptional(),
})

const info = z.object({
  id: z.string(),
  name: z.string(),
  role: keyRole,
  preview: z.string(),
  owner: z.enum(['file', 'store']),
  team: z.string().exactOptional(),
  models: z.array(z.string()),
  limits: keyLimits,
  budget: keyBudget.exactOptional(),
  createdAt: z.string().exactOptional(),
  revokedAt: z.string().exactOptional(),
})

export const keyInfo: z.ZodType<KeyInfo> = info

export const createdKey: z.ZodType<CreatedKeyInfo> = info.extend({ key: z.string() })

export const me: z.ZodType<Me> = z.object({
  id: z.string(),
  name: z.string(),
  role: keyRole,
  models: z.array(z.string()),
  limits: keyLimits,
  budget: budget.extend({ spent: amount, left: amount, periodStart: z.string().exactOptional() }).exactOptional(),
  levels: z.array(
    z.object({
      kind: z.enum(['key', 'team', 'organisation']),
      name: z.string(),
      limits: keyLimits,
      left: limitsLeft,
      budget: keyBudget.exactOptional(),
      budgetLeft: amount.exactOptional(),
    }),
  ),
})
