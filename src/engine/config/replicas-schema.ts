import { z } from 'zod'
import { secret } from '#engine/config/credentials-schema.ts'
import { parseDuration } from '#engine/config/units.ts'

/** `replicas` with its defaults; milliseconds. */
export interface ParsedReplicas {
  readonly leaseDoubt: number
  readonly redisDeadline: number
  readonly whenUnreachable: 'refuse' | 'allow'
}

/** Between so many milliseconds. */
function duration(least: number, most: number, words: string): z.ZodType<number> {
  return z
    .unknown()
    .transform((value, context) => {
      const parsed = typeof value === 'string' ? parseDuration(value) : undefined
      if (parsed?.ok === true && parsed.value >= least && parsed.value <= most) return parsed.value
      context.addIssue({ code: 'custom', message: `must be a duration ${words}` })
      return z.NEVER
    })
    .meta({ form: 'duration' })
}

function url(schemes: readonly string[], words: string): z.ZodType<string> {
  return secret
    .refine((text) => schemes.some((scheme) => text.startsWith(`${scheme}://`)) && URL.canParse(text), {
      message: `must be ${words}`,
    })
    .meta({ form: 'secret' })
}

/** Where the books are when several replicas share them. */
export const databaseSchema: z.ZodType<string> = url(
  ['postgres', 'postgresql'],
  'a URL like postgres://user:password@host:5432/name',
).describe(
  'PostgreSQL URL, for several replicas: it then holds all that `data` holds otherwise, and `data` keeps the journal of the replica. A database of its own.',
)

/** Where rates and slots are counted when several replicas share them. */
export const redisSchema: z.ZodType<string> = url(
  ['redis', 'rediss'],
  'a URL like redis://user:password@host:6379/0',
).describe('Redis or Valkey URL: limits a minute and concurrency are then counted there. Only beside `database`.')

/** The `replicas` section. */
export const replicasSchema: z.ZodType<ParsedReplicas> = z.strictObject({
  leaseDoubt: duration(1_000, 86_400_000, 'from 1s to 24h')
    .prefault('60s')
    .describe(
      'How long after a replica has gone silent its shares of budgets stay blocked, unless it starts again on its `data` before.',
    ),
  redisDeadline: duration(5, 5_000, 'from 5ms to 5s')
    .prefault('50ms')
    .describe('Longest wait for Redis; a slower one counts as unreachable.'),
  whenUnreachable: z
    .enum(['refuse', 'allow'])
    .prefault('refuse')
    .describe(
      'What limits do without Redis: `refuse` what needs a share, or `allow` each replica its part of the limit. Budgets never depend on it.',
    ),
})
