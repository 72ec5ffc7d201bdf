import type { CredentialField } from '#catalog/index.ts'
import type { Clock, Fetch, Timeouts } from '#engine/ports.ts'
import type { Tokens } from '#engine/send/authenticate/tokens.ts'
import { type Failure, failure } from '#wire/failure.ts'

/** What proves to the platform who we are: what to add to the request, or to put in the place of its parts. */
export type Proof = Proven | { readonly ok: false; readonly failure: Failure }

export interface Proven {
  readonly ok: true
  /** Lower-case names; they go over those of the request. */
  readonly headers: Readonly<Record<string, string>>
  /** To append to the URL. */
  readonly query?: string
  /** Instead of the request's. */
  readonly url?: string
  readonly body?: string
  /**
   * Where the proof is a token: whether this failure says that the token is worn out. It is forgotten then, and
   * the request may be sent once more with a new proof.
   */
  readonly renew?: (why: Failure) => boolean
}

/** A request as it will leave, before its proof. Header names in lower case; `host` is added by whoever sends it. */
export interface Signable {
  readonly method: 'POST' | 'GET'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Words of a credential that consists of several. */
export type Words = Readonly<Partial<Record<CredentialField, string>>>

/** One key, or several words. */
export type Credential = string | Words

/** What proving takes from outside, and what it knows of the place. */
export interface AuthContext {
  readonly clock: Clock
  readonly fetch: Fetch
  readonly tokens: Tokens
  /** Deadlines of calls to the provider: a call for a token keeps them, and its own. */
  readonly timeouts: Timeouts
  /** The region's name as the platform writes it. */
  readonly region: string
  /** Shown in failures; never compared. */
  readonly platform: string
}

/** All that a scheme of several words looks at. */
export interface Signing {
  readonly words: Words
  readonly request: Signable
  readonly context: AuthContext
}

/** A refusal in our own words. */
export function refused(message: string): Proof {
  return { ok: false, failure: failure('credentials', message) }
}

/** `Authorization: Bearer …` */
export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` }
}
