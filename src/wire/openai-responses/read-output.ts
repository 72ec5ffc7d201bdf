import { isObject, type JsonObject } from '#wire/json.ts'
import { listIn, numberIn, textIn } from '#wire/shape/read-json.ts'
import {
  endReasoning,
  openReasoning,
  readReasoningItem,
  readReasoningText,
} from '#wire/openai-responses/read-reasoning.ts'
import {
  extension,
  type OpenCall,
  type OpenItem,
  type OpenMessage,
  type OpenPart,
  type Output,
  type ReadItems,
  type Thought,
  unsaid,
} from '#wire/openai-responses/read-state.ts'

/** `response.output_item.added`. An item that is open already stays as it is. */
export function readAdded(state: ReadItems, data: JsonObject, out: Output): void {
  const { item } = data
  if (isObject(item) && named(state, data) === undefined) openItem(state, { data, item }, out)
}

/** `response.output_item.done`: whatever of the item has not come yet, and its end. */
export function readDone(state: ReadItems, data: JsonObject, out: Output): void {
  const { item } = data
  if (!isObject(item)) return
  const known = named(state, data) ?? (namesNone(data) ? state.items.at(-1) : undefined)
  if (known === undefined) out.broken = true
  completeItem(state, { open: known ?? openItem(state, { data, item }, out), item }, out)
}

/** `output` of a whole response: items that the stream has not told of, and the end of all others. */
export function readOutput(state: ReadItems, output: unknown, out: Output): void {
  const told = state.items.length
  const list: readonly unknown[] = Array.isArray(output) ? output : []
  list.forEach((item, index) => {
    if (!isObject(item)) return
    const data = { output_index: index, item }
    const open = named(state, data)
    if (open !== undefined) completeItem(state, { open, item }, out)
    // Some number their items otherwise: what was told must not be told twice.
    else if (told < list.length) completeItem(state, { open: openItem(state, { data, item }, out), item }, out)
  })
  endItems(state, out)
}

/** Ends what is open still. */
export function endItems(state: ReadItems, out: Output): void {
  for (const item of state.items) endItem(state, item, out)
}

/** `response.content_part.added` and `response.content_part.done`. */
export function readPart(state: ReadItems, data: JsonObject, out: Output): void {
  const { part } = data
  if (!isObject(part)) return
  const type = textIn(part, 'type')
  if (type === 'reasoning_text') {
    const item = itemFor(state, data, { type: 'reasoning', out })
    if (item.type === 'reasoning') readReasoningText(state, { item, kind: 'content', data: rest(data, part) }, out)
    return
  }
  const kind = type === 'refusal' ? 'refusal' : type === 'output_text' ? 'text' : undefined
  if (kind === undefined) return extension(out, `output.message.${type ?? 'part'}`)
  const open = partFor(state, data, { kind, out })
  if (open === undefined) return
  catchUp(state, open, { full: textIn(part, kind) ?? '', out })
  readExtras(part, out)
  if (data['type'] === 'response.content_part.done') endPart(open, out)
}

/** A part's whole text, as a text event tells it. */
function rest(data: JsonObject, part: JsonObject): JsonObject {
  return { ...data, text: part['text'] }
}

/** `response.output_text.delta` and `.done`, `response.refusal.delta` and `.done`. */
export function readText(state: ReadItems, data: JsonObject, { kind, out }: Speech): void {
  const open = partFor(state, data, { kind, out })
  if (open === undefined) return
  const delta = textIn(data, 'delta')
  if (delta !== undefined) say(state, open, { text: delta, out })
  else catchUp(state, open, { full: textIn(data, kind) ?? '', out })
  if ((listIn(data, 'logprobs') ?? []).length > 0) extension(out, 'output_text.logprobs')
}

/** `response.reasoning_summary_text.*`, `response.reasoning_text.*`, and the parts of a summary. */
export function readThought(
  state: ReadItems,
  data: JsonObject,
  { kind, out }: { readonly kind: Thought; readonly out: Output },
): void {
  const item = itemFor(state, data, { type: 'reasoning', out })
  if (item.type !== 'reasoning') return
  const { part } = data
  readReasoningText(state, { item, kind, data: isObject(part) ? rest(data, part) : data }, out)
}

