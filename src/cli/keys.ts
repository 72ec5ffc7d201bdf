import { type Command, type Context, type ExitCode, WrongUsage } from '#cli/command.ts'
import { say } from '#cli/language.ts'
import { type OpenedStore, withStore } from '#cli/store.ts'
import { table } from '#cli/table.ts'
import { type KeyInfo, type NewKeyAsked, newKey } from '#contract/index.ts'
import { allKeyInfos, declaredKeyId, storedKeyInfo } from '#server/admin/key-info.ts'
import { StoreFailure } from '#store/index.ts'

/** Makes, lists and revokes the store's keys, and forgets what was remembered for any key; holds for a running server within a second. */
export const keys: Command = {
  name: 'keys',
  summary: {
    en: 'make, list and revoke keys, forget what is remembered for one',
    zh: '创建、列出、吊销密钥，清除其记忆',
  },
  usage: 'keys create <name> | list | revoke <name or id> | forget <name or id> [options]',
  example: "tongwen keys create shop --models 'gpt-4o,qwen/*' --budget '100.00 CNY/month'",
  options: [
    {
      name: 'role',
      kind: 'text',
      value: 'caller|admin',
      about: { en: 'create: default caller', zh: '创建：默认 caller' },
    },
    {
      name: 'models',
      kind: 'text',
      value: 'A,B',
      about: { en: 'create: what it may ask for, * for any run of characters', zh: '创建：可用模型，* 匹配任意字符' },
    },
    {
      name: 'requests-per-minute',
      kind: 'text',
      value: 'N',
      about: { en: 'create: requests a minute', zh: '创建：每分钟请求数' },
    },
    {
      name: 'tokens-per-minute',
      kind: 'text',
      value: 'N',
      about: { en: 'create: tokens a minute', zh: '创建：每分钟词元数' },
    },
    {
      name: 'concurrency',
      kind: 'text',
      value: 'N',
      about: { en: 'create: requests at once', zh: '创建：并发请求数' },
    },
    {
      name: 'budget',
      kind: 'text',
      value: 'SUM',
      about: { en: "create: '100.00 CNY/month', or /day, /total", zh: '创建：如“100.00 CNY/month”，或 /day、/total' },
    },
    { name: 'all', kind: 'flag', about: { en: 'list: revoked ones too', zh: '列出：包括已吊销的' } },
  ],
  most: 2,
  async run(context) {
    const [verb, name] = context.words
    switch (verb) {
      case 'create':
        return create(context, readNewKey(context, name))
      case 'list':
        if (name !== undefined) throw new WrongUsage(`"${name}" is one word too many`)
        return withStore(context, false, (opened) => list(context, opened))
      case 'revoke':
        if (name === undefined) throw new WrongUsage('keys revoke needs a name or an id')
        return withStore(context, false, (opened) => revoke(context, opened, name))
      case 'forget':
        if (name === undefined) throw new WrongUsage('keys forget needs a name or an id')
        return withStore(context, false, (opened) => forget(context, opened, name))
      case undefined:
        throw new WrongUsage('keys needs a verb: create, list, revoke or forget')
      default:
        throw new WrongUsage(`keys has no verb "${verb}"; there are create, list, revoke and forget`)
    }
  },
}

function readNewKey({ options }: Context, name: string | undefined): NewKeyAsked {
  if (name === undefined) throw new WrongUsage('keys create needs a name')
  const limits = {
    ...count(options.text('requests-per-minute'), 'requestsPerMinute'),
    ...count(options.text('tokens-per-minute'), 'tokensPerMinute'),
    ...count(options.text('concurrency'), 'concurrency'),
  }
  const budget = options.text('budget')
  const { data, error } = newKey.safeParse({
    name,
    role: options.text('role'),
    models: options.text('models')?.split(','),
    limits,
    ...(budget === undefined ? {} : { budget: readBudget(budget) }),
  })
  if (error === undefined) return data
  const [issue] = error.issues
  throw new WrongUsage(`${optionName(issue?.path.map(String) ?? [])} ${issue?.message ?? 'is wrong'}`)
}

function count(text: string | undefined, name: string): Record<string, number> {
  return text === undefined ? {} : { [name]: /^\d+$/.test(text) ? Number(text) : Number.NaN }
}

function readBudget(text: string): { amount: string; currency: string; period: string } {
  const [, amount = '', currency = '', period = ''] = /^(\S+) +([A-Za-z]+) *\/ *([a-z]+)$/.exec(text.trim()) ?? []
  if (amount === '') throw new WrongUsage("--budget must be like '100.00 CNY/month'")
  return { amount, currency, period }
}

