import type { Offer } from '#catalog/schema.ts'

/** Where models are looked up: a catalog, or as much of one as is needed here. */
export interface Shelves {
  readonly platforms: ReadonlyMap<string, unknown>
  findOffer(platform: string, model: string): Pick<Offer, 'kind' | 'model' | 'vectorSpace'> | undefined
}

/** A model that a route leads to, as far as vectors go. */
export interface SpaceTarget {
  /** `provider/model` */
  readonly id: string
  readonly space: string
}

/** Whether all vectors that a name gives can be compared with each other, and with those that the name promises. */
export type CommonSpace =
  | { readonly ok: true; readonly space: string }
  /** The end of a sentence that begins with the route. */
  | { readonly ok: false; readonly message: string }

/**
 * The space that a model's vectors lie in: what its row says, else its own id. A model that its platform's rows do not
 * have is taken for the one that goes by that id elsewhere: open weights on a server of one's own.
 */
export function vectorSpaceOf(shelves: Shelves, platform: string, model: string): string {
  const own = shelves.findOffer(platform, model)
  if (own !== undefined) return own.vectorSpace ?? own.model
  const [known] = spacesNamed(shelves, model)
  return known ?? model
}

/** Spaces of embedding models that go by this very id on some platform. */
export function spacesNamed(shelves: Shelves, model: string): ReadonlySet<string> {
  const spaces = new Set<string>()
  for (const platform of shelves.platforms.keys()) {
    const offer = shelves.findOffer(platform, model)
    if (offer?.kind === 'embedding') spaces.add(offer.vectorSpace ?? offer.model)
  }
  return spaces
}

/** What a caller who asks for a route of this name takes its vectors for: `openai/text-embedding-3-small` names a model too. */
export function spacesPromised(shelves: Shelves, route: string): ReadonlySet<string> {
  const whole = spacesNamed(shelves, route)
  return whole.size > 0 ? whole : spacesNamed(shelves, route.slice(route.lastIndexOf('/') + 1))
}

/**
 * Vectors of two models lie in spaces that have nothing in common but their length: a search over a mixture returns
 * noise and no error. So a route leads to one space, and a route that bears the name of an embedding model leads to
 * that model's, unless the operator declares that he knows them to be one.
 */
export function commonSpace(
  targets: readonly SpaceTarget[],
  { declared, promised }: { readonly declared: string | undefined; readonly promised: ReadonlySet<string> },
): CommonSpace {
  if (declared !== undefined) return { ok: true, space: declared }
  const [first] = targets
  const space = first?.space ?? ''
  if (targets.some((target) => target.space !== space)) {
    const list = targets.map((target) => `${target.id} in "${target.space}"`).join(', ')
    const mend =
      'name targets of one model, or set vectorSpace on the route if you know that their vectors are the same'
    return no(
      `leads to different vector spaces (${list}): a mixture of their vectors gives noise without an error; ${mend}`,
    )
  }
  if (promised.size === 0 || promised.has(space)) return { ok: true, space }
  const mend = 'give the route another name, or set vectorSpace on it once all that is stored was embedded anew'
  return no(
    `bears the name of one embedding model and leads to another (${first?.id ?? ''}), whose vectors cannot be compared with those stored under that name; ${mend}`,
  )
}

function no(message: string): CommonSpace {
  return { ok: false, message }
}
