import {
  formOf,
  proveByToken,
  saysUnauthorized,
  secondsAsMs,
  type TokenFlow,
  tokenUrlOf,
} from '#engine/send/authenticate/fetch-token.ts'
import { bearer, type Proof, type Signing } from '#engine/send/authenticate/proof.ts'

/** OAuth 2.0 client credentials, as Microsoft Entra takes them: a secret of an application gives a bearer token. */
export function proveByClientCredentials(
  auth: { readonly tokenUrl: string; readonly scope: string },
  { words, context }: Signing,
): Proof | Promise<Proof> {
  const { clientId = '', clientSecret = '', scope = auth.scope } = words
  const url = tokenUrlOf(auth.tokenUrl, words)
  const flow: TokenFlow = {
    about: ['client-credentials', url, scope],
    call: () => ({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: formOf({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        scope,
      }),
    }),
    read: readOauthToken,
    prove: (token) => ({ headers: bearer(token) }),
    worn: saysUnauthorized,
  }
  return proveByToken(flow, words, context)
}

/** `access_token` and `expires_in` of an OAuth answer. */
export const readOauthToken: TokenFlow['read'] = ({ json: { access_token: token, expires_in: seconds } }) => {
  const lifeMs = secondsAsMs(seconds)
  return typeof token === 'string' && token !== '' && lifeMs !== undefined ? { token, lifeMs } : undefined
}
