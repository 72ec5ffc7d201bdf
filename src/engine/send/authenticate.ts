import type { Auth } from '#catalog/index.ts'
import { type Failure, failure } from '#wire/failure.ts'

/** What proves to the platform who we are: headers, or a query to append to the URL. */
export type Proof =
  | { readonly ok: true; readonly headers: Readonly<Record<string, string>>; readonly query?: string }
  | { readonly ok: false; readonly failure: Failure }

/** The proof for a credential. Signed forms have their place here and say plainly that they are not served yet. */
export function authenticate(auth: Auth, apiKey: string | undefined): Proof {
  if (auth.kind === 'none') return { ok: true, headers: apiKey === undefined ? {} : bearer(apiKey) }
  if (apiKey === undefined) return refused('the provider has no API key')
  switch (auth.kind) {
    case 'bearer':
      return { ok: true, headers: bearer(apiKey) }
    case 'header':
      return { ok: true, headers: { [auth.name]: apiKey } }
    case 'query':
      return { ok: true, headers: {}, query: `${auth.name}=${encodeURIComponent(apiKey)}` }
    default:
      return refused(`requests signed by "${auth.kind}" are not served by this version`)
  }
}

function bearer(apiKey: string): Record<string, string> {
  return { authorization: `Bearer ${apiKey}` }
}

function refused(message: string): Proof {
  return { ok: false, failure: failure('credentials', message) }
}
