import { framerOf } from '#engine/framing/framing.ts'
import type { Beat } from '#simulator/play.ts'
import { seededRandom } from '#simulator/system.ts'
import type { DialectId, Framing } from '#wire/dialect.ts'
import type { Frame } from '#wire/event.ts'
import { isObject, type JsonObject } from '#wire/json.ts'

/** A platform's answer as somebody kept it: a whole body, or a stream's payloads, one a line. */
export type Recording =
  | { readonly kind: 'whole'; readonly body: string }
  | { readonly kind: 'stream'; readonly payloads: readonly string[] }

/** Reads a recording file by its name: `*.chunks.jsonl` is a stream, everything else a whole answer. */
export function parseRecording(text: string, name: string): Recording {
  if (!name.endsWith('.jsonl')) return { kind: 'whole', body: text }
  return { kind: 'stream', payloads: text.split('\n').filter((line) => line.trim() !== '') }
}

/** A stream's payloads as the dialect frames them, byte for byte, with its end mark. */
function recordedFrames(payloads: readonly string[], dialect: DialectId): Frame[] {
  switch (dialect) {
    case 'anthropic-messages':
    case 'openai-responses':
      return payloads.map((data) => named(data, typeOf(data)))
    case 'bedrock-converse':
      return payloads.map(onlyMember)
    case 'openai-chat':
    case 'openai-completions':
      return [...payloads.map((data) => ({ data })), { data: '[DONE]' }]
    default:
      return payloads.map((data) => ({ data }))
  }
}

function named(data: string, event: string | undefined): Frame {
  return event === undefined ? { data } : { event, data }
}

function typeOf(data: string): string | undefined {
  const type = parsed(data)['type']
  return typeof type === 'string' ? type : undefined
}

/** A line of a Bedrock recording: the message's event type is the only key, its payload what stands under it. */
function onlyMember(line: string): Frame {
  const [entry] = Object.entries(parsed(line))
  return entry === undefined ? { data: line } : { event: entry[0], data: JSON.stringify(entry[1]) }
}

function parsed(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}

/** A recording as beats: each event counts as one token, for faults and rates. */
export function recordedBeats(
  recording: Recording,
  { dialect, framing }: { readonly dialect: DialectId; readonly framing: Framing },
): Beat[] {
  if (recording.kind === 'whole') return [{ bytes: Buffer.from(recording.body), tokens: 1, closing: false }]
  const writer = framerOf(framing).writer()
  const frames = recordedFrames(recording.payloads, dialect)
  return frames.map((frame, index) => ({
    bytes: Buffer.from(writer.bytes([frame])),
    tokens: 1,
    closing: index === frames.length - 1,
  }))
}

/** Where writes are cut: at events, after each byte, inside each wide character, at random, or nowhere. */
export type Split =
  | { readonly kind: 'frame' | 'byte' | 'utf8' | 'all' }
  | { readonly kind: 'random'; readonly seed: number }

export const SPLIT_FORMS: readonly string[] = ['frame', 'byte', 'utf8', 'all', 'random:SEED']

/** Reads `byte`, `random:7`; undefined for what is no split. */
export function parseSplit(text: string): Split | undefined {
  switch (text) {
    case 'frame':
    case 'byte':
    case 'utf8':
    case 'all':
      return { kind: text }
    default: {
      const seed = /^random:(\d{1,9})$/.exec(text)?.[1]
      return seed === undefined ? undefined : { kind: 'random', seed: Number(seed) }
    }
  }
}

/** The same bytes, cut elsewhere. What came before an error leaves before it. */
export async function* splitBytes(chunks: AsyncIterable<Uint8Array>, split: Split): AsyncGenerator<Uint8Array> {
  switch (split.kind) {
    case 'frame':
      yield* chunks
      return
    case 'byte':
      for await (const chunk of chunks) for (let at = 0; at < chunk.length; at++) yield chunk.subarray(at, at + 1)
      return
    case 'utf8':
      for await (const chunk of chunks) yield* cutCharacters(chunk)
      return
    case 'all':
      yield* gathered(chunks)
      return
    case 'random':
      yield* cutAnywhere(chunks, split.seed)
  }
}

/** After the first byte of each character that has several. */
function* cutCharacters(chunk: Uint8Array): Generator<Uint8Array> {
  let from = 0
  for (let at = 1; at < chunk.length; at++) {
    const leads = (chunk[at - 1] ?? 0) >= 0xc0
    if (!leads) continue
    yield chunk.subarray(from, at)
    from = at
  }
  yield chunk.subarray(from)
}

async function* gathered(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const all: Uint8Array[] = []
  let failed: unknown
  try {
    for await (const chunk of chunks) all.push(chunk)
  } catch (error) {
    failed = error
  }
  if (all.length > 0) yield Buffer.concat(all)
  if (failed !== undefined) throw failed
}

const RANDOM_BYTES = 64

/** Pieces of 1 to 64 bytes, across the borders of events. */
async function* cutAnywhere(chunks: AsyncIterable<Uint8Array>, seed: number): AsyncGenerator<Uint8Array> {
  const random = seededRandom(seed)
  let size = 1 + Math.floor(random.fraction() * RANDOM_BYTES)
  let held: Uint8Array = new Uint8Array()
  let failed: unknown
  try {
    for await (const chunk of chunks) {
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk])
      while (held.length >= size) {
        yield held.subarray(0, size)
        held = held.subarray(size)
        size = 1 + Math.floor(random.fraction() * RANDOM_BYTES)
      }
    }
  } catch (error) {
    failed = error
  }
  if (held.length > 0) yield held
  if (failed !== undefined) throw failed
}
