import { type afterPackages, type Drawn, type Explained, formatMoney, stepWords } from '#catalog/index.ts'
import type { Context } from '#cli/command.ts'
import { type Language, type Message, say } from '#cli/language.ts'
import { stepRow } from '#cli/price-steps.ts'
import { table } from '#cli/table.ts'
import { originOf } from '#server/admin/catalog.ts'
import { amountOf } from '#server/admin/usage-info.ts'

/** A price as it was asked for. */
export interface Shown {
  readonly id: string
  /** Unix milliseconds. */
  readonly at: number
  readonly price: Explained
  /** What packages leave to pay; undefined where there are none. */
  readonly after: ReturnType<typeof afterPackages> | undefined
}

/** One JSON object with its line feed. */
export function priceJson({ id, at, price, after }: Shown): string {
  const { nanos, currency, lines, rule, row, steps, doubt } = price
  const amountIn = (part: bigint): string => amountOf({ nanos: part, currency }).amount
  const shown = lines.map(({ what, tokens, rate, unitPrice, per, nanos: part }) => {
    const unit = per === undefined ? { perMillion: unitPrice } : { price: unitPrice, per }
    return { what, tokens, rate, ...unit, amount: amountIn(part) }
  })
  const { source, asOf, note, overlay } = row
  return `${JSON.stringify({
    model: id,
    at: new Date(at).toISOString(),
    amount: amountIn(nanos),
    currency,
    lines: shown,
    rule,
    steps: steps.map((step) => ({ kind: step.kind, words: stepWords(step) })),
    ...(doubt === undefined ? {} : { estimate: doubt }),
    ...(after === undefined
      ? {}
      : { toPay: amountIn(after.nanos), packages: after.drawn.map((each) => drawn(each, currency)) }),
    source,
    asOf,
    ...originOf({ overlay }),
    ...(note === undefined ? {} : { note }),
  })}\n`
}

function drawn({ id, of, amount, covered }: Drawn, currency: string): object {
  const taken = of === 'tokens' ? { tokens: Number(amount) } : { amount: amountOf({ nanos: amount, currency }).amount }
  return { package: id, ...taken, covered: amountOf({ nanos: covered, currency }).amount }
}

/** Lines, then the rules that made them, for people. */
export function priceText({ id, at, price, after }: Shown, { language, columns }: Context): string {
  const { nanos, currency, lines } = price
  const head = (['what', 'tokens', 'per-million', 'cost'] as const).map((each) => say(language, each))
  const rows = lines.map((line) => [
    whatOf(language, line),
    String(line.tokens),
    line.per === undefined ? line.unitPrice : say(language, 'per-count', { price: line.unitPrice, per: line.per }),
    formatMoney(line.nanos, currency),
  ])
  const total = [say(language, 'total'), '', '', formatMoney(nanos, currency)]
  const toPay = after === undefined ? [] : [[say(language, 'to-pay'), '', '', formatMoney(after.nanos, currency)]]
  return [
    `${id}, ${new Date(at).toISOString()}\n`,
    table({ head, rows: [...rows, total, ...toPay], columns, flexible: [0], right: [1, 2, 3] }),
    table({ rows: factRows(language, { price, after }), columns, flexible: [1] }),
  ].join('\n')
}

function whatOf(language: Language, { what, rate }: Explained['lines'][number]): string {
  const words = say(language, LINE_WORDS[what])
  const own = rate === 'fee' ? undefined : OWN_RATES[what]
  return own === undefined || own.includes(rate) ? words : say(language, 'at-rate', { what: words, rate })
}

function factRows(language: Language, { price, after }: Pick<Shown, 'price' | 'after'>): string[][] {
  const { steps, doubt, row, currency } = price
  const packages = (after?.drawn ?? []).map(({ id, of, amount, covered }) => {
    const taken =
      of === 'tokens' ? say(language, 'package-tokens', { count: String(amount) }) : formatMoney(amount, currency)
    const values = { id, amount: taken, covered: formatMoney(covered, currency) }
    return [say(language, 'package'), say(language, 'package-left', values)]
  })
  return [
    ...steps.map((step) => [...stepRow(language, step)]),
    ...packages,
    [say(language, 'rounding'), say(language, 'rounding-rule')],
    ...(doubt === undefined ? [] : [[say(language, 'estimate'), doubt]]),
    [say(language, 'source'), row.source],
    [say(language, 'as-of'), row.asOf],
    ...(row.overlay === undefined ? [] : [[say(language, 'origin'), `${say(language, 'overlay')} ${row.overlay}`]]),
    ...(row.note === undefined ? [] : [[say(language, 'note'), row.note]]),
  ]
}

type What = Explained['lines'][number]['what']

/** Rates that need no word beside the kind of token. */
const OWN_RATES: Readonly<Partial<Record<What, readonly string[]>>> = {
  inputFresh: ['input'],
  inputCached: ['cachedInput'],
  inputCachedExplicit: ['cachedExplicit'],
  cacheWriteShort: ['cacheWriteShort'],
  cacheWriteLong: ['cacheWriteLong'],
  inputAudio: ['inputAudio'],
  inputImage: ['inputImage'],
  outputText: ['output', 'outputThinking'],
  // Most makers list no rate for thoughts: they are output.
  outputReasoning: ['outputReasoning', 'outputThinking', 'output'],
  outputAudio: ['outputAudio'],
  outputImage: ['outputImage'],
}

const LINE_WORDS: Readonly<Record<What, Message>> = {
  inputFresh: 'leaf-input',
  inputCached: 'leaf-cached',
  inputCachedExplicit: 'leaf-cached-explicit',
  cacheWriteShort: 'leaf-cache-write',
  cacheWriteLong: 'leaf-cache-write-long',
  inputAudio: 'leaf-input-audio',
  inputImage: 'leaf-input-image',
  outputText: 'leaf-output',
  outputReasoning: 'leaf-reasoning',
  outputAudio: 'leaf-output-audio',
  outputImage: 'leaf-output-image',
  'web-search': 'counted-web-search',
  'web-fetch': 'counted-web-fetch',
  'file-search': 'counted-file-search',
  'code-session': 'counted-code-session',
  search: 'counted-search',
  image: 'counted-image',
  second: 'counted-second',
  video: 'counted-video',
  credit: 'counted-credit',
  character: 'counted-character',
  page: 'counted-page',
}
