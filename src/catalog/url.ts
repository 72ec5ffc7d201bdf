/** A URL, or why there is none. */
export type Joined = { readonly ok: true; readonly url: string } | { readonly ok: false; readonly reason: string }

/** Values for `{name}` in addresses, by name. */
export type Variables = Readonly<Record<string, string | undefined>>

/** The text with each `{name}` that has a value filled in, encoded as a part of a path. */
export function filled(template: string, variables: Variables): string {
  if (!template.includes('{')) return template
  return template.replaceAll(PLACEHOLDER, (whole, name: string) => {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined
    return value === undefined ? whole : encodeURIComponent(value)
  })
}

/** Names that stand in a text as `{name}`, but for those that are filled in elsewhere. */
export function placeholdersOf(template: string, elsewhere: readonly string[] = []): string[] {
  return [...template.matchAll(PLACEHOLDER)].flatMap(([, name = '']) => (elsewhere.includes(name) ? [] : [name]))
}

const PLACEHOLDER = /\{(\w+)\}/g

/**
 * Base URL and endpoint path as one URL. Leading segments of the path that the base ends with already are not
 * doubled, so that `https://host/v1` and `/v1/messages` give `https://host/v1/messages`. `{model}` in the path is
 * filled in, encoded. Fails where the base is no http(s) or ws(s) URL, carries a query, or still has a `{placeholder}`.
 */
export function joinUrl(base: string, path: string, model: string): Joined {
  const missing = /\{\w+\}/.exec(base)
  if (missing !== null)
    return { ok: false, reason: `the base URL needs ${missing[0]}: give the provider a baseUrl of its own` }
  const parts = /^((?:https?|wss?):\/\/[^/?#\s]+)([^?#\s]*)$/.exec(base)
  if (parts === null)
    return { ok: false, reason: `"${base}" is no base URL: it must be http(s) or ws(s), without query and fragment` }
  const [, origin = '', prefix = ''] = parts
  const query = path.indexOf('?')
  const pathname = query < 0 ? path : path.slice(0, query)
  const above = segmentsOf(prefix)
  const below = segmentsOf(pathname.replace('{model}', encodeURIComponent(model)))
  const joined = [...above, ...below.slice(overlap(above, below))]
  return { ok: true, url: `${origin}/${joined.join('/')}${query < 0 ? '' : path.slice(query)}` }
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '')
}

/** How many of the first segments of `below` are the last ones of `above`. */
function overlap(above: readonly string[], below: readonly string[]): number {
  for (let count = Math.min(above.length, below.length); count > 0; count--) {
    const start = above.length - count
    if (below.slice(0, count).every((segment, i) => segment === above[start + i])) return count
  }
  return 0
}
