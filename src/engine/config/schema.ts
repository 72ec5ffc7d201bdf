import { z } from 'zod'
import { type Auth, AUTH_KINDS } from '#catalog/index.ts'
import { type ParsedBook, bookSections } from '#engine/config/book-schema.ts'
import type { RouteTarget, Strategy } from '#engine/config/config.ts'
import {
  currencySchema,
  discountSchema,
  packageSchema,
  type ParsedDiscount,
  type ParsedPackage,
} from '#engine/config/billing-schema.ts'
import { credentialsSchema, type ParsedCredentials, secret } from '#engine/config/credentials-schema.ts'
import { selectorProblem } from '#engine/config/selectors.ts'
import { quirksSchema } from '#engine/config/quirks-schema.ts'
import { databaseSchema, type ParsedReplicas, redisSchema, replicasSchema } from '#engine/config/replicas-schema.ts'
import { integer } from '#engine/config/integer.ts'
import { type Measured, parseAge, parseDuration, parseSize, parseStorage } from '#engine/config/units.ts'
import { DIALECT_IDS, type DialectId } from '#wire/dialect.ts'
import type { Quirks } from '#wire/quirks.ts'

/** `server` with its defaults; durations in milliseconds, sizes in bytes. */
export interface ParsedServer {
  readonly host: string
  readonly port: number
  readonly limits: Readonly<
    Record<'body' | 'headerTime' | 'bodyTime' | 'jsonDepth' | 'frame' | 'answer' | 'stalledCaller', number>
  >
  readonly keepAlive: number
  readonly drain: number
}

/** An entry of `providers` by itself, before it is held against the catalog. */
export interface ParsedProvider {
  readonly platform: string
  readonly region?: string
  readonly baseUrl?: string
  readonly dialect?: DialectId
  readonly apiKey?: string | readonly string[]
  readonly credentials?: ParsedCredentials
  readonly auth?: Auth['kind']
  readonly variables?: Readonly<Record<string, string>>
  readonly timeouts: Readonly<Record<'connect' | 'firstByte' | 'idle' | 'total', number>>
  readonly headers: Readonly<Record<string, string>>
  readonly quirks?: Partial<Quirks>
  readonly currency?: string
  readonly discounts?: readonly ParsedDiscount[]
  readonly packages?: readonly ParsedPackage[]
}

/** An entry of `routes` by itself. */
export interface ParsedRoute {
  readonly targets: readonly (string | RouteTarget)[]
  readonly strategy: Strategy
  readonly vectorSpace?: string
  readonly refuse?: readonly string[]
}

/** `memory` with its defaults; milliseconds, 0 = off, and bytes. */
export type ParsedMemory = Readonly<Record<'responses' | 'reasoning' | 'maxSize', number>>

/** `media` with its defaults; bytes and milliseconds. */
export interface ParsedMedia {
  readonly allowHosts: readonly string[]
  readonly maxSize: number
  readonly timeout: number
}

/** The whole file by itself. */
export interface ParsedConfig extends ParsedBook {
  readonly server: ParsedServer
  readonly data: string
  readonly database?: string
  readonly redis?: string
  readonly replicas: ParsedReplicas
  readonly memory: ParsedMemory
  readonly media: ParsedMedia
  readonly refuse: readonly string[]
  readonly catalog?: string
  readonly providers?: Readonly<Record<string, ParsedProvider>>
  readonly routes: Readonly<Record<string, ParsedRoute>>
}

const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*)|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)$/
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const VARIABLE = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/
const HEADER_VALUE = /^[\t\x20-\x7e]*$/

function measured(form: string, parse: (value: unknown) => Measured, min: number): z.ZodType<number> {
  return z
    .unknown()
    .transform((value, context) => {
      const read = parse(value)
      if (read.ok && read.value >= min) return read.value
      context.addIssue({ code: 'custom', message: read.ok ? 'must be more than zero' : read.message })
      return z.NEVER
    })
    .meta({ form })
}

const duration = measured('duration', parseDuration, 1)
const durationFromZero = measured('duration', parseDuration, 0)
const durationOrOff = measured(
  'duration | `off`',
  (value) => (value === 'off' ? { ok: true, value: 0 } : parseDuration(value)),
  0,
)
const size = measured('size', parseSize, 1)
const storage = measured('size', parseStorage, 1)
const ageOrOff = measured(
  'duration, in days too | `off`',
  (value) => (value === 'off' ? { ok: true, value: 0 } : parseAge(value)),
  0,
)

const text = z.string().trim().min(1, 'must not be empty')

