import { nearest } from '#catalog/index.ts'
import { matchPath, type RouteName, routes } from '#contract/index.ts'
import type { Caller } from '#engine/admit/keyring.ts'
import type { Reply } from '#engine/reply.ts'
import { type AdminParts, bind, type Bound, refused } from '#server/admin/call.ts'
import { getPlatform, listPlatforms } from '#server/admin/catalog.ts'
import { getConfig, reloadConfig } from '#server/admin/config.ts'
import { addAdjustment } from '#server/admin/adjustments.ts'
import * as groups from '#server/admin/groups.ts'
import { createKey, getMe, getUsage, listKeys, revokeKey, updateKey } from '#server/admin/keys.ts'
import type { Operation } from '#server/operation.ts'
import { StoreFailure } from '#store/index.ts'
import { type Failure, failure } from '#wire/failure.ts'

/** The admin API, `/api/*`. */
export interface Admin {
  answer(caller: Caller, operation: Operation): Promise<Reply | { readonly kind: 'refused'; readonly failure: Failure }>
}

const HANDLERS: Readonly<Record<RouteName, Bound>> = {
  listKeys: bind(routes.listKeys, listKeys),
  createKey: bind(routes.createKey, createKey),
  revokeKey: bind(routes.revokeKey, revokeKey),
  updateKey: bind(routes.updateKey, updateKey),
  listOrganisations: bind(routes.listOrganisations, groups.listOrganisations),
  createOrganisation: bind(routes.createOrganisation, groups.createOrganisation),
  updateOrganisation: bind(routes.updateOrganisation, groups.updateOrganisation),
  removeOrganisation: bind(routes.removeOrganisation, groups.removeOrganisation),
  listTeams: bind(routes.listTeams, groups.listTeams),
  createTeam: bind(routes.createTeam, groups.createTeam),
  updateTeam: bind(routes.updateTeam, groups.updateTeam),
  removeTeam: bind(routes.removeTeam, groups.removeTeam),
  usage: bind(routes.usage, getUsage),
  adjust: bind(routes.adjust, addAdjustment),
  config: bind(routes.config, getConfig),
  reload: bind(routes.reload, reloadConfig),
  platforms: bind(routes.platforms, listPlatforms),
  platform: bind(routes.platform, getPlatform),
  me: bind(routes.me, getMe),
}

/** Serves the contract's routes, to admin keys where a route says so. */
export function createAdmin(parts: AdminParts): Admin {
  return {
    async answer(caller, operation) {
      const found = findRoute(operation)
      if (!found.ok) return refused(found.failure)
      const { bound, params } = found
      if (bound.route.role === 'admin' && caller.role !== 'admin') {
        return refused(failure('permission', 'this needs an admin key', { code: 'admin_only' }))
      }
      try {
        const handled = await bound.handle({ ...parts, caller, operation, params })
        return handled.kind === 'answer' ? whole(handled.answer) : handled
      } catch (error) {
        if (error instanceof StoreFailure) return refused(storeRefusal(error))
        throw error
      }
    },
  }
}

type FoundRoute =
  | { readonly ok: true; readonly bound: Bound; readonly params: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly failure: Failure }

function findRoute({ request, path }: Operation): FoundRoute {
  const methods: string[] = []
  for (const bound of Object.values(HANDLERS)) {
    const params = matchPath(bound.route.path, path)
    if (params === undefined) continue
    if (bound.route.method === request.method) return { ok: true, bound, params }
    methods.push(bound.route.method)
  }
  if (methods.length > 0) {
    const words = `${request.method ?? 'GET'} is not served at ${path}: use ${methods.join(' or ')}`
    return { ok: false, failure: failure('not-found', words, { code: 'method_not_allowed' }) }
  }
  const paths = [...new Set(Object.values(routes).map((route) => route.path))]
  const near = nearest(path, paths, 3)
  const hint = near.length > 0 ? `; the nearest are ${near.join(', ')}` : ''
  return {
    ok: false,
    failure: failure('not-found', `nothing is served at ${path.slice(0, 200)}${hint}`, { code: 'path_not_found' }),
  }
}

/** Keys are made and shown here: nothing of it belongs into a cache. */
function whole(answer: unknown): Reply {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
  return { kind: 'whole', status: 200, headers, body: JSON.stringify(answer) }
}

function storeRefusal({ code, message }: StoreFailure): Failure {
  switch (code) {
    case 'name-taken':
      return failure('invalid-request', `name: ${message}`, { param: 'name', code: 'name_taken' })
    case 'no-such-key':
      return failure('not-found', message, { code: 'key_not_found' })
    case 'no-such-group':
      return failure('not-found', message, { code: 'group_not_found' })
    case 'in-use':
      return failure('invalid-request', message, { code: 'in_use' })
    case 'refused':
    case 'unwritable':
    case 'closed':
    case 'failed':
      return failure('internal', `the store: ${message}`, { code: 'store_failed' })
  }
}
