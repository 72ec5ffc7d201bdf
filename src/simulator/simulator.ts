import { type Platform, platforms, resolve, type Resolved } from '#catalog/index.ts'
import type { Clock, Random } from '#engine/ports.ts'
import { answerTo } from '#simulator/answer.ts'
import { plain, refused, type SimulatedAnswer, type SimulatedRequest } from '#simulator/answered.ts'
import { INSTANT, type Profile } from '#simulator/profile.ts'
import { splitBytes } from '#simulator/recording.ts'
import type { Refusal, Voice } from '#simulator/refuse.ts'
import { carriesKey, knowsModel, modelList, offerFor, type Route, routeOf } from '#simulator/routes.ts'
import { playService, type ServiceRoute, serviceRouteOf } from '#simulator/services/serve.ts'
import type { Settings } from '#simulator/settings.ts'
import { promptTokens } from '#simulator/tokens.ts'
import { machineClock, seededRandom } from '#simulator/system.ts'
import { PLAIN_DETAILS, wireDetails } from '#simulator/wire-details.ts'
import type { Dialect, DialectId } from '#wire/dialect.ts'
import { isObject } from '#wire/json.ts'
import { DIALECTS } from '#wire/dialects.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { ModelRequest } from '#wire/request.ts'

export interface SimulatorOptions extends Partial<Omit<Settings, 'profile'>> {
  /** A platform's id in the catalog. */
  readonly platform: string
  readonly region?: string | undefined
  /** The key that it takes; absent = any, or none. */
  readonly key?: string | undefined
  readonly profile?: Partial<Profile>
  /** Draws faults, jitter and ids: the same seed and the same requests in the same order give the same answers. */
  readonly seed?: number | undefined
  readonly clock?: Clock
}

/** A platform, played. */
export interface Simulator {
  readonly platform: Platform
  answer(request: SimulatedRequest, signal: AbortSignal): Promise<SimulatedAnswer>
  settings(): Settings
  change(changes: Partial<Settings>): void
}

/** Spreads the requests' random streams over the seeds. */
const STRIDE = 0x9e3779b1

/** Plays a platform of the catalog. Throws where there is no such platform or region, or it cannot be called. */
export function createSimulator(options: SimulatorOptions): Simulator {
  const theatre = theatreOf(options)
  let settings: Settings = {
    rules: options.rules ?? [],
    profile: { ...INSTANT, ...options.profile },
    fault: options.fault,
    faultRate: options.faultRate ?? 1,
    recording: options.recording,
    split: options.split ?? { kind: 'frame' },
  }
  let requests = 0
  return {
    platform: theatre.platform,
    settings: () => settings,
    change(changes) {
      settings = { ...settings, ...changes }
    },
    async answer(request, signal) {
      // A stream of chance for each request, so that answers do not depend on how requests overlap.
      const random = seededRandom((options.seed ?? 1) + Math.imul(++requests, STRIDE))
      const { split } = settings
      const answer = await perform({ theatre, settings, request, random, signal })
      if (answer.kind === 'dropped' || split.kind === 'frame') return answer
      return { ...answer, body: splitBytes(answer.body, split) }
    },
  }
}

/** What stays the same from request to request. */
interface Theatre {
  readonly platform: Platform
  readonly region: string | undefined
  readonly key: string | undefined
  readonly clock: Clock
  /** By dialect and model. */
  readonly resolved: Map<string, Resolved>
}

function theatreOf(options: SimulatorOptions): Theatre {
  const { region, key, clock = machineClock } = options
  const platform = platforms.get(options.platform)
  if (platform === undefined) throw new Error(`no platform is called "${options.platform}"`)
  const theatre = { platform, region, key, clock, resolved: new Map() }
  const first = platform.endpoints.find(({ dialect }) => DIALECTS[dialect] !== undefined)
  if (first === undefined) throw new Error(`"${platform.id}" speaks no dialect that the simulator plays`)
  resolvedFor(theatre, first.dialect, '')
  return theatre
}

/** Models seen lately are remembered: resolving freezes and merges, and callers use the same few. */
const REMEMBERED = 1_000
const LONGEST_NAME = 200

function resolvedFor(theatre: Theatre, dialect: DialectId, model: string): Resolved {
  const { platform, region, resolved } = theatre
  const key = `${dialect} ${model}`
  const known = resolved.get(key)
  if (known !== undefined) return known
  const resolution = resolve({
    platform,
    model: offerFor(platform, model)?.model ?? model,
    dialect,
    baseUrl: 'http://simulator.invalid',
    ...(region === undefined ? {} : { region }),
  })
  if (!resolution.ok) throw new Error(resolution.reason)
  if (resolved.size >= REMEMBERED) resolved.clear()
  if (model.length <= LONGEST_NAME) resolved.set(key, resolution.value)
  return resolution.value
}

interface Performance {
  readonly theatre: Theatre
  readonly settings: Settings
  readonly request: SimulatedRequest
  readonly random: Random
  readonly signal: AbortSignal
}

async function perform(performance: Performance): Promise<SimulatedAnswer> {
  const { theatre, request } = performance
  const { platform } = theatre
  const service = serviceRouteOf(platform, request)
  if (service !== undefined) return await serve(performance, service)
  const route = routeOf(platform, request.method, request.path)
  switch (route.kind) {
    case 'models':
      return plain(200, 'application/json', modelList(platform, request.headers['anthropic-version'] !== undefined))
    case 'nothing':
      return plain(404, 'application/json', '{"error":{"message":"no such path","type":"not_found_error"}}')
    case 'count':
      return counted(performance, route)
    case 'chat':
      return chat(performance, route)
  }
}

