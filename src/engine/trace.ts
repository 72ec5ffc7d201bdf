import type { Failure } from '#wire/failure.ts'
import type { Usage } from '#wire/usage.ts'
import type { Warning } from '#wire/warning.ts'

/** One try at one target, as the trace shows it. Times in milliseconds since the request came in. */
export interface AttemptTrace {
  /** `provider/model` */
  readonly target: string
  /** Why this target, in this place. */
  readonly reason: string
  /** Which of the provider's keys, from 1; absent where it has no more than one. */
  readonly key?: number
  readonly startedMs: number
  /** The platform's HTTP status; absent when no answer came. */
  status?: number
  firstByteMs?: number
  endedMs?: number
  failure?: Failure
}

export type Outcome = 'completed' | 'refused' | 'failed' | 'aborted'

/** What happened to one request: written once, at its end, append-only until then. `GET /v1/requests/{id}` shows it. */
export interface Trace {
  readonly id: string
  /** Empty until the caller is known, as `model` is until the body is read. */
  keyId: string
  keyName: string
  /** Unix milliseconds. */
  readonly at: number
  readonly dialect: string
  readonly operation: string
  /** What the caller asked for. */
  model: string
  stream: boolean
  readonly tags: Readonly<Record<string, string>>
  readonly session?: string
  readonly attempts: AttemptTrace[]
  readonly warnings: Warning[]
  outcome?: Outcome
  failure?: Failure
  /** The target that answered. */
  target?: string
  usage?: Usage
  cost?: TraceCost
  /** Milliseconds from the request to the first byte of the answer, and to its end. */
  firstByteMs?: number
  durationMs?: number
}

/** Money of one request. `amount` is a decimal string in `currency`; `estimated` says why it is not the platform's own figure. */
export interface TraceCost {
  readonly amount: string
  readonly currency: string
  readonly rule: string
  readonly estimated?: string
  /** What packages paid of it: `amount` is less that. */
  readonly packages?: readonly PackageTrace[]
}

/** What was drawn from a package, and what it would have cost. Decimal strings. */
export interface PackageTrace {
  /** `provider/name` */
  readonly package: string
  readonly tokens?: string
  readonly amount?: string
  readonly covered: string
}

/** A trace with nothing in it but what is known when a request comes in. */
export function newTrace(known: Pick<Trace, 'id' | 'at' | 'dialect' | 'operation' | 'tags' | 'session'>): Trace {
  return { ...known, keyId: '', keyName: '', model: '', stream: false, attempts: [], warnings: [] }
}
