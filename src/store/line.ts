import type { Intent, Money, Settlement } from '#engine/ports.ts'
import type { Trace } from '#engine/trace.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import { optionalObject, optionalText, requiredText, WrongField } from '#wire/shape/field.ts'
import { inEightKinds, type Usage } from '#wire/usage.ts'

/** A journal line that ends an intent, as the worker reads it: ready for the ledger and the traces. */
export interface EndLine {
  readonly kind: 'settled' | 'released'
  readonly requestId: string
  readonly keyId: string
  readonly at: number
  readonly model: string
  readonly target: string
  readonly usage: Usage
  readonly cost?: Money
  readonly price?: string
  readonly estimated?: string
  readonly tags: JsonObject
  readonly above: readonly string[]
  readonly pools: readonly string[]
  /** When the request began: the day that its cost is counted on. */
  readonly begunAt: number
  /** The trace as JSON text. */
  readonly trace: string
}

export type JournalLine = ({ readonly kind: 'intent' } & Intent) | EndLine

/** A line that no reader of ours understands, and why. */
export interface Malformed {
  readonly kind: 'malformed'
  readonly reason: string
}

/** The ledger's integers are SQLite's and PostgreSQL's: 64 bits with sign. */
const MOST_NANOS = 2n ** 63n - 1n

/** True for an amount that a ledger entry can hold: 0 to 9.2 milliard units of its currency. */
export function isBookable(nanos: bigint): boolean {
  return nanos >= 0n && nanos <= MOST_NANOS
}

/** One line with its line feed. JSON has no bigint: amounts travel as text. */
export function intentLine(intent: Intent): string {
  const { requestId, keyId, at, model, target, bound, above } = intent
  const nanos = bound === undefined ? undefined : `${bound.nanos}`
  const line = { kind: 'intent', requestId, keyId, at, model, target, nanos, currency: bound?.currency, above }
  return `${JSON.stringify(line)}\n`
}

/** One line with its line feed. What the trace holds already is not written twice: half a microsecond and 400 bytes. */
export function endLine(settlement: Settlement): string {
  const { kind, requestId, keyId, at, model, target, cost, price, estimated, above, trace } = settlement
  const pools = settlement.pools?.length === 0 ? undefined : settlement.pools
  const usage = settlement.usage === trace.usage ? undefined : settlement.usage
  const tags = settlement.tags === trace.tags ? undefined : settlement.tags
  const nanos = cost === undefined ? undefined : `${cost.nanos}`
  const currency = cost?.currency
  const money = { nanos, currency, price, estimated, above, pools }
  const line = { kind, requestId, keyId, at, model, target, ...money, usage, tags, trace }
  return `${JSON.stringify(line)}\n`
}

/** Reads one line without its line feed. Never throws. */
export function readLine(text: string): JournalLine | Malformed {
  try {
    const line: unknown = JSON.parse(text)
    if (!isObject(line)) throw new WrongField('line', 'an object', line)
    const kind = requiredText(line, 'kind')
    if (kind === 'intent') return readIntent(line)
    if (kind === 'settled' || kind === 'released') return readEnd(line, kind, text)
    throw new WrongField('kind', 'intent, settled or released', kind)
  } catch (error) {
    return { kind: 'malformed', reason: error instanceof Error ? error.message : String(error) }
  }
}

function readIntent(line: JsonObject): JournalLine {
  const bound = readMoney(line)
  const above = line['above'] === undefined ? {} : { above: texts(line, 'above') }
  return { kind: 'intent', ...readSubject(line), ...(bound === undefined ? {} : { bound }), ...above }
}

