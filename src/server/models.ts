import type { Offer } from '#catalog/index.ts'
import type { Caller } from '#engine/admit/keyring.ts'
import { mayUse } from '#engine/admit/permission.ts'
import type { Reply } from '#engine/reply.ts'
import type { Engine } from '#engine/run.ts'
import type { Failure } from '#wire/failure.ts'

/** What is asked of models: all of them or one, in the form that the caller's SDK expects. */
export interface Listing {
  readonly form: 'openai' | 'anthropic' | 'gemini'
  readonly name?: string
}

const PATH = /^\/(v1\/|v1beta\/|)models(?:\/(.+))?$/

/** What a path asks of models, if anything. */
export function listingAt(path: string, headers: Readonly<Record<string, unknown>>): Listing | undefined {
  const [whole, version, name] = PATH.exec(path) ?? []
  if (whole === undefined || (version === '' && name !== undefined)) return undefined
  const form = version === 'v1beta/' ? 'gemini' : formOfCaller(headers)
  return { form, ...(name === undefined ? {} : { name: decoded(name) }) }
}

/** Google's client asks below `/v1`, too. */
function formOfCaller(headers: Readonly<Record<string, unknown>>): Listing['form'] {
  if (headers['x-goog-api-key'] !== undefined) return 'gemini'
  return headers['anthropic-version'] === undefined ? 'openai' : 'anthropic'
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

type Result = Reply | { readonly kind: 'refused'; readonly failure: Failure }

/** The models that this caller may ask for. */
export function list(engine: Engine, caller: Caller, { form, name }: Listing): Result {
  const { registry } = engine.snapshot()
  if (name !== undefined) {
    const found = registry.find(name)
    const forbidden = mayUse(caller, name)
    if (!found.ok) return { kind: 'refused', failure: found.failure }
    return forbidden === undefined ? json(CARDS[form](engine, name)) : { kind: 'refused', failure: forbidden }
  }
  const names = registry.names().filter((each) => mayUse(caller, each) === undefined)
  const data = names.map((each) => CARDS[form](engine, each))
  switch (form) {
    case 'openai':
      return json({ object: 'list', data })
    case 'anthropic':
      return json({ data, has_more: false, first_id: names[0] ?? null, last_id: names.at(-1) ?? null })
    case 'gemini':
      return json({ models: data })
  }
}

const CARDS: Readonly<Record<Listing['form'], (engine: Engine, name: string) => unknown>> = {
  openai: modelCard,
  anthropic: (_engine, id) => ({ type: 'model', id, display_name: id, created_at: '2026-01-01T00:00:00Z' }),
  gemini: geminiCard,
}

/** https://ai.google.dev/api/models (2026-11). */
function geminiCard(engine: Engine, name: string): unknown {
  const { offer } = known(engine, name)
  return {
    name: `models/${name}`,
    displayName: name,
    supportedGenerationMethods: ['generateContent', 'countTokens'],
    ...(offer?.context === undefined ? {} : { inputTokenLimit: offer.context }),
    ...(offer?.maxOutput === undefined ? {} : { outputTokenLimit: offer.maxOutput }),
  }
}

function modelCard(engine: Engine, name: string): unknown {
  const { targets, provider, offer } = known(engine, name)
  return {
    id: name,
    object: 'model',
    created: 0,
    owned_by: provider ?? 'tongwen',
    targets,
    ...(offer === undefined ? {} : cardOf(offer)),
  }
}

interface Known {
  readonly targets: readonly string[]
  readonly provider: string | undefined
  readonly offer: Offer | undefined
}

/** What the name leads to, and the catalog's row of the first target. */
function known(engine: Engine, name: string): Known {
  const { registry, catalog } = engine.snapshot()
  const found = registry.find(name)
  const targets = found.ok ? found.targets : []
  const [first] = targets
  const offer = first === undefined ? undefined : catalog.findOffer(first.provider.platform, first.resolved.model)
  return { targets: targets.map(({ id }) => id), provider: first?.provider.id, offer }
}

function cardOf({ context, maxOutput, capabilities, prices }: Offer): Record<string, unknown> {
  const price = prices.at(0)
  return {
    ...(context === undefined ? {} : { context_length: context }),
    ...(maxOutput === undefined ? {} : { max_output_tokens: maxOutput }),
    capabilities,
    ...(price === undefined
      ? {}
      : { price: { currency: price.currency, unit: price.unit, input: price.input, output: price.output } }),
  }
}

function json(body: unknown): Reply {
  return { kind: 'whole', status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
