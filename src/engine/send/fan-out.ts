import { rewritten } from '#engine/send/rewrite.ts'
import { keepSpent } from '#engine/send/spent.ts'
import { instructs } from '#engine/send/schema.ts'
import type { Ask, Asked, Begun, Refusal, SendContext, Sending } from '#engine/send/context.ts'
import type { Planned, Target } from '#engine/target.ts'
import type { Event } from '#wire/event.ts'
import { type Failure, failure } from '#wire/failure.ts'
import { callerField } from '#wire/shape/caller-field.ts'
import { addUsage, type Usage } from '#wire/usage.ts'
import type { Warning } from '#wire/warning.ts'

/** Calls of one request that run at once. */
const AT_ONCE = 8

/** One call of several: so many of the answers, the first of them under this index. */
interface Call {
  readonly asked: Asked
  readonly choice: number
}

/** The calls that a target needs for `n` answers; undefined where one does, or nobody knows how to ask for less. */
export function fanOut(asked: Asked, target: Target, context: SendContext): readonly Call[] | undefined {
  const { request } = asked
  const { n = 1 } = request
  if (n === 1) return undefined
  const dialect = context.dialects(target)
  // Each answer that has to be held to a schema is a call by itself, since it may have to be repaired by itself.
  const most = instructs(request, target, dialect) ? 1 : Math.max(1, target.resolved.quirks.answersMax)
  if (n <= most) return undefined
  const detail = `${n} answers by ${Math.ceil(n / most)} calls`
  const warnings: Warning[] = [...asked.warnings, { action: 'emulated', path: callerField(request, 'n'), detail }]
  const calls: Call[] = []
  for (let choice = 0; choice < n; choice += most) {
    const less = rewritten(request, { answers: Math.min(most, n - choice) }, { caller: context.caller, dialect })
    if (less === undefined) return undefined
    calls.push({ asked: { ...asked, request: less, warnings }, choice })
  }
  return calls
}

interface FanningOut {
  readonly sending: Sending
  readonly ask: Ask
}

/** A call under way. */
interface Branch {
  readonly choice: number
  readonly events: AsyncGenerator<readonly Event[]>
  next: Promise<Next>
  usage: Usage | undefined
}

interface Next {
  readonly branch: Branch
  readonly result: IteratorResult<readonly Event[], void>
}

/** All calls as one answer. One that fails fails the whole: before the first byte as a value, later as its last event. */
export async function fannedOut(
  calls: readonly Call[],
  { target, reason }: Planned,
  { sending, ask }: FanningOut,
): Promise<Begun | Refusal> {
  const stop = new AbortController()
  const signal = AbortSignal.any([sending.context.signal, stop.signal])
  const begun: Begun[] = []
  const start = ({ asked, choice }: Call, i: number): Branch => {
    const why = i === 0 ? reason : `answer ${choice + 1}, ${reason}`
    return started(choice, async () => {
      const result = await ask({ ...asked, signal }, why)
      if (result.ok) begun.push(result)
      else stop.abort()
      return result
    })
  }
  const open = calls.slice(0, AT_ONCE).map(start)
  const firsts = await Promise.all(open.map(({ next }) => next))
  const merging = merged({ open, rest: calls.slice(AT_ONCE).map((call, i) => () => start(call, i + AT_ONCE)), stop })
  const refusal = firstFailure(firsts.map(({ result }) => (result.done === true ? [] : result.value)))
  if (refusal !== undefined) return await failed(merging, { refusal, target, sending })
  const [first] = begun
  if (first === undefined) return { ok: false, failure: failure('cut', 'the platform sent nothing') }
  if (calls[0]?.asked.request.stream === true) return { ...first, native: false, events: merging }
  const batch: Event[] = []
  for await (const events of merging) batch.push(...events)
  const late = firstFailure([batch])
  if (late === undefined) return { ...first, native: false, events: [batch] }
  keepSpent(sending, target, batch)
  return { ok: false, failure: late }
}

/** The failure that made the others stop, not theirs. */
function firstFailure(batches: readonly (readonly Event[])[]): Failure | undefined {
  const failures = batches.flatMap((events) => {
    const last = events.at(-1)
    return last?.type === 'failure' ? [last.failure] : []
  })
  return failures.find(({ blame, kind }) => kind !== 'cut' || blame === 'platform') ?? failures[0]
}

interface Failing {
  readonly refusal: Failure
  readonly target: Target
  readonly sending: Sending
}

/** Ends what is under way. Calls that were answered are paid for. */
async function failed(merging: AsyncGenerator<readonly Event[]>, failing: Failing): Promise<Refusal> {
  const { refusal, sending, target } = failing
  const batch: Event[] = []
  for await (const events of merging) batch.push(...events)
  keepSpent(sending, target, batch)
  return { ok: false, failure: refusal }
}

function started(choice: number, ask: () => Promise<Begun | Refusal>): Branch {
  const events = eventsOf(ask)
  const branch: Branch = { choice, events, next: NEVER, usage: undefined }
  advance(branch)
  return branch
}

const NEVER = new Promise<never>(() => undefined)

function advance(branch: Branch): void {
  branch.next = branch.events.next().then((result) => ({ branch, result }))
}

async function* eventsOf(ask: () => Promise<Begun | Refusal>): AsyncGenerator<readonly Event[], void> {
  const result = await ask()
  if (result.ok) yield* result.events
  else yield [{ type: 'failure', failure: result.failure }]
}

interface Merging {
  readonly open: readonly Branch[]
  readonly rest: readonly (() => Branch)[]
  readonly stop: AbortController
}

/** Events of all calls as they come, each under the index of its answer; one start, one end, one sum of what they used. */
async function* merged({ open, rest, stop }: Merging): AsyncGenerator<readonly Event[], void> {
  const all = [...open]
  const active = new Set(open)
  const waiting = [...rest]
  const state: MergeState = { begun: false, all }
  try {
    while (active.size > 0) {
      const { branch, result } = await Promise.race([...active].map(({ next }) => next))
      const events = result.done === true ? [] : result.value
      const last = events.at(-1)
      if (last?.type === 'failure') stop.abort()
      const out = relabelled(state, branch, events)
      if (out.length > 0) yield out
      if (last?.type === 'failure') return
      if (result.done !== true) advance(branch)
      else {
        active.delete(branch)
        const next = waiting.shift()?.()
        if (next !== undefined) active.add(next)
        if (next !== undefined) all.push(next)
      }
    }
    yield [{ type: 'end' }]
  } finally {
    stop.abort()
    await Promise.allSettled([...active].map(({ events }) => events.return(undefined)))
  }
}

interface MergeState {
  begun: boolean
  readonly all: readonly Branch[]
}

function relabelled(state: MergeState, branch: Branch, events: readonly Event[]): Event[] {
  const out: Event[] = []
  for (const { origin: _origin, ...event } of events) {
    if (event.type === 'native' || event.type === 'end') continue
    if (event.type === 'start' && state.begun) continue
    if (event.type === 'start') state.begun = true
    if (event.type === 'usage') {
      branch.usage = event.usage
      out.push(usageOf(state.all))
    } else if (event.type === 'failure' || event.type === 'start') out.push(event)
    else out.push({ ...event, choice: branch.choice + (event.choice ?? 0) })
  }
  return out
}

function usageOf(branches: readonly Branch[]): Event {
  const calls = branches.flatMap(({ usage }) => usage ?? [])
  return { type: 'usage', usage: calls.reduce(addUsage), calls }
}
