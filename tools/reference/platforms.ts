import {
  type Auth,
  type AuthWays,
  type Offer,
  offersOf,
  type Platform,
  platforms,
  SCHEMES,
  waysOf,
} from '#catalog/index.ts'
import { codes, page, table } from './markdown.ts'
import { checksOf } from './market.ts'

/** The text of `docs/reference/platforms.md`. */
export function platformReference(): string {
  const all = [...platforms.values()].filter(({ kind }) => kind !== 'simulator')
  return page(
    '# Platform reference',
    '<!-- Generated from src/catalog: run `UPDATE=1 npx vitest run test/reference.test.ts` to write it anew. -->',
    CHECKED,
    platformTable(),
    'A provider without `apiKey` takes its key from the variable of its platform; where several are named, the first one that is set counts. The first region is the default, unless the model is offered in others only. The first dialect is used, unless the provider names another.',
    ...all.filter(({ unavailable }) => unavailable === undefined).map((platform) => section(platform)),
    '## Not callable',
    table(
      ['platform', 'why'],
      all.flatMap(({ id, name, unavailable }) =>
        unavailable === undefined ? [] : [[`${name} (\`${id}\`)`, unavailable]],
      ),
    ),
  )
}

const CHECKED = [
  '**How each was checked.**',
  '`recorded`: answers that the real platform sent, whole and as streams, go through the gateway in the tests, and the official SDKs read them.',
  '`simulated`: the built-in simulator plays the platform by its catalog row, and the official SDK asks it through a real gateway, whole and as a stream; a mistake in the row would be on both sides.',
  '`documented`: the row is made from documentation and code of others, named in it with dates.',
  'No platform has been called with a live account yet.',
].join(' ')

const HEAD = ['platform', 'id', 'regions', 'dialects', 'key variable', 'models', 'checked']

/** One row a platform. */
function platformTable(): string {
  const rows = [...platforms.values()].filter(({ kind }) => kind !== 'simulator')
  return table(
    HEAD,
    rows.map((platform) => {
      const { id, name, regions, keyVariables, unavailable } = platform
      return [
        name,
        `\`${id}\``,
        codes(regions.map((region) => region.id)),
        unavailable === undefined ? codes(dialectsOf(platform)) : 'not callable',
        codes(keyVariables),
        modelsOf(platform),
        checksOf({ platforms: [id] }).join(', '),
      ]
    }),
  )
}

function dialectsOf({ endpoints }: Platform): string[] {
  return [...new Set(endpoints.map(({ dialect }) => dialect))]
}

function modelsOf({ id }: Platform): string {
  const { length } = offersOf(id)
  return length === 0 ? 'any name' : String(length)
}

function section(platform: Platform): string {
  const { id, name, nameZh, regions, note, checked, unverified, sources } = platform
  return [
    `## ${name}${nameZh === undefined ? '' : ` ${nameZh}`}`,
    `Id \`${id}\`. Facts compared with the sources on ${checked}.${note === undefined ? '' : ` ${note}`}`,
    table(
      ['region', 'base URL', 'note'],
      regions.map((region) => [
        `\`${region.id}\``,
        `\`${region.baseUrl}\``,
        [
          region.residency === undefined ? undefined : `data: ${region.residency}`,
          region.note,
          region.auth === undefined ? undefined : authOf(region.auth),
        ]
          .filter(Boolean)
          .join('; '),
      ]),
    ),
    table(
      ['dialect', 'path', 'where it differs'],
      platform.endpoints.map(({ dialect, path, regions: only, baseUrls, auth }) => [
        `\`${dialect}\``,
        `\`${path}\``,
        [
          only === undefined ? undefined : `only in ${codes(only)}`,
          ...Object.entries(baseUrls ?? {}).map(([region, url]) => `\`${region}\`: \`${url}\``),
          auth === undefined ? undefined : authOf(auth),
        ]
          .filter(Boolean)
          .join('; '),
      ]),
    ),
    ...servicesOf(platform),
    `Key: ${authOf(platform.auth)}. ${pricesOf(offersOf(id))}`,
    ...variablesOf(platform),
    ...(unverified.length === 0 ? [] : [`Not settled by the sources: ${unverified.join('; ')}.`]),
    `Sources: ${sources.map((source) => (source.startsWith('http') ? `<${source}>` : source)).join('; ')}.`,
  ].join('\n\n')
}

/** Words of credentials and gaps of addresses, with the variables of the environment that fill them. */
function variablesOf({ credentialVariables = {}, variables = {} }: Platform): string[] {
  const words = Object.entries(credentialVariables).flatMap(([kind, byWord]) =>
    Object.entries(byWord).map(([word, names]) => [`\`${word}\``, `\`credentials\` of \`${kind}\``, codes(names), '']),
  )
  const gaps = Object.entries(variables).map(([name, { meaning, environment = [], standard }]) => [
    `\`${name}\``,
    meaning,
    codes(environment),
    standard === undefined ? '' : `\`${standard}\``,
  ])
  const rows = [...words, ...gaps]
  return rows.length === 0 ? [] : [table(['word or variable', 'meaning', 'environment', 'default'], rows)]
}

function authOf(ways: AuthWays): string {
  return waysOf(ways).map(wayOf).join(', or ')
}

function wayOf(auth: Auth): string {
  switch (auth.kind) {
    case 'none':
      return 'none needed; one that is given goes as a bearer token'
    case 'bearer':
      return '`Authorization: Bearer`'
    case 'header':
      return `header \`${auth.name}\``
    case 'query':
      return `query \`${auth.name}\``
    case 'word':
      return `\`Authorization: ${auth.word}\``
    default:
      return `\`${auth.kind}\`${fieldsOf(auth)}`
  }
}

function fieldsOf({ kind }: Auth): string {
  const { key, needed } = SCHEMES[kind]
  return key === undefined ? ` (${codes(needed)})` : ''
}

function pricesOf(offers: readonly Offer[]): string {
  if (offers.length === 0) return 'The catalog lists no models: any name is sent on, without a price.'
  const chat = offers.filter(({ kind }) => kind === 'chat')
  const priced = chat.filter(({ prices }) => prices.length > 0).length
  const currencies = [...new Set(offers.flatMap(({ prices }) => prices.map(({ currency }) => currency)))]
  const many = currencies.length === 0 ? '' : ` in ${currencies.join(' and ')}`
  return `${offers.length} models, ${chat.length} of them for chat, ${priced} of these with prices${many}.`
}

/** What it does beside chat: the first row is used, unless a model or the credentials ask for another. */
function servicesOf({ services }: Platform): string[] {
  if (services === undefined) return []
  const rows = Object.entries(services).flatMap(([work, each]) =>
    each.map(({ form, path, base, regions, auth, batchMax }) => [
      work,
      `\`${form}\``,
      `\`${base ?? ''}${path}\``,
      batchMax === undefined ? '' : String(batchMax),
      [regions === undefined ? undefined : `only in ${codes(regions)}`, auth === undefined ? undefined : authOf(auth)]
        .filter(Boolean)
        .join('; '),
    ]),
  )
  return [table(['work', 'form', 'path', 'inputs a call', 'where it differs'], rows)]
}
