import type { Frame } from '#wire/event.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import { UNSEALED } from '#wire/openai-responses/seals.ts'
import type { Source } from '#wire/request.ts'
import { mayLoseDigits, parseExact } from '#wire/shape/exact-json.ts'
import { overlay, overlayTexts } from '#wire/shape/overlay.ts'
import { listIn, parsed, textIn } from '#wire/shape/read-json.ts'
import { scanObject } from '#wire/shape/scan.ts'
import type { AnswerTrack, FinishedAnswer, KeptAnswer, SpeltOut, Threads, ThreadWish } from '#wire/threads.ts'
import { inputPage } from '#wire/openai-responses/input-page.ts'

/** `previous_response_id`, and what it takes to serve it where a platform does not. */
export const threads: Threads = {
  wish,
  keeps: ({ keepsAnswers }) => keepsAnswers,
  inputOf,
  spellOut,
  nameAgain,
  referencesIn,
  withTurns,
  turnsIn,
  pathIn,
  startAnswer: () => ({ turns: [] }),
  followAnswer,
  inputPage,
}

/** What names a state that OpenAI keeps: nobody else has what is in it. */
const HELD = ['conversation', 'prompt']

function wish({ json }: Source): ThreadWish {
  const previous = textIn(json, 'previous_response_id')
  const heldThere = HELD.find((key) => (json[key] ?? undefined) !== undefined)
  return {
    keep: json['store'] !== false,
    ...(previous === undefined ? {} : { previous }),
    ...(heldThere === undefined ? {} : { heldThere }),
  }
}

function inputOf(source: Source): string {
  const { input } = source.json
  if (typeof input === 'string') return JSON.stringify([{ role: 'user', content: input }])
  return Array.isArray(input) ? (memberOf(source, 'input') ?? '[]') : '[]'
}

/** The text of a top-level member. */
function memberOf({ text, members }: Pick<Source, 'text' | 'members'>, name: string): string | undefined {
  const found = (members ?? scanned(text)).find(({ key }) => key === name)
  return found === undefined ? undefined : text.slice(found.valueStart, found.valueEnd)
}

function scanned(text: string): NonNullable<Source['members']> {
  const scan = scanObject(text, Number.POSITIVE_INFINITY)
  return scan.ok ? scan.members : []
}

function spellOut(source: Source, { input, response }: KeptAnswer): SpeltOut {
  const before = listIn(parsed(`{"list":${input}}`), 'list') ?? []
  const said = turnsOf(response)
  const own = inputOf(source)
  const turns = joined([input, JSON.stringify(said), own])
  const text = overlayTexts(
    source,
    new Map([
      ['input', turns],
      ['previous_response_id', undefined],
    ]),
  )
  const { previous_response_id: named, ...rest } = source.json
  const list = listIn(parsed(`{"list":${turns}}`), 'list') ?? []
  const { outside } = source
  return {
    source: { text, json: { ...rest, input: list }, ...(outside === undefined ? {} : { outside }) },
    named: typeof named === 'string' ? named : '',
    turns: before.length + said.length,
    whole: typeof source.json['input'] === 'string',
  }
}

/** Texts of lists as the text of one. */
function joined(lists: readonly string[]): string {
  const inner = lists.map((list) => list.slice(list.indexOf('[') + 1, list.lastIndexOf(']')).trim())
  return `[${inner.filter((text) => text !== '').join(',')}]`
}

/** The output of an answer as turns of a request to any platform. */
function turnsOf(response: string): readonly unknown[] {
  const output = listIn(mayLoseDigits(response) ? parseExact(response) : parsed(response), 'output') ?? []
  return output.flatMap((item) => (isObject(item) ? asTurn(item) : []))
}

/** Ids and states of items mean something to the platform that made them only. */
function asTurn(item: JsonObject): readonly JsonObject[] {
  const { id: _id, status: _status, ...rest } = item
  switch (item['type']) {
    case 'message':
    case 'function_call':
      return [rest]
    case 'reasoning':
      return asThought(rest)
    default:
      return [item]
  }
}

/** Thinking without text and without a seal says nothing to anybody; unsealed text is marked as such for the writers. */
function asThought(item: JsonObject): readonly JsonObject[] {
  if (typeof item['encrypted_content'] === 'string') return [item]
  const said = [...(listIn(item, 'content') ?? []), ...(listIn(item, 'summary') ?? [])]
  return said.length === 0 ? [] : [{ ...item, encrypted_content: UNSEALED }]
}

