import type { Group } from '#engine/ports.ts'
import type { BoundsChange } from '#store/keys.ts'

/** A group as the store keeps it. */
export interface StoredGroup extends Group {
  /** Unix milliseconds. */
  readonly createdAt: number
}

/** Which group. */
export type GroupName = Pick<Group, 'kind' | 'name'>

export interface GroupChange extends BoundsChange {
  /** Of a team; whoever asks has looked whether there is such an organisation. */
  readonly organisation?: string | null
}

/** Making, changing and removing teams and organisations; holds for every process on the data within a second. */
export interface GroupAdmin {
  /** Rejects with `name-taken`. */
  create(wanted: Group): Promise<StoredGroup>
  /** Organisations, then teams, by name. */
  list(): Promise<readonly StoredGroup[]>
  /** Rejects with `no-such-group`. */
  update(group: GroupName, change: GroupChange): Promise<StoredGroup>
  /** Rejects with `no-such-group`, and with `in-use` while live keys or teams of the store belong to it. */
  remove(group: GroupName): Promise<StoredGroup>
}
