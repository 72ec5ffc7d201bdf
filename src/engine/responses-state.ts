import type { Run, Snapshot } from '#engine/run.ts'
import type { Planned, Target } from '#engine/target.ts'
import type { Dialect, RefusedAnswer, WriteRequest } from '#wire/dialect.ts'
import type { Frame } from '#wire/event.ts'
import { type Failure, failure } from '#wire/failure.ts'
import type { ModelRequest } from '#wire/request.ts'
import { scanObject } from '#wire/shape/scan.ts'
import type { KeptAnswer, SpeltOut, Threads, ThreadWish } from '#wire/threads.ts'

/** A request with the conversation that it goes on with. */
export interface Thread {
  readonly ok: true
  /** As it is planned, counted and sent: with all that was said before. */
  readonly request: ModelRequest
  /** Those first that keep what the request names. */
  readonly ordered: (targets: readonly Planned[]) => readonly Planned[]
  /** The dialect as it writes for a target: where the platform keeps what the request names, the caller's own words. */
  readonly dialectFor: (dialect: Dialect, target: Target) => Dialect
  /** Keeps the answer of a target for requests that name it. */
  readonly keeper: (from: { readonly target: Target; readonly native: boolean }) => Keeper
}

/** Takes note of an answer's frames before the caller has them. */
export type Keeper = (frames: readonly Frame[]) => void

type Opened = Thread | { readonly ok: false; readonly failure: Failure }

/** An answer as it is kept. `provider`: the platform behind it has the answer, too. */
export interface KeptResponse extends KeptAnswer {
  readonly provider?: string
  /** Not all that was said before is in the input: only its platform has it. */
  readonly partial: boolean
}

const keepsNothing: Keeper = () => undefined

/** Finds what a request goes on from; answers at once where it names nothing. */
export function openThread(run: Run, snapshot: Snapshot): Opened | Promise<Opened> {
  const { threads } = run.call.dialect
  if (threads === undefined) return plain(run.request)
  const wish = threads.wish(run.request.source)
  const asking: Asking = { run, threads, wish, keepMs: snapshot.config.memory.responsesMs }
  if (wish.previous === undefined) return asking.keepMs === 0 ? unnamed(asking) : sayTurns(asking)
  return asking.keepMs === 0 ? unkept(asking) : goOn(asking, wish.previous)
}

interface Asking {
  readonly run: Run
  readonly threads: Threads
  readonly wish: ThreadWish
  readonly keepMs: number
}

function plain(request: ModelRequest): Thread {
  return {
    ok: true,
    request,
    ordered: (targets) => targets,
    dialectFor: (dialect) => dialect,
    keeper: () => keepsNothing,
  }
}

function unnamed(asking: Asking): Thread {
  const { run, wish } = asking
  const thread = { ...plain(run.request), keeper: keeperOf(asking, { request: run.request, partial: false }) }
  const { heldThere } = wish
  if (heldThere !== 'conversation') return thread
  const why = `${heldThere}: only the platform that keeps it knows what was said in it. Send the turns in input, or go on by previous_response_id.`
  return { ...thread, dialectFor: onlyWhereKept(asking, { why, param: heldThere }) }
}

/** Turns that the caller names by their ids are said again, wherever the platform that made them is not the one asked. */
function sayTurns(asking: Asking): Opened | Promise<Opened> {
  const { run, threads } = asking
  const ids = threads.referencesIn(run.request.source)
  return ids.length === 0 ? unnamed(asking) : saidAgain(asking, ids)
}

