import { families } from '#catalog/families/index.ts'
import { offersOf, platforms } from '#catalog/index.ts'
import { quirkMeanings } from '#cli/quirk-meanings.ts'
import { ANTHROPIC_MESSAGES_QUIRKS, OPENAI_CHAT_QUIRKS, type Quirks } from '#wire/quirks.ts'
import { codes, page, table } from './markdown.ts'

/** The text of `docs/reference/quirks.md`: the comments of `src/wire/quirks.ts`, and who sets what. */
export function quirkReference(source: string): string {
  const comments = commentsOf(source)
  const meanings = quirkMeanings()
  return page(
    '# Quirk reference',
    '<!-- Generated from src/wire/quirks.ts and src/catalog: run `UPDATE=1 npx vitest run test/reference.test.ts` to write it anew. -->',
    'A quirk is a named, typed way in which a platform or a family of models departs from its dialect. Each is read at one place in the code and set by rows of the catalog; what nobody sets keeps the default of the dialect. They are merged in this order, later ones on top: dialect, model family, platform, endpoint, offer (one model on one platform), operator (`providers.<name>.quirks` in the configuration). `tongwen check` prints what departs for each target of a route; `tongwen platforms <id>` prints what a platform sets.',
    '## How a platform is told to think',
    thinkingControls(source),
    ...Object.keys(OPENAI_CHAT_QUIRKS).flatMap((name) => [
      `## \`${name}\``,
      comments.get(name) ?? meanings.get(name) ?? '',
      defaults(name as keyof Quirks),
      settersOf(name as keyof Quirks),
    ]),
  )
}

/** The comment before each field of the interface; a field without one shares what stands before its neighbour, or needs none. */
function commentsOf(source: string): Map<string, string> {
  const body = source.slice(
    source.indexOf('export interface Quirks'),
    source.indexOf('export const OPENAI_CHAT_QUIRKS'),
  )
  const found = new Map<string, string>()
  for (const [, comment = '', name = ''] of body.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s+readonly (\w+):/g)) {
    found.set(name, flat(comment))
  }
  return found
}

function flat(comment: string): string {
  return comment
    .split('\n')
    .map((line) => line.replace(/^\s*\*?\s?/, ''))
    .join(' ')
    .replace(/\s+/g, ' ')
    .replace(/ \(pains? T\d+(, T\d+)*\)|, pains? T\d+(?=\))/g, '')
    .trim()
}

/** The list in the comment of `ThinkingControl`. */
function thinkingControls(source: string): string {
  const rows = [...source.matchAll(/^ \* - `([a-z-]+)`\s+(.+)$/gm)].map(([, name = '', form = '']) => [
    `\`${name}\``,
    form,
  ])
  return table(['`thinking`', 'what is sent'], rows)
}

function defaults(name: keyof Quirks): string {
  const [chat, messages] = [shown(OPENAI_CHAT_QUIRKS[name]), shown(ANTHROPIC_MESSAGES_QUIRKS[name])]
  return chat === messages
    ? `Default: ${chat}.`
    : `Default: ${chat} in \`openai-chat\`, ${messages} in \`anthropic-messages\`.`
}

function shown(value: unknown): string {
  const text = JSON.stringify(value, (_, inner: unknown) => (inner === Number.POSITIVE_INFINITY ? 'unlimited' : inner))
  return `\`${text.startsWith('"') ? text.slice(1, -1) : text.replaceAll('""', "''").replaceAll('"', '').replaceAll(',', ', ').replaceAll(':', ': ')}\``
}

/** One row for each value: the platforms, families and models that have it. */
function settersOf(name: keyof Quirks): string {
  const byValue = new Map<string, Set<string>>()
  const add = (quirks: Partial<Quirks> | undefined, who: string): void => {
    const value = quirks?.[name]
    if (value === undefined) return
    const key = shown(value)
    byValue.set(key, (byValue.get(key) ?? new Set()).add(who))
  }
  for (const platform of platforms.values()) {
    add(platform.quirks, platform.id)
    for (const { dialect, regions, quirks } of platform.endpoints) {
      add(quirks, `${platform.id} in ${dialect}${regions === undefined ? '' : ` (${regions.join(', ')})`}`)
    }
  }
  for (const family of families.values()) {
    add(family.quirks, `family ${family.id}`)
    for (const [dialect, quirks] of Object.entries(family.dialects ?? {}))
      add(quirks, `family ${family.id} in ${dialect}`)
  }
  for (const platform of platforms.values()) {
    const models = offersOf(platform.id).filter((offer) => offer.quirks?.[name] !== undefined)
    for (const { model, quirks } of models) add(quirks, `${platform.id}/${model}`)
  }
  if (byValue.size === 0) return 'Set by no row of the catalog: the dialects differ in it.'
  return table(
    ['value', 'set by'],
    [...byValue].map(([value, who]) => [value, listed([...who])]),
  )
}

const MOST = 12

function listed(who: readonly string[]): string {
  const more = who.length > MOST ? `, and ${who.length - MOST} more` : ''
  return codes(who.slice(0, MOST)) + more
}
