import { findOffer, type Offer, offersOf, type Platform, waysOf } from '#catalog/index.ts'
import type { DialectId } from '#wire/dialect.ts'

/** What a path asks for. `model` is what the path itself names. */
export type Route =
  | {
      readonly kind: 'chat'
      readonly endpoint: Platform['endpoints'][number]
      readonly model: string | undefined
      /** What the path's verb says of it; absent where the body says it. */
      readonly stream?: boolean
    }
  /** How many tokens a request has. */
  | { readonly kind: 'count'; readonly endpoint: Platform['endpoints'][number]; readonly model: string | undefined }
  | { readonly kind: 'models' }
  | { readonly kind: 'nothing' }

/** How each dialect's paths end, for callers that put another version or prefix before. */
const TAILS: Readonly<Partial<Record<DialectId, string>>> = {
  'openai-chat': '/chat/completions',
  'openai-responses': '/responses',
  'openai-completions': '/completions',
  'anthropic-messages': '/messages',
}

/** Which of the platform's endpoints a request is for, whatever base path stands before it. */
export function routeOf(platform: Platform, method: string, path: string): Route {
  const pathname = path.split('?')[0] ?? ''
  if (method === 'GET' && pathname.endsWith('/models')) return { kind: 'models' }
  if (method !== 'POST') return { kind: 'nothing' }
  const own = ownRoute(platform, pathname)
  if (own !== undefined) return own
  const count = countRoute(platform, pathname)
  if (count !== undefined) return count
  for (const endpoint of platform.endpoints) {
    const found = chatRoute(endpoint, pathname)
    if (found !== undefined) return found
  }
  const endpoint = platform.endpoints.find(({ dialect }) => {
    const tail = TAILS[dialect]
    return tail !== undefined && pathname.endsWith(tail)
  })
  return endpoint === undefined ? { kind: 'nothing' } : { kind: 'chat', endpoint, model: undefined }
}

function chatRoute(endpoint: Platform['endpoints'][number], pathname: string): Route | undefined {
  const { path: whole, streamPath } = endpoint
  const model = matchPath(whole, pathname)
  const verb = streamPath === undefined ? {} : { stream: false }
  if (model !== undefined) return { kind: 'chat', endpoint, model: named(model), ...verb }
  const streamed = streamPath === undefined ? undefined : matchPath(streamPath, pathname)
  return streamed === undefined ? undefined : { kind: 'chat', endpoint, model: named(streamed), stream: true }
}

/** The route of a path that one model has for itself. */
function ownRoute({ endpoints }: Platform, pathname: string): Route | undefined {
  for (const endpoint of endpoints) {
    const own = Object.entries(endpoint.paths ?? {}).find(([, path]) => matchPath(path, pathname) !== undefined)
    if (own !== undefined) return { kind: 'chat', endpoint, model: own[0] }
  }
  return undefined
}

function countRoute({ endpoints }: Platform, pathname: string): Route | undefined {
  for (const endpoint of endpoints) {
    const model = endpoint.countPath === undefined ? undefined : matchPath(endpoint.countPath, pathname)
    if (model !== undefined) return { kind: 'count', endpoint, model: named(model) }
  }
  return undefined
}

function named(model: string): string | undefined {
  return model === '' ? undefined : model
}

/** The model that the path names, '' if it names none; undefined if the path is another. */
function matchPath(pattern: string, pathname: string): string | undefined {
  const wanted = segmentsOf(pattern.split('?')[0] ?? '')
  // The root is no end of other paths.
  if (wanted.length === 0) return pathname.endsWith('/') ? '' : undefined
  const given = segmentsOf(pathname).slice(-wanted.length)
  if (given.length < wanted.length) return undefined
  let model = ''
  for (const [index, segment] of wanted.entries()) {
    const found = given[index] ?? ''
    if (segment.startsWith('{model}') && found.endsWith(segment.slice('{model}'.length))) {
      model = decoded(found.slice(0, found.length - segment.length + '{model}'.length))
    } else if (segment !== found) return undefined
  }
  return model
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '')
}

const SERVED: ReadonlySet<Offer['status']> = new Set(['active', 'legacy', 'deprecated'])

/** The catalog's row for a model that is called, by its id, an alias, or the id that is sent for it. */
export function offerFor(platform: Platform, model: string): Offer | undefined {
  return findOffer(platform.id, model) ?? offersOf(platform.id).find((offer) => offer.sentAs === model)
}

/** Whether the platform would know the model. Platforms whose models only their operators know take any name. */
export function knowsModel(platform: Platform, model: string, offer: Offer | undefined): boolean {
  if (offer !== undefined) return offer.kind === 'chat' && SERVED.has(offer.status)
  const open = platform.kind === 'generic' || platform.kind === 'self-hosted' || platform.kind === 'simulator'
  return model !== '' && (open || !offersOf(platform.id).some(({ kind }) => kind === 'chat'))
}

/** The chat models that the platform serves, as they are called. */
function modelIds(platform: Platform): string[] {
  const offers = offersOf(platform.id).filter(({ kind, status }) => kind === 'chat' && SERVED.has(status))
  return offers.length === 0 ? ['simulated'] : offers.map((offer) => offer.sentAs ?? offer.model)
}

/** The list of models in the form that the caller's SDK expects. */
export function modelList(platform: Platform, anthropic: boolean): string {
  const ids = modelIds(platform)
  if (!anthropic) {
    const data = ids.map((id) => ({ id, object: 'model', created: 0, owned_by: platform.id }))
    return JSON.stringify({ object: 'list', data })
  }
  const data = ids.map((id) => ({ type: 'model', id, display_name: id, created_at: '1970-01-01T00:00:00Z' }))
  return JSON.stringify({ data, has_more: false, first_id: ids[0], last_id: ids.at(-1) })
}

/** A call that the platform answers, for people to paste. */
export function exampleCall(platform: Platform): { readonly path: string; readonly body: string } {
  const [model = ''] = modelIds(platform)
  const endpoint = platform.endpoints.find(({ dialect }) => TAILS[dialect] !== undefined)
  const bound = endpoint?.dialect === 'anthropic-messages' ? { max_tokens: 100 } : {}
  const body = { model, ...bound, stream: true, messages: [{ role: 'user', content: 'Hello' }] }
  return {
    path: (endpoint?.path ?? '').replace('{model}', encodeURIComponent(model)),
    body: JSON.stringify(body),
  }
}

/** Whether the request carries this key, in the place where the endpoint takes it or as a bearer token. */
export function carriesKey(
  key: string,
  request: { readonly path: string; readonly headers: Readonly<Record<string, string | undefined>> },
  auth: Platform['auth'],
): boolean {
  const { headers, path } = request
  if (headers['authorization'] === `Bearer ${key}`) return true
  return waysOf(auth).some((way) => {
    if (way.kind === 'header') return headers[way.name.toLowerCase()] === key
    if (way.kind === 'word') return headers['authorization'] === `${way.word} ${key}`
    if (way.kind !== 'query') return headers['x-api-key'] === key
    return new URLSearchParams(path.split('?')[1] ?? '').get(way.name) === key
  })
}
