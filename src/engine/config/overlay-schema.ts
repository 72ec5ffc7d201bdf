import { z } from 'zod'
import type { ModelOverlay, PlatformOverlay, PriceOverlay } from '#catalog/index.ts'
import { ZONE_MINUTES } from '#catalog/openings.ts'
import { quirksSchema } from '#engine/config/quirks-schema.ts'
import { DIALECT_IDS } from '#wire/dialect.ts'
import { EFFORTS } from '#wire/request.ts'
import { COUNTED } from '#wire/usage.ts'

/** Evidence as it may stand in the file: where a row says nothing, what stands around it counts. */
interface Said {
  readonly source?: string
  readonly asOf?: string
}

type Loose<Row extends Required<Said>> = Omit<Row, keyof Said> & Said

export type ParsedPlatform = Loose<PlatformOverlay>
export type ParsedPrice = Loose<PriceOverlay>
export type ParsedModel = Omit<Loose<ModelOverlay>, 'prices'> & { readonly prices?: readonly ParsedPrice[] }

/** The whole file by itself, before it is held against the catalog. Names of models are `platform/model`. */
export interface ParsedOverlay extends Said {
  readonly platforms: Readonly<Record<string, ParsedPlatform>>
  readonly models: Readonly<Record<string, ParsedModel>>
}

const text = z.string().trim().min(1, 'must not be empty')
const texts = z.array(text)
const count = z.int().positive('must be more than zero').meta({ form: 'whole number' })

const date = z
  .string()
  .refine(isDate, 'must be a date like 2026-12-01; 2026-12 where the day is not known')
  .meta({ form: 'date' })

const instant = z
  .string()
  .refine(
    (value) => z.iso.datetime({ offset: true }).safeParse(value).success,
    'must be an instant with its offset, like 2026-12-01T00:00:00+08:00',
  )
  .meta({ form: 'instant' })

const decimal = z
  .string({
    error: ({ input }) => (typeof input === 'number' ? 'must be quoted, so that no digit is lost: "0.50"' : undefined),
  })
  .regex(/^\d{1,12}(\.\d{1,12})?$/, 'must be a decimal number like "0.50"')
  .meta({ form: 'decimal text' })

const clock = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'must be a time of day in quotes, like "09:00"')
  .meta({ form: 'time of day' })

