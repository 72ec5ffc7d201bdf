import { authenticate } from '#engine/send/authenticate/authenticate.ts'
import type { Proof, Proven, Signable } from '#engine/send/authenticate/proof.ts'
import type { Tokens } from '#engine/send/authenticate/tokens.ts'
import type { Auth } from '#catalog/index.ts'
import type { Ports } from '#engine/ports.ts'
import type { Target } from '#engine/target.ts'
import type { Failure } from '#wire/failure.ts'

/** What proving who we are takes from outside. */
export interface ProvingContext {
  readonly ports: Pick<Ports, 'clock' | 'fetch'>
  readonly tokens: Tokens
  /** One of the provider's keys, if it has any. */
  readonly apiKey: string | undefined
  /** The way to prove it where it is not the target's own: another service of its platform. */
  readonly auth?: Auth
}

/** A request with its proof, as it leaves. */
export interface Outgoing extends Pick<Proven, 'renew'> {
  readonly ok: true
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

type Refusal = { readonly ok: false; readonly failure: Failure }

/** Adds the proof that the target asks for; a promise only where a token has to be fetched first. */
export function outgoing(
  target: Target,
  request: Signable,
  { ports, tokens, apiKey, auth }: ProvingContext,
): Outgoing | Refusal | Promise<Outgoing | Refusal> {
  const { provider, resolved } = target
  const credential = provider.credentials ?? apiKey
  const proof = authenticate({ auth: auth ?? resolved.auth, credential }, request, {
    clock: ports.clock,
    fetch: ports.fetch,
    tokens,
    timeouts: provider.timeouts,
    region: resolved.region.id,
    platform: resolved.platform.id,
  })
  return proof instanceof Promise ? proof.then((known) => applied(request, known)) : applied(request, proof)
}

function applied(request: Signable, proof: Proof): Outgoing | Refusal {
  if (!proof.ok) return proof
  const { query, renew } = proof
  const url = proof.url ?? request.url
  return {
    ok: true,
    url: query === undefined ? url : `${url}${url.includes('?') ? '&' : '?'}${query}`,
    headers: { ...request.headers, ...proof.headers },
    body: proof.body ?? request.body,
    ...(renew === undefined ? {} : { renew }),
  }
}
