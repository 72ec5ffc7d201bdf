import type { GroupInfo } from '#contract/index.ts'
import type { Group } from '#engine/ports.ts'
import type { StoredGroup } from '#store/index.ts'

/** A group of the store as the API shows it. */
export function groupInfo({ createdAt, ...group }: StoredGroup): GroupInfo {
  return { ...group, owner: 'store', createdAt: new Date(createdAt).toISOString() }
}

/** A group of the file as the API shows it. */
export function declaredGroupInfo(group: Group): GroupInfo {
  return { ...group, owner: 'file' }
}

/** All groups that there are: the file's, then the store's. */
export function allGroupInfos(declared: readonly Group[], stored: readonly StoredGroup[]): readonly GroupInfo[] {
  return [...declared.map(declaredGroupInfo), ...stored.map(groupInfo)]
}