const baseUrl = z
  .string()
  .regex(/^(?:https?|wss?):\/\/[^\s?#]+$/, 'must be an http(s) or ws(s) URL, without query and fragment')
  .meta({ form: 'URL' })

function isDate(value: string): boolean {
  if (!/^20\d\d(-\d\d(-\d\d)?)?$/.test(value)) return false
  const at = new Date(value)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value)
}

const evidence = {
  source: text.exactOptional().describe('Where it is from: a URL, a contract, a mail.'),
  asOf: date.exactOptional().describe('When that was right.'),
}

const region = z.strictObject({
  baseUrl: baseUrl.exactOptional(),
  note: text.exactOptional(),
  residency: text.exactOptional(),
  market: text.exactOptional(),
})

const endpoint = z.strictObject({
  path: z
    .string()
    .regex(/^\/\S*$/, 'must begin with "/"')
    .exactOptional(),
  streamPath: z
    .string()
    .regex(/^\/\S*$/, 'must begin with "/"')
    .exactOptional(),
  countPath: z
    .string()
    .regex(/^\/\S*$/, 'must begin with "/"')
    .exactOptional(),
  baseUrls: z.record(z.string(), baseUrl).exactOptional(),
  headers: z
    .record(z.string().regex(/^[a-z0-9-]+$/, 'must be a header name in lower case'), z.string())
    .exactOptional(),
  quirks: quirksSchema.exactOptional(),
})

const auth = z
  .union(
    [
      z.strictObject({ kind: z.enum(['none', 'bearer']) }),
      z.strictObject({ kind: z.enum(['header', 'query']), name: text }),
    ],
    { error: 'must be { kind: none | bearer }, or { kind: header | query, name }; others come with `like`' },
  )
  .meta({ form: '`{ kind: none | bearer }` | `{ kind: header | query, name }`' })

/** One entry of `platforms`. */
export const platformSchema: z.ZodType<ParsedPlatform> = z.strictObject({
  like: text
    .exactOptional()
    .describe('For a new platform: the one whose dialects, authentication and error table it has.'),
  name: text.exactOptional().describe('What lists show.'),
  nameZh: text.exactOptional().describe('The same in Chinese.'),
  kind: z.enum(['cloud', 'aggregator', 'self-hosted']).exactOptional().describe('What it is.'),
  regions: z
    .record(z.string(), region)
    .exactOptional()
    .meta({ form: 'name: `{ baseUrl, note, residency, market }`' })
    .describe('Sites, corrected or added; an added one needs its `baseUrl`.'),
  keyVariables: texts.exactOptional().describe('Environment variables that hold its key.'),
  auth: auth.exactOptional().describe('How a request proves who it is.'),
  endpoints: z
    .partialRecord(z.enum(DIALECT_IDS), endpoint)
    .exactOptional()
    .meta({ form: 'dialect: `{ path, streamPath, countPath, baseUrls, headers, quirks }`' })
    .describe('Endpoints of a dialect, corrected or added; an added one needs its `path`.'),
  quirks: quirksSchema.exactOptional().meta({ form: 'quirks' }).describe('How it departs from its first dialect.'),
  note: text.exactOptional().describe('Shown with it.'),
  ...evidence,
})

const rates = {
  input: decimal.exactOptional().describe('Input.'),
  cachedInput: decimal.exactOptional().describe('Input read from a cache.'),
  cachedExplicit: decimal.exactOptional().describe('Input read from a cache that the request marked itself.'),
  cacheWriteShort: decimal.exactOptional().describe('Input written to a cache for minutes.'),
  cacheWriteLong: decimal.exactOptional().describe('Input written to a cache for an hour.'),
  inputAudio: decimal.exactOptional().describe('Audio in.'),
  inputImage: decimal.exactOptional().describe('Images in.'),
  output: decimal.exactOptional().describe('Output.'),
  outputReasoning: decimal.exactOptional().describe('Reasoning, where it has a rate of its own.'),
  outputThinking: decimal
    .exactOptional()
    .describe('Thinking and answer alike, of an answer that thought, where it has a rate of its own.'),
  outputAudio: decimal.exactOptional().describe('Audio out.'),
  outputImage: decimal.exactOptional().describe('Images out.'),
}

/** Names of the rates that a row may have. */
export const RATES: readonly string[] = Object.keys(rates)

const tier = z.strictObject({
  inputAbove: z
    .int()
    .nonnegative('must not be less than zero')
    .meta({ form: 'whole number' })
    .describe('More tokens of input than these; then the whole request has these rates.'),
  outputAbove: count.exactOptional().describe('And more tokens of output than these.'),
  ...rates,
})

const priceWindow = z.strictObject({
  multiplier: decimal.describe('All rates are multiplied by it.'),
  weekdays: z
    .array(z.int().min(1, 'must be from 1 (Monday) to 7').max(7, 'must be from 1 (Monday) to 7'))
    .exactOptional()
    .meta({ form: 'list of 1 (Monday) to 7' })
    .describe('Absent = every day.'),
  from: clock.describe('First minute of it.'),
  until: clock.describe('First minute after it, on the same day.'),
  timeZone: z.enum(Object.keys(ZONE_MINUTES)).describe('Where the clock stands.'),
  holidays: z
    .enum(['PRC'])
    .exactOptional()
    .describe('Calendar whose public holidays are outside of it; weekend days worked in exchange stay weekend days.'),
  exempt: text.exactOptional().describe('Days that are exempt and not applied: the rule of a price says so.'),
})

const lane = z.strictObject({
  multiplier: decimal.exactOptional().describe('All rates are multiplied by it.'),
  ...rates,
})

const variant = z.strictObject({
  when: z
    .record(text, z.union([text, z.boolean(), texts]))
    .meta({ form: 'name: value | list of values' })
    .describe('All of it must be so.'),
  ...rates,
})

const fee = z.strictObject({
  price: decimal.describe('For `per` of them.'),
  per: count.describe('So many: `1000`.'),
  from: instant.exactOptional().describe('Nothing is charged before.'),
  free: text.exactOptional().describe('What is given away and not applied: the rule of a price says so.'),
})

const price: z.ZodType<ParsedPrice> = z.strictObject({
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be the three capital letters of ISO 4217, like CNY or USD')
    .meta({ form: 'ISO 4217 letters' })
    .describe('Of all its rates.'),
  unit: z
    .enum(['million-tokens', 'million-characters', 'search', 'image', 'second', 'video', 'credit', 'unclear'])
    .prefault('million-tokens')
    .describe('What the rates are for.'),
  regions: texts.min(1, 'must name at least one region').exactOptional().describe('Only there; absent = everywhere.'),
  from: instant.exactOptional().describe('First instant at which it holds; absent = always.'),
  until: instant.exactOptional().describe('First instant at which it no longer holds.'),
  ...rates,
  tiers: z.array(tier).exactOptional().describe('Rates of longer requests; of several that hold the last one counts.'),
  windows: z.array(priceWindow).exactOptional().describe('Hours in which all rates are multiplied.'),
  graduated: z
    .literal(true)
    .exactOptional()
    .describe('Each part of a request has the rates of the tier that it lies in; else the whole request has one.'),
  countedAt: z
    .enum(['start', 'end'])
    .exactOptional()
    .describe('The instant of a request that decides the row and the window; `start` where absent.'),
  variants: z
    .array(variant)
    .exactOptional()
    .describe('Rates laid over the others when all of `when` is so: `thinking`, `inputMedia`, `outputAudio`, a trait.'),
  batchDiscount: decimal.exactOptional().describe('Part taken off for batch jobs: `"0.5"`.'),
  lanes: z
    .record(text, lane)
    .exactOptional()
    .meta({ form: 'name: `{ multiplier, ...rates }`' })
    .describe('Slower and faster service, by the word that the platform answers with: `flex`, `priority`.'),
  fees: z
    .partialRecord(z.enum(COUNTED), fee)
    .exactOptional()
    .meta({ form: 'what is counted: `{ price, per, from, free }`' })
    .describe('What is charged beside tokens: `web-search`, `web-fetch`, `file-search`.'),
  note: text.exactOptional().describe('Shown with it.'),
  ...evidence,
})

const modality = z.enum(['text', 'image', 'audio', 'video', 'pdf', 'file', 'embedding', 'score'])

const limits = z.strictObject({
  requestsPerMinute: count.exactOptional(),
  tokensPerMinute: count.exactOptional(),
  thinkingTokens: count.exactOptional(),
  seconds: count.exactOptional(),
})

/** One entry of `models`. */
export const modelSchema: z.ZodType<ParsedModel> = z.strictObject({
  kind: z
    .enum([
      'chat',
      'embedding',
      'rerank',
      'moderation',
      'image',
      'video',
      'speech',
      'transcription',
      'realtime',
      'other',
    ])
    .exactOptional()
    .describe('What work it does; `chat` where a new one does not say.'),
  aliases: texts.exactOptional().describe('Other names that it answers to.'),
  sentAs: text.exactOptional().describe('The id to send where it is another.'),
  family: text.exactOptional().describe('Id of a model family of the catalog, for its quirks.'),
  regions: texts.exactOptional().describe('Served only there.'),
  context: count.exactOptional().describe('Tokens of input and output together.'),
  maxInput: count.exactOptional().describe('Most tokens of input.'),
  maxOutput: count.exactOptional().describe('Most tokens of output.'),
  input: z.array(modality).min(1, 'must not be empty').exactOptional().describe('What it takes.'),
  output: z.array(modality).min(1, 'must not be empty').exactOptional().describe('What it gives.'),
  capabilities: z
    .array(
      z.enum([
        'tools',
        'vision',
        'reasoning',
        'json-object',
        'json-schema',
        'prefix',
        'fim',
        'prompt-cache',
        'web-search',
        'pdf-input',
        'audio-input',
        'video-input',
        'document-input',
      ]),
    )
    .exactOptional()
    .describe(
      'All that it can do; instead of what the catalog lists. Of a new model that says nothing they are unknown.',
    ),
  capabilitiesOpen: z
    .boolean()
    .exactOptional()
    .describe('The list may lack some: an absent one is unknown, not missing.'),
  efforts: z
    .array(z.enum(EFFORTS))
    .min(1, 'must not be empty')
    .exactOptional()
    .describe('Reasoning efforts that it takes.'),
  status: z
    .enum(['active', 'announced', 'legacy', 'deprecated', 'retired', 'open-weights', 'elsewhere'])
    .exactOptional()
    .describe('Whether it answers.'),
  released: date.exactOptional().describe('Since when.'),
  retired: date.exactOptional().describe('Until when.'),
  prices: z
    .array(price)
    .exactOptional()
    .describe("Price rows. Each holds from its `from` on, the catalog's of that currency and region until then."),
  quirks: quirksSchema.exactOptional().meta({ form: 'quirks' }).describe('How it departs from its platform.'),
  limits: limits
    .exactOptional()
    .meta({ form: '`{ requestsPerMinute, tokensPerMinute, thinkingTokens, seconds }`' })
    .describe('Its limits.'),
  dimensions: z
    .array(count)
    .min(1, 'must not be empty')
    .exactOptional()
    .describe('Lengths of its vectors, the default first.'),
  anyDimensions: z.literal(true).exactOptional().describe('Any length up to the largest may be asked for.'),
  vectorSpace: text.exactOptional().describe('Whose vectors can be compared with its own.'),
  service: text
    .exactOptional()
    .describe("Form of the platform's service that it is called by, where that is not the first."),
  batchMax: count.exactOptional().describe('Most inputs in one call.'),
  openWeights: z.boolean().exactOptional().describe('Whether its weights are published.'),
  note: text.exactOptional().describe('Shown with it.'),
  ...evidence,
})

/** The whole file. Strict at every level: what is not here is a problem. */
export const overlaySchema: z.ZodType<ParsedOverlay> = z.strictObject({
  ...evidence,
  platforms: z
    .record(z.string(), platformSchema)
    .prefault({})
    .describe('Platforms of the catalog to correct, or new ones, by id.'),
  models: z.record(z.string(), modelSchema).prefault({}).describe('Models to correct or add, by `platform/model`.'),
})
