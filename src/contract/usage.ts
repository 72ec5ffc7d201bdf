import { z } from 'zod'
import type { AdjustmentInfo, Amount, NewAdjustmentAsked, UsageInfo } from '#contract/answers.ts'

/** What rows of usage may be about, by their names in the API; `tag:NAME` besides. */
const USAGE_GROUPS: readonly Exclude<UsageGroupName, object>[] = [
  'key',
  'team',
  'organisation',
  'model',
  'platform',
  'target',
  'day',
]

export type UsageGroupName =
  | 'key'
  | 'team'
  | 'organisation'
  | 'model'
  | 'platform'
  | 'target'
  | 'day'
  | { readonly tag: string }

/** The query of `GET /api/usage` as text; `tongwen usage` has the same as options. */
export interface UsageQueryText {
  /** Id or name of a key. */
  readonly key?: string
  readonly team?: string
  readonly organisation?: string
  readonly model?: string
  readonly target?: string
  /** `team=a,app=b`: all must hold. */
  readonly tag?: string
  /** A day or an instant; `from` is in, `to` is not. A bare day begins at midnight of `offset`. */
  readonly from?: string
  readonly to?: string
  /** `key,team,organisation,model,platform,target,day,tag:NAME`: any of these, with commas. */
  readonly by?: string
  /** Where a day begins, east of UTC: `+08:00`. */
  readonly offset?: string
}

const name = z.string().trim().min(1, 'must not be empty')

const groups = z.string().transform((text, context): readonly UsageGroupName[] => {
  const found: UsageGroupName[] = []
  for (const word of text.split(',').map((each) => each.trim())) {
    const group = groupOf(word)
    if (group === undefined) {
      context.addIssue({ code: 'custom', message: `"${word}" is not one of ${USAGE_GROUPS.join(', ')}, tag:NAME` })
      return z.NEVER
    }
    found.push(group)
  }
  return found
})

function groupOf(word: string): UsageGroupName | undefined {
  if (word.startsWith('tag:') && word.length > 4) return { tag: word.slice(4) }
  return USAGE_GROUPS.find((group) => group === word)
}

const tags = z.string().transform((text, context): Readonly<Record<string, string>> => {
  const pairs: [string, string][] = []
  for (const pair of text.split(',')) {
    const equals = pair.indexOf('=')
    if (equals <= 0) {
      context.addIssue({ code: 'custom', message: 'must be name=value, several with commas between' })
      return z.NEVER
    }
    pairs.push([pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()])
  }
  return Object.fromEntries(pairs)
})

const DAY = /^\d{4}-\d{2}-\d{2}$/
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/
const OFFSET = /^([+-])(\d{2}):(\d{2})$/

const moment = z
  .string()
  .refine(
    (text) => (DAY.test(text) || INSTANT.test(text)) && !Number.isNaN(Date.parse(text)),
    'must be a day like 2026-11-01, or an instant like 2026-11-01T08:00:00+08:00',
  )

const utcOffset = z.string().transform((text, context): number => {
  const [, sign, hours, minutes] = OFFSET.exec(text) ?? []
  const value = Number(hours) * 60 + Number(minutes)
  if (sign !== undefined && value <= 14 * 60 && Number(minutes) < 60) return sign === '-' ? -value : value
  context.addIssue({ code: 'custom', message: 'must be hours and minutes east of UTC, like +08:00' })
  return z.NEVER
})

/** Sums of the ledger to ask for. All filters must hold; times in the answer are Unix milliseconds. */
export interface UsageAsked {
  /** Id or name of a key. */
  readonly key?: string
  readonly team?: string
  readonly organisation?: string
  readonly model?: string
  readonly target?: string
  readonly tags?: Readonly<Record<string, string>>
  /** From `since`, before `until`. */
  readonly since?: number
  readonly until?: number
  readonly by: readonly UsageGroupName[]
  /** Where a day begins, minutes east of UTC. */
  readonly offsetMinutes: number
}

/** Text → what is asked; each problem names its parameter. */
export const usageQuery: z.ZodType<UsageAsked, UsageQueryText> = z
  .strictObject({
    key: name.exactOptional(),
    team: name.exactOptional(),
    organisation: name.exactOptional(),
    model: name.exactOptional(),
    target: name.exactOptional(),
    tag: tags.exactOptional(),
    from: moment.exactOptional(),
    to: moment.exactOptional(),
    by: groups.exactOptional(),
    offset: utcOffset.exactOptional(),
  })
  .transform(({ tag, from, to, by, offset = 0, ...names }): UsageAsked => {
    return {
      ...names,
      ...(tag === undefined ? {} : { tags: tag }),
      ...(from === undefined ? {} : { since: instantOf(from, offset) }),
      ...(to === undefined ? {} : { until: instantOf(to, offset) }),
      by: by ?? [],
      offsetMinutes: offset,
    }
  })

function instantOf(text: string, offsetMinutes: number): number {
  return DAY.test(text) ? Date.parse(`${text}T00:00:00Z`) - offsetMinutes * 60_000 : Date.parse(text)
}

const tokens = z.object({
  inputFresh: z.int(),
  inputCached: z.int(),
  cacheWriteShort: z.int(),
  cacheWriteLong: z.int(),
  inputAudio: z.int(),
  outputText: z.int(),
  outputReasoning: z.int(),
  outputAudio: z.int(),
})

export const amount: z.ZodType<Amount> = z.object({ amount: z.string(), currency: z.string() })

export const usageRow: z.ZodType<UsageInfo> = z.object({
  group: z.record(z.string(), z.string().nullable()),
  requests: z.int(),
  released: z.int(),
  estimated: z.int(),
  unsettled: z.int(),
  adjustments: z.int(),
  tokens,
  costs: z.array(amount),
  converted: z.object({ amount: z.string(), currency: z.string(), missing: z.array(z.string()) }).exactOptional(),
})

const sum = z
  .string('must be a text like "-1.50"')
  .regex(/^-?\d{1,9}(\.\d{1,9})?$/, 'must be a decimal number like "-1.50", with at most 9 decimals')
  .regex(/[1-9]/, 'must not be zero')

/** What `POST /api/usage/adjustments` and `tongwen usage adjust` ask for. */
export const newAdjustment: z.ZodType<NewAdjustmentAsked, NewAdjustmentAsked> = z.strictObject({
  id: name.max(200, 'must be at most 200 characters').exactOptional(),
  amount: sum,
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be the three capital letters of ISO 4217, like CNY or USD'),
  reason: name.max(1_000, 'must be at most 1000 characters'),
  key: name.exactOptional(),
  model: name.exactOptional(),
  target: name.regex(/^[^/]+\/.+$/, 'must be provider/model').exactOptional(),
  at: moment.exactOptional(),
  reference: name.max(500, 'must be at most 500 characters').exactOptional(),
})

export const adjustmentInfo: z.ZodType<AdjustmentInfo> = z.object({
  id: z.string(),
  amount: z.string(),
  currency: z.string(),
  reason: z.string(),
  actor: z.string(),
  key: z.string().exactOptional(),
  model: z.string(),
  target: z.string(),
  at: z.string(),
  bookedAt: z.string(),
  reference: z.string().exactOptional(),
})
