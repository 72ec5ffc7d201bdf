import { expect, test } from 'vitest'
import { failure } from '#wire/failure.ts'
import { openaiChat } from '#wire/openai-chat/index.ts'
import { OPENAI_CHAT_QUIRKS, type Quirks } from '#wire/quirks.ts'
import { NO_USAGE } from '#wire/usage.ts'
import { call, chunk, END, finish, frame, kinds, read, START, whole } from '#test/support/openai-answers.ts'

const { readEvents } = openaiChat

test('reasoning, text and calls become blocks, each closed before the next', () => {
  const events = read([
    chunk({ role: 'assistant', content: '' }),
    chunk({ content: null, reasoning_content: 'r' }),
    chunk({ content: 'Hi' }),
    call({ id: 'c1', type: 'function' }, { name: 'f', arguments: '' }),
    call({}, { arguments: '{}' }),
    chunk({}, 'tool_calls'),
    '[DONE]',
  ])
  expect(events).toEqual([
    START,
    { type: 'reasoning-delta', block: 0, text: 'r' },
    { type: 'block-end', block: 0 },
    { type: 'text-delta', block: 1, text: 'Hi' },
    { type: 'block-end', block: 1 },
    { type: 'tool-call-start', block: 2, id: 'c1', name: 'f' },
    { type: 'tool-call-delta', block: 2, arguments: '{}' },
    { type: 'block-end', block: 2 },
    finish('tool-calls', 'tool_calls'),
    END,
  ])
})

test('T22 Google’s thought signature seals the call, or the text, that it came with', () => {
  const sealed = (signature: string): object => ({ extra_content: { google: { thought_signature: signature } } })
  const sealOf = (block: number, signature: string): object[] => [
    { type: 'reasoning-signature', block, signature, sealedBy: 'openai-chat' },
    { type: 'block-end', block },
  ]
  const events = read([
    chunk({ content: 'Hi', ...sealed('of the text') }),
    call({ id: 'c1', type: 'function', ...sealed('of the call') }, { name: 'f', arguments: '{}' }),
    chunk({}, 'tool_calls'),
    '[DONE]',
  ])
  expect(events).toEqual([
    START,
    ...sealOf(0, 'of the text'),
    { type: 'text-delta', block: 1, text: 'Hi' },
    { type: 'block-end', block: 1 },
    ...sealOf(2, 'of the call'),
    { type: 'tool-call-start', block: 3, id: 'c1', name: 'f' },
    { type: 'tool-call-delta', block: 3, arguments: '{}' },
    { type: 'block-end', block: 3 },
    finish('tool-calls', 'tool_calls'),
    END,
  ])
})

test('reasoning is read once where two fields say it, with its signature', () => {
  const detail = { type: 'reasoning.text', text: 'why', index: 0 }
  const events = read([
    chunk({ reasoning: 'why', reasoning_content: 'why', reasoning_details: [detail] }),
    chunk({ reasoning_details: [{ type: 'reasoning.text', signature: 'sig', index: 0 }] }),
    chunk({ reasoning_details: [{ type: 'reasoning.encrypted', data: 'enc', index: 1 }] }),
    chunk({ content: 'Hi' }, 'stop'),
    '[DONE]',
  ])
  expect(events).toEqual([
    START,
    { type: 'reasoning-delta', block: 0, text: 'why' },
    { type: 'reasoning-signature', block: 0, signature: 'sig', sealedBy: 'openai-chat' },
    { type: 'block-end', block: 0 },
    { type: 'reasoning-redacted', block: 1, data: 'enc', sealedBy: 'openai-chat' },
    { type: 'block-end', block: 1 },
    { type: 'text-delta', block: 2, text: 'Hi' },
    { type: 'block-end', block: 2 },
    finish('stop', 'stop'),
    END,
  ])
})

test('think tags are found wherever they are cut, at the beginning only', () => {
  const text = '\n<think>a < b</think>Hi <think>there</think>'
  for (let size = 1; size <= text.length; size++) {
    const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, i) => text.slice(i * size, (i + 1) * size))
    const events = read([...pieces.map((content) => chunk({ content })), '[DONE]'], {
      reasoningField: 'think-tags',
      finishReasons: { '': 'stop' },
    })
    const of = (type: string): string =>
      events.map((event) => (event.type === type && 'text' in event ? event.text : '')).join('')
    expect([size, of('reasoning-delta'), of('text-delta')]).toEqual([size, 'a < b', 'Hi <think>there</think>'])
    expect(kinds(events).filter((kind) => kind === 'block-end')).toHaveLength(2)
  }
})

test('a text that only begins like a tag is text', () => {
  const events = read([chunk({ content: '<thi' }), chunk({}, 'stop'), '[DONE]'], { reasoningField: 'think-tags' })
  expect(events.filter((event) => event.type === 'text-delta')).toEqual([
    { type: 'text-delta', block: 0, text: '<thi' },
  ])
})

