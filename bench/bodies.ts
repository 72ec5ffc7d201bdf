import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The dialect that a caller speaks. */
export type CallerDialect = 'openai' | 'anthropic'

/** What the stub is asked to do; see native/upstream.c. */
export interface Knobs {
  readonly stream: boolean
  readonly events: number
  readonly delayUs: number
}

const BODY_BYTES = 2_048
const WORDS =
  'the gateway accepts a request checks the key looks at the budget picks a provider sends the prompt and counts ' +
  'tokens while latency stays low under load because every queue is bounded and each retry has a deadline "quoted" ' +
  'text, a new\nline and unicode café 同文 appear too'

/** A chat request of 2 KB as people send it: a system text, some turns, a temperature. */
export function chatBody(caller: CallerDialect, model: string, knobs: Knobs): string {
  // The stub finds its knobs in a text: what a message says is the one thing that every gateway carries unchanged.
  const system = `You are a helpful assistant. bench-knobs events=${knobs.events} delay=${knobs.delayUs}; ${filler(0, 160)}`
  const messages: { role: string; content: string }[] = []
  const settings = { temperature: 0.7, max_tokens: knobs.events, ...(knobs.stream ? { stream: true } : {}) }
  const body =
    caller === 'anthropic'
      ? { model, system, messages, ...settings }
      : {
          model,
          messages: [{ role: 'system', content: system }],
          ...settings,
          ...(knobs.stream ? { stream_options: { include_usage: true } } : {}),
        }
  for (let turn = 0; ; turn++) {
    const left = BODY_BYTES - Buffer.byteLength(JSON.stringify(body)) - 40
    const role = turn % 2 === 0 ? 'user' : 'assistant'
    if (left < 40) break
    body.messages.push({ role, content: filler(turn + 1, Math.min(340, left)) })
  }
  // Both dialects want the last word to be the user's.
  if (body.messages.at(-1)?.role === 'assistant') body.messages.push({ role: 'user', content: 'Go on.' })
  return JSON.stringify(body)
}

function filler(offset: number, length: number): string {
  const from = (offset * 37) % WORDS.length
  return `${WORDS} ${WORDS} ${WORDS}`.slice(from, from + length)
}

/** Writes a body where the load generator can read it. */
export function writeBody(folder: string, name: string, body: string): string {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${name}.json`)
  writeFileSync(file, body)
  return file
}
