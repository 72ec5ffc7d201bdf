import { z } from 'zod'
import { fillPath, type PathNames, type Route, type RouteTypes } from '#contract/route.ts'

/** As much of an HTTP answer as the client needs; `Response` is one. */
export interface HttpAnswer {
  readonly status: number
  text(): Promise<string>
}

/** The network; the global `fetch` is one. */
export interface Fetch {
  (
    url: string,
    request: { readonly method: string; readonly headers: Record<string, string>; readonly body?: string },
  ): Promise<HttpAnswer>
}

/** What a route has to be told: its path's steps, its body, its query. */
export type InputOf<T extends RouteTypes> = ([PathNames<T['path']>] extends [never]
  ? { readonly params?: never }
  : { readonly params: Readonly<Record<PathNames<T['path']>, string>> }) &
  (T['body'] extends readonly [infer Sent, unknown] ? { readonly body: Sent } : { readonly body?: never }) &
  (T['query'] extends readonly [infer Sent, unknown] ? { readonly query?: Sent } : { readonly query?: never })

/** Calls a route; rejects with `ApiError` for every answer that is not a 2xx of the route's own shape. */
export interface Client {
  <T extends RouteTypes>(route: Route<T>, input: InputOf<T>): Promise<T['answer']>
}

/** The gateway said no, or something that this client does not understand. */
export class ApiError extends Error {
  readonly status: number
  readonly type: string | undefined
  readonly code: string | undefined
  /** The field at fault. */
  readonly param: string | undefined
  /** The whole body, parsed where it is JSON. */
  readonly body: unknown
  constructor(status: number, body: unknown, words: ErrorWords) {
    super(words.message)
    this.name = 'ApiError'
    this.status = status
    this.type = words.type ?? undefined
    this.code = words.code ?? undefined
    this.param = words.param ?? undefined
    this.body = body
  }
}

interface ErrorWords {
  readonly message: string
  readonly type?: string | null | undefined
  readonly code?: string | null | undefined
  readonly param?: string | null | undefined
}

const errorWords: z.ZodType<ErrorWords> = z.object({
  message: z.string(),
  type: z.string().nullish(),
  code: z.string().nullish(),
  param: z.string().nullish(),
})
const errorBody = z.object({ error: errorWords })

/** A client for the admin API at `baseUrl` (no slash at its end; '' = the page's own origin). */
export function createClient(options: {
  readonly fetch: Fetch
  readonly key: string
  readonly baseUrl?: string
}): Client {
  const { fetch, key, baseUrl = '' } = options
  async function call<T extends RouteTypes>(route: Route<T>, input: InputOf<T>): Promise<T['answer']>
  async function call(route: Route, input: Loose): Promise<unknown> {
    const { params = {}, query = {}, body } = input
    const headers: Record<string, string> = { authorization: `Bearer ${key}` }
    if (body !== undefined) headers['content-type'] = 'application/json'
    const answer = await fetch(`${baseUrl}${fillPath(route.path, params)}${queryText(query)}`, {
      method: route.method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const value = parsed(await answer.text())
    if (answer.status < 200 || answer.status > 299) throw refused(answer.status, value)
    const read = route.answer.safeParse(value)
    if (read.success) return read.data
    throw new ApiError(answer.status, value, {
      message: `not an answer of ${route.path}: ${z.prettifyError(read.error)}`,
    })
  }
  return call
}

interface Loose {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: unknown
  readonly body?: unknown
}

function refused(status: number, value: unknown): ApiError {
  const read = errorBody.safeParse(value)
  return new ApiError(status, value, read.success ? read.data.error : { message: `the gateway answered ${status}` })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** `?a=b&c=d`; absent values are left out. */
function queryText(query: unknown): string {
  if (typeof query !== 'object' || query === null) return ''
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined)
  const text = pairs
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
    .join('&')
  return text === '' ? '' : `?${text}`
}
