import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const SEGMENT = /^(.+)-(\d{6,})\.jsonl$/
const LOCK = '.lock'

/** A segment file of one instance's journal. Numbers count up from 1 without gaps. */
export interface Segment {
  readonly instance: string
  readonly number: number
  readonly path: string
}

/** What a journal directory holds: the instances with a lock file, and the segments in order. */
export interface JournalDirectory {
  readonly locks: ReadonlySet<string>
  readonly segments: readonly Segment[]
}

/** Where a data directory keeps its parts. */
export interface Places {
  readonly database: string
  readonly journal: string
}

export function placesIn(dataDir: string): Places {
  return { database: join(dataDir, 'tongwen.sqlite'), journal: join(dataDir, 'journal') }
}

/** A name that no other process, past or future, has: start time, pid (for the operator's eyes) and chance. */
export function newInstance(startedAt: number): string {
  return `${startedAt.toString(36)}-${process.pid}-${randomBytes(6).toString('hex')}`
}

export function segmentPath(directory: string, instance: string, number: number): string {
  return join(directory, `${instance}-${String(number).padStart(6, '0')}.jsonl`)
}

export function lockPath(directory: string, instance: string): string {
  return join(directory, `${instance}${LOCK}`)
}

/** Reads a journal directory; files that are neither segment nor lock are left alone. */
export function readJournalDirectory(directory: string): JournalDirectory {
  const locks = new Set<string>()
  const segments: Segment[] = []
  for (const name of readdirSync(directory)) {
    if (name.endsWith(LOCK)) locks.add(name.slice(0, -LOCK.length))
    const [, instance, digits] = SEGMENT.exec(name) ?? []
    if (instance !== undefined) segments.push({ instance, number: Number(digits), path: join(directory, name) })
  }
  segments.sort((a, b) => (a.instance === b.instance ? a.number - b.number : a.instance < b.instance ? -1 : 1))
  return { locks, segments }
}
