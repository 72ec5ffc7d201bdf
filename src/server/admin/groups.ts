import type { z } from 'zod'
import type { GroupChangeBody, GroupInfo, NewGroupAsked } from '#contract/index.ts'
import { newOrganisation, newTeam, organisationChange, teamChange } from '#contract/index.ts'
import type { Group } from '#engine/ports.ts'
import { type AdminCall, answered, type Handled, readBody, refused, wrongField } from '#server/admin/call.ts'
import { allGroupInfos, groupInfo } from '#server/admin/group-info.ts'
import { failure } from '#wire/failure.ts'

type Kind = Group['kind']

/** All groups of a kind. */
async function groupsOf(call: AdminCall, kind: Kind): Promise<readonly GroupInfo[]> {
  const all = allGroupInfos(call.snapshot().config.groups, await call.store.groups.list())
  return all.filter((group) => group.kind === kind)
}

export async function listOrganisations(call: AdminCall): Promise<Handled<{ organisations: readonly GroupInfo[] }>> {
  return answered({ organisations: await groupsOf(call, 'organisation') })
}

export async function listTeams(call: AdminCall): Promise<Handled<{ teams: readonly GroupInfo[] }>> {
  return answered({ teams: await groupsOf(call, 'team') })
}

/** Undefined where there is such a group, or none is named. */
export async function noSuchGroup(
  call: AdminCall,
  kind: Kind,
  name: string | null | undefined,
): Promise<Handled<never> | undefined> {
  if (name === undefined || name === null) return undefined
  const groups = await groupsOf(call, kind)
  if (groups.some((group) => group.name === name)) return undefined
  return refused(wrongField(kind, `there is no ${kind} named "${name}"`, `${kind}_not_found`))
}

function creating(kind: Kind, schema: z.ZodType<NewGroupAsked>): (call: AdminCall) => Promise<Handled<GroupInfo>> {
  return async (call) => {
    const body = await readBody(call, schema)
    if (!body.ok) return refused(body.failure)
    const { name, organisation } = body.value
    const own = declaredIn(call, kind, name)
    if (own !== undefined) {
      const words = `"${name}" is declared in the configuration file: take another name`
      return refused(wrongField('name', words, 'name_taken'))
    }
    const missing = await noSuchGroup(call, 'organisation', organisation)
    if (missing !== undefined) return missing
    return answered(groupInfo(await call.store.groups.create({ kind, ...body.value })))
  }
}

function updating(kind: Kind, schema: z.ZodType<GroupChangeBody>): (call: AdminCall) => Promise<Handled<GroupInfo>> {
  return async (call) => {
    const { name = '' } = call.params
    const body = await readBody(call, schema)
    if (!body.ok) return refused(body.failure)
    const own = declaredIn(call, kind, name) ?? (await noSuchGroup(call, 'organisation', body.value.organisation))
    if (own !== undefined) return own
    return answered(groupInfo(await call.store.groups.update({ kind, name }, body.value)))
  }
}

function removing(kind: Kind): (call: AdminCall) => Promise<Handled<GroupInfo>> {
  return async (call) => {
    const { name = '' } = call.params
    const own = declaredIn(call, kind, name)
    return own ?? answered(groupInfo(await call.store.groups.remove({ kind, name })))
  }
}

/** What the file declares is read-only here. */
function declaredIn(call: AdminCall, kind: Kind, name: string): Handled<never> | undefined {
  const { groups } = call.snapshot().config
  if (!groups.some((group) => group.kind === kind && group.name === name)) return undefined
  const words = `the ${kind} "${name}" is declared in the configuration file and read-only here: change it there`
  return refused(failure('permission', words, { code: 'declared_in_file' }))
}

type GroupHandler = (call: AdminCall) => Promise<Handled<GroupInfo>>

export const createOrganisation: GroupHandler = creating('organisation', newOrganisation)
export const updateOrganisation: GroupHandler = updating('organisation', organisationChange)
export const removeOrganisation: GroupHandler = removing('organisation')
export const createTeam: GroupHandler = creating('team', newTeam)
export const updateTeam: GroupHandler = updating('team', teamChange)
export const removeTeam: GroupHandler = removing('team')
