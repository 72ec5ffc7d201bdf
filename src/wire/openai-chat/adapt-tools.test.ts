import { expect, test } from 'vitest'
import { openaiChat } from '#wire/openai-chat/index.ts'
import { expectRows, readRequest, target } from '#test/support/openai-requests.ts'

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

const SENTENCE = 'Answer with one JSON object and nothing else: no prose, no code fence.'

test('structured output that is not taken is asked for in the instructions, in JSON mode where there is one', () => {
  const schema = { response_format: { type: 'json_schema', json_schema: { name: 's', schema: { type: 'object' } } } }
  const json = { response_format: { type: 'json_object' } }
  const none = { response_format: undefined }
  const told = ['emulated:response_format']
  const asked = { role: 'user', content: 'Go' }
  const words = `${SENTENCE} It must match this JSON Schema: {"type":"object"}`
  const instructed = { messages: [{ role: 'system', content: words }, asked] }
  const own = (format: object): object => ({ ...format, messages: [asked] })
  expectRows([
    ['schema', { responseFormats: ['json'] }, own(schema), { ...json, ...instructed }, told],
    [
      'the word is said by that',
      { responseFormats: ['json'], jsonWord: 'required' },
      own(schema),
      { ...json, ...instructed },
      told,
    ],
    ['neither', { responseFormats: [] }, own(schema), { ...none, ...instructed }, told],
    [
      'under the role that is known',
      { responseFormats: [], systemRole: 'developer' },
      own(schema),
      { ...none, messages: [{ role: 'developer', content: words }, asked] },
      told,
    ],
    [
      'json',
      { responseFormats: ['json-schema'] },
      own(json),
      { ...none, messages: [{ role: 'system', content: SENTENCE }, asked] },
      told,
    ],
    [
      'beside instructions',
      { responseFormats: [] },
      { ...schema, messages: [{ role: 'system', content: 'Be brief.' }, asked] },
      { ...none, messages: [{ role: 'system', content: `Be brief.\n\n${words}` }, asked] },
      told,
    ],
    ['text', { responseFormats: [] }, { response_format: { type: 'text' } }, {}, []],
  ])
})

test('the word JSON is put into the instructions where we asked for JSON mode and the platform wants to read it', () => {
  const quirks = { responseFormats: ['json'], jsonWord: 'required' } as const
  const asked = (content: string): object => ({
    model: 't',
    response_format: { type: 'json_object' },
    messages: [{ role: 'user', content }],
  })
  const sentBy = (dialect: 'gemini' | 'openai-chat', content: string): unknown => {
    const request = { ...readRequest(JSON.stringify(asked(content))), dialect }
    const result = openaiChat.writeRequest(request, target(quirks))
    if (!result.ok) return result.failure
    const { messages, response_format } = JSON.parse(result.written.body)
    return [response_format.type, messages, result.written.warnings.map(({ action }) => action)]
  }
  const user = (content: string): object => ({ role: 'user', content })
  const sentence = { role: 'system', content: 'Answer with one JSON object.' }
  expect([sentBy('gemini', 'Go'), sentBy('gemini', 'As Json'), sentBy('openai-chat', 'Go')]).toEqual([
    ['json_object', [sentence, user('Go')], ['emulated']],
    ['json_object', [user('As Json')], []],
    ['json_object', [user('Go')], []],
  ])
})
