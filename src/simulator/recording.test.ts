import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { parseRecording, parseSplit, type Split, splitBytes } from '#simulator/recording.ts'
import { startSimulator } from '#simulator/server.ts'
import { ask, hear, play, user } from '#simulator/stage.test-support.ts'

const SPLITS: readonly Split[] = [
  { kind: 'frame' },
  { kind: 'byte' },
  { kind: 'utf8' },
  { kind: 'all' },
  { kind: 'random', seed: 1 },
  { kind: 'random', seed: 2 },
]

const LINES = [
  '{"id":"1","choices":[{"index":0,"delta":{"content":"héllo 你好 🙂"}}],  "odd" : 1.50}',
  '{"choices":[]}',
]
const ON_THE_WIRE = `data: ${LINES[0]}\n\ndata: ${LINES[1]}\n\ndata: [DONE]\n\n`
const BODY = { model: 'any', messages: user('Hi'), stream: true }

async function chunksOf(split: Split): Promise<Uint8Array[]> {
  const recording = parseRecording(`${LINES.join('\n')}\n`, 'text.chunks.jsonl')
  const answer = await ask(play('simulator', { recording, split }), { body: BODY })
  if (answer.kind === 'dropped') throw new Error('dropped')
  const chunks: Uint8Array[] = []
  for await (const chunk of answer.body) chunks.push(chunk)
  return chunks
}

describe('a recording', () => {
  it.each(SPLITS)('leaves byte for byte, split by $kind', async (split) => {
    const chunks = await chunksOf(split)
    expect(Buffer.concat(chunks).toString('utf8')).toBe(ON_THE_WIRE)
  })

  it('is cut where the split says', async () => {
    expect((await chunksOf({ kind: 'frame' })).length).toBe(3)
    expect((await chunksOf({ kind: 'all' })).length).toBe(1)
    expect((await chunksOf({ kind: 'byte' })).length).toBe(Buffer.byteLength(ON_THE_WIRE))
    const inside = await chunksOf({ kind: 'utf8' })
    expect(inside.filter((chunk) => (chunk.at(-1) ?? 0) >= 0xc0).length).toBe(4)
    const random = await chunksOf({ kind: 'random', seed: 1 })
    expect(random.map((chunk) => chunk.length)).toEqual(
      (await chunksOf({ kind: 'random', seed: 1 })).map((chunk) => chunk.length),
    )
  })

  it('names the events of Anthropic, and has no end mark of its own there', async () => {
    const recording = parseRecording('{"type":"ping"}\n{"type":"message_stop"}\n', 'a.chunks.jsonl')
    const body = { ...BODY, max_tokens: 5 }
    const heard = await hear(play('simulator', { recording }), { body, path: '/v1/messages' })
    expect(heard.text).toBe(
      'event: ping\ndata: {"type":"ping"}\n\nevent: message_stop\ndata: {"type":"message_stop"}\n\n',
    )
  })

  it('of a whole answer is that answer', async () => {
    const recording = parseRecording('{ "choices" : [] }\n', 'text.json')
    const heard = await hear(play('simulator', { recording }), { body: BODY })
    expect([heard.headers['content-type'], heard.text]).toEqual(['application/json', '{ "choices" : [] }\n'])
  })

  it('can break like any answer, counted in events', async () => {
    const recording = parseRecording(LINES.join('\n'), 'text.chunks.jsonl')
    const fault = { kind: 'close', afterTokens: 1 } as const
    const heard = await hear(play('simulator', { recording, fault }), { body: BODY })
    expect(heard.text).toBe(`data: ${LINES[0]}\n\n`)
  })

  it('sends what came before a cut even if all of it leaves in one write', async () => {
    const recording = parseRecording(LINES.join('\n'), 'text.chunks.jsonl')
    const fault = { kind: 'cut', afterTokens: 1 } as const
    const answer = await ask(play('simulator', { recording, fault, split: { kind: 'all' } }), { body: BODY })
    if (answer.kind === 'dropped') throw new Error('dropped')
    let text = ''
    const reading = (async () => {
      for await (const chunk of answer.body) text += Buffer.from(chunk).toString('utf8')
    })()
    await expect(reading).rejects.toThrow()
    expect(text).toBe(`data: ${LINES[0]}\n\n`)
  })
})

it('a split is read from its name', () => {
  expect(['frame', 'byte', 'utf8', 'all', 'random:42', 'random', 'half'].map(parseSplit)).toEqual([
    { kind: 'frame' },
    { kind: 'byte' },
    { kind: 'utf8' },
    { kind: 'all' },
    { kind: 'random', seed: 42 },
    undefined,
    undefined,
  ])
})

it('an empty body stays empty however it is split', async () => {
  const nothing = (async function* (): AsyncGenerator<Uint8Array> {})()
  const chunks: Uint8Array[] = []
  for await (const chunk of splitBytes(nothing, { kind: 'random', seed: 1 })) chunks.push(chunk)
  expect(chunks).toEqual([])
})

const RECORDINGS = resolve(process.env['TONGWEN_RECORDINGS'] ?? '../shared/recordings')
const PLATFORMS = ['anthropic', 'dashscope', 'deepseek', 'moonshot', 'openai']
const FILES = existsSync(RECORDINGS)
  ? PLATFORMS.flatMap((platform) => readdirSync(resolve(RECORDINGS, platform)).map((name) => ({ platform, name })))
  : []

function streamOf(text: string, named: boolean): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const name = (line: string): string => (named ? `event: ${JSON.parse(line).type}\n` : '')
  return lines.map((line) => `${name(line)}data: ${line}\n\n`).join('') + (named ? '' : 'data: [DONE]\n\n')
}

describe.skipIf(FILES.length === 0)(`recordings of real platforms (${RECORDINGS})`, () => {
  const closing: (() => Promise<void>)[] = []
  afterEach(async () => {
    await Promise.all(closing.splice(0).map((close) => close()))
  })

  it.each(FILES.filter(({ name }) => !name.startsWith('responses-')))(
    '$platform/$name crosses a socket byte for byte in each split',
    async ({ platform, name }) => {
      const text = readFileSync(resolve(RECORDINGS, platform, name), 'utf8')
      const named = platform === 'anthropic'
      const wanted = name.endsWith('.jsonl') ? streamOf(text, named) : text
      for (const split of SPLITS.filter(({ kind }) => kind !== 'byte' || text.length < 20_000)) {
        const server = await startSimulator({ platform: 'simulator', recording: parseRecording(text, name), split })
        closing.push(() => server.close())
        const path = named ? '/v1/messages' : '/v1/chat/completions'
        const body = JSON.stringify({ ...BODY, max_tokens: 5 })
        const response = await fetch(`${server.url}${path}`, { method: 'POST', body })
        expect(await response.text()).toBe(wanted)
      }
    },
  )
})
