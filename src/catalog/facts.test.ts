import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findOffer, offersOf, platforms } from '#catalog/index.ts'
import type { ErrorRule } from '#wire/dialect.ts'

/* The catalog against the facts that it was made from; skipped where they are not at hand. */

interface Fact {
  readonly id: string
  readonly models: readonly {
    readonly id: string
    readonly price: { unit?: string; currency: string; input?: number | null; output?: number | null } | null
  }[]
  readonly errors: readonly {
    readonly match: {
      readonly httpStatus?: number
      readonly code?: string | number
      readonly type?: string
      readonly finishReason?: string
      readonly field?: string
    }
  }[]
}

const file = join(process.env['TONGWEN_FACTS'] ?? '../shared/facts', 'platforms.json')
const facts = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as readonly Fact[]) : []

/** Video and character entries of the facts belong to their platform. */
const HOME: Readonly<Record<string, string>> = {
  'openai-video': 'openai',
  'zhipu-video': 'zhipu',
  'zhipu-character': 'zhipu',
  'ark-video': 'ark',
  'hunyuan-video': 'hunyuan',
  'minimax-video': 'minimax',
  'dashscope-video': 'dashscope',
}
const homeOf = (fact: Fact): string => HOME[fact.id] ?? fact.id

/** Its name in the facts is a remark. */
const RENAMED: Readonly<Record<string, string>> = { 'congrong (name unverified)': 'congrong' }
const nameOf = (model: string): string => RENAMED[model] ?? model

/** Models of services whose endpoints the facts name without their models. */
const BEYOND: readonly string[] = [
  'openai/omni-moderation-latest',
  'openai/omni-moderation-2024-09-26',
  'zhipu/rerank',
  'zhipu/moderation',
  'siliconflow/BAAI/bge-m3',
  'bedrock/amazon.titan-embed-text-v2:0',
  'bedrock/amazon.titan-embed-text-v1',
  'bedrock/amazon.titan-embed-image-v1',
  'bedrock/cohere.embed-english-v3',
  'bedrock/cohere.embed-multilingual-v3',
  'bedrock/cohere.embed-v4:0',
  'bedrock/cohere.rerank-v3-5:0',
  'bedrock/amazon.rerank-v1:0',
]

test.skipIf(facts.length === 0)('every platform and every model row of the facts is in the catalog', () => {
  const missing = facts.flatMap((fact) => [
    ...(platforms.has(homeOf(fact)) ? [] : [fact.id]),
    ...fact.models.filter(({ id }) => findOffer(homeOf(fact), nameOf(id)) === undefined).map(({ id }) => id),
  ])
  const rows = facts.reduce((sum, fact) => sum + fact.models.length, 0)
  const offers = [...platforms.keys()].reduce((sum, id) => sum + offersOf(id).length, 0)
  const absent = BEYOND.filter(
    (id) => findOffer(id.slice(0, id.indexOf('/')), id.slice(id.indexOf('/') + 1)) === undefined,
  )
  // charglm-4, sora-2 and sora-2-pro stand twice in the facts.
  expect({ missing, absent, offers }).toEqual({ missing: [], absent: [], offers: rows - 3 + BEYOND.length })
})

test.skipIf(facts.length === 0)('the main token price of each row is a row of its offer, to the digit', () => {
  const wrong = facts.flatMap((fact) =>
    fact.models.flatMap(({ id, price }) => {
      if (price === null || price.unit !== 'per_1M_tokens') return []
      const same = (text: string | undefined, number: number | null | undefined): boolean =>
        text === undefined ? number === null || number === undefined : Number(text) === number
      const rows = findOffer(homeOf(fact), nameOf(id))?.prices ?? []
      const found = rows.some(
        (row) =>
          row.currency === price.currency &&
          [row, ...(row.tiers ?? [])].some(
            (rates) => same(rates.input, price.input) && same(rates.output, price.output),
          ),
      )
      return found ? [] : [`${fact.id}/${id}`]
    }),
  )
  expect(wrong).toEqual([])
})

/** Google's word stands in `error.status`, which readers take for the type. */
const says = ({ code, type }: ErrorRule, word: string): boolean =>
  code === word || (code === undefined && type === word)

test.skipIf(facts.length === 0)('every error and finish reason of the facts has its rule', () => {
  const missing = facts.flatMap((fact) => {
    const platform = platforms.get(homeOf(fact))
    const finishes = new Set(
      [platform?.quirks, ...(platform?.endpoints ?? []).map((endpoint) => endpoint.quirks)].flatMap((quirks) =>
        Object.keys(quirks?.finishReasons ?? {}),
      ),
    )
    return fact.errors.flatMap(({ match }) => {
      // Gemini's blocked prompts are told by its own dialect.
      if (match.field !== undefined) return []
      const known =
        match.finishReason === undefined
          ? platform?.errors.some(
              (rule) =>
                (match.code === undefined || says(rule, String(match.code))) &&
                (match.type === undefined || rule.type === match.type) &&
                (HOME[fact.id] !== undefined || rule.status === match.httpStatus),
            )
          : finishes.has(match.finishReason)
      return known === true ? [] : [`${fact.id}: ${JSON.stringify(match)}`]
    })
  })
  expect(missing).toEqual([])
})
