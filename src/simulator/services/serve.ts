import { type Offer, type Platform, released, vectorSpaceOf } from '#catalog/index.ts'
import type { Clock, Random } from '#engine/ports.ts'
import { plain, refused, type SimulatedAnswer, type SimulatedRequest } from '#simulator/answered.ts'
import { readDirectives } from '#simulator/directives.ts'
import type { Fault } from '#simulator/fault.ts'
import type { Refusal, Voice } from '#simulator/refuse.ts'
import { offerFor } from '#simulator/routes.ts'
import { PLAYED_EMBEDDINGS } from '#simulator/services/embeddings.ts'
import { examineCall, type PlayedCall } from '#simulator/services/examine.ts'
import { PLAYED_MODERATIONS } from '#simulator/services/moderations.ts'
import { modelInArn, PLAYED_RERANK, rank } from '#simulator/services/rerank.ts'
import { DEFAULT_LENGTH, vectorFor } from '#simulator/services/vectors.ts'
import type { Settings } from '#simulator/settings.ts'
import { pause } from '#simulator/system.ts'
import { countTokens } from '#simulator/tokens.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import { EMBEDDING_FORMS, MODERATION_FORMS, RERANK_FORMS, type ServiceOperation } from '#wire/service.ts'
import { parsed, textIn } from '#wire/shape/read-json.ts'

type Services = NonNullable<Platform['services']>
type Row = NonNullable<Services[ServiceOperation]>[number]

/** Which of a platform's services a request is for. Of rows with one path the model decides, once it is known. */
export interface ServiceRoute {
  readonly rows: readonly { readonly operation: ServiceOperation; readonly row: Row }[]
  /** What the path itself names. */
  readonly model: string | undefined
}

/** What playing a service takes. */
export interface ServiceScene {
  readonly platform: Platform
  readonly request: SimulatedRequest
  readonly settings: Settings
  readonly voice: Voice
  readonly clock: Clock
  readonly random: Random
  readonly signal: AbortSignal
}

const OPERATIONS: readonly ServiceOperation[] = ['embeddings', 'rerank', 'moderations']

/** The service at a path, whatever base path stands before it; undefined where there is none. */
export function serviceRouteOf(
  platform: Platform,
  { method, path, headers }: SimulatedRequest,
): ServiceRoute | undefined {
  if (method !== 'POST' || platform.services === undefined) return undefined
  const pathname = path.split('?')[0] ?? ''
  const found = OPERATIONS.flatMap((operation) =>
    (platform.services?.[operation] ?? []).flatMap((row) => {
      const own = Object.entries(row.paths ?? {}).find(([, each]) => modelAt(each, pathname) !== undefined)?.[0]
      const model = own ?? modelAt(row.path, pathname)
      const asked = Object.entries(row.headers ?? {}).every(([name, value]) => headers[name] === value)
      return model === undefined || !asked ? [] : [{ operation, row, model }]
    }),
  )
  const [best] = found.toSorted((a, b) => b.row.path.length - a.row.path.length)
  if (best === undefined) return undefined
  const rows = found.filter(({ row }) => row.path === best.row.path)
  return { rows, model: best.model === '' ? undefined : best.model }
}

