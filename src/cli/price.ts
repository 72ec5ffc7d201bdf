import { explainPrice, formatMoney, nearest, type Offer } from '#catalog/index.ts'
import { CATALOG_OPTION, type Command, type Context, type ExitCode, WrongUsage } from '#cli/command.ts'
import { catalogOf } from '#cli/configuration.ts'
import { type Language, type Message, say } from '#cli/language.ts'
import type { Priced } from '#cli/price-now.ts'
import { table } from '#cli/table.ts'
import { originOf } from '#server/admin/catalog.ts'
import { amountOf } from '#server/admin/usage-info.ts'
import { NO_USAGE, type Usage } from '#wire/usage.ts'

const COUNTS: readonly { readonly name: string; readonly about: { readonly en: string; readonly zh: string } }[] = [
  { name: 'input', about: { en: 'input tokens, cached ones included', zh: '输入词元数，含缓存' } },
  { name: 'output', about: { en: 'output tokens, reasoning included', zh: '输出词元数，含推理' } },
  { name: 'cached', about: { en: 'of the input: read from a cache', zh: '输入中命中缓存的部分' } },
  { name: 'cache-write', about: { en: 'of the input: written to a cache', zh: '输入中写入缓存的部分' } },
  { name: 'reasoning', about: { en: 'of the output: reasoning', zh: '输出中推理的部分' } },
]

/** What one request costs, line by line. */
export const price: Command = {
  name: 'price',
  summary: { en: 'what a request costs, with the rule that applied', zh: '一次请求的费用及所用计价规则' },
  usage: 'price <platform/model> --input N --output N [options]',
  example: 'tongwen price deepseek/deepseek-flash --input 1000 --output 500 --at 2026-11-23T10:00:00+08:00',
  options: [
    ...COUNTS.map(({ name, about }) => ({ name, kind: 'text' as const, value: 'N', about })),
    {
      name: 'at',
      kind: 'text',
      value: 'TIME',
      about: { en: 'moment, ISO 8601 with offset (default now)', zh: '时间，带时区的 ISO 8601（默认现在）' },
    },
    { name: 'region', kind: 'text', value: 'ID', about: { en: "the platform's region", zh: '平台地域' } },
    { name: 'currency', kind: 'text', value: 'CODE', about: { en: 'price list, like CNY or USD', zh: '价目币种' } },
    CATALOG_OPTION,
  ],
  most: 1,
  async run(context) {
    const { id, offer } = findModel(context)
    const at = momentOf(context)
    const region = context.options.text('region')
    const currency = context.options.text('currency')
    const found = explainPrice({
      offer,
      at,
      usage: usageOf(context),
      ...(region === undefined ? {} : { region }),
      ...(currency === undefined ? {} : { currency }),
    })
    if (!found.ok) return unpriced(context, found.reason)
    context.stdout.write(context.options.flag('json') ? json({ id, at }, found) : text({ id, at }, found, context))
    return 0
  },
}

function findModel(context: Context): { readonly id: string; readonly offer: Offer } {
  const [id] = context.words
  if (id === undefined) throw new WrongUsage('price needs a model, like deepseek/deepseek-flash')
  const { platforms, offersOf, findOffer } = catalogOf(context)
  const slash = id.indexOf('/')
  const offer = slash < 0 ? undefined : findOffer(id.slice(0, slash), id.slice(slash + 1))
  if (offer !== undefined) return { id, offer }
  const ids = [...platforms.keys()].flatMap((platform) => offersOf(platform).map(({ model }) => `${platform}/${model}`))
  const near = nearest(id, ids, 3)
  throw new WrongUsage(
    `no model is called "${id}"${near.length === 0 ? '; give platform/model, as `tongwen models` lists them' : `; did you mean ${near.join(', ')}?`}`,
  )
}

