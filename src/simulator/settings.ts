import type { Fault } from '#simulator/fault.ts'
import type { Profile } from '#simulator/profile.ts'
import type { Recording, Split } from '#simulator/recording.ts'
import type { ScriptRule } from '#simulator/script.ts'

/** What may change while a simulator runs. */
export interface Settings {
  /** The first that fits a request answers it; where none does, the default script does. */
  readonly rules: readonly ScriptRule[]
  readonly profile: Profile
  readonly fault: Fault | undefined
  /** Part of the requests that the fault befalls, 0 to 1. */
  readonly faultRate: number
  /** Played to every request in place of a script. */
  readonly recording: Recording | undefined
  readonly split: Split
}
