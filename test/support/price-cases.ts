import { explainPrice, findOffer, formatMoney } from '#catalog/index.ts'
import { NO_USAGE, type Usage } from '#wire/usage.ts'

/** What a maker says that a request costs. */
export interface Case {
  readonly name: string
  readonly source: string
  readonly model: string
  readonly usage: Partial<Usage>
  readonly region?: string
  /** With its offset. */
  readonly at?: string
  readonly ended?: string
  readonly costs: string
  readonly doubt?: string
}

const NOW = '2026-11-18T20:00:00+08:00'

/** What we make of it: the cost, or why there is none, and why it is doubted. */
export function costOfCase({ model: name, usage, at = NOW, ended, region }: Case): readonly (string | undefined)[] {
  const [platform = '', ...rest] = name.split('/')
  const offer = findOffer(platform, rest.join('/'))
  if (offer === undefined) throw new Error(`no offer ${name}`)
  const priced = explainPrice({
    offer,
    at: Date.parse(at),
    usage: { ...NO_USAGE, ...usage },
    ...(ended === undefined ? {} : { endedAt: Date.parse(ended) }),
    ...(region === undefined ? {} : { region }),
  })
  return priced.ok ? [formatMoney(priced.nanos, priced.currency), priced.doubt] : [priced.reason, undefined]
}

/** Cases whose source is no page with the month in which it was read. */
export function unsourced(cases: readonly Case[]): readonly Case[] {
  return cases.filter(({ source }) => !/^https:\/\/.+ \(20\d\d-\d\d\)$/.test(source))
}
