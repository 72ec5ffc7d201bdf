/** The parts of a URL that signatures are made of, as they go over the wire. */
export interface UrlParts {
  /** With its port where it is not the scheme's own: what the `host` header will say. */
  readonly host: string
  readonly path: string
  /** Without `?`. */
  readonly query: string
}

/** A URL's parts; paths come percent-encoded, as the network port sends them. */
export function partsOf(url: string): UrlParts {
  const { host, pathname, search } = new URL(url)
  return { host, path: pathname, query: search.slice(1) }
}

/** Percent-encoding of everything that RFC 3986 does not leave unreserved, `/` too. */
export function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** A query's pairs, each part decoded and encoded anew, sorted by name and then value. */
export function canonicalQuery(query: string): string {
  if (query === '') return ''
  const pairs = query.split('&').map((pair) => {
    const at = pair.indexOf('=')
    const [name, value] = at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
    return [encoded(decoded(name)), encoded(decoded(value))] as const
  })
  pairs.sort(([a, x], [b, y]) => compared(a, b) || compared(x, y))
  return pairs.map(([name, value]) => `${name}=${value}`).join('&')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function compared(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Headers as signatures take them: names sorted, values trimmed and without runs of spaces, each line with its end. */
export function canonicalHeaders(headers: Readonly<Record<string, string>>): { lines: string; names: string } {
  const names = Object.keys(headers).toSorted(compared)
  const lines = names.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`)
  return { lines: lines.join(''), names: names.join(';') }
}

/** `20260101T000000Z` */
export function basicTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`
}
