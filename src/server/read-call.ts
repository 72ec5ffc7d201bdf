import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { type Failure, failure } from '#wire/failure.ts'

/** A request's body, or why it is not taken. After a refusal the rest of the bytes is read and forgotten. */
export type Body = { readonly ok: true; readonly bytes: Buffer } | { readonly ok: false; readonly failure: Failure }

/** Reads a body of at most `limitBytes` that must arrive within `limitMs`. */
export function readBytes(request: IncomingMessage, limitBytes: number, limitMs: number): Promise<Body> {
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') {
    request.resume()
    return Promise.resolve(
      refused(failure('invalid-request', `content-encoding "${encoding}" is not taken: send the body uncompressed`)),
    )
  }
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) {
    request.resume()
    return Promise.resolve(refused(tooLarge(limitBytes)))
  }
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    let settled = false
    const settle = (body: Body): void => {
      if (settled) return
      settled = true
      clearTimeout(timer)
      chunks.length = 0
      resolve(body)
    }
    const timer = setTimeout(() => {
      settle(refused(failure('slow-caller', `the body did not arrive within ${limitMs} ms`)))
    }, limitMs)
    request.on('data', (chunk: Buffer) => {
      if (settled) return
      size += chunk.length
      if (size > limitBytes) settle(refused(tooLarge(limitBytes)))
      else chunks.push(chunk)
    })
    request.on('end', () => {
      const [only] = chunks
      settle({ ok: true, bytes: chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks) })
    })
    request.on('error', () =>
      settle(refused(failure('cut', 'the caller hung up', { blame: 'caller', retryable: false }))),
    )
    request.on('close', () =>
      settle(refused(failure('cut', 'the caller hung up', { blame: 'caller', retryable: false }))),
    )
  })
}

function refused(why: Failure): Body {
  return { ok: false, failure: why }
}

function tooLarge(limitBytes: number): Failure {
  return failure('too-large', `the body is larger than ${limitBytes} bytes`)
}

/** The caller's key, wherever its SDK puts it. */
export function keyOf(headers: IncomingHttpHeaders, query: string): string | undefined {
  const { authorization } = headers
  if (authorization !== undefined && authorization.slice(0, 7).toLowerCase() === 'bearer ')
    return authorization.slice(7).trim()
  const named = headers['x-api-key'] ?? headers['api-key'] ?? headers['x-goog-api-key']
  if (typeof named === 'string') return named
  return query === '' ? undefined : (new URLSearchParams(query).get('key') ?? undefined)
}

/** `x-tongwen-tags: team=a,app=b` as a record; at most 16 tags of at most 128 characters. */
export function tagsOf(header: string | string[] | undefined): Readonly<Record<string, string>> {
  if (typeof header !== 'string') return NO_TAGS
  const pairs: [string, string][] = []
  for (const pair of header.split(',').slice(0, 16)) {
    const equals = pair.indexOf('=')
    const name = pair.slice(0, equals).trim()
    if (equals > 0 && name !== '__proto__')
      pairs.push([
        name.slice(0, 128),
        pair
          .slice(equals + 1)
          .trim()
          .slice(0, 128),
      ])
  }
  return Object.fromEntries(pairs)
}

const NO_TAGS: Readonly<Record<string, string>> = {}

/** One header as text, bounded; absent where it is missing or repeated. */
export function headerText(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && header !== '' ? header.slice(0, 256) : undefined
}

const NO_HEADERS: Readonly<Record<string, string>> = {}

/** The named headers that are there, bounded. */
export function picked(headers: IncomingHttpHeaders, names: readonly string[]): Readonly<Record<string, string>> {
  let found: Record<string, string> | undefined
  for (const name of names) {
    const value = headers[name]
    if (typeof value === 'string') (found ??= {})[name] = value.slice(0, 4_096)
  }
  return found ?? NO_HEADERS
}