async function saidAgain(asking: Asking, ids: readonly string[]): Promise<Opened> {
  const { run, threads } = asking
  const { turns, makers } = await recallTurns(run, ids)
  const source = threads.withTurns(run.request.source, turns)
  if (source === undefined) return unnamed(asking)
  const read = run.call.dialect.readRequest(source)
  if (!read.ok) return read
  const { request } = read
  const madeThere = (target: Target): boolean => makers.has(target.provider.id) && keepsAnswers(asking, target)
  return {
    ...unnamed(asking),
    request,
    ordered: (targets) => first(targets, madeThere, 'has the turns that this request names'),
    dialectFor: (dialect, target) => ({
      ...dialect,
      writeRequest: (given, wire) =>
        madeThere(target) && given === request
          ? dialect.writeRequest(run.request, wire)
          : withNote(dialect.writeRequest(given, wire), { path: 'input', detail: `${turns.size} turns named by id` }),
    }),
    keeper: keeperOf(asking, { request, partial: false }),
  }
}

/** The texts of a caller's own turns, and the one provider that made all of those that are asked for. */
async function recallTurns(
  { engine, caller }: Run,
  ids: readonly string[],
): Promise<{ readonly turns: ReadonlyMap<string, string>; readonly makers: ReadonlySet<string> }> {
  const turns = new Map<string, string>()
  const makers = new Set<string>()
  try {
    const found = await engine.ports.memory.recallAll(caller.id, KIND, ids.map(turnKey))
    for (const id of ids) {
      const text = found.get(turnKey(id))
      const end = text?.indexOf('\n') ?? -1
      if (text === undefined || end < 0) continue
      turns.set(id, text.slice(end + 1))
      makers.add(text.slice(0, end))
    }
  } catch (error) {
    engine.ports.log.warn({ reason: String(error) }, 'the memory was not read')
  }
  return { turns, makers: turns.size === ids.length && makers.size === 1 ? makers : new Set() }
}

function turnKey(id: string): string {
  return `turn ${id}`
}

function withNote(result: WriteRequest, note: { readonly path: string; readonly detail: string }): WriteRequest {
  if (!result.ok) return result
  const { written } = result
  const warnings = [{ action: 'restored' as const, ...note }, ...written.warnings]
  return { ok: true, written: { ...written, warnings } }
}

/** The operator wants nothing kept: whoever keeps answers himself can still be asked. */
function unkept(asking: Asking): Thread {
  const why =
    'previous_response_id: this gateway keeps no answers (memory.responses is off), and the platform keeps none either. Send the whole conversation in input.'
  return {
    ...plain(asking.run.request),
    ordered: (targets) => first(targets, (target) => keepsAnswers(asking, target), 'keeps its own answers'),
    dialectFor: onlyWhereKept(asking, { why, param: 'previous_response_id' }),
  }
}

function keepsAnswers({ run, threads }: Asking, { resolved }: Target): boolean {
  return resolved.dialect === run.call.dialect.id && threads.keeps(resolved.quirks)
}

/** Refuses targets that would answer without knowing what the request is about. */
function onlyWhereKept(asking: Asking, { why, param }: { why: string; param: string }): Thread['dialectFor'] {
  const refused = failure('invalid-request', why, { param, retryable: true })
  return (dialect, target) =>
    keepsAnswers(asking, target) ? dialect : { ...dialect, writeRequest: () => ({ ok: false, failure: refused }) }
}

async function goOn(asking: Asking, previous: string): Promise<Opened> {
  const { run, threads } = asking
  const recalled = await recallResponse(run, previous)
  if (!recalled.ok) return recalled
  const { kept } = recalled
  if (kept.partial) return onlyAtItsMaker(asking, kept)
  const spelt = threads.spellOut(run.request.source, kept)
  const read = run.call.dialect.readRequest(spelt.source)
  if (!read.ok) return { ok: false, failure: inOwnWords(read.failure, { threads, spelt }) }
  const { request } = read
  const going: Going = { ...asking, kept, spelt, request, plan: [], spoken: new Set() }
  return {
    ok: true,
    request,
    ordered: (targets) => {
      going.plan = [...makersFirst(targets, asking, kept)]
      return going.plan
    },
    dialectFor: (dialect, target) => dialectOf(going, dialect, target),
    keeper: keeperOf(asking, { request, partial: false }),
  }
}

