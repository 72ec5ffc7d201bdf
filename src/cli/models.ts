import { type Catalog, nearest, type Offer } from '#catalog/index.ts'
import { CATALOG_OPTION, type Command, type Context, type ExitCode, WrongUsage } from '#cli/command.ts'
import { catalogOf } from '#cli/configuration.ts'
import { say } from '#cli/language.ts'
import { priceNow } from '#cli/price-now.ts'
import { table } from '#cli/table.ts'
import { originOf } from '#server/admin/catalog.ts'
import { fitsPattern } from '#wire/shape/pattern.ts'

/** The models of the catalog, with what they cost now. */
export const models: Command = {
  name: 'models',
  summary: { en: 'the models of the catalog, with what they cost now', zh: '目录中的模型及现价' },
  usage: 'models [pattern] [options]',
  example: "tongwen models 'qwen3*' --platform dashscope",
  options: [
    { name: 'platform', kind: 'text', value: 'ID', about: { en: 'only of this platform', zh: '仅限该平台' } },
    {
      name: 'currency',
      kind: 'text',
      value: 'CODE',
      about: { en: "price list, like CNY or USD (default: the platform's first)", zh: '价目币种，如 CNY、USD' },
    },
    {
      name: 'all',
      kind: 'flag',
      about: { en: 'retired, announced and other inactive ones too', zh: '包括已下线、未上线等非在售模型' },
    },
    CATALOG_OPTION,
  ],
  most: 1,
  async run(context) {
    const { words, options, stdout } = context
    const [pattern] = words
    const catalog = catalogOf(context)
    const found = listed(catalog, options.text('platform')).filter(({ id, offer }) => fits(pattern, id, offer))
    const shown = options.flag('all') ? found : found.filter(({ offer }) => offer.status === 'active')
    if (found.length === 0) return nothing(context, catalog, pattern ?? '')
    if (options.flag('json')) stdout.write(`${JSON.stringify({ models: shown.map((each) => info(each, context)) })}\n`)
    else stdout.write(text(shown, found.length - shown.length, context))
    return 0
  },
}

interface Row {
  /** `platform/model` */
  readonly id: string
  readonly platform: string
  readonly offer: Offer
}

function listed({ platforms, offersOf }: Catalog, platform: string | undefined): Row[] {
  if (platform !== undefined && !platforms.has(platform)) {
    const [near] = nearest(platform, platforms.keys(), 1)
    throw new WrongUsage(`no platform is called "${platform}"${near === undefined ? '' : `; did you mean ${near}?`}`)
  }
  const ids = platform === undefined ? [...platforms.keys()] : [platform]
  return ids.flatMap((id) => offersOf(id).map((offer) => ({ id: `${id}/${offer.model}`, platform: id, offer })))
}

/** A pattern with `*` must fit the whole of an id, a model's name or an alias; one without is looked for inside. */
function fits(pattern: string | undefined, id: string, offer: Offer): boolean {
  if (pattern === undefined) return true
  const wanted = pattern.toLowerCase()
  const names = [id, offer.model, ...(offer.aliases ?? [])].map((name) => name.toLowerCase())
  return names.some((name) => (wanted.includes('*') ? fitsPattern(wanted, name) : name.includes(wanted)))
}

function nothing({ stderr, options, language }: Context, catalog: Catalog, pattern: string): ExitCode {
  const ids = listed(catalog, options.text('platform')).flatMap(({ id, offer }) => [offer.model, id])
  const near = nearest(pattern, ids, 3)
  const hint = near.length === 0 ? '' : say(language, 'did-you-mean', { names: near.join(', ') })
  stderr.write(`tongwen: ${say(language, 'no-model', { pattern })}${hint}\n`)
  return 1
}

/** What `--json` says of a model. */
function info({ id, platform, offer }: Row, { options, now }: Context): unknown {
  const { model, kind, status, aliases, context, maxInput, maxOutput, input, output, capabilities } = offer
  const currency = options.text('currency')
  const price = priceNow(offer, { at: now(), ...(currency === undefined ? {} : { currency }) })
  const { overlay } = offer
  return {
    id,
    platform,
    model,
    kind,
    status,
    aliases: aliases ?? [],
    context,
    maxInput,
    maxOutput,
    input,
    output,
    capabilities,
    ...originOf({ overlay }),
    ...(price.ok ? { price: { ...price.rates, rule: price.words, ...originOf(price) } } : { unpriced: price.words }),
  }
}

function text(rows: readonly Row[], hidden: number, context: Context): string {
  const { language, columns, options } = context
  // Without `--all` every status is the same.
  const status = options.flag('all') ? (['status'] as const) : []
  const origin = rows.some(({ offer }) => offer.overlay !== undefined) ? (['origin'] as const) : []
  const places = [...HEADS, ...status, ...origin]
  const head = places.map((each) => say(language, each))
  const lines = rows.map((row) => places.map((place) => line(row, context)[place]))
  const more = hidden > 0 ? `${say(language, 'hidden-models', { count: hidden })}\n` : ''
  return [
    table({ head, rows: lines, columns, flexible: [2, 3], right: [1] }),
    `${say(language, 'prices-are')}\n${more}`,
  ].join('\n')
}

const HEADS = ['model', 'context', 'can-do', 'price-now'] as const

type Place = (typeof HEADS)[number] | 'status' | 'origin'

function line({ id, offer }: Row, { options, now, language }: Context): Readonly<Record<Place, string>> {
  const { kind, capabilities, context, status, overlay } = offer
  const currency = options.text('currency')
  const price = priceNow(offer, { at: now(), ...(currency === undefined ? {} : { currency }) })
  const can = [...(kind === 'chat' ? [] : [kind]), ...capabilities].join(' ')
  return {
    model: id,
    context: context === undefined ? '-' : shortCount(context),
    'can-do': can,
    'price-now': price.ok ? shortPrice(price) : '-',
    status,
    origin: overlay === undefined ? '' : say(language, 'overlay'),
  }
}

/** `1000000` → `1M`, `131072` → `131K`. */
function shortCount(tokens: number): string {
  if (tokens >= 1_000_000) return `${Math.floor(tokens / 100_000) / 10}M`
  return tokens >= 1_000 ? `${Math.floor(tokens / 1_000)}K` : String(tokens)
}

/** `1/4 CNY`; `+` = dearer above some length or at some hours: `tongwen price` says when. */
function shortPrice({ rates, tiers, windows }: Extract<ReturnType<typeof priceNow>, { ok: true }>): string {
  const { input = '-', output = '-', currency } = rates
  return `${input}/${output} ${currency}${tiers || windows ? ' +' : ''}`
}
