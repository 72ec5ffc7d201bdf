import { proveByToken, saysUnauthorized, type TokenFlow, tokenUrlOf } from '#engine/send/authenticate/fetch-token.ts'
import type { Proof, Signing } from '#engine/send/authenticate/proof.ts'
import { isObject } from '#wire/json.ts'

/** As documented; the answer's `token.expires_at` counts where it is there. */
const LIFE_MS = 24 * 3_600_000

/** A Huawei Cloud user's token for a project, from a header of IAM's answer, sent as `X-Auth-Token`. */
export function proveByIamToken(tokenUrl: string, { words, context }: Signing): Proof | Promise<Proof> {
  const { domain = '', user = '', password = '', project = '' } = words
  const url = tokenUrlOf(tokenUrl, words)
  const identity = { methods: ['password'], password: { user: { name: user, password, domain: { name: domain } } } }
  const flow: TokenFlow = {
    about: ['huawei-iam', url],
    call: () => ({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ auth: { identity, scope: { project: { name: project } } } }),
    }),
    read: ({ headers: { 'x-subject-token': token }, json, at }) => {
      const until = isObject(json['token']) ? json['token']['expires_at'] : undefined
      const untilMs = typeof until === 'string' ? Date.parse(until) : Number.NaN
      const lifeMs = Number.isNaN(untilMs) ? LIFE_MS : Math.min(LIFE_MS, untilMs - at)
      return token === undefined || token === '' ? undefined : { token, lifeMs }
    },
    prove: (token) => ({ headers: { 'x-auth-token': token } }),
    worn: saysUnauthorized,
  }
  return proveByToken(flow, words, context)
}
