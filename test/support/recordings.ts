import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'

/** Where recorded streams of real platforms lie: not part of the project, so tests say when they are absent. */
export const RECORDINGS: string = resolve(process.env['TONGWEN_RECORDINGS'] ?? '../shared/recordings')

export const HAVE_RECORDINGS: boolean = existsSync(RECORDINGS)

if (!HAVE_RECORDINGS) process.stderr.write(`skipped: no recordings at ${RECORDINGS} (set TONGWEN_RECORDINGS)\n`)

/** The payloads of a recorded stream, one a line. */
export function recordedLines(name: string): string[] {
  return readFileSync(resolve(RECORDINGS, name), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
}

export function recordedText(name: string): string {
  return readFileSync(resolve(RECORDINGS, name), 'utf8')
}

/** The bytes that the platform sent: one SSE event a line; OpenAI-like platforms end with `[DONE]`, Anthropic names its events. */
export function recordedBytes(name: string): Buffer {
  const named = name.startsWith('anthropic/')
  const events = recordedLines(name).map((line) =>
    named ? `event: ${JSON.parse(line).type}\ndata: ${line}\n\n` : `data: ${line}\n\n`,
  )
  return Buffer.from(events.join('') + (named ? '' : 'data: [DONE]\n\n'))
}

export type Split = 'frames' | 'bytes' | 'utf8' | 'json' | 'all' | 'odd'

export const SPLITS: readonly Split[] = ['frames', 'bytes', 'utf8', 'json', 'all', 'odd']

/** Cuts bytes at hostile places. */
export function cutUp(bytes: Buffer, split: Split): Buffer[] {
  switch (split) {
    case 'all':
      return [bytes]
    case 'frames':
      return cutAfter(bytes, (i) => bytes[i] === 10 && bytes[i - 1] === 10)
    case 'utf8':
      return cutAfter(bytes, (i) => (bytes[i] ?? 0) >= 0xc0)
    case 'json':
      return cutAfter(bytes, (i) => bytes[i] === 34)
    case 'odd':
      return cutAfter(bytes, (i) => i % 37 === 0 || i % 101 === 0)
    case 'bytes':
      return cutAfter(bytes, () => true)
  }
}

function cutAfter(bytes: Buffer, here: (i: number) => boolean): Buffer[] {
  const pieces: Buffer[] = []
  let from = 0
  for (let i = 0; i < bytes.length; i++) {
    if (!here(i)) continue
    pieces.push(bytes.subarray(from, i + 1))
    from = i + 1
  }
  if (from < bytes.length) pieces.push(bytes.subarray(from))
  return pieces
}

/** What a stream says, read as naively as possible: the judge of our parsers. */
export interface Told {
  text: string
  reasoning: string
  tools: { id: string; name: string; arguments: string }[]
  finish: string | undefined
  usage: any
}

export function toldByOpenai(lines: readonly string[]): Told {
  const told: Told = { text: '', reasoning: '', tools: [], finish: undefined, usage: undefined }
  for (const line of lines) {
    const chunk = JSON.parse(line)
    if (chunk.usage) told.usage = chunk.usage
    for (const choice of chunk.choices ?? []) {
      told.text += choice.delta?.content ?? ''
      told.reasoning += choice.delta?.reasoning_content ?? ''
      if (choice.finish_reason) told.finish = choice.finish_reason
      for (const call of choice.delta?.tool_calls ?? []) {
        const tool = (told.tools[call.index] ??= { id: '', name: '', arguments: '' })
        tool.id ||= call.id ?? ''
        tool.name ||= call.function?.name ?? ''
        tool.arguments += call.function?.arguments ?? ''
      }
    }
  }
  return told
}

export function toldByAnthropic(lines: readonly string[]): Told {
  const told: Told = { text: '', reasoning: '', tools: [], finish: undefined, usage: {} }
  for (const line of lines) {
    const event = JSON.parse(line)
    if (event.type === 'message_start') Object.assign(told.usage, event.message.usage)
    if (event.type === 'content_block_start' && event.content_block.type === 'tool_use') {
      told.tools.push({ id: event.content_block.id, name: event.content_block.name, arguments: '' })
    }
    if (event.type === 'content_block_delta') {
      told.text += event.delta.text ?? ''
      told.reasoning += event.delta.thinking ?? ''
      const tool = told.tools.at(-1)
      if (event.delta.type === 'input_json_delta' && tool) tool.arguments += event.delta.partial_json
    }
    if (event.type === 'message_delta') {
      told.finish = event.delta.stop_reason
      Object.assign(told.usage, event.usage)
    }
  }
  return told
}