/** The figure that the answer to the same request would show as its input. */
function counted({ theatre, request, random }: Performance, route: Extract<Route, { kind: 'count' }>): SimulatedAnswer {
  const { platform, key } = theatre
  const { endpoint, model } = route
  const counting = DIALECTS[endpoint.dialect]?.countTokens
  if (counting === undefined) return plain(501, 'text/plain', `the simulator does not count in ${endpoint.dialect}`)
  const voice = voiceOf(resolvedFor(theatre, endpoint.dialect, ''), random.id(), undefined)
  if (key !== undefined && !carriesKey(key, request, endpoint.auth ?? platform.auth)) {
    return refused({ says: 'credentials', status: 401 }, voice)
  }
  const read = readWith((source) => counting.readRequest(source), request.body, model === undefined ? {} : { model })
  if (!read.ok) return refused(read.refusal, voice)
  return plain(200, 'application/json', counting.writeAnswer(promptTokens(read.request), false))
}

async function serve(performance: Performance, route: ServiceRoute): Promise<SimulatedAnswer> {
  const { theatre, settings, request, random, signal } = performance
  const { platform, key, clock } = theatre
  const dialect = platform.endpoints.find((each) => DIALECTS[each.dialect] !== undefined)?.dialect ?? 'openai-chat'
  const voice = voiceOf(resolvedFor(theatre, dialect, ''), random.id(), undefined)
  const [first] = route.rows
  if (key !== undefined && !carriesKey(key, request, first?.row.auth ?? platform.auth)) {
    return refused({ says: 'credentials', status: 401 }, voice)
  }
  return await playService(route, { platform, request, settings, voice, clock, random, signal })
}

async function chat(performance: Performance, route: Extract<Route, { kind: 'chat' }>): Promise<SimulatedAnswer> {
  const { theatre, settings, request, random, signal } = performance
  const { platform, key, clock } = theatre
  const { endpoint } = route
  const dialect = DIALECTS[endpoint.dialect]
  if (dialect === undefined) return plain(501, 'text/plain', `the simulator does not speak ${endpoint.dialect}`)
  const requestId = random.id()
  const early = voiceOf(resolvedFor(theatre, dialect.id, ''), requestId, undefined)
  if (key !== undefined && !carriesKey(key, request, endpoint.auth ?? platform.auth)) {
    return refused({ says: 'credentials', status: 401 }, early)
  }
  const read = readCall(dialect, request.body, route)
  if (!read.ok) return refused(read.refusal, early)
  const { model } = read.request
  const resolved = resolvedFor(theatre, dialect.id, model)
  return answerTo({
    request: read.request,
    header: request.headers['x-simulate'],
    dialect,
    voice: voiceOf(resolved, requestId, read.request),
    known: wireDetails(platform.id).anyModel || knowsModel(platform, model, offerFor(platform, model)),
    contextTokens: resolved.offer?.context,
    settings,
    clock,
    random,
    signal,
  })
}

type ReadCall =
  | { readonly ok: true; readonly request: ModelRequest }
  | { readonly ok: false; readonly refusal: Refusal }

function readCall(dialect: Dialect, text: string, { model, stream }: Extract<Route, { kind: 'chat' }>): ReadCall {
  const outside = { ...(model === undefined ? {} : { model }), ...(stream === undefined ? {} : { stream }) }
  return readWith((source) => dialect.readRequest(source), text, outside)
}

function readWith(
  reader: Dialect['readRequest'],
  text: string,
  outside: { readonly model?: string; readonly stream?: boolean },
): ReadCall {
  const json = parse(text)
  if (!isObject(json)) {
    return {
      ok: false,
      refusal: { says: 'invalid-request', message: 'The body could not be parsed as a JSON object.' },
    }
  }
  const read = reader({ text, json, outside })
  if (read.ok) return read
  const { message, param } = read.failure
  return { ok: false, refusal: { says: 'invalid-request', message, ...(param === undefined ? {} : { param }) } }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** How the platform speaks to this request. Its layers of other dialects have no manners of their own. */
function voiceOf(resolved: Resolved, requestId: string, request: ModelRequest | undefined): Voice {
  const { dialect, platform, errors } = resolved
  const details = dialect === 'openai-chat' ? wireDetails(platform.id) : PLAIN_DETAILS
  const quirks = dialect === 'openai-chat' ? splitReasoning(resolved.quirks, request) : resolved.quirks
  const hidesReasoning = details.hidesReasoning || (dialect === 'openai-chat' && quirks.reasoningField === 'none')
  const framing = resolved.endpoint.framing ?? DIALECTS[dialect]?.framing ?? 'sse'
  return { dialect, framing, errors, quirks, details: { ...details, hidesReasoning }, requestId }
}

/** MiniMax keeps thinking apart from the content only where it is asked to. */
function splitReasoning(quirks: Quirks, request: ModelRequest | undefined): Quirks {
  const apart = !quirks.reasoningSplit || request?.source.json['reasoning_split'] === true
  return apart ? quirks : { ...quirks, reasoningField: 'think-tags' }
}
