import { type Command, type Context, type ExitCode, WrongUsage } from '#cli/command.ts'
import { say } from '#cli/language.ts'
import { type OpenedStore, withStore } from '#cli/store.ts'
import { table } from '#cli/table.ts'
import { attempt, checked, hasGroup, no } from '#cli/objects.ts'
import { showKey } from '#cli/show-key.ts'
import { BOUND_OPTIONS, boundsWords, isEmpty, readBounds } from '#cli/bounds.ts'
import { keyChange, type KeyChangeBody, type KeyInfo, type NewKeyAsked, newKey } from '#contract/index.ts'
import { allKeyInfos, declaredKeyId, storedKeyInfo } from '#server/admin/key-info.ts'

/** Makes, lists, changes and revokes the store's keys, and forgets what was remembered for any key; holds for a running server within a second. */
export const keys: Command = {
  name: 'keys',
  summary: {
    en: 'make, list, change and revoke keys, forget what is remembered for one',
    zh: '创建、列出、修改、吊销密钥，清除其记忆',
  },
  usage: 'keys create|show|update|revoke|forget <name> | list [options]',
  example: "tongwen keys create shop --models 'gpt-4o,qwen/*' --budget '100.00 CNY/month'",
  options: [
    {
      name: 'role',
      kind: 'text',
      value: 'caller|admin',
      about: { en: 'create: default caller', zh: '创建：默认 caller' },
    },
    { name: 'team', kind: 'text', value: 'TEAM', about: { en: 'the team that it is in', zh: '所属团队' } },
    ...BOUND_OPTIONS,
    { name: 'all', kind: 'flag', about: { en: 'list: revoked ones too', zh: '列出：包括已吊销的' } },
  ],
  most: 2,
  async run(context) {
    const [verb, name] = context.words
    if (verb === undefined) throw new WrongUsage('keys needs a verb: create, list, show, update, revoke or forget')
    if (verb === 'list') {
      if (name !== undefined) throw new WrongUsage(`"${name}" is one word too many`)
      return withStore(context, false, (opened) => list(context, opened))
    }
    if (verb === 'create') return create(context, readNewKey(context, name))
    return onKey(context, verb, name)
  },
}

async function onKey(context: Context, verb: string, name: string | undefined): Promise<ExitCode> {
  const work = ON_KEY[verb]
  if (work === undefined && verb !== 'update')
    throw new WrongUsage(`keys has no verb "${verb}"; there are create, list, show, update, revoke and forget`)
  if (name === undefined) throw new WrongUsage(`keys ${verb} needs a name or an id`)
  if (work === undefined) return update(context, name, readKeyChange(context))
  return withStore(context, false, (opened) => work(context, opened, name))
}

type OnKey = (context: Context, opened: OpenedStore, name: string) => Promise<ExitCode>

const ON_KEY: Readonly<Record<string, OnKey>> = { show: showKey, revoke, forget }

function readNewKey(context: Context, name: string | undefined): NewKeyAsked {
  if (name === undefined) throw new WrongUsage('keys create needs a name')
  const { options } = context
  const team = options.text('team')
  return checked(newKey, {
    name,
    role: options.text('role'),
    ...(team === undefined ? {} : { team }),
    ...readBounds(context),
  })
}

function readKeyChange(context: Context): KeyChangeBody {
  const { options } = context
  const team = options.text('team')
  if (options.text('role') !== undefined) throw new WrongUsage('a key keeps its role: make another key')
  const words = { ...(team === undefined ? {} : { team: team === 'none' ? null : team }), ...readBounds(context) }
  const change = checked(keyChange, words)
  if (isEmpty(change)) throw new WrongUsage('keys update needs something to change: --team, --models, --budget, …')
  return change
}

async function create(context: Context, wanted: NewKeyAsked): Promise<ExitCode> {
  return withStore(context, true, async (opened) => {
    const { store, declared } = opened
    const { stdout, options, language } = context
    if (declared.some(({ name }) => name === wanted.name)) {
      return no(context, `"${wanted.name}" is declared in the configuration file: take another name`)
    }
    if (wanted.team !== undefined && !(await hasGroup(opened, 'team', wanted.team))) {
      return no(context, `there is no team named "${wanted.team}"`)
    }
    const made = await attempt(context, () => store.keys.create(wanted))
    if (made === undefined) return 1
    const { key, record } = made
    if (options.flag('json')) stdout.write(`${JSON.stringify({ ...storedKeyInfo(record), key })}\n`)
    else stdout.write(`${say(language, 'key-created', { name: record.name })}\n${key}\n`)
    return 0
  })
}

async function update(context: Context, name: string, change: KeyChangeBody): Promise<ExitCode> {
  return withStore(context, false, async (opened) => {
    const { stdout, options, language } = context
    const own = opened.declared.find((key) => key.name === name || declaredKeyId(key.name) === name)
    if (own !== undefined) {
      return no(context, `key "${own.name}" is declared in the configuration file and read-only here: change it there`)
    }
    if (typeof change.team === 'string' && !(await hasGroup(opened, 'team', change.team))) {
      return no(context, `there is no team named "${change.team}"`)
    }
    const key = await attempt(context, () => opened.store.keys.update(name, change))
    if (key === undefined) return 1
    if (options.flag('json')) stdout.write(`${JSON.stringify(storedKeyInfo(key))}\n`)
    else stdout.write(`${say(language, 'key-changed', { name: key.name })}\n`)
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

async function list(context: Context, { store, declared }: OpenedStore): Promise<ExitCode> {
  const { stdout, options, language, columns } = context
  const all = allKeyInfos(declared, await store.keys.list())
  const shown = options.flag('all') ? all : all.filter(({ revokedAt }) => revokedAt === undefined)
  if (options.flag('json')) {
    stdout.write(`${JSON.stringify({ keys: shown })}\n`)
    return 0
  }
  const head = (['name', 'id', 'key', 'role', 'team', 'may-use', 'bounds'] as const).map((each) => say(language, each))
  const rows = shown.map((key) => row(key, language))
  stdout.write(
    rows.length === 0 ? `${say(language, 'no-keys')}\n` : table({ head, rows, columns, flexible: [0, 4, 5, 6] }),
  )
  const hidden = all.length - shown.length
  if (hidden > 0) stdout.write(`\n${say(language, 'hidden-keys', { count: hidden })}\n`)
  return 0
}

function row(key: KeyInfo, language: Context['language']): string[] {
  const { id, name, role, preview, models, limits, budget, team, revokedAt } = key
  const may = models.length === 0 ? say(language, 'everything') : models.join(', ')
  const bounds = boundsWords(limits, budget, language)
  const revoked = revokedAt === undefined ? '' : `${say(language, 'revoked')} ${revokedAt.slice(0, 10)}, `
  return [name, id, preview, role, team ?? '-', may, `${revoked}${bounds}`]
}