/** `limits.requestsPerMinute` → `--requests-per-minute`; the name is no option. */
function optionName([first = '', second]: readonly string[]): string {
  if (first === 'name') return 'the name'
  const word = first === 'limits' ? (second ?? first) : first
  return `--${word.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

async function create(context: Context, wanted: NewKeyAsked): Promise<ExitCode> {
  return withStore(context, true, async ({ store, declared }) => {
    const { stdout, options, language } = context
    if (declared.some(({ name }) => name === wanted.name)) {
      return no(context, `"${wanted.name}" is declared in the configuration file: take another name`)
    }
    const made = await attempt(context, () => store.keys.create(wanted))
    if (made === undefined) return 1
    const { key, record } = made
    if (options.flag('json')) stdout.write(`${JSON.stringify({ ...storedKeyInfo(record), key })}\n`)
    else stdout.write(`${say(language, 'key-created', { name: record.name })}\n${key}\n`)
    return 0
  })
}

async function revoke(context: Context, { store, declared }: OpenedStore, name: string): Promise<ExitCode> {
  const { stdout, options, language } = context
  const own = declared.find((key) => key.name === name || declaredKeyId(key.name) === name)
  if (own !== undefined) {
    return no(context, `key "${own.name}" is declared in the configuration file and read-only here: remove it there`)
  }
  const revoked = await attempt(context, () => store.keys.revoke(name))
  if (revoked === undefined) return 1
  if (options.flag('json')) stdout.write(`${JSON.stringify(storedKeyInfo(revoked))}\n`)
  else stdout.write(`${say(language, 'key-revoked', { name: revoked.name, id: revoked.id })}\n`)
  return 0
}

/** Keys keep working; a server that runs forgets within a second, too. */
async function forget(context: Context, { store, declared }: OpenedStore, name: string): Promise<ExitCode> {
  const { stdout, options, language } = context
  const all = allKeyInfos(declared, await store.keys.list())
  const named = all.filter((key) => key.id === name || key.name === name)
  if (named.length === 0) return no(context, `no key has the id or name '${name}'`)
  let forgotten = 0
  // A name may have been given again after it was revoked.
  for (const { id } of named) forgotten += await store.forget(id)
  if (options.flag('json')) stdout.write(`${JSON.stringify({ ids: named.map(({ id }) => id), forgotten })}\n`)
  else stdout.write(`${say(language, 'key-forgotten', { name, count: forgotten })}\n`)
  return 0
}

/** Undefined, and the reason told, where the store's answer is no. */
async function attempt<Value>(context: Context, ask: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof StoreFailure) || (error.code !== 'name-taken' && error.code !== 'no-such-key')) throw error
    no(context, error.message)
    return undefined
  }
}

function no({ stderr }: Context, message: string): ExitCode {
  stderr.write(`tongwen: ${message}\n`)
  return 1
}

async function list(context: Context, { store, declared }: OpenedStore): Promise<ExitCode> {
  const { stdout, options, language, columns } = context
  const all = allKeyInfos(declared, await store.keys.list())
  const shown = options.flag('all') ? all : all.filter(({ revokedAt }) => revokedAt === undefined)
  if (options.flag('json')) {
    stdout.write(`${JSON.stringify({ keys: shown })}\n`)
    return 0
  }
  const head = (['name', 'id', 'key', 'role', 'may-use', 'bounds'] as const).map((each) => say(language, each))
  const rows = shown.map((key) => row(key, language))
  stdout.write(
    rows.length === 0 ? `${say(language, 'no-keys')}\n` : table({ head, rows, columns, flexible: [0, 4, 5] }),
  )
  const hidden = all.length - shown.length
  if (hidden > 0) stdout.write(`\n${say(language, 'hidden-keys', { count: hidden })}\n`)
  return 0
}

function row(key: KeyInfo, language: Context['language']): string[] {
  const { id, name, role, preview, models, limits, budget, revokedAt } = key
  const { requestsPerMinute, tokensPerMinute, concurrency } = limits
  const bounds = [
    ...(revokedAt === undefined ? [] : [`${say(language, 'revoked')} ${revokedAt.slice(0, 10)}`]),
    ...(requestsPerMinute === undefined ? [] : [`${requestsPerMinute} req/min`]),
    ...(tokensPerMinute === undefined ? [] : [`${tokensPerMinute} tok/min`]),
    ...(concurrency === undefined ? [] : [`${concurrency} at once`]),
    ...(budget === undefined ? [] : [`${budget.amount} ${budget.currency}/${budget.period}`]),
  ]
  const may = models.length === 0 ? say(language, 'everything') : models.join(', ')
  return [name, id, preview, role, may, bounds.length === 0 ? say(language, 'none') : bounds.join(', ')]
}
