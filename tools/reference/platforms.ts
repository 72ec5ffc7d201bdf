import { type Offer, offersOf, type Platform, platforms } from '#catalog/index.ts'
import { codes, page, table } from './markdown.ts'

/** The text of `docs/reference/platforms.md`. `recorded` are platforms whose own answers stand in the tests. */
export function platformReference(recorded: ReadonlySet<string>): string {
  const all = [...platforms.values()].filter(({ kind }) => kind !== 'simulator')
  return page(
    '# Platform reference',
    '<!-- Generated from src/catalog: run `UPDATE=1 npx vitest run test/reference.test.ts` to write it anew. -->',
    CHECKED,
    platformTable(recorded, 'en'),
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
  '`simulated`: the built-in simulator plays the platform by its catalog row, and our own reader must understand it; a mistake in the row would be on both sides.',
  '`documented`: the row is made from documentation and code of others, named in it with dates.',
  'No platform has been called with a live account yet.',
].join(' ')

type Language = 'en' | 'zh'

const HEADS: Readonly<Record<Language, readonly string[]>> = {
  en: ['platform', 'id', 'regions', 'dialects', 'key variable', 'models', 'checked'],
  zh: ['平台', '标识', '地域', '协议', '密钥变量', '模型数', '核对方式'],
}

const WORDS: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  en: {},
  zh: { recorded: '实录', simulated: '模拟', documented: '文档', 'not callable': '不可调用', 'any name': '任意' },
}

/** One row a platform: the table of the two READMEs and of the reference. */
export function platformTable(recorded: ReadonlySet<string>, language: Language): string {
  const say = (word: string): string => WORDS[language][word] ?? word
  const rows = [...platforms.values()].filter(({ kind }) => kind !== 'simulator')
  return table(
    HEADS[language],
    rows.map((platform) => {
      const { id, name, nameZh, regions, keyVariables, unavailable } = platform
      const callable = unavailable === undefined
      return [
        language === 'zh' ? (nameZh ?? name) : name,
        `\`${id}\``,
        codes(regions.map((region) => region.id)),
        callable ? codes(dialectsOf(platform)) : say('not callable'),
        codes(keyVariables),
        modelsOf(platform, say),
        checksOf(platform, recorded).map(say).join(', '),
      ]
    }),
  )
}

function dialectsOf({ endpoints }: Platform): string[] {
  return [...new Set(endpoints.map(({ dialect }) => dialect))]
}

function modelsOf(platform: Platform, say: (word: string) => string): string {
  const { length } = offersOf(platform.id)
  return length === 0 ? say('any name') : String(length)
}

function checksOf({ id, unavailable }: Platform, recorded: ReadonlySet<string>): string[] {
  if (unavailable !== undefined) return ['documented']
  return recorded.has(id) ? ['recorded', 'simulated'] : ['simulated']
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
        [region.residency === undefined ? undefined : `data: ${region.residency}`, region.note]
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
    `Key: ${authOf(platform.auth)}. ${pricesOf(offersOf(id))}`,
    ...(unverified.length === 0 ? [] : [`Not settled by the sources: ${unverified.join('; ')}.`]),
    `Sources: ${sources.map((source) => (source.startsWith('http') ? `<${source}>` : source)).join('; ')}.`,
  ].join('\n\n')
}

function authOf(auth: Platform['auth']): string {
  switch (auth.kind) {
    case 'none':
      return 'none needed; one that is given goes as a bearer token'
    case 'bearer':
      return '`Authorization: Bearer`'
    case 'header':
      return `header \`${auth.name}\``
    case 'query':
      return `query \`${auth.name}\``
    default:
      return `${auth.kind}, not served yet`
  }
}

function pricesOf(offers: readonly Offer[]): string {
  if (offers.length === 0) return 'The catalog lists no models: any name is sent on, without a price.'
  const chat = offers.filter(({ kind }) => kind === 'chat')
  const priced = chat.filter(({ prices }) => prices.length > 0).length
  const currencies = [...new Set(offers.flatMap(({ prices }) => prices.map(({ currency }) => currency)))]
  const many = currencies.length === 0 ? '' : ` in ${currencies.join(' and ')}`
  return `${offers.length} models, ${chat.length} of them for chat, ${priced} of these with prices${many}.`
}