function readEnd(line: JsonObject, kind: EndLine['kind'], text: string): EndLine {
  const trace = optionalObject(line, 'trace')
  if (trace === undefined) throw new WrongField('trace', 'an object', trace)
  const cost = readMoney(line)
  const price = optionalText(line, 'price')
  const usage = readUsage(line['usage'] ?? trace['usage'])
  const estimated =
    optionalText(line, 'estimated') ?? (usage.estimated === true ? 'usage counted by the gateway' : undefined)
  return {
    kind,
    ...readSubject(line),
    usage,
    tags: optionalObject(line, 'tags') ?? optionalObject(trace, 'tags') ?? {},
    above: texts(line, 'above'),
    pools: texts(line, 'pools'),
    begunAt: typeof trace['at'] === 'number' ? trace['at'] : count(line, 'at'),
    ...(cost === undefined ? {} : { cost }),
    ...(price === undefined ? {} : { price }),
    ...(estimated === undefined ? {} : { estimated }),
    trace: traceText(line, trace, text),
  }
}

/** The trace is the line's last member: its text is cut out, not made again. Where members before it may nest, it is made. */
function traceText(line: JsonObject, trace: JsonObject, text: string): string {
  const from = text.indexOf(',"trace":{')
  const nested = line['usage'] !== undefined || line['tags'] !== undefined
  return from < 0 || nested || !text.endsWith('}}') ? JSON.stringify(trace) : text.slice(from + 9, -1)
}

/** Who asked for what, when: common to all lines. */
function readSubject(line: JsonObject): Omit<Intent, 'bound' | 'above'> {
  return {
    requestId: requiredText(line, 'requestId'),
    keyId: requiredText(line, 'keyId'),
    at: count(line, 'at'),
    model: requiredText(line, 'model'),
    target: requiredText(line, 'target'),
  }
}

/** A list of texts; an absent one is empty. */
function texts(line: JsonObject, key: string): readonly string[] {
  const value: unknown = line[key] ?? []
  if (Array.isArray(value) && value.every((text) => typeof text === 'string')) return value
  throw new WrongField(key, 'a list of strings', value)
}

function readMoney(line: JsonObject): Money | undefined {
  const text = optionalText(line, 'nanos')
  if (text === undefined) return undefined
  const nanos = BigInt(text)
  if (!isBookable(nanos)) throw new WrongField('nanos', 'an amount of 0 to 2^63-1', text)
  return { nanos, currency: requiredText(line, 'currency') }
}

function readUsage(value: unknown): Usage {
  if (!isObject(value)) throw new WrongField('usage', 'an object', value)
  const raw = optionalObject(value, 'raw', 'usage')
  // The ledger's columns are the eight kinds that every usage has; the trace keeps the rest.
  return inEightKinds({
    inputFresh: count(value, 'inputFresh'),
    inputCached: count(value, 'inputCached'),
    cacheWriteShort: count(value, 'cacheWriteShort'),
    cacheWriteLong: count(value, 'cacheWriteLong'),
    inputAudio: count(value, 'inputAudio'),
    outputText: count(value, 'outputText'),
    outputReasoning: count(value, 'outputReasoning'),
    outputAudio: count(value, 'outputAudio'),
    ...moreIn(value, 'inputCachedExplicit'),
    ...moreIn(value, 'inputImage'),
    ...moreIn(value, 'outputImage'),
    ...(raw === undefined ? {} : { raw }),
    ...(value['estimated'] === true ? { estimated: true } : {}),
  })
}

function moreIn(value: JsonObject, kind: 'inputCachedExplicit' | 'inputImage' | 'outputImage'): object {
  return value[kind] === undefined ? {} : { [kind]: count(value, kind) }
}

/** Required, whole, not negative. `null` is what JSON makes of NaN: refused too, not read as nothing. */
function count(object: JsonObject, key: string): number {
  const value = object[key]
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new WrongField(key, 'a whole number from 0', value)
}

/** Reads a trace as the books keep it; undefined when the text is none. */
export function readTrace(text: string): Trace | undefined {
  const value: unknown = JSON.parse(text)
  // Our own writing, of this version or an older one; fields are only ever added to a trace.
  return isObject(value) && typeof value['id'] === 'string' ? (value as unknown as Trace) : undefined
}
