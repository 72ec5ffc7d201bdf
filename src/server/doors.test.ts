import { expect, test } from 'vitest'
import { dialectOfCaller, doorAt } from '#server/doors.ts'

function opened(path: string, query = ''): unknown {
  const door = doorAt(path, query)
  if (door === undefined) return undefined
  const { model = '', stream } = door.outside ?? {}
  const mode = stream === undefined ? '' : stream ? `stream as ${door.framing ?? door.dialect.framing}` : 'whole'
  return [door.dialect.id, door.operation, model, mode].filter((word) => word !== '').join(' ')
}

test.each([
  ['/v1/chat/completions', 'openai-chat chat'],
  ['/chat/completions', 'openai-chat chat'],
  ['/openai/v1/chat/completions', 'openai-chat chat'],
  ['/openai/deployments/gpt/chat/completions', 'openai-chat chat gpt'],
  ['/v1/responses', 'openai-responses chat'],
  ['/responses', 'openai-responses chat'],
  ['/openai/v1/responses', 'openai-responses chat'],
  ['/openai/responses', 'openai-responses chat'],
  ['/v1/responses/input_tokens', 'openai-responses count-tokens'],
  ['/openai/v1/responses/input_tokens', 'openai-responses count-tokens'],
  ['/v1/completions', 'openai-completions chat'],
  ['/completions', 'openai-completions chat'],
  ['/openai/v1/completions', 'openai-completions chat'],
  ['/openai/deployments/a%2Fb/completions', 'openai-completions chat a/b'],
  ['/v1/messages', 'anthropic-messages chat'],
  ['/anthropic/v1/messages', 'anthropic-messages chat'],
  ['/v1/messages/count_tokens', 'anthropic-messages count-tokens'],
  ['/anthropic/v1/messages/count_tokens', 'anthropic-messages count-tokens'],
  ['/model/anthropic.claude-v1%3A0/converse', 'bedrock-converse chat anthropic.claude-v1:0 whole'],
  ['/model/aws/claude/converse-stream', 'bedrock-converse chat aws/claude stream as aws-event-stream'],
  ['/model/m/count-tokens', 'bedrock-converse count-tokens m whole'],
  ['/v1beta/models/m:generateContent', 'gemini chat m whole'],
  ['/v1/models/p/m:generateContent', 'gemini chat p/m whole'],
  ['/v1beta/p/m:generateContent', 'gemini chat p/m whole'],
  ['/v1beta/tunedModels/m:generateContent', 'gemini chat m whole'],
  ['/v1beta/models/m:countTokens', 'gemini count-tokens m'],
  ['/v1/projects/p/locations/l/publishers/google/models/m:generateContent', 'gemini chat m whole'],
  ['/v1beta1/projects/p/locations/l/publishers/qwen/models/m:countTokens', 'gemini count-tokens qwen/m'],
  ['/v1beta1/publishers/google/models/m:generateContent', 'gemini chat m whole'],
  ['/v1beta/models/m:streamGenerateContent', 'gemini chat m stream as json-array'],
])('%s leads to %s', (path, door) => {
  expect(opened(path)).toBe(door)
})

test('Google streams server-sent events to whoever asks for them', () => {
  expect([
    opened('/v1beta/models/m:streamGenerateContent', 'alt=sse'),
    opened('/v1beta/models/m:streamGenerateContent', 'key=k&alt=sse'),
    opened('/v1beta/models/m:streamGenerateContent', 'alt=json'),
  ]).toEqual(['gemini chat m stream as sse', 'gemini chat m stream as sse', 'gemini chat m stream as json-array'])
})

test.each(['/v1beta/models/m:predict', '/v1/responses/resp_1', '/model/m/invoke', '/v1beta/models/m', '/v2/chat'])(
  '%s has no door',
  (path) => {
    expect(opened(path)).toBeUndefined()
  },
)

test('where there is no door, the client is answered in its own words', () => {
  expect([
    dialectOfCaller('/v1beta/models/m:predict', {}).id,
    dialectOfCaller('/v1/projects/p/locations/l/publishers/google/models/m:predict', {}).id,
    dialectOfCaller('/v1/models/m:predict', {}).id,
    dialectOfCaller('/v1/files', { 'x-goog-api-key': 'k' }).id,
    dialectOfCaller('/model/m/invoke', {}).id,
    dialectOfCaller('/v1/messages/batches', {}).id,
    dialectOfCaller('/v1/models', { 'anthropic-version': '2023-06-01' }).id,
    dialectOfCaller('/v1/files', {}).id,
  ]).toEqual([
    'gemini',
    'gemini',
    'gemini',
    'gemini',
    'bedrock-converse',
    'anthropic-messages',
    'anthropic-messages',
    'openai-chat',
  ])
})
