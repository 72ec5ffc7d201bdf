import { BOUND_OPTIONS, boundsWords, isEmpty, readBounds } from '#cli/bounds.ts'
import { type Command, type Context, type ExitCode, type Option, WrongUsage } from '#cli/command.ts'
import { say, type Words } from '#cli/language.ts'
import { attempt, checked, hasGroup, no } from '#cli/objects.ts'
import { type OpenedStore, withStore } from '#cli/store.ts'
import { table } from '#cli/table.ts'
import {
  type GroupChangeBody,
  type GroupInfo,
  type NewGroupAsked,
  newOrganisation,
  newTeam,
  organisationChange,
  teamChange,
} from '#contract/index.ts'
import type { Group } from '#engine/ports.ts'
import { allGroupInfos, groupInfo } from '#server/admin/group-info.ts'

type Kind = Group['kind']

/** The command on teams, or the one on organisations: they differ in what is above them. */
export function groupCommand(kind: Kind, words: { readonly summary: Words; readonly example: string }): Command {
  const name = `${kind}s`
  return {
    name,
    ...words,
    usage: `${name} create|update|remove <name> | list [options]`,
    options: [...(kind === 'team' ? [ORGANISATION] : []), ...BOUND_OPTIONS],
    most: 2,
    run: (context) => perform(context, kind),
  }
}

const ORGANISATION: Option = {
  name: 'organisation',
  kind: 'text',
  value: 'NAME',
  about: { en: 'the organisation that it is in', zh: '所属组织' },
}

async function perform(context: Context, kind: Kind): Promise<ExitCode> {
  const [verb, name] = context.words
  if (verb === undefined) throw new WrongUsage(`${kind}s needs a verb: create, list, update or remove`)
  if (verb === 'list') {
    if (name !== undefined) throw new WrongUsage(`"${name}" is one word too many`)
    return withStore(context, false, (opened) => list(context, opened, kind))
  }
  if (!VERBS.has(verb))
    throw new WrongUsage(`${kind}s has no verb "${verb}"; there are create, list, update and remove`)
  if (name === undefined) throw new WrongUsage(`${kind}s ${verb} needs a name`)
  if (verb === 'create') return create(context, kind, readNew(context, kind, name))
  if (verb === 'update') return update(context, { kind, name }, readChange(context, kind))
  return withStore(context, false, (opened) => remove(context, opened, { kind, name }))
}

const VERBS: ReadonlySet<string> = new Set(['create', 'update', 'remove'])

function readNew(context: Context, kind: Kind, name: string): NewGroupAsked {
  const above = kind === 'team' ? context.options.text('organisation') : undefined
  const organisation = above === undefined ? {} : { organisation: above }
  return checked(kind === 'team' ? newTeam : newOrganisation, { name, ...organisation, ...readBounds(context) })
}

function readChange(context: Context, kind: Kind): GroupChangeBody {
  const above = kind === 'team' ? context.options.text('organisation') : undefined
  const organisation = above === undefined ? {} : { organisation: above === 'none' ? null : above }
  const schema = kind === 'team' ? teamChange : organisationChange
  const change = checked(schema, { ...organisation, ...readBounds(context) })
  if (isEmpty(change)) throw new WrongUsage(`${kind}s update needs something to change: --models, --budget, …`)
  return change
}

/** A group by its kind and name. */
type Named = Pick<Group, 'kind' | 'name'>

function declares({ groups }: OpenedStore, { kind, name }: Named): boolean {
  return groups.some((group) => group.kind === kind && group.name === name)
}

async function create(context: Context, kind: Kind, wanted: NewGroupAsked): Promise<ExitCode> {
  return withStore(context, true, async (opened) => {
    const { name, organisation } = wanted
    if (declares(opened, { kind, name }))
      return no(context, `"${name}" is declared in the configuration file: take another name`)
    if (organisation !== undefined && !(await hasGroup(opened, 'organisation', organisation)))
      return no(context, `there is no organisation named "${organisation}"`)
    const made = await attempt(context, () => opened.store.groups.create({ kind, ...wanted }))
    return made === undefined ? 1 : tell(context, 'group-created', groupInfo(made))
  })
}

async function update(context: Context, named: Named, change: GroupChangeBody): Promise<ExitCode> {
  return withStore(context, false, async (opened) => {
    if (declares(opened, named)) return readOnly(context, named)
    const { organisation } = change
    if (typeof organisation === 'string' && !(await hasGroup(opened, 'organisation', organisation)))
      return no(context, `there is no organisation named "${organisation}"`)
    const changed = await attempt(context, () => opened.store.groups.update(named, change))
    return changed === undefined ? 1 : tell(context, 'group-changed', groupInfo(changed))
  })
}

async function remove(context: Context, opened: OpenedStore, named: Named): Promise<ExitCode> {
  if (declares(opened, named)) return readOnly(context, named)
  const removed = await attempt(context, () => opened.store.groups.remove(named))
  return removed === undefined ? 1 : tell(context, 'group-removed', groupInfo(removed))
}

function readOnly(context: Context, { kind, name }: Named): ExitCode {
  return no(context, `the ${kind} "${name}" is declared in the configuration file and read-only here: change it there`)
}

function tell(
  { stdout, options, language }: Context,
  message: 'group-created' | 'group-changed' | 'group-removed',
  group: GroupInfo,
): ExitCode {
  const kind = say(language, group.kind === 'team' ? 'kind-team' : 'kind-organisation')
  const words = say(language, message, { name: group.name, kind })
  stdout.write(options.flag('json') ? `${JSON.stringify(group)}\n` : `${words}\n`)
  return 0
}

async function list(context: Context, { store, groups }: OpenedStore, kind: Kind): Promise<ExitCode> {
  const { stdout, options, language, columns } = context
  const shown = allGroupInfos(groups, await store.groups.list()).filter((group) => group.kind === kind)
  if (options.flag('json')) {
    stdout.write(`${JSON.stringify({ [`${kind}s`]: shown })}\n`)
    return 0
  }
  if (shown.length === 0) {
    stdout.write(`${say(language, 'no-groups')}\n`)
    return 0
  }
  const above = kind === 'team' ? (['organisation'] as const) : []
  const head = (['name', ...above, 'may-use', 'bounds'] as const).map((each) => say(language, each))
  const rows = shown.map(({ name, organisation, models, limits, budget }) => [
    name,
    ...(kind === 'team' ? [organisation ?? '-'] : []),
    models.length === 0 ? say(language, 'everything') : models.join(', '),
    boundsWords(limits, budget, language),
  ])
  stdout.write(table({ head, rows, columns, flexible: [...head.keys()] }))
  return 0
}
