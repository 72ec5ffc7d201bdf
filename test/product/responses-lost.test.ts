import { expect, test } from 'vitest'
import type { Json } from '#test/support/callers.ts'
import { startTestGateway } from '#test/support/gateway.ts'
import { sendJson, startUpstream } from '#test/support/upstream.ts'

test('a platform that has lost its own answer is told all that was said', async () => {
  const message = { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content: [] }
  const said = [{ ...message, content: [{ type: 'output_text', text: 'Hi', annotations: [] }] }]
  const usage = { input_tokens: 3, output_tokens: 2, total_tokens: 5 }
  const error = {
    message: "Previous response with id 'resp_lossy' not found.",
    type: 'invalid_request_error',
    param: 'previous_response_id',
    code: 'previous_response_not_found',
  }
  const upstream = await startUpstream(({ json }, response) =>
    json.previous_response_id === undefined
      ? sendJson(response, {
          id: 'resp_lossy',
          object: 'response',
          status: 'completed',
          model: 'm',
          output: said,
          usage,
        })
      : sendJson(response, { error }, 400),
  )
  const lossy = {
    platform: 'openai',
    dialect: 'openai-responses',
    baseUrl: upstream.url,
    apiKey: 'sk-upstream-0123456789',
  }
  const own = await startTestGateway({ providers: { lossy } })
  await own.openai().responses.create({ model: 'lossy/gpt-6.2-astra', input: 'Hello' })
  const next = { model: 'lossy/gpt-6.2-astra', input: 'Go on', previous_response_id: 'resp_lossy' }
  const answer = await own.post('/v1/responses', next)
  expect([answer.status, answer.headers.get('x-tongwen-attempts')]).toEqual([200, '2'])
  expect(answer.headers.get('x-tongwen-warnings')).toBe('restored:previous_response_id')
  expect(upstream.seen.at(-1)?.json.input.map(({ role }: Json) => role)).toEqual(['user', 'assistant', 'user'])
  await own.stop()
  await upstream.close()
})