const limits = z.strictObject({
  body: size.prefault('20MB').describe("Largest body of a caller's request."),
  headerTime: duration.prefault('10s').describe("From a connection's first byte to the end of its headers."),
  bodyTime: duration.prefault('60s').describe('From the end of the headers to the end of the body.'),
  jsonDepth: integer(1, 512).prefault(64).describe('Deepest nesting of JSON in a body.'),
  frame: size.prefault('8MiB').describe('Longest single event of a stream that we take from a platform.'),
  answer: size.prefault('64MiB').describe('Longest whole answer that we take from a platform.'),
  stalledCaller: duration.prefault('60s').describe('A caller that takes nothing for so long is hung up on.'),
})

/** The `server` section. */
export const serverSchema: z.ZodType<ParsedServer> = z.strictObject({
  host: z
    .string()
    .regex(HOST, 'must be a host name or an IP address, without scheme and port')
    .prefault('127.0.0.1')
    .describe('Address to listen on; `0.0.0.0` = all. Default is environment variable `HOST`, if set.'),
  port: integer(0, 65_535)
    .prefault(8787)
    .describe('Port to listen on; 0 = any free one. Default is environment variable `PORT`, if set.'),
  limits: limits
    .prefault({})
    .describe('Bounds on what callers may send and how slowly, and on what platforms may answer.'),
  keepAlive: durationOrOff.prefault('15s').describe('Silence in a stream after which a comment line is sent.'),
  drain: durationFromZero.prefault('30s').describe('How long running streams may go on after SIGTERM.'),
})

const memory = z.strictObject({
  responses: ageOrOff
    .prefault('30d')
    .describe('How long an answer can be gone on from by its id (`previous_response_id`).'),
  reasoning: ageOrOff
    .prefault('24h')
    .describe(
      'How long the thinking beside tool calls is kept, for platforms that demand it back from callers who lose it.',
    ),
  maxSize: storage.prefault('1GB').describe('Most that is kept of both; the oldest goes first.'),
})

