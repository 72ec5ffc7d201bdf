import type { Intent, Money } from '#engine/ports.ts'
import { type EndLine, readLine } from '#store/line.ts'

const DAY_MS = 86_400_000

/** A line that cannot be booked, and why. */
export interface Unbookable {
  readonly line: string
  readonly reason: string
}

/** The lines of a batch, understood. */
export interface ParsedLine {
  readonly text: string
  readonly entry: ({ readonly kind: 'intent' } & Intent) | EndLine
}

/** What the books say of the requests of a batch. */
export interface KnownRequests {
  readonly open: ReadonlyMap<string, OpenIntent>
  readonly ended: ReadonlyMap<string, { readonly kind: string; readonly at: number }>
}

/** An intent without an end: when it was written, and what it holds. */
export interface OpenIntent {
  readonly at: number
  readonly bound?: Money
}

/** A line that goes into the ledger; an end with what its intent held. */
export interface PlannedEntry {
  readonly entry: ParsedLine['entry']
  readonly held?: Money
}

/** All that booking a batch changes. */
export interface Plan {
  /** In the journal's order. */
  readonly entries: readonly PlannedEntry[]
  /** Of the intents, those whose end has not come by. */
  readonly opened: readonly Intent[]
  /** Requests that were open, and are not any more. */
  readonly closed: readonly string[]
  readonly rejects: readonly Unbookable[]
  readonly spent: readonly Spending[]
  /** What leaves the process's shares of money pools. */
  readonly lowered: readonly (readonly [string, bigint])[]
}

/** What a scope has spent on a day. */
export interface Spending {
  readonly scope: string
  readonly currency: string
  readonly day: number
  readonly nanos: bigint
}

/** Reads lines; those that no reader of ours understands are rejects. */
export function parseLines(text: string): { readonly lines: readonly ParsedLine[]; readonly rejects: readonly Unbookable[] } {
  const lines: ParsedLine[] = []
  const rejects: Unbookable[] = []
  let start = 0
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
    const line = text.slice(start, end)
    const entry = readLine(line)
    if (entry.kind === 'malformed') rejects.push({ line, reason: entry.reason })
    else lines.push({ text: line, entry })
    start = end + 1
  }
  return { lines, rejects }
}

/** Decides what lines do to the books: each intent and each end counts once, whatever was booked before. */
export function planOf(lines: readonly ParsedLine[], known: KnownRequests): Plan {
  const open = new Map(known.open)
  const ended = new Map(known.ended)
  const opened = new Map<string, Intent>()
  const closed: string[] = []
  const entries: PlannedEntry[] = []
  const rejects: Unbookable[] = []
  for (const { text, entry } of lines) {
    const { requestId, at } = entry
    const end = ended.get(requestId)
    if (entry.kind === 'intent') {
      const openAt = open.get(requestId)?.at
      if (openAt !== undefined && openAt !== at) rejects.push({ line: text, reason: 'a second intent for one request' })
      // Ended already: this line was read before. Were it another request under the same id, its end would be refused.
      if (openAt !== undefined || end !== undefined) continue
      open.set(requestId, entry)
      opened.set(requestId, entry)
      entries.push({ entry })
    } else if (end !== undefined) {
      const same = end.kind === entry.kind && end.at === at
      if (!same) rejects.push({ line: text, reason: `a second end for one request, which is ${end.kind} already` })
      continue
    } else {
      ended.set(requestId, { kind: entry.kind, at })
      if (!opened.delete(requestId) && open.has(requestId)) closed.push(requestId)
      const held = open.get(requestId)?.bound
      open.delete(requestId)
      entries.push({ entry, ...(held === undefined ? {} : { held }) })
    }
  }
  return { entries, opened: [...opened.values()], closed, rejects, ...sums(entries) }
}

/** In the order of their names: batches that meet lock rows in one order. */
function sums(entries: Plan['entries']): Pick<Plan, 'spent' | 'lowered'> {
  const spent = new Map<string, Spending>()
  const lowered = new Map<string, bigint>()
  for (const { entry } of entries) {
    if (entry.kind === 'intent' || entry.cost === undefined || entry.cost.nanos === 0n) continue
    const { nanos, currency } = entry.cost
    const day = Math.floor(entry.begunAt / DAY_MS)
    for (const scope of [`key:${entry.keyId}`, ...entry.above]) {
      const key = `${scope}\n${currency}\n${day}`
      spent.set(key, { scope, currency, day, nanos: (spent.get(key)?.nanos ?? 0n) + nanos })
    }
    for (const pool of entry.pools) lowered.set(pool, (lowered.get(pool) ?? 0n) + nanos)
  }
  return { spent: inOrder(spent).map(([, each]) => each), lowered: inOrder(lowered) }
}

function inOrder<Value>(map: ReadonlyMap<string, Value>): [string, Value][] {
  return [...map].toSorted(([a], [b]) => (a < b ? -1 : 1))
}