test('finish reasons of other platforms are understood, and errors among them are failures', () => {
  const end = (word: string, quirks: Partial<Quirks> = {}): string[] =>
    kinds(read([chunk({ content: 'x' }, word), '[DONE]'], quirks)).slice(3)
  const reason = (word: string): unknown => read([chunk({}, word), '[DONE]']).find((event) => event.type === 'finish')
  expect(['eos', 'max_tokens', 'function_call', 'sensitive', 'unheard_of'].map(reason)).toEqual([
    finish('stop', 'eos'),
    finish('length', 'max_tokens'),
    finish('tool-calls', 'function_call'),
    finish('content-filter', 'sensitive'),
    finish('stop', 'unheard_of'),
  ])
  expect(end('insufficient_system_resource')).toEqual(['failure overloaded'])
  expect(end('model_context_window_exceeded')).toEqual(['failure context-length'])
  expect(end('odd', { finishReasons: { odd: 'quota' } })).toEqual(['failure quota'])
  expect(end('odd', { finishReasons: { odd: 'content-filter' } })).toEqual(['finish', 'end'])
})

test('`stop` after tool calls means tool calls', () => {
  const events = read([call({ id: 'c1' }, { name: 'f', arguments: '{}' }), chunk({}, 'stop'), '[DONE]'])
  expect(events.find((event) => event.type === 'finish')).toEqual(finish('tool-calls', 'stop'))
})

test('T01 a stream is complete after its finish reason or its end mark, and broken without; a strict row wants the reason', () => {
  const cut = failure('timeout', 'silent')
  const content = chunk({ content: 'x' })
  const said = chunk({}, 'stop')
  const usage = { choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } }
  const silent = { finishReasons: { '': 'stop' } } as const
  const strict = { finishReasons: { '': 'cut' } } as const
  expect(kinds(read([content, '[DONE]'], strict)).slice(2)).toEqual(['failure cut'])
  expect(kinds(read([content, usage, '[DONE]'], strict)).slice(2)).toEqual(['usage', 'failure cut'])
  expect(kinds(read([content, '[DONE]'])).slice(2)).toEqual(['block-end', 'finish', 'end'])
  expect(kinds(read([chunk({ content: '' }), said, usage, '[DONE]'])).slice(1)).toEqual(['finish', 'usage', 'end'])
  expect(kinds(read([content, '[DONE]'], silent)).slice(2)).toEqual(['block-end', 'finish', 'end'])
  expect(kinds(read([content], silent)).slice(2)).toEqual(['failure cut'])
  expect(kinds(read([chunk({ content: '' }), '[DONE]'], silent)).slice(1)).toEqual(['failure cut'])
  expect(kinds(read([content, said])).slice(2)).toEqual(['block-end', 'finish', 'end'])
  expect(kinds(read([content, said], { endMark: 'required' })).slice(2)).toEqual(['block-end', 'finish', 'failure cut'])
  expect(kinds(read([content, said], {}, cut)).slice(2)).toEqual(['block-end', 'finish', 'failure timeout'])
  expect(kinds(read([content, said, '[DONE]'], {}, cut)).slice(2)).toEqual(['block-end', 'finish', 'end'])
  expect(kinds(read([content])).slice(2)).toEqual(['failure cut'])
  expect(kinds(read([]))).toEqual(['failure cut'])
  expect(kinds(read(['[DONE]']))).toEqual(['failure cut'])
})

test('an error inside a 200 is a failure, in whatever shape, and nothing follows it', () => {
  const cases: [unknown, string, Partial<Quirks>?][] = [
    [{ error: { message: 'slow down', code: 'rate_limit_exceeded' } }, 'rate-limit'],
    [{ error: { message: 'boom', type: 'server_error' } }, 'upstream'],
    [{ error: { message: 'maximum context length', code: 400 } }, 'context-length'],
    [{ error: 'boom' }, 'upstream'],
    ['"Bad gateway"', 'upstream'],
    [{ object: 'error', message: 'm', type: 'BadRequestError', code: 400 }, 'invalid-request'],
    [{ code: 50_000, message: 'unknown error' }, 'upstream'],
    [{ base_resp: { status_code: 1008, status_msg: 'insufficient balance' } }, 'upstream', { bodyError: 'base_resp' }],
    [{ ...chunk({}), code: 10_013, message: 'unsafe' }, 'upstream', { bodyError: 'code' }],
    [{ data: {}, status: { code: 17, message: 'too long' } }, 'upstream', { bodyError: 'status' }],
    ['{"choices":[{"del', 'malformed'],
    ['17', 'malformed'],
    [[{ error: { message: 'slow down', code: 'rate_limit_exceeded' } }], 'rate-limit'],
    [[chunk({ content: 'x' })], 'malformed'],
    [{ Response: { Error: { Code: 'InternalError', Message: 'm' } } }, 'upstream'],
    [{ ErrorMsg: { Code: 4001, Msg: 'm' } }, 'upstream'],
  ]
  expect(cases.map(([payload, , quirks]) => kinds(read([payload, chunk({ content: 'x' }), '[DONE]'], quirks)))).toEqual(
    cases.map(([, kind]) => [`failure ${kind}`]),
  )
  expect(
    kinds(
      read([{ ...chunk({ content: 'x' }, 'stop'), code: 0, base_resp: { status_code: 0 } }, '[DONE]'], {
        bodyError: 'code',
      }),
    ),
  ).toEqual(['start', 'text-delta', 'block-end', 'finish', 'end'])
})