const REFERENCE = 'item_reference'

function referencesIn({ text, json }: Source): readonly string[] {
  if (!text.includes(REFERENCE)) return []
  return (listIn(json, 'input') ?? []).flatMap((item) => referenced(item) ?? [])
}

function referenced(item: unknown): string | undefined {
  return isObject(item) && item['type'] === REFERENCE ? textIn(item, 'id') : undefined
}

function withTurns(source: Source, turns: ReadonlyMap<string, string>): Source | undefined {
  const exact = mayLoseDigits(source.text) ? parseExact(source.text) : source.json
  let found = false
  const input = (listIn(exact, 'input') ?? []).flatMap((item): readonly unknown[] => {
    const id = referenced(item)
    const text = id === undefined ? undefined : turns.get(id)
    if (text === undefined) return [item]
    found = true
    const turn = mayLoseDigits(text) ? parseExact(text) : parsed(text)
    return isObject(turn) ? asTurn(turn) : [item]
  })
  if (!found) return undefined
  const text = overlay(source, new Map<string, unknown>([['input', input]]))
  const { outside } = source
  const json = { ...source.json, input: listIn(parsed(text), 'input') ?? [] }
  return { text, json, ...(outside === undefined ? {} : { outside }) }
}

function turnsIn(response: string): ReadonlyMap<string, string> {
  const output = listIn(mayLoseDigits(response) ? parseExact(response) : parsed(response), 'output') ?? []
  const turns = new Map<string, string>()
  for (const item of output) {
    const id = isObject(item) ? textIn(item, 'id') : undefined
    if (id !== undefined) turns.set(id, JSON.stringify(item))
  }
  return turns
}

function nameAgain(source: Source, { turns, named }: Pick<SpeltOut, 'turns' | 'named'>): Source {
  const exact = mayLoseDigits(source.text) ? parseExact(source.text) : source.json
  const input = (listIn(exact, 'input') ?? []).slice(turns)
  const text = overlay(
    source,
    new Map<string, unknown>([
      ['input', input],
      ['previous_response_id', named],
    ]),
  )
  const json = { ...source.json, input: (listIn(source.json, 'input') ?? []).slice(turns), previous_response_id: named }
  return { text, json, ...(source.outside === undefined ? {} : { outside: source.outside }) }
}

function pathIn(path: string, { turns, whole }: Pick<SpeltOut, 'turns' | 'whole'>): string {
  if (!path.startsWith('input.')) return path
  const [, index = '', ...rest] = path.split('.')
  const place = Number(index)
  if (!Number.isInteger(place)) return path
  if (place < turns) return ['previous_response_id', 'input', index, ...rest].join('.')
  return whole ? 'input' : ['input', String(place - turns), ...rest].join('.')
}

const ENDS: ReadonlySet<string> = new Set(['response.completed', 'response.incomplete'])
const ITEM_DONE = 'response.output_item.done'

function followAnswer(track: AnswerTrack, frames: readonly Frame[]): FinishedAnswer | undefined {
  for (const frame of frames) {
    const type = typeOf(frame)
    if (type === ITEM_DONE) track.turns.push(frame)
    else if (type === undefined || ENDS.has(type)) return finished(track, frame, type)
  }
  return undefined
}

/** Undefined for a whole answer. Frames of platforms that name none begin with their type, as all that is known do. */
function typeOf({ event, data }: Frame): string | undefined {
  if (event !== undefined) return event
  return (
    /^\s*\{\s*"type"\s*:\s*"(response\.[a-z_.]+)"/.exec(data.slice(0, 100))?.[1] ?? (isWhole(data) ? undefined : '')
  )
}

function isWhole(data: string): boolean {
  return data.includes('"output"') && data.includes('"object"')
}

function finished({ turns }: AnswerTrack, { data }: Frame, type: string | undefined): FinishedAnswer | undefined {
  const response = (type === undefined ? data.trim() : memberOf({ text: data }, 'response')) ?? '{}'
  const json = parsed(response)
  const id = textIn(json, 'id')
  const status = textIn(json, 'status')
  if (id === undefined || (status !== 'completed' && status !== 'incomplete')) return undefined
  if ((listIn(json, 'output') ?? []).length > 0 || turns.length === 0) return { id, response }
  // Some end a stream with an empty output, though it had items.
  const items = turns.map(({ data: text }) => memberOf({ text }, 'item') ?? 'null')
  return { id, response: overlayTexts({ text: response }, new Map([['output', `[${items.join(',')}]`]])) }
}
