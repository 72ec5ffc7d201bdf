import type { Clock } from '#engine/ports.ts'
import type { SimulatedAnswer } from '#simulator/answered.ts'
import { createSimulator, type Simulator, type SimulatorOptions } from '#simulator/simulator.ts'
import { machineClock } from '#simulator/system.ts'
import type { JsonObject } from '#wire/json.ts'

/** The machine's timers at a fixed date. */
const CLOCK: Clock = { ...machineClock, now: () => 1_800_000_000_000 }

/** A whole answer, read to its end. */
export interface Heard {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  readonly bytes: Uint8Array
}

export interface Call {
  readonly body: JsonObject | string
  /** Default: OpenAI's. */
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly method?: string
  readonly signal?: AbortSignal
}

/** A platform whose answers carry the same date each time. */
export function play(platform: string, more: Partial<SimulatorOptions> = {}): Simulator {
  return createSimulator({ platform, clock: CLOCK, ...more })
}

export function ask(simulator: Simulator, call: Call): Promise<SimulatedAnswer> {
  const { body, path = '/v1/chat/completions', headers = {}, method = 'POST' } = call
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return simulator.answer({ method, path, headers, body: text }, call.signal ?? new AbortController().signal)
}

/** Asks and reads to the end. */
export async function hear(simulator: Simulator, call: Call): Promise<Heard> {
  const answer = await ask(simulator, call)
  if (answer.kind === 'dropped') throw new Error('the connection was dropped')
  const chunks: Uint8Array[] = []
  for await (const chunk of answer.body) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  return { status: answer.status, headers: answer.headers, text: bytes.toString('utf8'), bytes }
}

/** A conversation of one line. */
export function user(text: string): readonly JsonObject[] {
  return [{ role: 'user', content: text }]
}

/** The payloads of a stream's events. */
export function payloads({ text }: Heard): string[] {
  return text.split('\n').flatMap((line) => (line.startsWith('data:') ? [line.slice(5).trimStart()] : []))
}
