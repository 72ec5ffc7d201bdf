import type { Clock, Random } from '#engine/ports.ts'
import { framerOf } from '#engine/framing/framing.ts'
import { type Answered, idHeader, plain, refused, type SimulatedAnswer } from '#simulator/answered.ts'
import { endlessWhole, interjections, streamBeats, wholeBeats } from '#simulator/beats.ts'
import { defaultScript } from '#simulator/default-script.ts'
import { type Directives, readDirectives } from '#simulator/directives.ts'
import type { Fault } from '#simulator/fault.ts'
import { piecesOf } from '#simulator/pieces.ts'
import { type Plan, planAnswer, type PlanContext, planTokens } from '#simulator/plan.ts'
import { type Beat, play, varied } from '#simulator/play.ts'
import type { Profile } from '#simulator/profile.ts'
import { handOf } from '#simulator/quirks.ts'
import { recordedBeats } from '#simulator/recording.ts'
import { examine, thinksAbout } from '#simulator/refusals.ts'
import { errorPayload, type Refusal, type Voice } from '#simulator/refuse.ts'
import { type Script, scriptFor } from '#simulator/script.ts'
import type { Settings } from '#simulator/settings.ts'
import { pause } from '#simulator/system.ts'
import type { Dialect, WriteContext } from '#wire/dialect.ts'
import type { ModelRequest } from '#wire/request.ts'
import { NO_USAGE, type Usage } from '#wire/usage.ts'

/** A request that was read, and all that its answer depends on. */
export interface Scene {
  readonly request: ModelRequest
  /** `x-simulate`. */
  readonly header: string | undefined
  readonly dialect: Dialect
  readonly voice: Voice
  /** The platform has the model. */
  readonly known: boolean
  readonly contextTokens: number | undefined
  readonly settings: Settings
  readonly clock: Clock
  readonly random: Random
  readonly signal: AbortSignal
}

/** A scene with what its directives and the draw of faults have settled. */
interface Cast extends Scene {
  readonly directives: Directives
  readonly profile: Profile
  readonly fault: Fault | undefined
}

/** Answers a request: by a fault, by what the platform refuses, by a recording, or by a script. */
export async function answerTo(scene: Scene): Promise<SimulatedAnswer> {
  const { request, voice, settings, random } = scene
  const directives = readDirectives(scene.header, request.messages)
  if (directives.problems.length > 0) {
    return refused({ says: 'invalid-request', message: `simulate: ${directives.problems.join('; ')}` }, voice)
  }
  const drawn = settings.fault !== undefined && random.fraction() < settings.faultRate ? settings.fault : undefined
  const profile = { ...settings.profile, ...directives.profile }
  const cast: Cast = { ...scene, directives, profile, fault: directives.fault ?? drawn }
  const waitMs = profile.headersMs + (cast.fault?.kind === 'slow-headers' ? cast.fault.ms : 0)
  await wait(cast, waitMs)
  return faultyStart(cast) ?? refusedBy(cast) ?? (await performed(cast))
}

async function wait(cast: Cast, ms: number): Promise<void> {
  const varying = varied(ms, cast)
  if (varying > 0) await pause(cast.clock, varying, cast.signal)
}

const HTML =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n'

/** Faults that leave no room for an answer. */
function faultyStart({ fault, voice, request }: Cast): SimulatedAnswer | undefined {
  switch (fault?.kind) {
    case 'refuse':
      return refused(fault, voice)
    case 'cut':
      return fault.afterTokens === 0 ? { kind: 'dropped' } : undefined
    case 'html':
      return plain(fault.status, 'text/html', HTML)
    case 'empty':
      return plain(200, contentType(voice, request.stream), '')
    case 'error':
      return request.stream ? undefined : plain(200, 'application/json', errorPayload({ says: fault.says }, voice))
    default:
      return undefined
  }
}

function contentType({ framing }: Voice, stream: boolean): string {
  if (!stream) return 'application/json'
  return framing === 'sse' ? 'text/event-stream' : framerOf(framing).contentType
}

function refusedBy(cast: Cast): Answered | undefined {
  const refusal = refusalOf(cast)
  return refusal === undefined ? undefined : refused(refusal, cast.voice)
}

function refusalOf({ request, voice, known, contextTokens }: Cast): Refusal | undefined {
  const { quirks } = voice
  if (!known) return { says: 'not-found', param: 'model' }
  return examine({ request, quirks, thinks: thinksAbout(request, quirks), context: contextTokens })
}

