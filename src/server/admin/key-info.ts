import type { KeyInfo } from '#contract/index.ts'
import type { KeyConfig } from '#engine/config/config.ts'
import { maskSecret } from '#engine/config/explain.ts'
import type { StoredKey } from '#store/index.ts'

/** A declared key's id: what the keyring gives it too. */
export function declaredKeyId(name: string): string {
  return `config:${name}`
}

/** A key of the file as the API shows it. */
export function declaredKeyInfo({ name, key, role, models, limits, budget, team }: KeyConfig): KeyInfo {
  return {
    id: declaredKeyId(name),
    name,
    role,
    preview: maskSecret(key),
    owner: 'file',
    ...(team === undefined ? {} : { team }),
    models,
    limits,
    ...(budget === undefined ? {} : { budget }),
  }
}

/** A key of the store as the API shows it: without its hash. */
export function storedKeyInfo(key: StoredKey): KeyInfo {
  const { id, name, role, preview, models, limits, budget, team, createdAt, revokedAt } = key
  return {
    id,
    name,
    role,
    preview,
    owner: 'store',
    ...(team === undefined ? {} : { team }),
    models,
    limits,
    ...(budget === undefined ? {} : { budget }),
    createdAt: new Date(createdAt).toISOString(),
    ...(revokedAt === undefined ? {} : { revokedAt: new Date(revokedAt).toISOString() }),
  }
}

/** All keys that there are: the file's, then the store's, oldest first. */
export function allKeyInfos(declared: readonly KeyConfig[], stored: readonly StoredKey[]): KeyInfo[] {
  return [...declared.map(declaredKeyInfo), ...stored.map(storedKeyInfo)]
}

/** The key of an id, else the live one of a name, else the last that had it. */
export function findKeyInfo(keys: readonly KeyInfo[], nameOrId: string): KeyInfo | undefined {
  const named = keys.filter(({ name }) => name === nameOrId)
  return (
    keys.find(({ id }) => id === nameOrId) ?? named.find(({ revokedAt }) => revokedAt === undefined) ?? named.at(-1)
  )
}
