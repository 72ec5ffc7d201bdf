import { isObject } from '#wire/json.ts'

/** What a Google service account's key file says, as far as we need it. */
export interface ServiceAccount {
  readonly email: string
  /** PEM. */
  readonly privateKey: string
  readonly keyId?: string
  /** Where its tokens are exchanged. */
  readonly tokenUrl?: string
  readonly projectId?: string
}

/** The text of a key file; `reason` completes "the service account's key …" and shows nothing of the text. */
export function readServiceAccount(
  text: string,
): { readonly ok: true; readonly account: ServiceAccount } | { readonly ok: false; readonly reason: string } {
  const json = parsed(text)
  if (!isObject(json)) return { ok: false, reason: 'is no JSON object' }
  const {
    type,
    client_email: email,
    private_key: privateKey,
    private_key_id: keyId,
    token_uri: tokenUrl,
    project_id: projectId,
  } = json
  if (type !== undefined && type !== 'service_account')
    return { ok: false, reason: `is of type ${JSON.stringify(type).slice(0, 40)}, not of type "service_account"` }
  if (typeof email !== 'string' || email === '') return { ok: false, reason: 'has no "client_email"' }
  if (typeof privateKey !== 'string' || !privateKey.includes('PRIVATE KEY-----'))
    return { ok: false, reason: 'has no "private_key" in PEM form' }
  return {
    ok: true,
    account: {
      email,
      privateKey,
      ...(typeof keyId === 'string' ? { keyId } : {}),
      ...(typeof tokenUrl === 'string' ? { tokenUrl } : {}),
      ...(typeof projectId === 'string' ? { projectId } : {}),
    },
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
