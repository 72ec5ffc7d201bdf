import { findOffer, offersOf } from '#catalog/offers.ts'
import { platforms } from '#catalog/platforms/index.ts'
import { type Resolution, resolve, type Wanted } from '#catalog/resolve.ts'
import type { Offer, Platform } from '#catalog/schema.ts'

/** The platforms, models and prices that a gateway or a command works with. A value that is passed on, never changed. */
export interface Catalog {
  /** By id, in the order in which lists show them. */
  readonly platforms: ReadonlyMap<string, Platform>
  /** All that a platform offers; empty for a platform without rows. */
  readonly offersOf: (platform: string) => readonly Offer[]
  /** The offer of that id, else the one that has it as an alias. */
  readonly findOffer: (platform: string, model: string) => Offer | undefined
  /** What sending to a model takes, or why it cannot be sent to. The platform is one of this catalog. */
  readonly resolve: (wanted: Wanted) => Resolution
}

/** The catalog as it was released, without an operator's overlay. */
export const released: Catalog = { platforms, offersOf, findOffer, resolve }
