import type { z } from 'zod'

/** Who may call a route: `admin` keys only, or any live key. */
export type RouteRole = 'admin' | 'caller'

/** The types that a route works with. */
export interface RouteTypes {
  readonly path: string
  readonly answer: unknown
  /** The JSON body: as it is sent, and as it is read. */
  readonly body?: readonly [sent: unknown, read: unknown]
  /** The query's parameters: as they are sent, and as they are read. */
  readonly query?: readonly [sent: unknown, read: unknown]
}

/** One operation of the admin API, as data: enough to serve it, to call it and to describe it. */
export interface Route<T extends RouteTypes = RouteTypes> {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** `:name` stands for one step of the path. */
  readonly path: T['path']
  readonly summary: string
  readonly role: RouteRole
  /** Absent = no body is read. */
  readonly body?: Schema<T['body']>
  /** Absent = no parameters are read. */
  readonly query?: Schema<T['query']>
  /** What comes back with a 2xx status. */
  readonly answer: z.ZodType<T['answer']>
}

type Schema<Pair> = Pair extends readonly [infer Sent, infer Read] ? z.ZodType<Read, Sent> : undefined

/** Names of the `:steps` in a path. */
export type PathNames<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | PathNames<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never

/** The values of a path's `:steps`, decoded; undefined where the path is another one, or not decodable. */
export function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const wanted = pattern.split('/')
  const given = path.split('/')
  if (wanted.length !== given.length) return undefined
  const values: Record<string, string> = {}
  for (const [index, step] of wanted.entries()) {
    const held = given[index] ?? ''
    if (!step.startsWith(':')) {
      if (step !== held) return undefined
      continue
    }
    const value = decoded(held)
    if (value === undefined || value === '') return undefined
    values[step.slice(1)] = value
  }
  return values
}

/** A path with its `:steps` filled in and encoded. Throws for a step without a value: that is a bug of the caller. */
export function fillPath(pattern: string, values: Readonly<Record<string, string>>): string {
  return pattern
    .split('/')
    .map((step) => {
      if (!step.startsWith(':')) return step
      const value = values[step.slice(1)]
      if (value === undefined || value === '') throw new Error(`${pattern} needs ${step}`)
      return encodeURIComponent(value)
    })
    .join('/')
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