async function performed(cast: Cast): Promise<Answered> {
  const { settings, voice, request } = cast
  const { recording } = settings
  if (recording?.kind === 'stream') return answered(cast, true, recordedBeats(recording, voice))
  if (recording?.kind === 'whole') return answered(cast, false, wholeBeats(recording.body, 1, cast.fault))
  const context = planContext(cast)
  const plan = withFaultyUsage(planAnswer(scriptOf(cast), context), cast.fault)
  return request.stream ? streamed(cast, plan, context) : whole(cast, plan, context)
}

function planContext({ request, voice, fault }: Cast): PlanContext {
  return {
    request,
    quirks: voice.quirks,
    details: voice.details,
    id: voice.requestId,
    endless: fault?.kind === 'endless',
    hugeBytes: fault?.kind === 'huge-line' ? fault.bytes : undefined,
  }
}

function scriptOf({ request, voice, settings, directives }: Cast): Script {
  const thinks = thinksAbout(request, voice.quirks)
  const script = scriptFor(settings.rules, request) ?? defaultScript(request, { thinks, call: directives.call })
  return directives.tokens === undefined ? script : { ...script, tokens: directives.tokens, toolCalls: undefined }
}

function withFaultyUsage(plan: Plan, fault: Fault | undefined): Plan {
  if (fault?.kind !== 'usage' || fault.how === 'missing') return plan
  return { ...plan, usage: fault.how === 'zero' ? NO_USAGE : doubled(plan.usage) }
}

function doubled(usage: Usage): Usage {
  return {
    inputFresh: 2 * usage.inputFresh,
    inputCached: 2 * usage.inputCached,
    cacheWriteShort: 2 * usage.cacheWriteShort,
    cacheWriteLong: 2 * usage.cacheWriteLong,
    inputAudio: 2 * usage.inputAudio,
    outputText: 2 * usage.outputText,
    outputReasoning: 2 * usage.outputReasoning,
    outputAudio: 2 * usage.outputAudio,
  }
}

function streamed(cast: Cast, plan: Plan, context: PlanContext): Answered {
  const { dialect, profile } = cast
  const writing = writeContext(cast, plan)
  const pieces = piecesOf(plan, context, profile.chunkTokens)
  return answered(cast, true, streamBeats(pieces, { dialect, writing, hand: hand(cast, plan) }))
}

function hand({ voice, fault }: Cast, plan: Plan): ReturnType<typeof handOf> {
  const { dialect, framing, quirks, details, requestId } = voice
  const withoutUsage = fault?.kind === 'usage' && fault.how === 'missing'
  return handOf({ dialect, framing, quirks, details, plan, requestId, withoutUsage })
}

function writeContext({ voice, request, clock }: Cast, plan: Plan): WriteContext {
  return {
    requestId: voice.requestId,
    now: Math.floor(clock.now() / 1_000),
    model: plan.model,
    native: false,
    streamUsage: request.streamUsage || voice.quirks.usageInStream === 'always',
    usageAdded: false,
  }
}

async function whole(cast: Cast, plan: Plan, context: PlanContext): Promise<Answered> {
  const { dialect, profile, fault } = cast
  if (fault?.kind === 'endless') return answered(cast, false, endlessWhole())
  const tokens = planTokens(plan)
  const events = [...piecesOf(plan, context, Math.max(1, tokens))].flatMap((piece) => piece.events)
  const body = hand(cast, plan).whole(dialect.writeEvents.whole(writeContext(cast, plan), events).frame)
  await wait(cast, profile.firstTokenMs + (tokens * 1_000) / profile.tokensPerSecond)
  return answered(cast, false, wholeBeats(body, tokens, fault))
}

/** Beats as an answer. A whole one has waited already, and leaves at once. */
function answered(cast: Cast, stream: boolean, beats: Iterable<Beat>): Answered {
  const { voice, fault, clock, random, signal } = cast
  const profile = stream
    ? cast.profile
    : { ...cast.profile, firstTokenMs: 0, tokensPerSecond: Number.POSITIVE_INFINITY }
  return {
    kind: 'answer',
    status: 200,
    headers: { 'content-type': contentType(voice, stream), ...idHeader(voice) },
    body: play({ beats, fault, profile, clock, random, signal, ...interjections(voice, { stream, fault }) }),
  }
}
