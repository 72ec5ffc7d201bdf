import { keptOf, note, sealsIn, startNotes } from '#engine/recall/answer.ts'
import { accountText, keptText, readAccountText, readKept } from '#engine/recall/kept.ts'
import { accountOf, type FoundTurn, restoredTurns, takesBack } from '#engine/recall/restore.ts'
import { digest, keysOfAnswer, type LostTurn, lostTurns } from '#engine/recall/turns.ts'
import type { Run, Snapshot } from '#engine/run.ts'
import type { Planned, Target } from '#engine/target.ts'
import type { Dialect } from '#wire/dialect.ts'
import type { Event } from '#wire/event.ts'
import type { Part, SealMaker } from '#wire/part.ts'
import type { Message, ModelRequest } from '#wire/request.ts'
import { markSeals, type SealAccount, sealOf } from '#wire/shape/seal.ts'
import type { Warning } from '#wire/warning.ts'

/** What is remembered of the conversation that a request goes on with. */
export interface Recalled {
  /** As they were planned, those first that take the conversation's seals back. */
  readonly targets: readonly Planned[]
  /** The dialect as it writes for a target: thinking that the caller lost is put back, seals of other accounts are not sent. */
  readonly dialectFor: (dialect: Dialect, target: Target) => Dialect
}

/**
 * Looks up what the caller of a request has lost of its conversation, and who sealed what it has kept. Answers at once
 * where there is nothing to look for: no turn that called tools, no seal, or nothing that was ever kept.
 */
export function recall(run: Run, targets: readonly Planned[], snapshot: Snapshot): Recalled | Promise<Recalled> {
  const asked = askedOf(run, targets, snapshot)
  if (asked.lost.length === 0 && asked.seals.length === 0) return { targets, dialectFor: unchanged }
  return look(run, targets, asked)
}

const unchanged: Recalled['dialectFor'] = (dialect) => dialect

/** A seal that the caller sent, and in which turn. */
interface SentSeal {
  readonly seal: string
  readonly sealedBy: SealMaker
  readonly message: Message
}

interface Asked {
  readonly lost: readonly LostTurn[]
  readonly seals: readonly SentSeal[]
}

function askedOf({ request, engine }: Run, targets: readonly Planned[], snapshot: Snapshot): Asked {
  const { memory } = engine.ports
  const returns = targets.map(({ target }) => target.resolved.quirks.reasoningReturn)
  const restores =
    snapshot.config.memory.reasoningMs > 0 && memory.holds('reasoning') && returns.some((one) => one !== 'refused')
  const compares = sealsKeptMs(snapshot) > 0 && memory.holds('seal')
  return {
    lost: restores ? lostTurns(request.messages, returns.includes('required')) : [],
    seals: compares ? sealsOf(request, targets) : [],
  }
}

/**
 * Which account made a seal says nothing of what was said: it is kept as long as anything is. An account alone has none
 * to be told from.
 */
function sealsKeptMs({ config: { memory, providers }, catalog }: Snapshot): number {
  const accounts = providers.filter(({ platform }) => catalog.platforms.get(platform)?.kind !== 'simulator')
  return accounts.length > 1 ? Math.max(memory.reasoningMs, memory.responsesMs) : 0
}

/** Seals that one of the targets would take by its dialect. */
function sealsOf({ messages }: ModelRequest, targets: readonly Planned[]): SentSeal[] {
  const dialects = new Set<SealMaker>(targets.map(({ target }) => target.resolved.dialect))
  return messages.flatMap((message) =>
    message.parts.flatMap((part): SentSeal[] => {
      const seal = sealOf(part)
      const sealedBy = 'sealedBy' in part ? part.sealedBy : undefined
      return seal === undefined || sealedBy === undefined || !dialects.has(sealedBy)
        ? []
        : [{ seal, sealedBy, message }]
    }),
  )
}

/** A seal whose maker is known. */
interface KnownSeal extends SentSeal {
  readonly account: SealAccount
}

async function look(run: Run, targets: readonly Planned[], { lost, seals }: Asked): Promise<Recalled> {
  const [kept, accounts] = await Promise.all([
    lookUp(
      run,
      'reasoning',
      lost.map(({ key }) => key),
    ),
    lookUp(
      run,
      'seal',
      seals.map(({ seal }) => digest(seal)),
    ),
  ])
  const found = lost.flatMap(({ message, thinks, key }): FoundTurn[] => {
    const text = kept.get(key)
    const turn = text === undefined ? undefined : readKept(text)
    return turn === undefined ? [] : [{ message, thinks, kept: turn }]
  })
  const known = seals.flatMap((sent): KnownSeal[] => {
    const text = accounts.get(digest(sent.seal))
    return text === undefined ? [] : [{ ...sent, account: readAccountText(text) }]
  })
  if (found.length === 0 && known.length === 0) return { targets, dialectFor: unchanged }
  return {
    targets: makersFirst(targets, latestSeal(run.request, found, known)),
    dialectFor: (dialect, target) => remembering(dialect, target, { caller: run.call.dialect, found, known }),
  }
}

const NOTHING: ReadonlyMap<string, string> = new Map()
/** A store that is busy with other things must not hold up the request for longer. */
const LONGEST_MS = 500

/** A memory that does not answer is as good as none: the request goes on without it. */
function lookUp(
  { engine, caller, call }: Run,
  kind: 'reasoning' | 'seal',
  keys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (keys.length === 0) return Promise.resolve(NOTHING)
  const { memory, clock, log } = engine.ports
  return new Promise((resolve) => {
    const give = (reason: string): void => {
      log.warn({ requestId: call.requestId, reason }, 'the memory was not read')
      resolve(NOTHING)
    }
    const cancel = clock.after(LONGEST_MS, () => give(`no answer within ${LONGEST_MS} ms`))
    memory
      .recallAll(caller.id, kind, keys)
      .then(resolve, (error: unknown) => give(String(error)))
      .finally(cancel)
  })
}