function onlyAtItsMaker(asking: Asking, kept: KeptResponse): Thread {
  const why =
    'previous_response_id: that answer belongs to a conversation or prompt that only its platform has, and this target is another one.'
  const refused = failure('invalid-request', why, { param: 'previous_response_id', retryable: true })
  const { request } = asking.run
  return {
    ok: true,
    request,
    ordered: (targets) => makersFirst(targets, asking, kept),
    dialectFor: (dialect, target) =>
      madeHere(asking, kept, target) ? dialect : { ...dialect, writeRequest: () => ({ ok: false, failure: refused }) },
    keeper: keeperOf(asking, { request, partial: true }),
  }
}

function madeHere(asking: Asking, { provider }: KeptResponse, target: Target): boolean {
  return target.provider.id === provider && keepsAnswers(asking, target)
}

function makersFirst(targets: readonly Planned[], asking: Asking, kept: KeptResponse): readonly Planned[] {
  return first(targets, (target) => madeHere(asking, kept, target), 'has the answer that this one goes on from')
}

function first(targets: readonly Planned[], leads: (target: Target) => boolean, reason: string): readonly Planned[] {
  const leading = targets.filter(({ target }) => leads(target))
  if (leading.length === 0) return targets
  return [...leading.map(({ target }) => ({ target, reason })), ...targets.filter((one) => !leading.includes(one))]
}

interface Going extends Asking {
  readonly kept: KeptResponse
  readonly spelt: SpeltOut
  /** Spelt out. */
  readonly request: ModelRequest
  /** The list that is being walked: a maker that has lost the answer is put into it once more. */
  plan: Planned[]
  /** Makers that have lost it: they get all turns, as any other. */
  readonly spoken: Set<Target>
}

function dialectOf(going: Going, dialect: Dialect, target: Target): Dialect {
  if (going.spoken.has(target) || !madeHere(going, going.kept, target)) {
    return { ...dialect, writeRequest: (request, wire) => told(going, dialect.writeRequest(request, wire)) }
  }
  return {
    ...dialect,
    writeRequest: (request, wire) => dialect.writeRequest(namedAgain(going, request), wire),
    readFailure: (answer, context) => {
      const why = dialect.readFailure(answer, context)
      if (!isLost(answer, going.spelt)) return why
      askAnew(going, target)
      return { ...why, retryable: true }
    },
  }
}

/** Platforms keep answers for a shorter time than we do, some for days, and none for accounts without retention. */
function isLost({ status, body }: RefusedAnswer, { named }: SpeltOut): boolean {
  return (status === 400 || status === 404) && (body.includes(named) || /previous.response/i.test(body))
}

function askAnew({ plan, spoken }: Going, target: Target): void {
  const again = { ...target }
  spoken.add(again)
  const place = plan.findIndex((planned) => planned.target === target) + 1
  plan.splice(place, 0, { target: again, reason: 'with all turns, since it has lost the answer before' })
}

/** The caller's own request, with whatever was done to its turns on the way here. */
function namedAgain({ run, threads, spelt, request: whole }: Going, request: ModelRequest): ModelRequest {
  if (request === whole) return run.request
  const read = run.call.dialect.readRequest(threads.nameAgain(request.source, spelt))
  return read.ok ? read.request : request
}

/** Nothing is lost: what the caller left out is put back. Paths are in the caller's own words. */
function told({ threads, spelt }: Going, result: WriteRequest): WriteRequest {
  if (!result.ok) return { ok: false, failure: inOwnWords(result.failure, { threads, spelt }) }
  const { written } = result
  const own = written.warnings.map((warning) => ({ ...warning, path: threads.pathIn(warning.path, spelt) }))
  const detail = `${spelt.turns} turns from what the gateway keeps`
  const warnings = [{ action: 'restored' as const, path: 'previous_response_id', detail }, ...own]
  return { ok: true, written: { ...written, warnings } }
}