/** `response.function_call_arguments.delta` and `.done`. */
export function readArguments(state: ReadItems, data: JsonObject, out: Output): void {
  const item = itemFor(state, data, { type: 'function_call', out })
  if (item.type !== 'function_call') return extension(out, item.type === 'native' ? item.path : 'output.arguments')
  const delta = textIn(data, 'delta')
  if (delta !== undefined) addArguments(item, delta, out)
  else completeArguments(item, textIn(data, 'arguments'), out)
}

/** An event about an item that the middle form does not name. */
export function readForeign(state: ReadItems, data: JsonObject, { type, out }: { type: string; out: Output }): void {
  const item = named(state, data)
  extension(out, item?.type === 'native' ? item.path : type)
}

/** The item that an event names, if it is open. */
function named({ byIndex, byId }: ReadItems, data: JsonObject): OpenItem | undefined {
  const index = numberIn(data, 'output_index')
  const found = index === undefined ? undefined : byIndex.get(index)
  return found ?? byId.get(idOf(data) ?? '')
}

function namesNone(data: JsonObject): boolean {
  return numberIn(data, 'output_index') === undefined && idOf(data) === undefined
}

function idOf(data: JsonObject): string | undefined {
  return textIn(data, 'item_id') ?? textIn(data, 'item', 'id')
}

interface Opening {
  /** The event that tells of it. */
  readonly data: JsonObject
  readonly item: JsonObject
}

function openItem(state: ReadItems, { data, item }: Opening, out: Output): OpenItem {
  const opened = newItem(textIn(item, 'type') ?? 'item', item)
  state.items.push(opened)
  const index = numberIn(data, 'output_index')
  const id = idOf(data)
  if (index !== undefined) state.byIndex.set(index, opened)
  if (id !== undefined && id !== '') state.byId.set(id, opened)
  if (opened.type === 'native') extension(out, opened.path)
  if (opened.type === 'function_call') beginCall(state, opened, out)
  return opened
}

function newItem(type: string, item: JsonObject): OpenItem {
  switch (type) {
    case 'message':
      return { type, parts: new Map(), ended: false }
    case 'reasoning':
      return openReasoning()
    case 'function_call': {
      const id = textIn(item, 'call_id') || textIn(item, 'id') || ''
      return { type, block: undefined, id, name: textIn(item, 'name') ?? '', seen: '', ended: false }
    }
    default:
      return { type: 'native', path: `output.${type}`, ended: false }
  }
}

/** The item that an event is about, opened if the platform forgot to say that it begins. */
function itemFor(state: ReadItems, data: JsonObject, { type, out }: { type: string; out: Output }): OpenItem {
  const known = named(state, data) ?? (namesNone(data) ? state.items.at(-1) : undefined)
  if (known !== undefined) return known
  out.broken = true
  return openItem(state, { data, item: { type, id: data['item_id'] } }, out)
}

interface Speech {
  readonly kind: 'text' | 'refusal'
  readonly out: Output
}

/** The content part that an event is about; undefined in an item that is no message. */
function partFor(state: ReadItems, data: JsonObject, { kind, out }: Speech): OpenPart | undefined {
  const item = itemFor(state, data, { type: 'message', out })
  if (item.type !== 'message') {
    extension(out, item.type === 'native' ? item.path : `output.${item.type}.content`)
    return undefined
  }
  return partAt(item, numberIn(data, 'content_index') ?? 0, kind)
}

function partAt(item: OpenMessage, index: number, kind: OpenPart['kind']): OpenPart {
  const known = item.parts.get(index)
  if (known !== undefined && known.kind === kind && !known.ended) return known
  const part: OpenPart = { kind, block: undefined, seen: '', ended: false }
  // An ended part that has said all it had to say is not told again.
  if (known?.kind === kind) part.seen = known.seen
  item.parts.set(index, part)
  return part
}

interface Words {
  readonly text: string
  readonly out: Output
}

