import { offersOf, type Platform, platforms, SCHEMES, waysOf } from '#catalog/index.ts'

/** Every platform that can be called: what `every-platform.test.ts` runs over, and so what counts as simulated. */
export const CALLABLE: readonly Platform[] = [...platforms.values()].filter(
  ({ unavailable }) => unavailable === undefined,
)

/** A model that the platform serves; any name where it serves what its operator gives it. */
export function servedModel({ id }: Platform): string {
  const offer = offersOf(id).find(({ kind, status }) => kind === 'chat' && status === 'active')
  return offer?.model ?? 'some-model'
}

/** A provider on a platform that is played at an address, with whatever the platform wants for a proof. */
export function providerAt(platform: Platform, baseUrl: string): Record<string, unknown> {
  const region = offersOf(platform.id).find(({ model }) => model === servedModel(platform))?.regions?.[0]
  const named = platform.regions[0]?.baseUrl.includes('{region}') === true ? 'us-east-1' : region
  return {
    platform: platform.id,
    baseUrl,
    ...(named === undefined ? {} : { region: named }),
    ...proofFor(platform),
    ...variablesOf(platform),
  }
}

function proofFor({ auth, endpoints }: Platform): Record<string, unknown> {
  const ways = waysOf(endpoints[0]?.auth ?? auth)
  if (ways.some(({ kind }) => SCHEMES[kind].key === 'optional')) return {}
  if (ways.some(({ kind }) => SCHEMES[kind].key === 'needed')) return { apiKey: 'sk-0123456789abcdef.secret' }
  const [way] = ways
  const words = way === undefined ? [] : SCHEMES[way.kind].needed
  return { credentials: Object.fromEntries(words.map((word) => [word, `test-${word}`])) }
}

function variablesOf({ variables = {} }: Platform): Record<string, unknown> {
  // The region has a key of its own.
  const names = Object.keys(variables).filter((name) => name !== 'region')
  return names.length === 0 ? {} : { variables: Object.fromEntries(names.map((name) => [name, 'test'])) }
}