/** The line's counts as leaves that do not overlap. */
function usageOf(context: Context): Usage {
  const [input, output] = [countOf(context, 'input'), countOf(context, 'output')]
  const [cached, written] = [countOf(context, 'cached'), countOf(context, 'cache-write')]
  const reasoning = countOf(context, 'reasoning')
  if (input + output === 0) throw new WrongUsage('price needs --input or --output')
  if (cached + written > input)
    throw new WrongUsage('--cached and --cache-write are parts of --input: together at most that')
  if (reasoning > output) throw new WrongUsage('--reasoning is a part of --output: at most that')
  return {
    ...NO_USAGE,
    inputFresh: input - cached - written,
    inputCached: cached,
    cacheWriteShort: written,
    outputText: output - reasoning,
    outputReasoning: reasoning,
  }
}

function countOf({ options }: Context, name: string): number {
  const held = options.text(name)
  if (held === undefined) return 0
  if (!/^\d{1,12}$/.test(held)) throw new WrongUsage(`--${name} must be a whole number`)
  return Number(held)
}

/** A moment without offset would mean another price on another machine. */
function momentOf({ options, now }: Context): number {
  const held = options.text('at')
  if (held === undefined) return now()
  const moment = Date.parse(held)
  if (/^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(held) && !Number.isNaN(moment)) return moment
  throw new WrongUsage('--at must be an instant with its offset, like 2026-11-22T10:00:00+08:00')
}

function unpriced({ options, stdout, stderr }: Context, reason: string): ExitCode {
  if (options.flag('json')) stdout.write(`${JSON.stringify({ unpriced: reason })}\n`)
  else stderr.write(`tongwen: ${reason}\n`)
  return 1
}

interface Asked {
  readonly id: string
  readonly at: number
}

function json({ id, at }: Asked, { nanos, currency, lines, rule, row }: Priced): string {
  const shown = lines.map(({ what, tokens, rate, unitPrice, nanos: part }) => {
    return { what, tokens, rate, perMillion: unitPrice, amount: amountOf({ nanos: part, currency }).amount }
  })
  const { amount } = amountOf({ nanos, currency })
  const known = { model: id, at: new Date(at).toISOString(), amount, currency, lines: shown, rule }
  const { source, asOf, note, overlay } = row
  const evidence = { source, asOf, ...originOf({ overlay }), ...(note === undefined ? {} : { note }) }
  return `${JSON.stringify({ ...known, ...evidence })}\n`
}

function text({ id, at }: Asked, { nanos, currency, lines, rule, row }: Priced, view: Context): string {
  const { language, columns } = view
  const head = (['what', 'tokens', 'per-million', 'cost'] as const).map((each) => say(language, each))
  const rows = lines.map(({ what, tokens, unitPrice, nanos: part }) => [
    say(language, LEAF_WORDS[what]),
    String(tokens),
    unitPrice,
    formatMoney(part, currency),
  ])
  const total = [say(language, 'total'), '', '', formatMoney(nanos, currency)]
  const facts = factRows({ rule, row, language })
  return [
    `${id}, ${new Date(at).toISOString()}\n`,
    table({ head, rows: [...rows, total], columns, flexible: [0], right: [1, 2, 3] }),
    table({ rows: facts, columns, flexible: [1] }),
  ].join('\n')
}

function factRows({ rule, row, language }: Pick<Priced, 'rule' | 'row'> & { readonly language: Language }): string[][] {
  return [
    [say(language, 'rule'), rule],
    [say(language, 'source'), row.source],
    [say(language, 'as-of'), row.asOf],
    ...(row.overlay === undefined ? [] : [[say(language, 'origin'), `${say(language, 'overlay')} ${row.overlay}`]]),
    ...(row.note === undefined ? [] : [[say(language, 'note'), row.note]]),
  ]
}

const LEAF_WORDS: Readonly<Record<Priced['lines'][number]['what'], Message>> = {
  inputFresh: 'leaf-input',
  inputCached: 'leaf-cached',
  cacheWriteShort: 'leaf-cache-write',
  cacheWriteLong: 'leaf-cache-write',
  inputAudio: 'leaf-input-audio',
  outputText: 'leaf-output',
  outputReasoning: 'leaf-reasoning',
  outputAudio: 'leaf-output-audio',
}
