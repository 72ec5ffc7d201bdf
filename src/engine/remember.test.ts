import { expect, test } from 'vitest'
import { platforms, resolve } from '#catalog/index.ts'
import type { Memory, Ports } from '#engine/ports.ts'
import { listener, recall } from '#engine/remember.ts'
import type { Run, Snapshot } from '#engine/run.ts'
import type { Planned } from '#engine/target.ts'
import { openaiChat } from '#wire/openai-chat/index.ts'

const JSON_BODY = {
  model: 'm',
  messages: [
    { role: 'user', content: 'u' },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'call_00_AbCdEf0123456789', type: 'function', function: { name: 'f', arguments: '{}' } }],
    },
    { role: 'tool', tool_call_id: 'call_00_AbCdEf0123456789', content: 'r' },
  ],
}

function planned(platform: string, model: string): Planned {
  const resolved = resolve({ platform: platforms.get(platform)!, model, baseUrl: 'http://here' })
  if (!resolved.ok) throw new Error(resolved.reason)
  const target = { id: `${platform}/${model}`, provider: { id: platform }, resolved: resolved.value, weight: 1 }
  return { target: target as Planned['target'], reason: 'only target' }
}

const DEEPSEEK = planned('deepseek', 'deepseek-v4-pro')

interface World {
  readonly run: Run
  readonly asked: string[][]
  readonly logged: string[]
  /** Time passes. */
  readonly wait: () => void
}

/** A request in a gateway whose memory is as given. */
function world(memory: Partial<Memory>, json: Record<string, unknown> = JSON_BODY): World {
  const asked: string[][] = []
  const logged: string[] = []
  const timers: (() => void)[] = []
  const read = openaiChat.readRequest({ text: JSON.stringify(json), json })
  if (!read.ok) throw new Error(read.failure.message)
  const ports = {
    clock: {
      after: (_ms: number, call: () => void) => {
        timers.push(call)
        return () => undefined
      },
    },
    log: { warn: (_fields: unknown, message: string) => logged.push(message) },
    memory: {
      holds: () => true,
      recallAll: async (_owner: string, _kind: string, keys: readonly string[]) => {
        asked.push([...keys])
        return new Map()
      },
      ...memory,
    },
  } as unknown as Ports
  const run = {
    engine: { ports },
    call: { dialect: openaiChat },
    caller: { id: 'key-1' },
    request: read.request,
  } as Run
  return { run, asked, logged, wait: () => timers.forEach((call) => call()) }
}

function snapshot(memory: Partial<Snapshot['config']['memory']> = {}): Snapshot {
  const config = { memory: { reasoningMs: 1, responsesMs: 1, maxBytes: 1_000, ...memory }, providers: [] }
  return { config, catalog: { platforms } } as unknown as Snapshot
}

test('nothing is looked up where there can be nothing', async () => {
  const plain = { ...JSON_BODY, messages: JSON_BODY.messages.slice(0, 1) }
  const cases = [world({}, plain), world({ holds: () => false }), world({ holds: (kind) => kind === 'seal' })]
  for (const { run } of cases) expect(recall(run, [DEEPSEEK], snapshot())).not.toBeInstanceOf(Promise)
  expect(recall(world({}).run, [DEEPSEEK], snapshot({ reasoningMs: 0 }))).not.toBeInstanceOf(Promise)
  const one = world({})
  await recall(one.run, [DEEPSEEK], snapshot())
  expect(one.asked).toEqual([['call call_00_AbCdEf0123456789']])
})

test('a memory that fails, or does not answer in time, does not stop the request', async () => {
  const failing = world({ recallAll: () => Promise.reject(new Error('gone')) })
  const silent = world({ recallAll: () => new Promise(() => undefined) })
  const first = await recall(failing.run, [DEEPSEEK], snapshot())
  const waiting = recall(silent.run, [DEEPSEEK], snapshot())
  silent.wait()
  const second = await waiting
  for (const { targets, dialectFor } of [first, second]) {
    expect([targets, dialectFor(openaiChat, DEEPSEEK.target) === openaiChat]).toEqual([[DEEPSEEK], true])
  }
  expect([failing.logged, silent.logged]).toEqual([['the memory was not read'], ['the memory was not read']])
})

test('an answer is kept before the caller has its end, and not at all where it broke off', () => {
  const kept: unknown[] = []
  const { run } = world({ remember: (entry) => kept.push(entry) })
  const hear = (end: 'end' | 'cut'): void => {
    const listen = listener(run, DEEPSEEK.target, { targets: [DEEPSEEK], snapshot: snapshot() })
    listen([{ type: 'reasoning-delta', block: 0, text: 'Hm.' }])
    listen([{ type: 'tool-call-start', block: 1, id: 'call_01_AbCdEf0123456789', name: 'f' }])
    if (end === 'end') listen([{ type: 'finish', reason: 'tool-calls', native: 'tool_calls' }, { type: 'end' }])
  }
  hear('cut')
  expect(kept).toEqual([])
  hear('end')
  expect(kept).toEqual([
    {
      owner: 'key-1',
      kind: 'reasoning',
      key: 'call call_01_AbCdEf0123456789',
      value: expect.stringContaining('Hm.'),
      ttlMs: 1,
    },
  ])
})
