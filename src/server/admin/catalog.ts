import { nearest, type Offer, offersOf, type Platform, platforms } from '#catalog/index.ts'
import type { ModelInfo, PlatformDetail, PlatformSummary } from '#contract/index.ts'
import { type AdminCall, answered, type Handled, refused } from '#server/admin/call.ts'
import { failure } from '#wire/failure.ts'

export async function listPlatforms(_call: AdminCall): Promise<Handled<{ platforms: readonly PlatformSummary[] }>> {
  return answered({ platforms: [...platforms.values()].map(platformSummary) })
}

/** One line about a platform. */
export function platformSummary(platform: Platform): PlatformSummary {
  return {
    ...common(platform),
    regions: platform.regions.map(({ id }) => id),
    models: offersOf(platform.id).length,
  }
}

function common(platform: Platform): Omit<PlatformSummary, 'regions' | 'models'> {
  const { id, name, nameZh, kind, checked, unavailable } = platform
  return {
    id,
    name,
    ...(nameZh === undefined ? {} : { nameZh }),
    kind,
    checked,
    ...(unavailable === undefined ? {} : { unavailable }),
  }
}

export async function getPlatform({ params }: AdminCall): Promise<Handled<PlatformDetail>> {
  const { id = '' } = params
  const platform = platforms.get(id)
  if (platform !== undefined) return answered(platformDetail(platform))
  const near = nearest(id, platforms.keys(), 3)
  const hint = near.length > 0 ? `; the nearest are ${near.join(', ')}` : ''
  return refused(
    failure('not-found', `no platform is called "${id.slice(0, 80)}"${hint}`, { code: 'platform_not_found' }),
  )
}

/** All that the catalog knows of a platform, its prices apart. */
export function platformDetail(platform: Platform): PlatformDetail {
  const { regions, keyVariables, auth, endpoints, quirks, residency, unverified, sources, note } = platform
  return {
    ...common(platform),
    regions: regions.map(({ market: _, ...region }) => region),
    keyVariables,
    auth: { ...auth },
    endpoints: endpoints.map((endpoint) => ({ ...endpoint })),
    quirks: { ...quirks },
    residency: { ...residency },
    unverified,
    sources,
    ...(note === undefined ? {} : { note }),
    models: offersOf(platform.id).map(modelInfo),
  }
}

function modelInfo({ model, kind, status, context, maxOutput, capabilities }: Offer): ModelInfo {
  return {
    model,
    kind,
    status,
    ...(context === undefined ? {} : { context }),
    ...(maxOutput === undefined ? {} : { maxOutput }),
    capabilities,
  }
}
