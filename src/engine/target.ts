import type { Resolved } from '#catalog/index.ts'
import type { ProviderConfig } from '#engine/config/config.ts'

/** Provider × model, resolved and frozen: all that sending needs. */
export interface Target {
  /** `provider/model` */
  readonly id: string
  readonly provider: ProviderConfig
  readonly resolved: Resolved
  /** For weighted routes; 1 elsewhere. */
  readonly weight: number
}

/** A target in its place, with why it stands there. */
export interface Planned {
  readonly target: Target
  readonly reason: string
}
