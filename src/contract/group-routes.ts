import { z } from 'zod'
import type { GroupChangeBody, GroupInfo, NewGroupAsked, NewGroupBody } from '#contract/answers.ts'
import { groupInfo, newOrganisation, newTeam, organisationChange, teamChange } from '#contract/keys.ts'
import type { Route } from '#contract/route.ts'

type NewGroup = [NewGroupBody, NewGroupAsked]
type Change = [GroupChangeBody, GroupChangeBody]

/** The operations on teams and on organisations. */
export interface GroupRoutes {
  readonly listOrganisations: Route<{
    path: '/api/organisations'
    answer: { readonly organisations: readonly GroupInfo[] }
  }>
  readonly createOrganisation: Route<{ path: '/api/organisations'; body: NewGroup; answer: GroupInfo }>
  readonly updateOrganisation: Route<{ path: '/api/organisations/:name'; body: Change; answer: GroupInfo }>
  readonly removeOrganisation: Route<{ path: '/api/organisations/:name'; answer: GroupInfo }>
  readonly listTeams: Route<{ path: '/api/teams'; answer: { readonly teams: readonly GroupInfo[] } }>
  readonly createTeam: Route<{ path: '/api/teams'; body: NewGroup; answer: GroupInfo }>
  readonly updateTeam: Route<{ path: '/api/teams/:name'; body: Change; answer: GroupInfo }>
  readonly removeTeam: Route<{ path: '/api/teams/:name'; answer: GroupInfo }>
}

export const groupRoutes: GroupRoutes = {
  listOrganisations: {
    method: 'GET',
    path: '/api/organisations',
    summary: 'All organisations: those declared in the file, and those of the store.',
    role: 'admin',
    answer: z.object({ organisations: z.array(groupInfo) }),
  },
  createOrganisation: {
    method: 'POST',
    path: '/api/organisations',
    summary: 'Makes an organisation: its models, limits and budget bind every team and key in it.',
    role: 'admin',
    body: newOrganisation,
    answer: groupInfo,
  },
  updateOrganisation: {
    method: 'PATCH',
    path: '/api/organisations/:name',
    summary: 'Changes an organisation of the store; what is absent stays, null ends it.',
    role: 'admin',
    body: organisationChange,
    answer: groupInfo,
  },
  removeOrganisation: {
    method: 'DELETE',
    path: '/api/organisations/:name',
    summary: 'Removes an organisation of the store that no team belongs to.',
    role: 'admin',
    answer: groupInfo,
  },
  listTeams: {
    method: 'GET',
    path: '/api/teams',
    summary: 'All teams: those declared in the file, and those of the store.',
    role: 'admin',
    answer: z.object({ teams: z.array(groupInfo) }),
  },
  createTeam: {
    method: 'POST',
    path: '/api/teams',
    summary: 'Makes a team, in an organisation or by itself: its models, limits and budget bind every key in it.',
    role: 'admin',
    body: newTeam,
    answer: groupInfo,
  },
  updateTeam: {
    method: 'PATCH',
    path: '/api/teams/:name',
    summary: 'Changes a team of the store; what is absent stays, null ends it.',
    role: 'admin',
    body: teamChange,
    answer: groupInfo,
  },
  removeTeam: {
    method: 'DELETE',
    path: '/api/teams/:name',
    summary: 'Removes a team of the store that no live key belongs to.',
    role: 'admin',
    answer: groupInfo,
  },
}