function say(state: ReadItems, part: OpenPart, { text, out: { events, origin } }: Words): void {
  if (text === '') return
  part.block ??= state.blocks++
  part.seen += text
  const { block, kind } = part
  events.push(
    kind === 'text' ? { type: 'text-delta', block, text, origin } : { type: 'refusal-delta', block, text, origin },
  )
}

/** What of the full text has not come in pieces. */
function catchUp(state: ReadItems, part: OpenPart, { full, out }: { full: string; out: Output }): void {
  say(state, part, { text: unsaid(part.seen, full), out })
}

function endPart(part: OpenPart, { events, origin }: Output): void {
  if (part.ended) return
  part.ended = true
  if (part.block !== undefined) events.push({ type: 'block-end', block: part.block, origin })
}

/** What stands beside a text. */
function readExtras(part: JsonObject, out: Output): void {
  if ((listIn(part, 'annotations') ?? []).length > 0) extension(out, 'output_text.annotations')
  if ((listIn(part, 'logprobs') ?? []).length > 0) extension(out, 'output_text.logprobs')
}

/** A call begins once its name is known: some platforms tell it at the end only. */
function beginCall(state: ReadItems, item: OpenCall, out: Output): void {
  if (item.block === undefined && item.name !== '') startCall(state, item, out)
}

function startCall(state: ReadItems, item: OpenCall, { events, origin }: Output): void {
  const block = state.blocks++
  state.calls++
  item.block = block
  if (item.id === '') item.id = `call_${state.answerId}_${block}`
  events.push({ type: 'tool-call-start', block, id: item.id, name: item.name, origin })
  if (item.seen !== '') events.push({ type: 'tool-call-delta', block, arguments: item.seen, origin })
}

function addArguments(item: OpenCall, text: string, { events, origin }: Output): void {
  if (text === '' || item.ended) return
  item.seen += text
  if (item.block !== undefined) events.push({ type: 'tool-call-delta', block: item.block, arguments: text, origin })
}

/** Some platforms give arguments in one piece at the end only: never lost, never twice (pains T15, T18). */
function completeArguments(item: OpenCall, full: string | undefined, out: Output): void {
  if (full !== undefined) addArguments(item, unsaid(item.seen, full), out)
}

interface Completion {
  readonly open: OpenItem
  readonly item: JsonObject
}

/** Whatever of an item has not come yet, and its end. */
function completeItem(state: ReadItems, { open, item }: Completion, out: Output): void {
  if (open.ended) return
  if (open.type === 'message') completeMessage(state, { open, item }, out)
  else if (open.type === 'reasoning') readReasoningItem(state, { open, item }, out)
  else if (open.type === 'function_call') {
    if (open.block === undefined) open.id = textIn(item, 'call_id') || open.id
    open.name ||= textIn(item, 'name') ?? ''
    beginCall(state, open, out)
    completeArguments(open, textIn(item, 'arguments'), out)
  }
  endItem(state, open, out)
}

function completeMessage(state: ReadItems, { open, item }: { open: OpenMessage; item: JsonObject }, out: Output): void {
  const content = listIn(item, 'content') ?? []
  content.forEach((part, index) => {
    const type = textIn(part, 'type')
    if (type !== 'output_text' && type !== 'refusal') return
    const kind = type === 'refusal' ? type : 'text'
    const known = open.parts.get(index)
    if (known?.ended === true && known.kind === kind) return
    catchUp(state, partAt(open, index, kind), { full: textIn(part, kind) ?? '', out })
    if (isObject(part)) readExtras(part, out)
  })
}

function endItem(state: ReadItems, item: OpenItem, out: Output): void {
  if (item.ended) return
  item.ended = true
  switch (item.type) {
    case 'message':
      for (const part of item.parts.values()) endPart(part, out)
      return
    case 'reasoning':
      return endReasoning(item, out)
    case 'function_call':
      return endCall(state, item, out)
    case 'native':
      return extension(out, item.path)
  }
}

/** A call whose name never came is told all the same. */
function endCall(state: ReadItems, item: OpenCall, out: Output): void {
  if (item.block === undefined) startCall(state, item, out)
  if (item.block !== undefined) out.events.push({ type: 'block-end', block: item.block, origin: out.origin })
}