/** The model that the path names, '' if it names none; undefined if the path is another. */
function modelAt(pattern: string, pathname: string): string | undefined {
  const wanted = pattern.split('?')[0] ?? ''
  if (wanted === '/') return pathname === '/' ? '' : undefined
  const source = wanted
    .replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`)
    .replace('{model}', '([^/]+?)')
    .replace('{modelPath}', '(.+?)')
    .replaceAll(/\{\w+\}/g, '[^/]+')
  const match = new RegExp(`${source}$`).exec(pathname)
  return match === null ? undefined : decodeURIComponent(match[1] ?? '')
}

/** Answers a call of a service: by a fault, by what the platform refuses, or by values made of the texts. */
export async function playService(route: ServiceRoute, scene: ServiceScene): Promise<SimulatedAnswer> {
  const { settings, voice, random, request } = scene
  const directives = readDirectives(request.headers['x-simulate'], [])
  const drawn = settings.fault !== undefined && random.fraction() < settings.faultRate ? settings.fault : undefined
  const fault = directives.fault ?? drawn
  const waitMs = settings.profile.headersMs + (fault?.kind === 'slow-headers' ? fault.ms : 0)
  if (waitMs > 0) await pause(scene.clock, waitMs, scene.signal)
  const faulty = faultyAnswer(fault, voice)
  if (faulty !== undefined) return faulty
  const json = parsed(request.body)
  if (!isObject(json)) return refused({ says: 'invalid-request', message: 'The body is not a JSON object.' }, voice)
  const played = answerOf(route, json, scene)
  return 'says' in played ? refused(played, voice) : plain(200, 'application/json', JSON.stringify(played.body))
}

function faultyAnswer(fault: Fault | undefined, voice: Voice): SimulatedAnswer | undefined {
  switch (fault?.kind) {
    case 'refuse':
      return refused(fault, voice)
    case 'cut':
      return { kind: 'dropped' }
    case 'html':
      return plain(fault.status, 'text/html', '<html><head><title>Bad Gateway</title></head></html>')
    case 'empty':
      return plain(200, 'application/json', '')
    case 'garbage':
      return plain(200, 'application/json', '}{')
    default:
      return undefined
  }
}

type Played = Refusal | { readonly body: unknown }

function answerOf(route: ServiceRoute, json: JsonObject, scene: ServiceScene): Played {
  const { platform, voice } = scene
  const [first] = route.rows
  const named = route.model ?? textIn(json, 'model') ?? modelInArn(json) ?? ''
  const offer = offerFor(platform, named)
  const chosen = route.rows.find(({ row }) => row.form === offer?.service) ?? first
  if (chosen === undefined) return { says: 'not-found' }
  const { operation, row } = chosen
  const call: PlayedCall = { platform, json, model: named, offer, operation, row }
  const refusal = examineCall(call)
  if (refusal !== undefined) return refusal
  const id = voice.requestId
  switch (chosen.operation) {
    case 'embeddings':
      return embed(call, id)
    case 'rerank':
      return rerank(call, id)
    case 'moderations':
      return moderate(call, id)
  }
}

const WRONG_FORM: Refusal = { says: 'invalid-request', message: 'A required field is missing or of a wrong type.' }

function embed(call: PlayedCall, requestId: string): Played {
  const form = playedForm(PLAYED_EMBEDDINGS, EMBEDDING_FORMS, call)
  const read = form.read(call.json)
  if (read === undefined) return WRONG_FORM
  const { inputs, dimensions, encoding = 'float' } = read
  const bound = tooMany(call, inputs) ?? tooLong(call.offer, inputs)
  if (bound !== undefined) return bound
  const length = dimensions ?? call.offer?.dimensions?.[0] ?? DEFAULT_LENGTH
  const space = vectorSpaceOf(released, call.platform.id, call.offer?.model ?? call.model)
  const vectors = inputs.map((input) => vectorFor(input, space, length))
  return { body: form.write({ model: call.model, vectors, encoding, tokens: tokensOf(inputs), id: requestId }) }
}

function rerank(call: PlayedCall, requestId: string): Played {
  const form = playedForm(PLAYED_RERANK, RERANK_FORMS, call)
  const read = form.read(call.json)
  if (read === undefined) return WRONG_FORM
  const bound = tooMany(call, read.documents)
  if (bound !== undefined) return bound
  const tokens = tokensOf([...read.documents, ...read.documents.map(() => read.query)])
  return { body: form.write({ model: call.model, results: rank(read), tokens, id: requestId }) }
}

function moderate(call: PlayedCall, requestId: string): Played {
  const form = playedForm(PLAYED_MODERATIONS, MODERATION_FORMS, call)
  const inputs = form.read(call.json)
  return inputs === undefined ? WRONG_FORM : { body: form.write({ model: call.model, inputs, id: requestId }) }
}

function playedForm<Id extends string, Form>(
  forms: Readonly<Record<Id, Form>>,
  ids: readonly Id[],
  { row }: PlayedCall,
): Form {
  const id = ids.find((each) => each === row.form)
  if (id === undefined) throw new Error(`the simulator does not play "${row.form}"`)
  return forms[id]
}

function tokensOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + countTokens(text), 0)
}

function tooMany({ offer, row }: PlayedCall, inputs: readonly string[]): Refusal | undefined {
  const most = offer?.batchMax ?? row.batchMax ?? Number.POSITIVE_INFINITY
  if (inputs.length <= most) return undefined
  return { says: 'invalid-request', message: `batch size is invalid, it should not be larger than ${most}.` }
}

function tooLong(offer: Offer | undefined, inputs: readonly string[]): Refusal | undefined {
  const most = offer?.maxInput ?? offer?.context
  const long = most === undefined ? undefined : inputs.find((input) => countTokens(input) > most)
  if (long === undefined) return undefined
  return {
    says: 'context-length',
    message: `This model's maximum context length is ${most} tokens, however you requested ${countTokens(long)} tokens.`,
  }
}
