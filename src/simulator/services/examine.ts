import { type Offer, offersOf, type Platform } from '#catalog/index.ts'
import type { Refusal } from '#simulator/refuse.ts'
import { wireDetails } from '#simulator/wire-details.ts'
import type { JsonObject } from '#wire/json.ts'
import { SERVICE_QUIRKS, type ServiceOperation, type ServiceQuirks } from '#wire/service.ts'

/** A call to a service of a platform, before its inputs are read. */
export interface PlayedCall {
  readonly platform: Platform
  readonly json: JsonObject
  readonly model: string
  readonly offer: Offer | undefined
  readonly operation: ServiceOperation
  readonly row: NonNullable<NonNullable<Platform['services']>[ServiceOperation]>[number]
}

const KINDS: Readonly<Record<ServiceOperation, Offer['kind']>> = {
  embeddings: 'embedding',
  rerank: 'rerank',
  moderations: 'moderation',
}

const SERVED: ReadonlySet<Offer['status']> = new Set(['active', 'legacy', 'deprecated'])

/** Fields of the plain forms. */
const KNOWN: ReadonlySet<string> = new Set([
  'model',
  'input',
  'dimensions',
  'encoding_format',
  'query',
  'documents',
  'top_n',
  'instruction',
  'instruct',
  'return_documents',
])

/** What the platform refuses before it looks at the inputs: by the model's row and the service's quirks. */
export function examineCall(call: PlayedCall): Refusal | undefined {
  return unknownModel(call) ?? nullField(call) ?? plainForm(call) ?? wrongLength(call)
}

function unknownModel({ platform, model, offer, operation }: PlayedCall): Refusal | undefined {
  if (offer !== undefined) {
    return offer.kind === KINDS[operation] && SERVED.has(offer.status) ? undefined : UNKNOWN
  }
  if (model === '') return NAMELESS.has(operation) ? undefined : UNKNOWN
  // Deployments, endpoint ids and served names are their operators' own.
  const open = OPEN.has(platform.kind) || wireDetails(platform.id).anyModel
  return open || !offersOf(platform.id).some(({ kind }) => kind === KINDS[operation]) ? undefined : UNKNOWN
}

const UNKNOWN: Refusal = { says: 'not-found', param: 'model' }
const OPEN: ReadonlySet<Platform['kind']> = new Set(['generic', 'self-hosted', 'simulator'])

/** Tencent's GetEmbedding and iFlytek's embedding have one model, which no call names. */
const NAMELESS: ReadonlySet<ServiceOperation> = new Set(['embeddings'])

/** A field that is null is a field of a wrong type (pain T23). */
function nullField({ json }: PlayedCall): Refusal | undefined {
  const field = Object.keys(json).find((name) => json[name] === null)
  return field === undefined ? undefined : wrong(field, 'Input should be a valid value, not null')
}

/** What the quirks of the plain form say. */
function plainForm({ row, json }: PlayedCall): Refusal | undefined {
  if (row.form !== 'openai' && row.form !== 'common') return undefined
  const quirks: ServiceQuirks = { ...SERVICE_QUIRKS, ...row.quirks }
  const strange = quirks.openFields ? undefined : Object.keys(json).find((name) => !KNOWN.has(name))
  if (strange !== undefined) return wrong(strange, 'Extra inputs are not permitted')
  if (!quirks.dimensions && json['dimensions'] !== undefined) return wrong('dimensions', 'it is not supported')
  return wrongEncoding(json, quirks) ?? wrongInput(json, quirks)
}

function wrongEncoding({ encoding_format: encoding }: JsonObject, quirks: ServiceQuirks): Refusal | undefined {
  if (encoding === undefined) return quirks.encodingRequired ? wrong('encoding_format', 'it is required') : undefined
  const taken = quirks.encodings.some((each) => each === encoding)
  return taken ? undefined : wrong('encoding_format', `it must be ${quirks.encodings.join(' or ')}`)
}

function wrongInput({ input }: JsonObject, quirks: ServiceQuirks): Refusal | undefined {
  return !quirks.tokenInputs && hasTokens(input) ? wrong('input', 'it must be text') : undefined
}

function hasTokens(input: unknown): boolean {
  return Array.isArray(input) && input.some((each: unknown) => typeof each === 'number' || Array.isArray(each))
}

function wrongLength({ offer, json }: PlayedCall): Refusal | undefined {
  const { dimensions } = json
  if (offer?.dimensions === undefined || typeof dimensions !== 'number') return undefined
  const any = offer.anyDimensions === true && dimensions <= Math.max(...offer.dimensions)
  return any || offer.dimensions.includes(dimensions) ? undefined : wrong('dimensions', 'the model does not give it')
}

function wrong(field: string, why: string): Refusal {
  return { says: 'invalid-request', message: `${field}: ${why}`, param: field }
}
