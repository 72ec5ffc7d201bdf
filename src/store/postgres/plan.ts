import type { Intent, Money } from '#engine/ports.ts'
import { type EndLine, readLine } from '#store/line.ts'

const DAY_MS = 86_400_000

/** A line that cannot be booked, and why. */
export interface Unbookable {
  readonly line: string
  readonly reason: string
}

type PlannedIntent = { readonly kind: 'intent' } & Intent

/** The lines of a batch, understood. */
export interface ParsedLine {
  readonly text: string
  readonly entry: PlannedIntent | EndLine
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
export function parseLines(text: string): {
  readonly lines: readonly ParsedLine[]
  readonly rejects: readonly Unbookable[]
} {
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

/** What planning has found so far. */
interface Planning {
  readonly open: Map<string, OpenIntent>
  readonly ended: Map<string, { readonly kind: string; readonly at: number }>
  readonly opened: Map<string, Intent>
  readonly closed: string[]
  readonly entries: PlannedEntry[]
  readonly rejects: Unbookable[]
}

/** Decides what lines do to the books: each intent and each end counts once, whatever was booked before. */
export function planOf(lines: readonly ParsedLine[], known: KnownRequests): Plan {
  const planning: Planning = {
    open: new Map(known.open),
    ended: new Map(known.ended),
    opened: new Map(),
    closed: [],
    entries: [],
    rejects: [],
  }
  for (const { text, entry } of lines) {
    const refused = entry.kind === 'intent' ? planIntent(planning, entry) : planEnd(planning, entry)
    if (refused !== undefined) planning.rejects.push({ line: text, reason: refused })
  }
  const { entries, opened, closed, rejects } = planning
  return { entries, opened: [...opened.values()], closed, rejects, ...sums(entries) }
}

function planIntent({ open, opened, ended, entries }: Planning, entry: PlannedIntent): string | undefined {
  const { requestId, at } = entry
  const before = open.get(requestId)
  if (before !== undefined) return before.at === at ? undefined : 'a second intent for one request'
  // Ended already: this line was read before. Were it another request under the same id, its end would be refused.
  if (ended.has(requestId)) return undefined
  open.set(requestId, entry)
  opened.set(requestId, entry)
  entries.push({ entry })
  return undefined
}

function planEnd({ open, opened, ended, closed, entries }: Planning, entry: EndLine): string | undefined {
  const { requestId, kind, at } = entry
  const end = ended.get(requestId)
  if (end !== undefined)
    return end.kind === kind && end.at === at ? undefined : `a second end for one request, which is ${end.kind} already`
  ended.set(requestId, { kind, at })
  const intent = open.get(requestId)
  if (!opened.delete(requestId) && intent !== undefined) closed.push(requestId)
  open.delete(requestId)
  entries.push({ entry, ...(intent?.bound === undefined ? {} : { held: intent.bound }) })
  return undefined
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
