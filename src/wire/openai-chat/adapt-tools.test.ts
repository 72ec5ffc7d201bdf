import { test } from 'vitest'
import { expectRows } from '#test/support/openai-requests.ts'

test('tools are described as the platform needs them', () => {
  const tool = (more: object): object => ({ type: 'function', function: { name: 'f', ...more } })
  const empty = { parameters: { type: 'object', properties: {} } }
  expectRows([
    [
      'T14 parameters',
      { toolParametersRequired: true },
      { tools: [tool({}), { type: 'web_search' }, tool({ parameters: {} })] },
      { tools: [tool(empty), { type: 'web_search' }, tool({ parameters: {} })] },
      ['defaulted:tools.0.function.parameters'],
    ],
    [
      'strict',
      { toolStrict: false },
      { tools: [tool({ strict: false }), tool({ strict: true })] },
      { tools: [tool({}), tool({})] },
      ['dropped:tools.1.function.strict'],
    ],
    [
      'parallel',
      { parallelToolCallsSwitch: false },
      { parallel_tool_calls: true },
      { parallel_tool_calls: undefined },
      ['dropped:parallel_tool_calls'],
    ],
  ])
})

test('a choice of tools that is not taken becomes the nearest one', () => {
  const tools = [{ type: 'function', function: { name: 'f' } }]
  const named = { type: 'function', function: { name: 'f' } }
  const choice = (tool_choice: unknown): object => ({ tools, tool_choice })
  const off = { thinking: { type: 'disabled' } }
  const thinking = { toolChoiceFreeOnlyWhileThinking: true, thinking: 'thinking-type', thinkingDefault: 'on' } as const
  const said = ['approximated:tool_choice']
  expectRows([
    ['taken', {}, choice('required'), {}, []],
    ['required', { toolChoices: ['auto', 'none'] }, choice('required'), { tool_choice: 'auto' }, said],
    ['named', { toolChoices: ['auto', 'required'] }, choice(named), { tool_choice: 'required' }, said],
    ['named, no any', { toolChoices: ['auto'] }, choice(named), { tool_choice: 'auto' }, said],
    ['auto', { toolChoices: [] }, choice('auto'), { tool_choice: undefined }, []],
    [
      'none',
      { toolChoices: ['auto'] },
      choice('none'),
      { tools: undefined, tool_choice: undefined },
      ['emulated:tool_choice'],
    ],
    ['unknown', { toolChoices: ['auto'] }, choice({ type: 'allowed_tools' }), {}, []],
    ['thinking', thinking, choice('required'), { tool_choice: 'auto' }, said],
    ['not thinking', thinking, { ...choice('required'), ...off }, {}, []],
  ])
})

test('structured output becomes the nearest form', () => {
  const schema = { response_format: { type: 'json_schema', json_schema: { name: 's', schema: {} } } }
  const json = { response_format: { type: 'json_object' } }
  const none = { response_format: undefined }
  expectRows([
    ['schema', { responseFormats: ['json'] }, schema, json, ['approximated:response_format']],
    ['neither', { responseFormats: [] }, schema, none, ['dropped:response_format']],
    ['json', { responseFormats: ['json-schema'] }, json, none, ['dropped:response_format']],
    ['text', { responseFormats: [] }, { response_format: { type: 'text' } }, {}, []],
  ])
})

test('the word JSON is put into the instructions where we asked for JSON and the platform wants to read it', () => {
  const quirks = { responseFormats: ['json'], jsonWord: 'required' } as const
  const schema = { response_format: { type: 'json_schema', json_schema: { name: 's', schema: {} } } }
  const json = { response_format: { type: 'json_object' } }
  const asked = { role: 'user', content: 'Go' }
  const sentence = 'Answer with one JSON object.'
  const told = ['approximated:response_format', 'emulated:response_format']
  expectRows([
    ['own', quirks, { ...json, messages: [asked] }, {}, []],
    [
      'ours',
      quirks,
      { ...schema, messages: [asked] },
      { ...json, messages: [{ role: 'system', content: sentence }, asked] },
      told,
    ],
    [
      'beside instructions',
      quirks,
      { ...schema, messages: [{ role: 'system', content: 'Be brief.' }, asked] },
      { ...json, messages: [{ role: 'system', content: `Be brief.\n\n${sentence}` }, asked] },
      told,
    ],
    [
      'said',
      quirks,
      { ...schema, messages: [{ role: 'user', content: [{ type: 'text', text: 'As Json' }] }] },
      json,
      ['approximated:response_format'],
    ],
  ])
})