function inOwnWords(why: Failure, { threads, spelt }: Pick<Going, 'threads' | 'spelt'>): Failure {
  return why.param === undefined ? why : { ...why, param: threads.pathIn(why.param, spelt) }
}

const KIND = 'response'

function keeperOf(
  { run, threads, wish, keepMs }: Asking,
  { request, partial }: { readonly request: ModelRequest; readonly partial: boolean },
): Thread['keeper'] {
  if (keepMs === 0 || !wish.keep) return () => keepsNothing
  const { engine, caller } = run
  return ({ target, native }) => {
    const track = threads.startAnswer()
    const provider = native && threads.keeps(target.resolved.quirks) ? target.provider.id : undefined
    const whole = wish.heldThere === undefined && !partial
    return (frames) => {
      const finished = threads.followAnswer(track, frames)
      if (finished === undefined) return
      const { id, response } = finished
      const value = keptText({ input: threads.inputOf(request.source), response, partial: !whole, ...maker(provider) })
      engine.ports.memory.remember({ owner: caller.id, kind: KIND, key: id, value, ttlMs: keepMs })
      for (const [turn, text] of threads.turnsIn(response)) {
        const key = turnKey(turn)
        engine.ports.memory.remember({
          owner: caller.id,
          kind: KIND,
          key,
          value: `${provider ?? ''}\n${text}`,
          ttlMs: keepMs,
        })
      }
    }
  }
}

function maker(provider: string | undefined): { provider?: string } {
  return provider === undefined ? {} : { provider }
}

/** The texts as they are: nothing is parsed and written anew. */
function keptText({ provider, partial, input, response }: KeptResponse): string {
  const head = provider === undefined ? '' : `"provider":${JSON.stringify(provider)},`
  return `{${head}"partial":${partial},"input":${input},"response":${response}}`
}

/** What was kept; undefined for what another version wrote in another form. */
function readKept(text: string): KeptResponse | undefined {
  const scan = scanObject(text, Number.POSITIVE_INFINITY)
  if (!scan.ok) return undefined
  const members = new Map(scan.members.map(({ key, valueStart, valueEnd }) => [key, text.slice(valueStart, valueEnd)]))
  const [input, response, provider] = ['input', 'response', 'provider'].map((key) => members.get(key))
  if (input === undefined || response === undefined) return undefined
  const name: unknown = provider === undefined ? undefined : JSON.parse(provider)
  return {
    input,
    response,
    partial: members.get('partial') === 'true',
    ...maker(typeof name === 'string' ? name : undefined),
  }
}

/** What another process was told a moment ago is on the disk after this long. */
const SETTLED_MS = 100

/** A caller's own answer by its id. Those of others look like none. */
export async function recallResponse(
  { engine, caller }: Pick<Run, 'engine' | 'caller'>,
  id: string,
): Promise<{ readonly ok: true; readonly kept: KeptResponse } | { readonly ok: false; readonly failure: Failure }> {
  const { memory, clock, log } = engine.ports
  try {
    let text = await memory.recall(caller.id, KIND, id)
    if (text === undefined) {
      await new Promise<void>((resolve) => {
        clock.after(SETTLED_MS, resolve)
      })
      text = await memory.recall(caller.id, KIND, id)
    }
    const kept = text === undefined ? undefined : readKept(text)
    return kept === undefined ? { ok: false, failure: notFound(id) } : { ok: true, kept }
  } catch (error) {
    log.warn({ reason: String(error) }, 'the memory was not read')
    return { ok: false, failure: failure('internal', 'the answers that are kept could not be read') }
  }
}

/** Nobody can go on from it any more, and nobody sees it. Its platform may keep its own. */
export async function forgetResponse({ engine, caller }: Pick<Run, 'engine' | 'caller'>, id: string): Promise<void> {
  await engine.ports.memory.forget(caller.id, KIND, id)
}

function notFound(id: string): Failure {
  return failure('invalid-request', `Previous response with id '${id}' not found.`, {
    param: 'previous_response_id',
    code: 'previous_response_not_found',
  })
}
