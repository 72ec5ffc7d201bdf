import { readServiceAccount } from '#engine/service-account.ts'
import { readOauthToken } from '#engine/send/authenticate/client-credentials.ts'
import { formOf, proveByToken, saysUnauthorized, type TokenFlow } from '#engine/send/authenticate/fetch-token.ts'
import { jwtRs256 } from '#engine/send/authenticate/jwt.ts'
import { bearer, type Proof, refused, type Signing } from '#engine/send/authenticate/proof.ts'

const LIFE_SECONDS = 3600

/** A Google service account: a token signed with its private key is exchanged for a bearer token of an hour. */
export function proveByServiceAccount(
  auth: { readonly tokenUrl: string; readonly scope: string },
  { words, context }: Signing,
): Proof | Promise<Proof> {
  const read = readServiceAccount(words.serviceAccount ?? '')
  if (!read.ok) return refused(`the service account's key ${read.reason}`)
  const { email, privateKey, keyId, tokenUrl = auth.tokenUrl } = read.account
  const audience = words.tokenUrl ?? tokenUrl
  const flow: TokenFlow = {
    about: ['google-service-account', audience, auth.scope],
    call: () => {
      const iat = Math.floor(context.clock.now() / 1000)
      const header = { alg: 'RS256', typ: 'JWT', ...(keyId === undefined ? {} : { kid: keyId }) }
      const claims = { iss: email, scope: auth.scope, aud: tokenUrl, iat, exp: iat + LIFE_SECONDS }
      const assertion = jwtRs256(header, claims, privateKey)
      return {
        method: 'POST',
        url: audience,
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body: formOf({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }),
      }
    },
    read: readOauthToken,
    prove: (token) => ({ headers: bearer(token) }),
    worn: saysUnauthorized,
  }
  return proveByToken(flow, words, context)
}
