import type { Catalog } from '#catalog/index.ts'
import type { Admission } from '#engine/admit/admission.ts'
import type { Caller, Keyring } from '#engine/admit/keyring.ts'
import type { Config } from '#engine/config/config.ts'
import type { Bill } from '#engine/meter/meter.ts'
import type { PackageBook } from '#engine/meter/packages.ts'
import type { Ports } from '#engine/ports.ts'
import type { RefusedTraces } from '#engine/refused.ts'
import type { Registry } from '#engine/route/registry.ts'
import type { KeyHealth } from '#engine/send/key-health.ts'
import type { Tokens } from '#engine/send/authenticate/tokens.ts'
import type { ForwardedHeaders } from '#engine/send/context.ts'
import type { Trace } from '#engine/trace.ts'
import type { Dialect, DialectId, Framing } from '#wire/dialect.ts'
import type { ModelRequest } from '#wire/request.ts'
import type { Service } from '#wire/service.ts'

/** What one configuration makes of the gateway. A request keeps the one that it began with. */
export interface Snapshot {
  readonly config: Config
  /** What it was held against: with the operator's overlay, where there is one. */
  readonly catalog: Catalog
  readonly registry: Registry
  readonly keyring: Keyring
}

/** The gateway without HTTP and without a database. */
export interface Engine {
  readonly ports: Ports
  readonly dialects: Readonly<Partial<Record<DialectId, Dialect>>>
  readonly admission: Admission
  readonly refused: RefusedTraces
  /** Of providers that prove who they are by one that has to be fetched. */
  readonly tokens: Tokens
  /** How the keys of providers fare, reloads included. */
  readonly keys: KeyHealth
  /** What is left of packages; absent = they are not drawn from. */
  readonly packages?: PackageBook
  readonly snapshot: () => Snapshot
}

/** One request as a door hands it in. */
export interface Call {
  readonly dialect: Dialect
  readonly operation: string
  readonly body: Buffer
  /** What the dialect says outside the body: Gemini's model in the path. */
  readonly outside?: { readonly model?: string; readonly stream?: boolean }
  /** Of the stream that goes back, if one is asked for. */
  readonly framing: Framing
  /** Work other than chat: the answer is one value. `dialect` says how its refusals are written. */
  readonly service?: Service
  /** The caller wants the number of tokens, and no answer. */
  readonly counts?: true
  readonly key: string | undefined
  readonly requestId: string
  readonly tags: Readonly<Record<string, string>>
  readonly session: string | undefined
  readonly strict: boolean
  /** Selectors of warnings to refuse, as they came. */
  readonly refuse?: string
  readonly forward: ForwardedHeaders
  /** Aborted when the caller hangs up. */
  readonly signal: AbortSignal
}

/** One request under way: what its steps share, fixed once it is read. */
export interface Run {
  readonly engine: Engine
  readonly call: Call
  readonly caller: Caller
  readonly request: ModelRequest
  readonly trace: Trace
}

/** What is held until the request ends, and what the books have of it. */
export interface Reservation {
  readonly headers: Readonly<Record<string, string>>
  /** The money pools that the cost is held in. */
  readonly pools: readonly string[]
  /** The intent is in the books. */
  intended: boolean
  /** Gives back what was held, once. */
  readonly end: (bill: Bill | undefined) => void
}
