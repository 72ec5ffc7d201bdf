import { describe, expect, it } from 'vitest'
import { hear, play, user } from '#simulator/stage.test-support.ts'
import type { JsonObject } from '#wire/json.ts'

async function send(platform: string, model: string, more: JsonObject) {
  const anthropic = platform === 'anthropic'
  const heard = await hear(play(platform), {
    path: anthropic ? '/v1/messages' : '/v1/chat/completions',
    body: { model, messages: user('Hello'), ...(anthropic ? { max_tokens: 10 } : {}), ...more },
  })
  return { status: heard.status, body: JSON.parse(heard.text) }
}

const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }
const loop = [
  ...user('Hi'),
  { role: 'assistant', tool_calls: [call] },
  { role: 'tool', tool_call_id: 'c', content: 'x' },
]
const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }]
const named = { type: 'function', function: { name: 'f' } }

describe('what a platform refuses', () => {
  it.each([
    ['minimax', 'MiniMax-M3', { temperature: 0 }, "Invalid value for 'temperature'"],
    ['anthropic', 'claude-sonnet-5-5', { temperature: 1.5 }, "Invalid value for 'temperature'"],
    ['anthropic', 'claude-sonnet-5-5', { temperature: 1, top_p: 1 }, 'cannot both be specified'],
    ['anthropic', 'claude-sonnet-5-5', { max_tokens: undefined }, 'max_tokens: '],
    ['moonshot', 'kimi-k3', { temperature: 0.3 }, 'invalid temperature: only 1 is allowed'],
    ['moonshot', 'kimi-k3', { n: 2 }, 'invalid n'],
    ['moonshot', 'kimi-k3', { stop: ['x'.repeat(33)] }, 'at most 32 bytes'],
    ['openai', 'gpt-6.2-sol', { max_tokens: 5 }, "Use 'max_completion_tokens' instead"],
    ['openai', 'gpt-6.2-sol', { logprobs: true }, "Unsupported parameter: 'logprobs'"],
    ['openai', 'gpt-4o', { stop: ['1', '2', '3', '4', '5'] }, 'at most 4 sequences'],
    ['deepseek', 'deepseek-flash', { messages: loop, tools }, 'must be passed back to the API'],
    [
      'deepseek',
      'deepseek-flash',
      { response_format: { type: 'json_schema', json_schema: { name: 'n', schema: {} } } },
      'response_format type',
    ],
    ['dashscope', 'qwen3-32b', {}, 'enable_thinking must be set to false for non-streaming calls'],
    ['dashscope', 'qwq-plus', {}, 'only support stream mode'],
    ['dashscope', 'qwen3-max', { tools, tool_choice: 'required' }, "tool_choice 'required' is not supported"],
    ['zhipu', 'glm-4.6', { tools, tool_choice: named }, "tool_choice 'named' is not supported"],
    ['huawei-maas', 'deepseek-v3.2', { logit_bias: {} }, 'Extra inputs are not permitted'],
    ['openai', 'gpt-6.2-sol', { reasoning_effort: 'minimal' }, "does not support 'minimal'"],
  ] as const)('%s %s: %j', async (...row) => {
    const [platform, model, more, words] = row
    const { status, body } = await send(platform, model, more)
    expect({ refused: status === 400 || body.base_resp?.status_code === 2013, text: JSON.stringify(body) }).toEqual({
      refused: true,
      text: expect.stringContaining(words),
    })
  })

  it.each([
    ['minimax', 'MiniMax-M3', { temperature: 0.01 }],
    ['moonshot', 'kimi-k3', { temperature: 1, stop: ['x'.repeat(32)] }],
    ['deepseek', 'deepseek-flash', { messages: [loop[0], { ...loop[1], reasoning_content: 'hm' }, loop[2]], tools }],
    ['deepseek', 'deepseek-flash', { messages: loop, tools, thinking: { type: 'disabled' } }],
    ['dashscope', 'qwen3-32b', { enable_thinking: false }],
    ['dashscope', 'qwq-plus', { stream: true }],
  ])('%s %s takes %j', async (platform, model, more) => {
    const heard = await hear(play(platform), { body: { model, messages: user('Hello'), ...more } })
    expect({
      status: heard.status,
      told: heard.text.includes('You said: ') || heard.text.includes('The tool said') || heard.text.includes('"You"'),
    }).toEqual({
      status: 200,
      told: true,
    })
  })

  it.each([
    [
      'openai',
      404,
      {
        error: {
          message: 'The model does not exist.',
          type: 'invalid_request_error',
          param: 'model',
          code: 'model_not_found',
        },
      },
    ],
    ['moonshot', 404, { error: { message: 'The model does not exist.', type: 'resource_not_found_error' } }],
    ['zhipu', 400, { error: { code: '1211', message: 'The model does not exist.', type: 'invalid_request_error' } }],
    ['siliconflow', 400, { code: 20_012, message: 'The model does not exist.', data: null }],
    ['minimax', 200, { base_resp: { status_code: 2013, status_msg: 'The model does not exist.' } }],
    [
      'anthropic',
      404,
      {
        type: 'error',
        error: { type: 'not_found_error', message: 'model: not found' },
        request_id: expect.any(String),
      },
    ],
  ])('%s says in its own form that it has no such model', async (platform, status, body) => {
    expect(await send(platform, 'no-such-model', {})).toEqual({ status, body })
  })

  it.each([
    [
      'openai',
      'gpt-4o',
      401,
      {
        error: {
          message: 'Incorrect API key provided.',
          type: 'invalid_request_error',
          param: null,
          code: 'invalid_api_key',
        },
      },
    ],
    ['minimax', 'MiniMax-M3', 401, { base_resp: { status_code: 1004, status_msg: 'Incorrect API key provided.' } }],
    ['siliconflow', 'any', 401, 'Invalid token'],
  ] as const)('%s says in its own form that the key is wrong', async (...row) => {
    const [platform, model, status, body] = row
    const simulator = play(platform, { key: 'right' })
    const wrong = await hear(simulator, {
      body: { model, messages: user('Hi') },
      headers: { authorization: 'Bearer wrong' },
    })
    expect({ status: wrong.status, body: JSON.parse(wrong.text) }).toEqual({ status, body })
    const right = await hear(simulator, { body: { model: 'x' }, headers: { authorization: 'Bearer right' } })
    expect(right.status).not.toBe(401)
  })

  it('an input longer than the model’s context', async () => {
    const messages = user('word '.repeat(150_000))
    const { status, body } = await send('openai', 'gpt-4o', { messages })
    expect({ status, code: body.error.code }).toEqual({ status: 400, code: 'context_length_exceeded' })
  })

  it('a body that is no JSON, or has a field of the wrong type', async () => {
    const broken = await hear(play('openai'), { body: '{"model":' })
    expect(JSON.parse(broken.text).error).toEqual({
      message: 'The body could not be parsed as a JSON object.',
      type: 'invalid_request_error',
      param: null,
      code: null,
    })
    const { status, body } = await send('openai', 'gpt-4o', { temperature: 'hot' })
    expect({ status, param: body.error.param }).toEqual({ status: 400, param: 'temperature' })
  })
})
