import { type Auth, SCHEMES } from '#catalog/index.ts'
import { signAws } from '#engine/send/authenticate/aws-sigv4.ts'
import { proveByBaiduBearer, proveByBaiduToken } from '#engine/send/authenticate/baidu.ts'
import { proveByClientCredentials } from '#engine/send/authenticate/client-credentials.ts'
import { proveByServiceAccount } from '#engine/send/authenticate/google-service-account.ts'
import { signUrl } from '#engine/send/authenticate/hmac-url.ts'
import { proveByIamToken } from '#engine/send/authenticate/huawei-iam.ts'
import { signHuawei } from '#engine/send/authenticate/huawei-signature.ts'
import { accessKeyJwt, zhipuJwt } from '#engine/send/authenticate/jwt.ts'
import { signBaichuan, signSkywork } from '#engine/send/authenticate/md5.ts'
import {
  type AuthContext,
  bearer,
  type Credential,
  type Proof,
  refused,
  type Signable,
  type Signing,
} from '#engine/send/authenticate/proof.ts'
import { signTc3 } from '#engine/send/authenticate/tc3.ts'

/** A scheme, and what the provider has for it. */
export interface Identity {
  readonly auth: Auth
  readonly credential: Credential | undefined
}

/**
 * The proof for a request as it will leave. At once for keys and signatures; a promise only where a token has to be
 * fetched first. What is missing or refused is a `credentials` failure.
 */
export function authenticate(
  { auth, credential }: Identity,
  request: Signable,
  context: AuthContext,
): Proof | Promise<Proof> {
  switch (auth.kind) {
    case 'none':
      return { ok: true, headers: typeof credential === 'string' ? bearer(credential) : {} }
    case 'bearer':
    case 'header':
    case 'query':
    case 'word':
    case 'zhipu-jwt':
      return typeof credential === 'string'
        ? keyProof(auth, credential, context)
        : refused(credential === undefined ? 'the provider has no API key' : `${auth.kind} takes a single apiKey`)
    default:
      return severalProof(auth, credential, { request, context })
  }
}

type OneKey = Extract<Auth, { kind: 'bearer' | 'header' | 'query' | 'word' | 'zhipu-jwt' }>
type Several = Exclude<Auth, OneKey | { kind: 'none' }>

function keyProof(auth: OneKey, key: string, { clock }: AuthContext): Proof {
  switch (auth.kind) {
    case 'bearer':
      return { ok: true, headers: bearer(key) }
    case 'header':
      return { ok: true, headers: { [auth.name]: key } }
    case 'query':
      return { ok: true, headers: {}, query: `${auth.name}=${encodeURIComponent(key)}` }
    case 'word':
      return { ok: true, headers: { authorization: `${auth.word} ${key}` } }
    case 'zhipu-jwt':
      return zhipuJwt(key, clock)
  }
}

function severalProof(
  auth: Several,
  credential: Credential | undefined,
  { request, context }: Omit<Signing, 'words'>,
): Proof | Promise<Proof> {
  const { needed } = SCHEMES[auth.kind]
  const words = typeof credential === 'object' ? credential : {}
  const missing = needed.filter((word) => words[word] === undefined)
  if (missing.length > 0) return refused(`the provider's credentials lack ${missing.join(', ')} (${auth.kind})`)
  const signing = { words, request, context }
  return 'tokenUrl' in auth ? proofByToken(auth, signing) : proofBySignature(auth, signing)
}

type Tokened = Extract<Several, { readonly tokenUrl: string }>

function proofBySignature(auth: Exclude<Several, Tokened>, signing: Signing): Proof {
  switch (auth.kind) {
    case 'aws-sigv4':
      return signAws(auth.service, signing)
    case 'tc3':
      return signTc3(auth.service, signing)
    case 'hmac-url':
      return signUrl(signing)
    case 'access-key-jwt':
      return accessKeyJwt(signing)
    case 'huawei-signature':
      return signHuawei(signing)
    case 'md5-sign':
      return signSkywork(signing)
    case 'baichuan-md5':
      return signBaichuan(signing)
  }
}

function proofByToken(auth: Tokened, signing: Signing): Proof | Promise<Proof> {
  switch (auth.kind) {
    case 'baidu-token':
      return proveByBaiduToken(auth.tokenUrl, signing)
    case 'baidu-bearer':
      return proveByBaiduBearer(auth.tokenUrl, signing)
    case 'client-credentials':
      return proveByClientCredentials(auth, signing)
    case 'huawei-iam':
      return proveByIamToken(auth.tokenUrl, signing)
    case 'google-service-account':
      return proveByServiceAccount(auth, signing)
  }
}