type LatestSeal = Pick<KnownSeal, 'sealedBy' | 'account'>

/** Whoever sealed last goes on best. */
function latestSeal(
  { messages }: ModelRequest,
  found: readonly FoundTurn[],
  known: readonly KnownSeal[],
): LatestSeal | undefined {
  const kept = found.flatMap(({ message, kept: { account, thoughts } }) =>
    thoughts.flatMap(({ part }) =>
      sealOf(part) === undefined || part.sealedBy === undefined ? [] : [{ message, sealedBy: part.sealedBy, account }],
    ),
  )
  let latest: (LatestSeal & { readonly message: Message }) | undefined
  for (const seal of [...known, ...kept]) {
    if (latest === undefined || messages.indexOf(seal.message) >= messages.indexOf(latest.message)) latest = seal
  }
  return latest
}

function makersFirst(targets: readonly Planned[], seal: LatestSeal | undefined): readonly Planned[] {
  if (seal === undefined) return targets
  const takers = targets.filter(({ target }) => takesBack(target, seal))
  if (takers.length === 0 || takers.length === targets.length) return targets
  const first = takers.map(({ target }): Planned => {
    const made = target.provider.id === seal.account.provider
    return { target, reason: `${made ? 'made' : 'takes'} the sealed reasoning of this conversation` }
  })
  return [...first, ...targets.filter((planned) => !takers.includes(planned))]
}

interface Remembering {
  /** The dialect in which the caller wrote. */
  readonly caller: Dialect
  readonly found: readonly FoundTurn[]
  readonly known: readonly KnownSeal[]
}

function remembering(dialect: Dialect, target: Target, { caller, found, known }: Remembering): Dialect {
  // Within the dialect the caller's own text is sent: what cannot be put into it is not put back.
  const mute = dialect.id === caller.id && caller.restoreReasoning === undefined
  const turns = mute ? [] : restoredTurns(found, target)
  const foreign = new Set(
    known.filter((seal) => seal.sealedBy === dialect.id && !takesBack(target, seal)).map(({ seal }) => seal),
  )
  if (turns.length === 0 && foreign.size === 0) return dialect
  const warnings = turns.map(({ path }): Warning => {
    return { action: 'restored', path: `${path}.reasoning`, detail: 'the thinking of this turn, as it was answered' }
  })
  return {
    ...dialect,
    writeRequest(request, wire) {
      const whole = turns.length === 0 ? request : { ...request, ...restoredIn(request, { caller, turns }) }
      const result = dialect.writeRequest(foreign.size === 0 ? whole : withMarks(whole, foreign), wire)
      if (!result.ok || warnings.length === 0) return result
      return { ok: true, written: { ...result.written, warnings: [...warnings, ...result.written.warnings] } }
    },
  }
}

function restoredIn(
  { messages, source }: ModelRequest,
  { caller, turns }: { readonly caller: Dialect; readonly turns: ReturnType<typeof restoredTurns> },
): Pick<ModelRequest, 'messages' | 'source'> {
  const byPath = new Map(turns.map((turn) => [turn.path, turn.parts]))
  return {
    messages: messages.map((message) => {
      const parts = message.role === 'assistant' ? byPath.get(message.path) : undefined
      return parts === undefined ? message : { ...message, parts }
    }),
    source: caller.restoreReasoning?.(source, turns) ?? source,
  }
}

/** These seals as what they are to this target: another account's. */
function withMarks(request: ModelRequest, seals: ReadonlySet<string>): ModelRequest {
  const marked = (part: Part): Part => {
    const seal = sealOf(part)
    return seal === undefined || !seals.has(seal)
      ? part
      : Object.assign({}, part, { sealedBy: 'another-account' as const })
  }
  return {
    ...request,
    messages: request.messages.map((message) => ({ ...message, parts: message.parts.map(marked) })),
    source: markSeals(request.source, seals),
  }
}

/** Takes note of an answer's events as they go by; at the end, before the caller has it, what a later request may lack is kept. */
export type Listener = (events: readonly Event[]) => void

const deaf: Listener = () => undefined

/** Listens to the answer of a target. */
export function listener(
  run: Run,
  target: Target,
  { targets, snapshot }: { readonly targets: readonly Planned[]; readonly snapshot: Snapshot },
): Listener {
  const { reasoningMs } = snapshot.config.memory
  const sealsMs = sealsKeptMs(snapshot)
  if (reasoningMs === 0 && sealsMs === 0) return deaf
  const { engine, caller, request } = run
  const { memory } = engine.ports
  const account = accountOf(target)
  const demanded = targets.some(({ target: one }) => one.resolved.quirks.reasoningReturn === 'required')
  const notes = startNotes(demanded)
  const keep =
    (kind: 'reasoning' | 'seal', ttlMs: number) =>
    (key: string, value: string): void =>
      memory.remember({ owner: caller.id, kind, key, value, ttlMs })
  return (events) => {
    note(notes, events)
    if (events.at(-1)?.type !== 'end' || notes.thoughts.length === 0) return
    const seals = sealsIn(notes)
    if (sealsMs > 0) for (const seal of seals) keep('seal', sealsMs)(digest(seal), accountText(account))
    const kept = reasoningMs > 0 && (demanded || seals.length > 0) ? keptOf(notes, account) : undefined
    if (kept === undefined) return
    const text = keptText(kept)
    for (const key of keysOfAnswer(request.messages, notes.calls, notes.said)) keep('reasoning', reasoningMs)(key, text)
  }
}
