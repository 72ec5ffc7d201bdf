import { z } from 'zod'
import type {
  AdjustmentInfo,
  ConfigInfo,
  CreatedKeyInfo,
  KeyChangeBody,
  KeyInfo,
  Me,
  NewAdjustmentAsked,
  NewKeyAsked,
  NewKeyBody,
  PlatformDetail,
  PlatformSummary,
  UsageInfo,
} from '#contract/answers.ts'
import { platformDetail, platformSummary } from '#contract/catalog.ts'
import { configInfo } from '#contract/config.ts'
import { type GroupRoutes, groupRoutes } from '#contract/group-routes.ts'
import { createdKey, keyChange, keyInfo, me, newKey } from '#contract/keys.ts'
import type { Route } from '#contract/route.ts'
import {
  adjustmentInfo,
  newAdjustment,
  type UsageAsked,
  usageQuery,
  type UsageQueryText,
  usageRow,
} from '#contract/usage.ts'

export type ListKeys = Route<{ path: '/api/keys'; answer: { readonly keys: readonly KeyInfo[] } }>
export type CreateKey = Route<{ path: '/api/keys'; body: [NewKeyBody, NewKeyAsked]; answer: CreatedKeyInfo }>
export type RevokeKey = Route<{ path: '/api/keys/:id'; answer: KeyInfo }>
export type UpdateKey = Route<{ path: '/api/keys/:id'; body: [KeyChangeBody, KeyChangeBody]; answer: KeyInfo }>
export type GetUsage = Route<{
  path: '/api/usage'
  query: [UsageQueryText, UsageAsked]
  answer: { readonly rows: readonly UsageInfo[] }
}>
export type AddAdjustment = Route<{
  path: '/api/usage/adjustments'
  body: [NewAdjustmentAsked, NewAdjustmentAsked]
  answer: AdjustmentInfo
}>
export type GetConfig = Route<{ path: '/api/config'; answer: ConfigInfo }>
export type Reload = Route<{ path: '/api/reload'; answer: { readonly reloaded: true } }>
export type ListPlatforms = Route<{
  path: '/api/platforms'
  answer: { readonly platforms: readonly PlatformSummary[] }
}>
export type GetPlatform = Route<{ path: '/api/platforms/:id'; answer: PlatformDetail }>
export type GetMe = Route<{ path: '/api/me'; answer: Me }>

/** The admin API: every operation under `/api`, by name. */
export const routes: {
  readonly listKeys: ListKeys
  readonly createKey: CreateKey
  readonly revokeKey: RevokeKey
  readonly updateKey: UpdateKey
  readonly usage: GetUsage
  readonly adjust: AddAdjustment
  readonly config: GetConfig
  readonly reload: Reload
  readonly platforms: ListPlatforms
  readonly platform: GetPlatform
  readonly me: GetMe
} & GroupRoutes = {
  listKeys: {
    method: 'GET',
    path: '/api/keys',
    summary: 'All keys: those declared in the file, and those of the store, revoked ones included.',
    role: 'admin',
    answer: z.object({ keys: z.array(keyInfo) }),
  },
  createKey: {
    method: 'POST',
    path: '/api/keys',
    summary: 'Makes a key. The answer holds it in full, this once.',
    role: 'admin',
    body: newKey,
    answer: createdKey,
  },
  revokeKey: {
    method: 'DELETE',
    path: '/api/keys/:id',
    summary: 'Revokes a key of the store, by id or by the name of a live one. Twice changes nothing.',
    role: 'admin',
    answer: keyInfo,
  },
  updateKey: {
    method: 'PATCH',
    path: '/api/keys/:id',
    summary:
      'Changes models, limits, budget or team of a live key of the store; what is absent stays, null ends it. Running requests keep what they began with.',
    role: 'admin',
    body: keyChange,
    answer: keyInfo,
  },
  ...groupRoutes,
  usage: {
    method: 'GET',
    path: '/api/usage',
    summary: 'Requests, tokens and money, filtered and grouped.',
    role: 'admin',
    query: usageQuery,
    answer: z.object({ rows: z.array(usageRow) }),
  },
  adjust: {
    method: 'POST',
    path: '/api/usage/adjustments',
    summary: 'Books a correction, for good: it counts in usage and in the budgets of its key.',
    role: 'admin',
    body: newAdjustment,
    answer: adjustmentInfo,
  },
  config: {
    method: 'GET',
    path: '/api/config',
    summary: 'The configuration as it is in force: resolved, secrets masked.',
    role: 'admin',
    answer: configInfo,
  },
  reload: {
    method: 'POST',
    path: '/api/reload',
    summary: 'Takes the configuration file again, all or nothing: 422 with `problems` where the last good one stays.',
    role: 'admin',
    answer: z.object({ reloaded: z.literal(true) }),
  },
  platforms: {
    method: 'GET',
    path: '/api/platforms',
    summary: 'The platforms of the catalog.',
    role: 'admin',
    answer: z.object({ platforms: z.array(platformSummary) }),
  },
  platform: {
    method: 'GET',
    path: '/api/platforms/:id',
    summary: 'One platform with its regions, endpoints, quirks, sources and models.',
    role: 'admin',
    answer: platformDetail,
  },
  me: {
    method: 'GET',
    path: '/api/me',
    summary: "The caller's own key: name, models, limits, budget.",
    role: 'caller',
    answer: me,
  },
}

export type RouteName = keyof typeof routes
