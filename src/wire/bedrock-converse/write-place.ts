import type { JsonObject } from '#wire/json.ts'
import type { CacheMark, Part } from '#wire/part.ts'
import type { Message } from '#wire/request.ts'
import type { CallIds } from '#wire/shape/call-ids.ts'
import type { Draft } from '#wire/shape/draft.ts'
import type { WarningAction } from '#wire/warning.ts'

/** Where parts are written: the request, the names in it, and the message's path for warnings. */
export interface PartPlace {
  readonly draft: Draft
  readonly ids: CallIds
  /** Names of documents: they must differ within a request. */
  readonly documents: Set<string>
  readonly path: string
}

/** Notes what happened to a part of a message; gives nothing, for parts that are left out. */
export function warn({ draft, path }: PartPlace, action: WarningAction, detail: string): undefined {
  draft.warnings.push({ action, path: path === 'system' ? path : `${path}.content`, detail })
}

/** Claude and Nova refuse a fifth one. */
const MOST_MARKS = 4

/** How many of the conversation's cache marks are too many. The earliest go: what they cover, later ones cover too. */
export function marksOver(messages: readonly Message[]): number {
  const marksIn = (parts: readonly Part[]): number => parts.filter((part) => 'cache' in part && part.cache).length
  return Math.max(0, messages.reduce((sum, { parts }) => sum + marksIn(parts), 0) - MOST_MARKS)
}

/** The cache point behind a part that has a mark. */
export function cacheBlocks(cache: CacheMark | undefined, written: boolean, { draft, path }: PartPlace): JsonObject[] {
  if (cache === undefined) return []
  const taken = draft.target.quirks.cacheMarks
  if (taken && written && draft.marks.over <= 0) {
    return [{ cachePoint: { type: 'default', ...(cache.ttl === 'long' ? { ttl: '1h' } : {}) } }]
  }
  draft.marks.over--
  const detail = taken ? `the target takes ${MOST_MARKS} marks, behind content` : 'the target takes no cache marks'
  draft.warnings.push({ action: 'dropped', path: `${path}.cachePoint`, detail })
  return []
}
