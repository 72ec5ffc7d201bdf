import {
  afterPackages,
  type Discount,
  explainPrice,
  nearest,
  type Offer,
  type Package,
  parseMoney,
} from '#catalog/index.ts'
import { CATALOG_OPTION, type Command, type Context, type ExitCode, WrongUsage } from '#cli/command.ts'
import { catalogOf } from '#cli/configuration.ts'
import { priceJson, priceText, type Shown } from '#cli/price-text.ts'
import { USAGE_OPTIONS, usageOf } from '#cli/price-usage.ts'

/** What one request costs, line by line. */
export const price: Command = {
  name: 'price',
  summary: { en: 'what a request costs, with the rules that applied', zh: '一次请求的费用及所用计价规则' },
  usage: 'price <platform/model> --input N --output N [options]',
  example: 'tongwen price deepseek/deepseek-flash --input 1000 --output 500 --at 2026-11-23T10:00:00+08:00',
  options: [
    ...USAGE_OPTIONS,
    {
      name: 'at',
      kind: 'text',
      value: 'TIME',
      about: { en: 'moment, ISO 8601 with offset (default now)', zh: '时间，带时区的 ISO 8601（默认现在）' },
    },
    {
      name: 'ended-at',
      kind: 'text',
      value: 'TIME',
      about: { en: 'when it ended (default at once)', zh: '请求结束的时间（默认与开始相同）' },
    },
    {
      name: 'discount',
      kind: 'text',
      value: 'PART',
      about: { en: 'part of the list price that a contract leaves, like 0.85', zh: '合同折扣后的比例，如 0.85' },
    },
    {
      name: 'package',
      kind: 'list',
      value: 'tokens=N | money=N',
      about: { en: 'what is left of a package, used up first', zh: '资源包余量，优先抵扣' },
    },
    { name: 'region', kind: 'text', value: 'ID', about: { en: "the platform's region", zh: '平台地域' } },
    { name: 'currency', kind: 'text', value: 'CODE', about: { en: 'price list, like CNY or USD', zh: '价目币种' } },
    CATALOG_OPTION,
  ],
  most: 1,
  async run(context) {
    const { id, offer } = findModel(context)
    const at = momentOf(context, 'at') ?? context.now()
    const endedAt = momentOf(context, 'ended-at') ?? at
    if (endedAt < at) throw new WrongUsage('--ended-at must not be before --at')
    const region = context.options.text('region')
    const currency = context.options.text('currency')
    const found = explainPrice({
      offer,
      at,
      endedAt,
      usage: usageOf(context),
      ...discountOf(context),
      ...(region === undefined ? {} : { region }),
      ...(currency === undefined ? {} : { currency }),
    })
    if (!found.ok) return unpriced(context, found.reason)
    const packages = packagesOf(context, found.currency)
    const after = packages.length === 0 ? undefined : afterPackages(found.lines, packages, { at, ...found })
    const shown: Shown = { id, at, price: found, after }
    context.stdout.write(context.options.flag('json') ? priceJson(shown) : priceText(shown, context))
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

/** A moment without offset would mean another price on another machine. */
function momentOf({ options }: Context, name: 'at' | 'ended-at'): number | undefined {
  const held = options.text(name)
  if (held === undefined) return undefined
  const moment = Date.parse(held)
  if (/^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(held) && !Number.isNaN(moment)) return moment
  throw new WrongUsage(`--${name} must be an instant with its offset, like 2026-11-22T10:00:00+08:00`)
}

function discountOf({ options }: Context): { readonly discount?: Discount } {
  const multiplier = options.text('discount')
  if (multiplier === undefined) return {}
  if (!/^(0(\.\d{1,9})?|1(\.0{1,9})?)$/.test(multiplier))
    throw new WrongUsage('--discount must be from 0 to 1, like 0.85')
  return { discount: { multiplier } }
}

function packagesOf(
  { options }: Context,
  currency: string,
): readonly { readonly package: Package; readonly left: bigint }[] {
  return options.list('package').map((each, index) => {
    const [, of, amount = ''] = /^(tokens|money)=(\d{1,12}(?:\.\d{1,9})?)$/.exec(each) ?? []
    if (of === undefined || (of === 'tokens' && amount.includes('.'))) {
      throw new WrongUsage('--package must be tokens=N or money=N, like tokens=500000 or money=12.50')
    }
    const left = of === 'tokens' ? BigInt(amount) : parseMoney(amount)
    const span = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY }
    const kind = of === 'tokens' ? ('tokens' as const) : ('money' as const)
    return { package: { id: `${index + 1}`, of: kind, amount: left, currency, ...span }, left }
  })
}

function unpriced({ options, stdout, stderr }: Context, reason: string): ExitCode {
  if (options.flag('json')) stdout.write(`${JSON.stringify({ unpriced: reason })}\n`)
  else stderr.write(`tongwen: ${reason}\n`)
  return 1
}