test('a failure after content may have cost money', () => {
  const [, , last] = read([chunk({ content: 'x' }), { error: { code: 'rate_limit_exceeded', message: 'm' } }])
  expect(last?.type === 'failure' && [last.failure.kind, last.failure.mayHaveCost]).toEqual(['rate-limit', true])
})

test("comments, Azure's first chunk and padding are frames without meaning", () => {
  const first = { choices: [], id: '', model: '', created: 0, object: '', prompt_filter_results: [{}] }
  expect(kinds(read(['', first, chunk({ content: 'x' }, 'stop')]))).toEqual([
    'native',
    'native',
    'start',
    'text-delta',
    'block-end',
    'finish',
    'end',
  ])
})

test('what the middle form does not name is said to be there', () => {
  const payload = {
    ...chunk({ content: 'x', annotations: [{ type: 'url_citation' }], audio: null }),
    citations: ['https://example.com'],
  }
  const logged = { choices: [{ index: 0, delta: {}, logprobs: { content: [] }, finish_reason: 'stop' }] }
  const paths = read([payload, logged, '[DONE]']).flatMap((event) => (event.type === 'extension' ? [event.path] : []))
  expect(paths).toEqual(['choices.0.message.annotations', 'citations', 'choices.0.logprobs'])
})

test('several answers keep their numbers', () => {
  const both = {
    id: 'a-1',
    choices: [0, 1].map((index) => ({ index, delta: { content: `${index}` }, finish_reason: 'stop' })),
  }
  expect(read([both, '[DONE]'])).toEqual([
    { type: 'start', id: 'a-1' },
    { type: 'text-delta', block: 0, text: '0' },
    { type: 'block-end', block: 0 },
    finish('stop', 'stop'),
    { type: 'text-delta', block: 0, text: '1', choice: 1 },
    { type: 'block-end', block: 0, choice: 1 },
    { ...finish('stop', 'stop'), choice: 1 },
    END,
  ])
})

test('every event is tied to its frame, and every frame gives at least one', () => {
  const state = readEvents.start({ platform: 'acme', quirks: OPENAI_CHAT_QUIRKS, errors: [] })
  for (const payload of [
    '',
    chunk({ role: 'assistant' }),
    chunk({ content: 'x' }),
    chunk({ content: '' }),
    chunk({}, 'stop'),
    '[DONE]',
  ]) {
    const given = frame(payload)
    const events = readEvents.step(state, given)
    expect(events.length).toBeGreaterThan(0)
    for (const event of events) expect(event.origin).toEqual({ frame: given, count: events.length })
    expect(new Set(events.map((event) => event.origin)).size).toBe(1)
  }
})

test('a whole answer gives the same events as its stream', () => {
  const message = {
    role: 'assistant',
    content: 'Hi',
    reasoning_content: 'r',
    refusal: 'no',
    tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }],
  }
  const usage = { prompt_tokens: 1, completion_tokens: 2 }
  const answer = {
    id: 'a-1',
    model: 'm',
    created: 7,
    choices: [{ index: 0, message, finish_reason: 'tool_calls' }],
    usage,
  }
  expect(whole(answer)).toEqual([
    START,
    { type: 'reasoning-delta', block: 0, text: 'r' },
    { type: 'block-end', block: 0 },
    { type: 'text-delta', block: 1, text: 'Hi' },
    { type: 'block-end', block: 1 },
    { type: 'refusal-delta', block: 2, text: 'no' },
    { type: 'block-end', block: 2 },
    { type: 'tool-call-start', block: 3, id: 'c1', name: 'f' },
    { type: 'tool-call-delta', block: 3, arguments: '{}' },
    { type: 'block-end', block: 3 },
    finish('tool-calls', 'tool_calls'),
    { type: 'usage', usage: { ...NO_USAGE, inputFresh: 1, outputText: 2, raw: usage } },
    END,
  ])
})

test('a whole answer that is none is a failure', () => {
  expect(kinds(whole('<html>'))).toEqual(['failure malformed'])
  expect(kinds(whole({ choices: [] }))).toEqual(['failure malformed'])
  expect(kinds(whole({ error: { message: 'm', code: 'insufficient_quota' } }))).toEqual(['failure quota'])
  expect(
    kinds(whole({ id: 'g', choices: [{ index: 0, finish_reason: 'model_context_window_exceeded', message: {} }] })),
  ).toEqual(['start', 'failure context-length'])
})
