import { type Catalog, nearest, type Offer, type Platform, waysOf } from '#catalog/index.ts'
import type { ModelInfo, Origin, PlatformDetail, PlatformSummary } from '#contract/index.ts'
import { type AdminCall, answered, type Handled, refused } from '#server/admin/call.ts'
import { failure } from '#wire/failure.ts'

export async function listPlatforms(call: AdminCall): Promise<Handled<{ platforms: readonly PlatformSummary[] }>> {
  const { catalog } = call.snapshot()
  return answered({ platforms: [...catalog.platforms.values()].map((each) => platformSummary(each, catalog)) })
}

/** One line about a platform of a catalog. */
export function platformSummary(platform: Platform, catalog: Catalog): PlatformSummary {
  return {
    ...common(platform),
    regions: platform.regions.map(({ id }) => id),
    models: catalog.offersOf(platform.id).length,
  }
}

function common(platform: Platform): Omit<PlatformSummary, 'regions' | 'models'> {
  const { id, name, nameZh, kind, checked, unavailable, overlay } = platform
  return {
    id,
    name,
    ...(nameZh === undefined ? {} : { nameZh }),
    kind,
    checked,
    ...(unavailable === undefined ? {} : { unavailable }),
    ...originOf({ overlay }),
  }
}

export async function getPlatform({ params, snapshot }: AdminCall): Promise<Handled<PlatformDetail>> {
  const { id = '' } = params
  const { catalog } = snapshot()
  const platform = catalog.platforms.get(id)
  if (platform !== undefined) return answered(platformDetail(platform, catalog))
  const near = nearest(id, catalog.platforms.keys(), 3)
  const hint = near.length > 0 ? `; the nearest are ${near.join(', ')}` : ''
  return refused(
    failure('not-found', `no platform is called "${id.slice(0, 80)}"${hint}`, { code: 'platform_not_found' }),
  )
}

/** All that the catalog knows of a platform, its prices apart. */
export function platformDetail(platform: Platform, catalog: Catalog): PlatformDetail {
  const { regions, keyVariables, endpoints, services, quirks, residency, unverified, sources, note } = platform
  return {
    ...common(platform),
    regions: regions.map(regionInfo),
    keyVariables,
    ...authInfo(platform),
    endpoints: endpoints.map((endpoint) => ({ ...endpoint })),
    ...(services === undefined ? {} : { services: { ...services } }),
    quirks: { ...quirks },
    residency: { ...residency },
    unverified,
    sources,
    ...(note === undefined ? {} : { note }),
    models: catalog.offersOf(platform.id).map(modelInfo),
  }
}

function regionInfo({ market: _, auth, ...region }: Platform['regions'][number]): PlatformDetail['regions'][number] {
  return { ...region, ...(auth === undefined ? {} : { auth: waysOf(auth).map((way) => ({ ...way })) }) }
}

type AuthInfo = Pick<PlatformDetail, 'auth' | 'otherAuth' | 'credentialVariables' | 'variables'>

function authInfo({ auth, credentialVariables, variables }: Platform): AuthInfo {
  const [first, ...others] = waysOf(auth).map((way) => ({ ...way }))
  return {
    auth: { ...first },
    ...(others.length === 0 ? {} : { otherAuth: others }),
    ...(credentialVariables === undefined ? {} : { credentialVariables: { ...credentialVariables } }),
    ...(variables === undefined ? {} : { variables: { ...variables } }),
  }
}

/** Whether a row is as released, or which file of the operator's it comes from. */
export function originOf({ overlay }: { readonly overlay?: string | undefined }): Origin {
  return overlay === undefined ? { origin: 'release' } : { origin: 'overlay', overlay }
}

function modelInfo({ model, kind, status, context, maxOutput, capabilities, overlay }: Offer): ModelInfo {
  return {
    model,
    kind,
    status,
    ...(context === undefined ? {} : { context }),
    ...(maxOutput === undefined ? {} : { maxOutput }),
    capabilities,
    ...originOf({ overlay }),
  }
}