const ALLOWED_HOST = /^(?:[A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/

const media = z.strictObject({
  allowHosts: z
    .array(text.regex(ALLOWED_HOST, 'must be a host, or host:port, without scheme and path'))
    .prefault([])
    .describe(
      'Hosts that images may come from though their address is private, or their port not 80 or 443: `files.corp:8443`.',
    ),
  maxSize: size.prefault('20MB').describe('Largest image or document.'),
  timeout: duration.prefault('10s').describe('For the whole of one fetch, redirects included.'),
})

const timeouts = z.strictObject({
  connect: duration.prefault('5s').describe('Until the connection stands.'),
  firstByte: duration.prefault('120s').describe("From the call's start to the answer's headers."),
  idle: duration.prefault('120s').describe('Longest silence inside an answer.'),
  total: duration.prefault('600s').describe('The whole call.'),
})

/** Set by the gateway for each call; another value would break the call. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'content-length',
  'content-type',
  'transfer-encoding',
  'accept-encoding',
  'expect',
  'upgrade',
])

const headers = z.record(z.string(), z.string()).superRefine((record, context) => {
  const seen = new Set<string>()
  for (const [name, value] of Object.entries(record)) {
    const lower = name.toLowerCase()
    const message = headerProblem(lower, value) ?? (seen.has(lower) ? 'is here twice: case does not matter' : undefined)
    seen.add(lower)
    if (message !== undefined) context.addIssue({ code: 'custom', path: [name], message })
  }
})

function headerProblem(name: string, value: string): string | undefined {
  if (!HEADER_NAME.test(name)) return 'is not a header name'
  if (OWN_HEADERS.has(name)) return 'is set by the gateway itself'
  return HEADER_VALUE.test(value) ? undefined : 'may hold printable ASCII characters only'
}

/** One entry of `providers`. */
export const providerSchema: z.ZodType<ParsedProvider> = z.strictObject({
  platform: text.describe('Id of a platform of the catalog: `tongwen platforms` lists them.'),
  region: text.exactOptional().describe("One of the platform's regions; its first where absent."),
  baseUrl: text
    .exactOptional()
    .describe("Instead of the catalog's; the endpoint's path is appended. Required where the catalog has none."),
  dialect: z.enum(DIALECT_IDS).exactOptional().describe("Another of the platform's dialects than its first."),
  apiKey: z
    .union([secret, z.array(secret).min(1, 'must hold at least one key')], {
      error: 'must be a key, or a list of keys',
    })
    .exactOptional()
    .meta({ form: 'secret | list of secrets' })
    .describe("Credential; a list is a pool. Where absent, the platform's own environment variable."),
  credentials: credentialsSchema
    .exactOptional()
    .describe('Instead of `apiKey`, where a platform asks for several words: they select the way to prove who one is.'),
  auth: z
    .enum(AUTH_KINDS)
    .exactOptional()
    .describe(
      "Which of the platform's ways, where more than one takes what is given; `tongwen platforms <id>` lists them.",
    ),
  variables: z
    .record(z.string(), z.string().regex(VARIABLE, 'must be letters, digits, ".", "_", ":" and "-", at most 128'))
    .exactOptional()
    .meta({ form: 'name: text' })
    .describe("What fills `{name}` in the platform's addresses: `resource`, `project`, `location`, `apiVersion`."),
  timeouts: timeouts.prefault({}).describe('Deadlines of calls to this provider.'),
  headers: headers.prefault({}).meta({ form: 'name: text' }).describe('Sent with each request.'),
  quirks: quirksSchema
    .exactOptional()
    .describe('How this account departs from what the catalog says: for platforms that the catalog does not know.'),
  currency: currencySchema
    .exactOptional()
    .describe("Which of the platform's price lists it is billed by, where it has several; the first where absent."),
  discounts: z
    .array(discountSchema)
    .exactOptional()
    .meta({ form: 'list of `{ multiplier, models, from, until, note }`' })
    .describe('What a contract leaves of the list price; of several that hold the first one counts.'),
  packages: z
    .array(packageSchema)
    .exactOptional()
    .meta({ form: 'list of `{ name, tokens, amount, currency, models, counts, from, until, price }`' })
    .describe('Free quotas and prepaid packages: used up before money is spent, the one that ends first at first.'),
})

/** A selector of warnings, checked. */
const selector = z
  .string()
  .superRefine((written, context) => {
    const problem = selectorProblem(written)
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
  })
  .meta({ form: '`action` | `action:path`' })

const weighted = z.strictObject({
  target: text.describe('`provider/model`'),
  weight: integer(1, 1_000_000).prefault(1).describe('Share under `strategy: weighted`.'),
})

/** One entry of `routes`. */
export const routeSchema: z.ZodType<ParsedRoute> = z.strictObject({
  targets: z
    .array(z.union([text, weighted], { error: 'must be provider/model, or { target, weight }' }))
    .min(1, 'must hold at least one target')
    .meta({ form: 'list of `provider/model` | `{ target, weight }`' })
    .describe('Where requests go; `weight` is a whole number, 1 where absent.'),
  strategy: z
    .enum(['priority', 'weighted', 'cheapest', 'fastest'])
    .prefault('priority')
    .describe('Order in which the targets are tried.'),
  vectorSpace: text
    .exactOptional()
    .describe(
      'Your word that all targets embed into one space of this name: without it, a route of embedding models leads to one model only, since vectors of two cannot be compared.',
    ),
  refuse: z
    .array(selector)
    .exactOptional()
    .describe('Warnings that rule out a target of this route, beside those of the whole configuration.'),
})

/** The whole file. Strict at every level: what is not here is a problem. */
export const configSchema: z.ZodType<ParsedConfig> = z.strictObject({
  server: serverSchema.prefault({}).describe('The HTTP server.'),
  data: text.prefault('./data').describe('Folder of the embedded store.'),
  memory: memory
    .prefault({})
    .describe(
      'What is kept for callers between their requests: parts of conversations, in the store, erased with their key.',
    ),
  media: media
    .prefault({})
    .describe('Images and documents that are fetched for platforms that take them inside the request only.'),
  refuse: z
    .array(selector)
    .prefault([])
    .describe(
      'Warnings that rule a target out, instead of being told: `emulated`, `emulated:n`, `approximated:reasoning*`.',
    ),
  catalog: text
    .exactOptional()
    .describe(
      "File that adds or corrects platforms, models and prices of the catalog; its path counts from this file's folder.",
    ),
  database: databaseSchema.exactOptional(),
  redis: redisSchema.exactOptional(),
  replicas: replicasSchema.prefault({}).describe('How replicas get along with each other, where `database` is given.'),
  providers: z
    .record(z.string(), providerSchema)
    .exactOptional()
    .describe(
      'Accounts on platforms, by a name of your choice. Without this section, all that the environment has keys for.',
    ),
  routes: z.record(z.string(), routeSchema).prefault({}).describe('Names that callers use, and where they lead.'),
  ...bookSections,
})
