import { z } from 'zod'
import type { ConfigInfo, ProblemInfo } from '#contract/answers.ts'
import { open } from '#contract/catalog.ts'
import { groupInfo, keyInfo } from '#contract/keys.ts'

/** Beside `error` in the 422 of `POST /api/reload`. */
export const reloadRefused: z.ZodType<{ readonly problems: readonly ProblemInfo[] }> = z.object({
  problems: z.array(
    z.object({
      path: z.string(),
      message: z.string(),
      file: z.string().exactOptional(),
      line: z.int().exactOptional(),
      column: z.int().exactOptional(),
    }),
  ),
})

const provider = z.object({
  id: z.string(),
  platform: z.string(),
  region: z.string().exactOptional(),
  baseUrl: z.string().exactOptional(),
  dialect: z.string().exactOptional(),
  apiKeys: z.array(z.string()),
  credentials: z.record(z.string(), z.string()).exactOptional(),
  auth: z.string().exactOptional(),
  variables: z.record(z.string(), z.string()).exactOptional(),
  timeouts: open,
  headers: z.record(z.string(), z.string()),
  quirks: open.exactOptional(),
})

const route = z.object({
  name: z.string(),
  targets: z.array(z.object({ target: z.string(), weight: z.number() })),
  strategy: z.string(),
})

export const configInfo: z.ZodType<ConfigInfo> = z.object({
  file: z.string().exactOptional(),
  server: open,
  data: z.string(),
  catalog: z.string().exactOptional(),
  providers: z.array(provider),
  routes: z.array(route),
  keys: z.array(keyInfo),
  groups: z.array(groupInfo),
})
