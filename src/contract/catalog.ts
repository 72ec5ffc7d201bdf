import { z } from 'zod'
import type { Open, PlatformDetail, PlatformSummary } from '#contract/answers.ts'

export const open: z.ZodType<Open> = z.record(z.string(), z.unknown())

const origin = {
  origin: z.enum(['release', 'overlay']),
  overlay: z.string().exactOptional(),
}

const summary = z.object({
  id: z.string(),
  name: z.string(),
  nameZh: z.string().exactOptional(),
  kind: z.string(),
  regions: z.array(z.string()),
  models: z.int(),
  checked: z.string(),
  unavailable: z.string().exactOptional(),
  ...origin,
})

export const platformSummary: z.ZodType<PlatformSummary> = summary

const region = z.object({
  id: z.string(),
  baseUrl: z.string(),
  auth: z.array(open).exactOptional(),
  note: z.string().exactOptional(),
  residency: z.string().exactOptional(),
})

const model = z.object({
  model: z.string(),
  kind: z.string(),
  status: z.string(),
  context: z.int().exactOptional(),
  maxOutput: z.int().exactOptional(),
  capabilities: z.array(z.string()),
  ...origin,
})

export const platformDetail: z.ZodType<PlatformDetail> = summary.extend({
  regions: z.array(region),
  keyVariables: z.array(z.string()),
  auth: open,
  otherAuth: z.array(open).exactOptional(),
  credentialVariables: open.exactOptional(),
  variables: open.exactOptional(),
  endpoints: z.array(open),
  quirks: open,
  residency: open,
  unverified: z.array(z.string()),
  sources: z.array(z.string()),
  note: z.string().exactOptional(),
  models: z.array(model),
})
