import type { z } from 'zod'
import type { Route, RouteTypes } from '#contract/index.ts'
import type { Caller } from '#engine/admit/keyring.ts'
import type { ConfigProblem } from '#engine/config/config.ts'
import type { Reply } from '#engine/reply.ts'
import type { Snapshot } from '#engine/run.ts'
import type { Operation } from '#server/operation.ts'
import { readBytes } from '#server/read-call.ts'
import type { Store } from '#store/index.ts'
import { type Failure, failure } from '#wire/failure.ts'

/** What the admin API works on. */
export interface AdminParts {
  readonly store: Pick<Store, 'keys' | 'groups' | 'usage' | 'adjust'> & {
    readonly shares: Pick<Store['shares'], 'draw'>
  } & { readonly ledger: Pick<Store['ledger'], 'spent'> }
  readonly snapshot: () => Snapshot
  /** Takes the file again; the problems that kept the last good configuration. */
  readonly reload: () => readonly ConfigProblem[]
  /** Unix milliseconds; the system's where absent. */
  readonly now?: () => number
}

/** One call of the admin API, admitted. */
export interface AdminCall extends AdminParts {
  readonly caller: Caller
  readonly operation: Operation
  /** The path's steps, decoded. */
  readonly params: Readonly<Record<string, string>>
}

/** What a handler gives: the answer of its route, a refusal, or a reply of its own. */
export type Handled<Answer> =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'refused'; readonly failure: Failure }
  | Extract<Reply, { kind: 'whole' }>

/** A route with its handler. */
export interface Bound {
  readonly route: Route
  readonly handle: (call: AdminCall) => Promise<Handled<unknown>>
}

/** Ties a handler to the route whose answer it must give. */
export function bind<T extends RouteTypes>(
  route: Route<T>,
  handle: (call: AdminCall) => Promise<Handled<T['answer']>>,
): Bound {
  return { route, handle }
}

export function answered<Answer>(answer: Answer): Handled<Answer> {
  return { kind: 'answer', answer }
}

export function refused(why: Failure): { readonly kind: 'refused'; readonly failure: Failure } {
  return { kind: 'refused', failure: why }
}

/** A value that was sent, read; or why not, naming the field. */
export type Read<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: Failure }

/** A key and its bounds take a few hundred bytes; a thousand model patterns some tens of thousands. */
const MOST_BYTES = 256 * 1024

/** Reads the JSON body. */
export async function readBody<Value>(call: AdminCall, schema: z.ZodType<Value>): Promise<Read<Value>> {
  const { limits } = call.snapshot().config.server
  const body = await readBytes(call.operation.request, Math.min(MOST_BYTES, limits.bodyBytes), limits.bodyMs)
  if (!body.ok) return body
  try {
    const value: unknown = JSON.parse(body.bytes.toString('utf8'))
    return read(schema, value)
  } catch {
    return { ok: false, failure: failure('invalid-request', 'the body is not JSON') }
  }
}

/** Reads the query's parameters; each may stand there once. */
export function readQuery<Value>(call: AdminCall, schema: z.ZodType<Value>): Read<Value> {
  const { query, key } = call.operation
  const values = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(query)) {
    // A caller may prove itself by `?key=`, and `key` is a filter here: its secret is no name of a key.
    if (name === 'key' && value === key) continue
    if (values.has(name)) return { ok: false, failure: wrongField(name, 'stands twice: use commas') }
    values.set(name, value)
  }
  return read(schema, Object.fromEntries(values))
}

function read<Value>(schema: z.ZodType<Value>, value: unknown): Read<Value> {
  const { data, error } = schema.safeParse(value)
  if (error === undefined) return { ok: true, value: data }
  const [issue] = error.issues
  const at = issue?.path.map(String) ?? []
  if (issue?.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys
    return { ok: false, failure: wrongField([...at, key].join('.'), 'is not known here') }
  }
  return { ok: false, failure: wrongField(at.join('.'), issue?.message ?? 'is wrong') }
}

/** A refusal that names the field. */
export function wrongField(param: string, message: string, code?: string): Failure {
  const words = param === '' ? `the body ${message}` : `${param}: ${message}`
  return failure('invalid-request', words, {
    ...(param === '' ? {} : { param }),
    ...(code === undefined ? {} : { code }),
  })
}
