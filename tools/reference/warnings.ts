import type { Dialect, DialectId, WireTarget } from '#wire/dialect.ts'
import { DIALECT_QUIRKS } from '#wire/dialect-quirks.ts'
import { DIALECTS } from '#wire/dialects.ts'
import type { JsonObject } from '#wire/json.ts'
import type { Quirks } from '#wire/quirks.ts'
import { EFFORTS } from '#wire/request.ts'
import { isLossy, type Warning } from '#wire/warning.ts'
import { writeFor } from '#wire/write-for.ts'
import { codes, page, table } from './markdown.ts'
import { RICH_ANSWERS } from './rich-answers.ts'
import { RICH_REQUESTS } from './rich-requests.ts'

/** What becomes of one feature on its way to another dialect. */
interface Fate {
  readonly feature: string
  readonly refused: string | undefined
  readonly warnings: readonly Warning[]
}

const CALLERS = Object.keys(RICH_REQUESTS) as DialectId[]
const PLATFORMS = Object.values(DIALECTS)
  .flatMap((dialect) => (dialect === undefined ? [] : [dialect.id]))
  .sort((a, b) => rank(a) - rank(b))

function rank(id: DialectId): number {
  return CALLERS.includes(id) ? CALLERS.indexOf(id) : CALLERS.length
}

/** The text of `docs/reference/warnings.md`: what the real readers and writers say to a body for each feature. */
export function warningReference(): string {
  return page(
    '# Warnings by pair of dialects',
    '<!-- Generated from tools/reference/rich-requests.ts and rich-answers.ts by the readers and writers of src/wire: run `UPDATE=1 npx vitest run test/reference.test.ts` to write it anew. -->',
    'What is lost, or done by other means, where an application of one dialect is answered by a platform of another one. Each row is a request, or an answer, that has one feature more than a plain one, run through the code that translates. The platform is one that departs from its dialect in nothing; [quirks](quirks.md) of platforms and models add to this, and `tongwen platforms diff` prints what holds for one. Features without a row travel without a word. What the gateway stands in for itself (several answers, addresses that are fetched, schemas that are checked, [emulations](../guides/emulations.md); answers that are named, [responses](../guides/responses.md)) does not get as far as the writers here.',
    '`dropped` `clamped` `approximated` `emulated` and `ignored` are losses that `x-tongwen-strict: true` refuses; `renamed` `reordered` `defaulted` and `restored` are none. **refused** = the request is answered 400, since it would be about something else without it.',
    '## Requests: how many features of how many',
    `Each cell: features with a warning that is a loss, and those refused, of all that were tried. Rows are callers, columns platforms.`,
    summary((caller, platform) => {
      const fates = requestFates(caller, platform)
      const lossy = fates.filter(({ refused, warnings }) => refused === undefined && warnings.some(isLossy)).length
      const refused = fates.filter((fate) => fate.refused !== undefined).length
      return `${lossy}${refused === 0 ? '' : ` + ${refused}`} of ${fates.length}`
    }),
    '## Answers: how many features of how many',
    'Each cell: features of that platform’s answers that have no place in the caller’s dialect. The older dialects have none beyond what all have.',
    summary((caller, platform) => {
      const fates = answerFates(caller, platform)
      return fates.length === 0
        ? '–'
        : `${fates.filter(({ warnings }) => warnings.length > 0).length} of ${fates.length}`
    }),
    ...CALLERS.flatMap((caller) =>
      PLATFORMS.filter((platform) => platform !== caller).flatMap((platform) => pair(caller, platform)),
    ),
  )
}

function summary(cell: (caller: DialectId, platform: DialectId) => string): string {
  return table(
    ['', ...PLATFORMS.map((id) => `\`${id}\``)],
    CALLERS.map((caller) => [
      `\`${caller}\``,
      ...PLATFORMS.map((platform) => (platform === caller ? '–' : cell(caller, platform))),
    ]),
  )
}

function pair(caller: DialectId, platform: DialectId): string[] {
  const asked = requestFates(caller, platform).filter(isTold)
  const answered = answerFates(caller, platform).filter(isTold)
  return [
    `## \`${caller}\` → \`${platform}\``,
    asked.length === 0 ? 'Nothing of a request is lost.' : table(['request', 'warnings'], asked.map(row)),
    ...(answered.length === 0 ? [] : [table(['answer', 'lost'], answered.map(row))]),
  ]
}

function isTold({ refused, warnings }: Fate): boolean {
  return refused !== undefined || warnings.length > 0
}

function row({ feature, refused, warnings }: Fate): string[] {
  const told = [...new Set(warnings.map(({ action, path }) => `${action}:${path}`))]
  return [feature, refused === undefined ? codes(told) : `**refused**: ${refused}`]
}

/** A plain platform, except that it can be told to think: else every pair would only say that it cannot. */
function quirksOf(id: DialectId): Quirks {
  const quirks = DIALECT_QUIRKS[id]
  if (id !== 'openai-chat') return quirks
  return { ...quirks, thinking: 'reasoning-effort', efforts: Object.fromEntries(EFFORTS.map((one) => [one, one])) }
}

const REQUEST_ID = 'req_0'

function requestFates(callerId: DialectId, platformId: DialectId): Fate[] {
  const [caller, platform] = [dialectOf(callerId), dialectOf(platformId)]
  const rich = RICH_REQUESTS[callerId]
  if (rich === undefined) return []
  const plain = fateOf({ caller, platform }, 'a plain question', rich.plain)
  const known = new Set(plain.warnings.map(({ action, path }) => `${action}:${path}`))
  const fates = Object.entries(rich.features).map(([feature, more]): Fate => {
    const fate = fateOf({ caller, platform }, feature, { ...rich.plain, ...more })
    return { ...fate, warnings: fate.warnings.filter(({ action, path }) => !known.has(`${action}:${path}`)) }
  })
  return [plain, ...fates]
}

function fateOf({ caller, platform }: { caller: Dialect; platform: Dialect }, feature: string, json: JsonObject): Fate {
  const outside = json['model'] === undefined ? { outside: { model: 'm', stream: false } } : {}
  const read = caller.readRequest({ text: JSON.stringify(json), json, ...outside })
  if (!read.ok) return { feature, refused: `\`${read.failure.param ?? ''}\``, warnings: [] }
  const quirks = quirksOf(platform.id)
  const target: WireTarget = { model: 'm', quirks, maxOutputTokens: 32_000, vision: true, tools: true }
  const result = writeFor(platform, read.request, target)
  if (!result.ok) return { feature, refused: `\`${result.failure.param ?? ''}\``, warnings: [] }
  return { feature, refused: undefined, warnings: result.written.warnings }
}

function answerFates(callerId: DialectId, platformId: DialectId): Fate[] {
  const [caller, platform] = [dialectOf(callerId), dialectOf(platformId)]
  return Object.entries(RICH_ANSWERS[platformId] ?? {}).map(([feature, body]) => {
    const context = { platform: 'p', quirks: quirksOf(platformId), errors: [] }
    const events = platform.readEvents.whole(context, { data: JSON.stringify(body) })
    const writing = { requestId: REQUEST_ID, now: 1, model: 'm', native: false, streamUsage: true, usageAdded: false }
    const failed = events.at(-1)
    if (failed?.type === 'failure') return { feature, refused: failed.failure.kind, warnings: [] }
    return { feature, refused: undefined, warnings: caller.writeEvents.whole(writing, events).lost }
  })
}

function dialectOf(id: DialectId): Dialect {
  const dialect = DIALECTS[id]
  if (dialect === undefined) throw new Error(`the dialect ${id} is not built`)
  return dialect
}
