import { type Context, type Option, WrongUsage } from '#cli/command.ts'
import { type Language, say } from '#cli/language.ts'
import type { BoundsChange, Budget, Limits } from '#contract/index.ts'

/** Options that bind a key, a team or an organisation; `none` ends one. */
export const BOUND_OPTIONS: readonly Option[] = [
  {
    name: 'models',
    kind: 'text',
    value: 'A,B',
    about: { en: 'what may be asked for, * for any characters', zh: '可用模型，* 匹配任意字符' },
  },
  { name: 'requests-per-minute', kind: 'text', value: 'N', about: { en: 'requests a minute', zh: '每分钟请求数' } },
  { name: 'requests-per-day', kind: 'text', value: 'N', about: { en: 'requests a day', zh: '每日请求数' } },
  { name: 'tokens-per-minute', kind: 'text', value: 'N', about: { en: 'tokens a minute', zh: '每分钟词元数' } },
  { name: 'tokens-per-day', kind: 'text', value: 'N', about: { en: 'tokens a day', zh: '每日词元数' } },
  { name: 'concurrency', kind: 'text', value: 'N', about: { en: 'requests at once', zh: '并发请求数' } },
  {
    name: 'budget',
    kind: 'text',
    value: 'SUM',
    about: { en: "'100.00 CNY/month', or /day, /total", zh: '如“100.00 CNY/month”，或 /day、/total' },
  },
  {
    name: 'unpriced',
    kind: 'text',
    value: 'WORD',
    about: { en: 'budget: models without a price: refuse, allow', zh: '预算：无价模型 refuse 或 allow' },
  },
  {
    name: 'when-short',
    kind: 'text',
    value: 'WORD',
    about: { en: 'budget: too little is left: refuse, cap', zh: '预算：余额不足 refuse 或 cap' },
  },
]

const LIMITS: Readonly<Record<string, keyof Limits>> = {
  'requests-per-minute': 'requestsPerMinute',
  'requests-per-day': 'requestsPerDay',
  'tokens-per-minute': 'tokensPerMinute',
  'tokens-per-day': 'tokensPerDay',
  concurrency: 'concurrency',
}

/** What the options say, not checked yet. With `none`, as a change has it: null. */
export function readBounds({ options }: Context): Record<string, unknown> {
  const models = options.text('models')
  const limits = Object.entries(LIMITS).flatMap(([option, limit]) => {
    const text = options.text(option)
    return text === undefined ? [] : [[limit, countOf(text)] as const]
  })
  const budget = readBudget(options)
  return {
    ...(models === undefined ? {} : { models: models === 'none' ? [] : models.split(',') }),
    ...(limits.length === 0 ? {} : { limits: Object.fromEntries(limits) }),
    ...(budget === undefined ? {} : { budget }),
  }
}

function countOf(text: string): number | null {
  if (text === 'none') return null
  return /^\d+$/.test(text) ? Number(text) : Number.NaN
}

function readBudget(options: Context['options']): Record<string, string> | null | undefined {
  const text = options.text('budget')
  const unpriced = options.text('unpriced')
  const whenShort = options.text('when-short')
  if (text === undefined && (unpriced ?? whenShort) !== undefined)
    throw new WrongUsage('--unpriced and --when-short go with --budget, which says the whole of it')
  if (text === undefined) return undefined
  if (text === 'none') return null
  const sum = sumOf(text)
  return {
    ...sum,
    ...(unpriced === undefined ? {} : { unpriced }),
    ...(whenShort === undefined ? {} : { whenShort }),
  }
}

function sumOf(text: string): Record<'amount' | 'currency' | 'period', string> {
  const [, amount = '', currency = '', period = ''] = /^(\S+) +([A-Za-z]+) *\/ *([a-z]+)$/.exec(text.trim()) ?? []
  if (amount === '') throw new WrongUsage("--budget must be like '100.00 CNY/month'")
  return { amount, currency, period }
}

/** `limits.requestsPerMinute` → `--requests-per-minute`; the name is no option. */
export function optionName([first = '', second]: readonly string[]): string {
  if (first === 'name') return 'the name'
  const inner = second === 'unpriced' || second === 'whenShort'
  const word = first === 'limits' || inner ? (second ?? first) : first
  return `--${word.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** Bounds in one line: `600 req/min, 100.00 CNY/month`. */
export function boundsWords(limits: Limits, budget: Budget | undefined, language: Language): string {
  const { requestsPerMinute, requestsPerDay, tokensPerMinute, tokensPerDay, concurrency } = limits
  const bounds = [
    ...(requestsPerMinute === undefined ? [] : [`${requestsPerMinute} req/min`]),
    ...(requestsPerDay === undefined ? [] : [`${requestsPerDay} req/day`]),
    ...(tokensPerMinute === undefined ? [] : [`${tokensPerMinute} tok/min`]),
    ...(tokensPerDay === undefined ? [] : [`${tokensPerDay} tok/day`]),
    ...(concurrency === undefined ? [] : [`${concurrency} at once`]),
    ...(budget === undefined ? [] : [`${budget.amount} ${budget.currency}/${budget.period}`]),
  ]
  return bounds.length === 0 ? say(language, 'none') : bounds.join(', ')
}

/** True where nothing would change. */
export function isEmpty(change: BoundsChange): boolean {
  return Object.keys(change).length === 0
}
