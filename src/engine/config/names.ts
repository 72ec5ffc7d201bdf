import type { KeyConfig, RouteConfig } from '#engine/config/config.ts'
import type { Finding } from '#engine/config/findings.ts'
import { suggestion } from '#engine/config/suggestion.ts'
import type { ParsedRoute } from '#engine/config/schema.ts'
import { isObject } from '#wire/json.ts'

/** What names may lead to. */
export interface Known {
  /** Every provider that was declared or implied, broken ones too: one mistake is told once. */
  readonly providers: readonly string[]
  readonly routes: readonly string[]
  /** Ids of models that a caller may ask for bare. */
  readonly models: readonly string[]
}

/** What is wrong with the names of routes, and with where they lead. Takes the section as it is, broken entries too. */
export function checkRoutes(routes: unknown, known: Known): Finding[] {
  if (!isObject(routes)) return []
  return Object.entries(routes).flatMap(([name, route]) => {
    const problem = routeNameProblem(name, known.providers)
    const findings: Finding[] = problem === undefined ? [] : [{ path: ['routes', name], atKey: true, message: problem }]
    const targets = isObject(route) && Array.isArray(route['targets']) ? route['targets'] : []
    return [...findings, ...targets.flatMap((target: unknown, index) => checkTarget(target, index, { name, known }))]
  })
}

function checkTarget(target: unknown, index: number, route: { name: string; known: Known }): Finding[] {
  const inner = isObject(target)
  const text = inner ? target['target'] : target
  const message = typeof text === 'string' ? targetProblem(text, route.known.providers) : undefined
  const path = ['routes', route.name, 'targets', index, ...(inner ? ['target'] : [])]
  return message === undefined ? [] : [{ path, message }]
}

/** A route as it counts: each target with its weight. */
export function routeConfig(name: string, { targets, strategy, vectorSpace, refuse }: ParsedRoute): RouteConfig {
  const weighted = targets.map((each) => (typeof each === 'string' ? { target: each, weight: 1 } : each))
  return {
    name,
    targets: weighted,
    strategy,
    ...(vectorSpace === undefined ? {} : { vectorSpace }),
    ...(refuse === undefined ? {} : { refuse }),
  }
}

function routeNameProblem(name: string, providers: readonly string[]): string | undefined {
  if (name === '' || /[\s\p{Cc}]/u.test(name)) return "a route's name must not be empty and holds no spaces"
  const slash = name.indexOf('/')
  const provider = slash < 0 ? undefined : name.slice(0, slash)
  return provider === undefined || !providers.includes(provider)
    ? undefined
    : `this name already means the model "${name.slice(slash + 1)}" of provider "${provider}"`
}

function targetProblem(target: string, providers: readonly string[]): string | undefined {
  const slash = target.indexOf('/')
  if (slash <= 0 || slash === target.length - 1) return `"${target}" must be provider/model`
  const provider = target.slice(0, slash)
  if (providers.includes(provider)) return undefined
  return `no provider is called "${provider}"${suggestion(provider, providers)}`
}

/** What is wrong among the keys: two of one name, two with one key. Patterns that lead nowhere are notes. */
export function checkKeys(
  keys: ReadonlyMap<string, KeyConfig>,
  known: Known,
): { readonly findings: Finding[]; readonly notes: string[] } {
  const findings: Finding[] = []
  const notes: string[] = []
  const names = new Set<string>()
  const owners = new Map<string, string>()
  for (const [index, { name, key, models }] of keys) {
    if (names.has(name)) findings.push({ path: ['keys', index, 'name'], message: `another key is called "${name}"` })
    names.add(name)
    const owner = owners.get(key)
    if (owner !== undefined)
      findings.push({ path: ['keys', index, 'key'], message: `is the same key as that of "${owner}"` })
    else owners.set(key, name)
    for (const pattern of models) {
      if (leadsNowhere(pattern, known))
        notes.push(`keys.${index}.models: "${pattern}" matches no route, provider or model`)
    }
  }
  return { findings, notes }
}

function leadsNowhere(pattern: string, known: Known): boolean {
  const [head = '', ...pieces] = pattern.split('*')
  const tail = pieces.at(-1)
  const may = (name: string): boolean =>
    tail === undefined ? name === head : name.startsWith(head) && name.endsWith(tail)
  if (known.routes.some(may) || known.models.some(may)) return false
  // Any model may stand behind a provider's slash, also one that the catalog has not heard of.
  return !known.providers.some((id) => head.startsWith(`${id}/`) || (tail !== undefined && `${id}/`.startsWith(head)))
}
