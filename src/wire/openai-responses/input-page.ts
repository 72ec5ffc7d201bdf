import { isObject, type JsonObject } from '#wire/json.ts'
import { itemId } from '#wire/openai-responses/seals.ts'
import { listIn, parsed } from '#wire/shape/read-json.ts'
import type { KeptAnswer, PageWish } from '#wire/threads.ts'

const DEFAULT_LIMIT = 20
const MOST = 100

/** `GET /v1/responses/{id}/input_items`: newest first unless `order=asc`, `limit` of them, `after` one of them. */
export function inputPage({ id, input }: KeptAnswer & { readonly id: string }, page: PageWish): unknown {
  const items = (listIn(parsed(`{"list":${input}}`), 'list') ?? []).flatMap((item, i) =>
    isObject(item) ? [named(item, id.replace(/^resp_/, ''), i)] : [],
  )
  const { order, after } = page
  const ordered = order === 'asc' ? items : items.toReversed()
  const from = after === undefined ? 0 : ordered.findIndex((item) => item['id'] === after) + 1
  const asked = Number(page.limit ?? DEFAULT_LIMIT)
  const limit = Number.isInteger(asked) ? Math.min(MOST, Math.max(1, asked)) : DEFAULT_LIMIT
  const data = ordered.slice(from, from + limit)
  return {
    object: 'list',
    data,
    first_id: data[0]?.['id'] ?? null,
    last_id: data.at(-1)?.['id'] ?? null,
    has_more: from + limit < ordered.length,
  }
}

/** Items in a list have ids and types, whatever their caller left out. */
function named(item: JsonObject, answer: string, index: number): JsonObject {
  const type = typeof item['type'] === 'string' ? item['type'] : 'message'
  const prefix = type === 'message' ? 'msg' : type === 'reasoning' ? 'rs' : 'fc'
  const id = typeof item['id'] === 'string' ? item['id'] : itemId(prefix, answer, index)
  if (type !== 'message') return { ...item, id }
  const { content, role } = item
  const kind = role === 'assistant' ? 'output_text' : 'input_text'
  const parts = typeof content === 'string' ? [{ type: kind, text: content }] : content
  return { status: 'completed', ...item, id, type, content: parts }
}
