import { expect, test } from 'vitest'
import { openaiResponses } from '#wire/openai-responses/index.ts'
import type { Part } from '#wire/part.ts'
import { read, refusal } from '#wire/openai-responses/fixture.ts'

/** The turns of a conversation. */
function turns(...input: unknown[]): unknown {
  return read({ model: 'm', input }).messages
}

/** The parts of one item's content. */
function content(...parts: unknown[]): readonly Part[] | undefined {
  return read({ model: 'm', input: [{ role: 'user', content: parts }] }).messages[0]?.parts
}

test('a text is a turn of the user, and instructions stand before it', () => {
  expect(read({ model: 'm', input: 'Hi', instructions: 'Be brief.' })).toEqual({
    dialect: 'openai-responses',
    source: expect.anything(),
    model: 'm',
    stream: false,
    streamUsage: true,
    messages: [
      { role: 'system', parts: [{ kind: 'text', text: 'Be brief.' }], path: 'instructions' },
      { role: 'user', parts: [{ kind: 'text', text: 'Hi' }], path: 'input' },
    ],
    tools: [],
    unread: [],
  })
})

test('neighbouring items of one turn are one message, results of its calls another', () => {
  const messages = turns(
    { role: 'developer', content: 'Be brief.' },
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Weather?' }], status: 'completed' },
    { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Two cities.' }], encrypted_content: 'e' },
    { type: 'message', id: 'msg_1', role: 'assistant', content: [{ type: 'output_text', text: 'Let me see.' }] },
    { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'f', arguments: '{"n":12345678901234567890}' },
    { type: 'function_call', call_id: 'call_2', name: 'f', arguments: '', caller: { type: 'direct' } },
    { type: 'function_call_output', call_id: 'call_1', output: 'rain' },
    {
      type: 'function_call_output',
      call_id: 'call_2',
      output: [{ type: 'input_image', image_url: 'https://x/i.png' }],
    },
    { role: 'assistant', content: 'Rain.' },
  )
  expect(messages).toEqual([
    { role: 'developer', parts: [{ kind: 'text', text: 'Be brief.' }], path: 'input.0' },
    { role: 'user', parts: [{ kind: 'text', text: 'Weather?' }], path: 'input.1' },
    {
      role: 'assistant',
      parts: [
        { kind: 'reasoning', text: 'Two cities.', signature: 'e', sealedBy: 'openai-responses' },
        { kind: 'text', text: 'Let me see.' },
        { kind: 'tool-call', id: 'call_1', name: 'f', arguments: '{"n":12345678901234567890}' },
        { kind: 'tool-call', id: 'call_2', name: 'f', arguments: '{}' },
      ],
      path: 'input.2',
    },
    {
      role: 'tool',
      parts: [
        { kind: 'tool-result', callId: 'call_1', parts: [{ kind: 'text', text: 'rain' }] },
        {
          kind: 'tool-result',
          callId: 'call_2',
          parts: [{ kind: 'image', source: { kind: 'url', url: 'https://x/i.png' } }],
        },
      ],
      path: 'input.6',
    },
    { role: 'assistant', parts: [{ kind: 'text', text: 'Rain.' }], path: 'input.8' },
  ])
})

test('two messages of the model without a call between are two turns, and a thought goes with the later one', () => {
  const messages = turns(
    { role: 'assistant', content: 'One.' },
    { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Two?' }], encrypted_content: 'tw.unsealed' },
    { role: 'assistant', content: 'Two.' },
    { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
    { role: 'assistant', content: 'Three.' },
  )
  expect(messages).toEqual([
    { role: 'assistant', parts: [{ kind: 'text', text: 'One.' }], path: 'input.0' },
    {
      role: 'assistant',
      parts: [
        { kind: 'reasoning', text: 'Two?' },
        { kind: 'text', text: 'Two.' },
        { kind: 'tool-call', id: 'c', name: 'f', arguments: '{}' },
        { kind: 'text', text: 'Three.' },
      ],
      path: 'input.2',
    },
  ])
})

test('reasoning is its text or its summary, with its seal and its maker', () => {
  const thoughts = (...items: object[]): unknown =>
    read({ model: 'm', input: items.map((item) => ({ type: 'reasoning', ...item })) }).messages[0]?.parts
  const summary = ['a', 'b'].map((text) => ({ type: 'summary_text', text }))
  const parts = thoughts(
    { summary, encrypted_content: null },
    { summary, content: [{ type: 'reasoning_text', text: 'all of it' }] },
    { summary: [], encrypted_content: 'own' },
    { summary: [], encrypted_content: 'tw.gemini.seal' },
    { summary: [], encrypted_content: 'tw.anthropic-messages.redacted:data' },
    { summary: [], encrypted_content: 'tw.another-account.seal' },
  )
  expect(parts).toEqual([
    { kind: 'reasoning', text: 'a\n\nb' },
    { kind: 'reasoning', text: 'all of it' },
    { kind: 'reasoning', text: '', signature: 'own', sealedBy: 'openai-responses' },
    { kind: 'reasoning', text: '', signature: 'seal', sealedBy: 'gemini' },
    { kind: 'reasoning-redacted', data: 'data', sealedBy: 'anthropic-messages' },
    { kind: 'reasoning', text: '', signature: 'seal', sealedBy: 'another-account' },
  ])
})

test('every kind of content', () => {
  const png = { kind: 'data', mediaType: 'image/png', data: 'aGk=' }
  const mark = { mode: 'explicit' }
  const parts = content(
    { type: 'input_text', text: 'a', prompt_cache_breakpoint: { ...mark, ttl: '12h' } },
    { type: 'input_image', image_url: 'data:image/png;base64,aGk=', detail: 'auto', prompt_cache_breakpoint: mark },
    { type: 'input_image', image_url: { url: 'https://x' }, detail: 'high' },
    { type: 'input_image', file_id: 'file_1', image_url: null },
    { type: 'input_file', file_data: 'data:text/csv;base64,aGk=', filename: 'a.csv' },
    { type: 'input_file', file_data: 'aGk=' },
    { type: 'input_file', file_url: 'https://x/a.pdf' },
    { type: 'input_file', file_id: 'file_2' },
    { type: 'input_audio', input_audio: { data: 'aGk=', format: 'mp3' } },
    { type: 'refusal', refusal: 'No.' },
    { type: 'computer_screenshot', image_url: 'https://x' },
  )
  expect(parts).toEqual([
    { kind: 'text', text: 'a', cache: { ttl: 'long' } },
    { kind: 'image', source: png, cache: { ttl: 'short' } },
    { kind: 'image', source: { kind: 'url', url: 'https://x' }, detail: 'high' },
    { kind: 'image', source: { kind: 'file', id: 'file_1' } },
    { kind: 'file', source: { kind: 'data', mediaType: 'text/csv', data: 'aGk=' }, name: 'a.csv' },
    { kind: 'file', source: { kind: 'data', mediaType: 'application/pdf', data: 'aGk=' } },
    { kind: 'file', source: { kind: 'url', url: 'https://x/a.pdf' } },
    { kind: 'file', source: { kind: 'file', id: 'file_2' } },
    { kind: 'audio', source: { kind: 'data', mediaType: 'audio/mp3', data: 'aGk=' } },
    { kind: 'refusal', text: 'No.' },
    {
      kind: 'native',
      dialect: 'openai-responses',
      type: 'computer_screenshot',
      value: { type: 'computer_screenshot', image_url: 'https://x' },
    },
  ])
})

test('items of tools that the platform runs stay in their turn; what is no turn, or nothing else, is unread', () => {
  const search = { type: 'web_search_call', id: 'ws_1', status: 'completed' }
  const request = read({
    model: 'm',
    input: [
      search,
      { role: 'assistant', content: 'Found.' },
      { type: 'custom_tool_call_output', call_id: 'c', output: 'o' },
      { type: 'item_reference', id: 'msg_1' },
      { id: 'rs_1' },
      { type: 'compaction', encrypted_content: 'e' },
      { type: 'reasoning', id: 'rs_2', summary: [] },
    ],
  })
  expect([request.messages, request.unread]).toEqual([
    [
      {
        role: 'assistant',
        parts: [
          { kind: 'native', dialect: 'openai-responses', type: 'web_search_call', value: search },
          { kind: 'text', text: 'Found.' },
        ],
        path: 'input.0',
      },
    ],
    // The result has a turn of its own, which nothing else is in.
    ['input.3', 'input.4', 'input.5', 'input.6', 'input.2'],
  ])
})

test('tools are flat; a strict one is strict only where it says so', () => {
  const parameters = { type: 'object', properties: {} }
  const { tools, unread } = read({
    model: 'm',
    input: 'Hi',
    tools: [
      { type: 'function', name: 'a', description: 'A', parameters, strict: true, async: false },
      { type: 'function', name: 'b', parameters: null, strict: null, defer_loading: true },
      { type: 'web_search', filters: {} },
    ],
  })
  expect([tools, unread]).toEqual([
    [
      { kind: 'function', name: 'a', description: 'A', parameters, strict: true, path: 'tools.0' },
      { kind: 'function', name: 'b', path: 'tools.1' },
      {
        kind: 'native',
        dialect: 'openai-responses',
        type: 'web_search',
        value: { type: 'web_search', filters: {} },
        path: 'tools.2',
      },
    ],
    ['tools.1.defer_loading'],
  ])
})

test('every form of tool_choice: only allowed tools are tools, and choices of other tools stay unread', () => {
  const tools = [
    { type: 'function', name: 'a' },
    { type: 'function', name: 'b' },
    { type: 'mcp', server_label: 's' },
  ]
  const choose = (tool_choice: unknown): unknown => {
    const request = read({ model: 'm', input: 'Hi', tools, tool_choice })
    return [request.toolChoice, request.tools.map(({ path }) => path), request.unread]
  }
  const all = ['tools.0', 'tools.1', 'tools.2']
  const allowed = { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'b' }] }
  expect([
    choose('none'),
    choose({ type: 'function', name: 'a' }),
    choose(allowed),
    choose({ ...allowed, mode: 'auto', tools: [{ type: 'mcp', server_label: 's' }] }),
    choose({ ...allowed, mode: 'of tomorrow' }),
    choose({ type: 'web_search_preview' }),
    choose({ type: 'custom', name: 'c' }),
    choose('of tomorrow'),
  ]).toEqual([
    [{ kind: 'none' }, all, []],
    [{ kind: 'named', name: 'a' }, all, []],
    [{ kind: 'required' }, ['tools.1'], []],
    [{ kind: 'auto' }, ['tools.2'], []],
    [undefined, ['tools.1'], ['tool_choice.mode']],
    [undefined, all, ['tool_choice']],
    [undefined, all, ['tool_choice']],
    [undefined, all, ['tool_choice']],
  ])
})

test('every form of the answer', () => {
  const schema = { type: 'object' }
  const form = (text: unknown): unknown => {
    const { responseFormat, unread } = read({ model: 'm', input: 'Hi', text })
    return [responseFormat, unread]
  }
  expect([
    form({ format: { type: 'text' }, verbosity: 'medium' }),
    form({ format: { type: 'json_object' }, verbosity: 'low' }),
    form({ format: { type: 'json_schema', name: 'n', description: 'd', schema, strict: true } }),
    form({ format: { type: 'grammar' } }),
    form({}),
  ]).toEqual([
    [{ kind: 'text' }, []],
    [{ kind: 'json' }, ['text.verbosity']],
    [{ kind: 'json-schema', name: 'n', description: 'd', schema, strict: true }, []],
    [undefined, ['text.format']],
    [undefined, []],
  ])
})

test('the rest of the fields, and what nobody else can do is listed', () => {
  const {
    source: _source,
    messages: _messages,
    ...rest
  } = read({
    model: 'm',
    input: 'Hi',
    stream: true,
    stream_options: { include_obfuscation: true },
    reasoning: { effort: 'xhigh', summary: 'auto', mode: 'pro' },
    max_output_tokens: 9,
    temperature: 0.5,
    top_p: 0.9,
    parallel_tool_calls: false,
    user: 'u',
    safety_identifier: 's',
    store: true,
    include: ['reasoning.encrypted_content', 'message.output_text.logprobs'],
    truncation: 'auto',
    metadata: { a: 'b' },
    service_tier: 'flex',
    prompt_cache_key: 'k',
    top_logprobs: 3,
    max_tool_calls: 2,
    background: false,
    previous_response_id: 'resp_1',
    conversation: { id: 'conv_1' },
    prompt: { id: 'pmpt_1' },
    field_of_tomorrow: {},
  })
  expect(rest).toEqual({
    dialect: 'openai-responses',
    model: 'm',
    stream: true,
    streamUsage: true,
    tools: [],
    parallelToolCalls: false,
    maxOutputTokens: 9,
    temperature: 0.5,
    topP: 0.9,
    reasoning: { effort: 'xhigh' },
    user: 'u',
    unread: [
      'service_tier',
      'prompt_cache_key',
      'max_tool_calls',
      'previous_response_id',
      'conversation',
      'prompt',
      'field_of_tomorrow',
      'reasoning.summary',
      'reasoning.mode',
      'safety_identifier',
      'stream_options.include_obfuscation',
      'include.1',
      'truncation',
      'top_logprobs',
      'metadata',
    ],
  })
})

test('empty wishes and defaults said aloud lose nothing elsewhere', () => {
  const { unread } = read({
    model: 'm',
    input: 'Hi',
    truncation: 'disabled',
    metadata: {},
    top_logprobs: 0,
    include: ['reasoning.encrypted_content'],
    stream_options: { include_obfuscation: false },
    store: false,
    safety_identifier: 's',
    reasoning: { effort: null, summary: null },
  })
  expect(unread).toEqual([])
})

test('a background answer is refused with what to do instead', () => {
  const json = { model: 'm', input: 'Hi', background: true }
  expect(openaiResponses.readRequest({ text: JSON.stringify(json), json })).toEqual({
    ok: false,
    failure: {
      kind: 'invalid-request',
      message:
        'background: true is not supported: every answer comes in the call that asks for it. Leave background out; for long answers use stream: true.',
      retryable: false,
      mayHaveCost: false,
      blame: 'caller',
      param: 'background',
    },
  })
})

test('what only the platform keeps is no input, and no other platform can answer it', () => {
  const { leaving, messages } = read({ model: 'm', prompt: { id: 'pmpt_1' }, instructions: 'Be brief.' })
  expect([messages.length, leaving?.refusal?.param]).toEqual([1, 'input'])
})

test('wrong fields are refused by name', () => {
  const cases: [object, string][] = [
    [{ input: 'Hi' }, 'model'],
    [{ model: '', input: 'Hi' }, 'model'],
    [{ model: 'm' }, 'input'],
    [{ model: 'm', input: [] }, 'input'],
    [{ model: 'm', input: 5 }, 'input'],
    [{ model: 'm', input: ['Hi'] }, 'input.0'],
    [{ model: 'm', input: [{ content: 'Hi' }] }, 'input.0.type'],
    [{ model: 'm', input: [{ role: 'tool', content: 'Hi' }] }, 'input.0.role'],
    [{ model: 'm', input: [{ role: 'user' }] }, 'input.0.content'],
    [{ model: 'm', input: [{ role: 'user', content: [{ type: 'input_text' }] }] }, 'input.0.content.0.text'],
    [{ model: 'm', input: [{ role: 'user', content: [{ type: 'input_image' }] }] }, 'input.0.content.0.image_url'],
    [{ model: 'm', input: [{ role: 'user', content: [{ type: 'input_file' }] }] }, 'input.0.content.0'],
    [{ model: 'm', input: [{ type: 'function_call', name: 'f' }] }, 'input.0.call_id'],
    [{ model: 'm', input: [{ type: 'function_call_output', call_id: 'c' }] }, 'input.0.output'],
    [{ model: 'm', input: [{ type: 'reasoning', summary: ['a'] }] }, 'input.0.summary.0'],
    [{ model: 'm', input: 'Hi', instructions: ['Be brief.'] }, 'instructions'],
    [{ model: 'm', input: 'Hi', tools: [{ type: 'function', function: { name: 'f' } }] }, 'tools.0.name'],
    [{ model: 'm', input: 'Hi', tool_choice: 5 }, 'tool_choice'],
    [{ model: 'm', input: 'Hi', tool_choice: { type: 'function' } }, 'tool_choice.name'],
    [{ model: 'm', input: 'Hi', text: { format: { type: 'json_schema' } } }, 'text.format.schema'],
    [{ model: 'm', input: 'Hi', reasoning: 'high' }, 'reasoning'],
    [{ model: 'm', input: 'Hi', max_output_tokens: 1.5 }, 'max_output_tokens'],
    [{ model: 'm', input: 'Hi', store: 'yes' }, 'store'],
    [{ model: 'm', input: 'Hi', background: 'yes' }, 'background'],
    [{ model: 'm', input: 'Hi', include: 'all' }, 'include'],
  ]
  expect(cases.map(([json]) => refusal({ ...json }))).toEqual(cases.map(([, param]) => `invalid-request ${param}`))
})
