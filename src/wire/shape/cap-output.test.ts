import { expect, test } from 'vitest'
import { DIALECTS } from '#wire/dialects.ts'
import type { DialectId } from '#wire/dialect.ts'
import { capOutput } from '#wire/shape/cap-output.ts'

test.each<[DialectId, string, string]>([
  ['openai-chat', '{"model":"m","max_tokens":900,"messages":[{"role":"user","content":"hi"}]}', '"max_tokens":32,'],
  [
    'openai-chat',
    '{"model":"m","max_completion_tokens":900,"max_tokens":800,"messages":[{"role":"user","content":"hi"}]}',
    '"max_completion_tokens":32,"max_tokens":32,',
  ],
  ['openai-chat', '{"model":"m","messages":[{"role":"user","content":"hi"}]}', '"max_tokens":32'],
  ['openai-responses', '{"model":"m","max_output_tokens":900,"input":"hi"}', '"max_output_tokens":32,'],
  [
    'anthropic-messages',
    '{"model":"m","max_tokens":900,"messages":[{"role":"user","content":"hi"}]}',
    '"max_tokens":32,',
  ],
  [
    'gemini',
    '{"contents":[{"parts":[{"text":"hi"}]}],"generationConfig":{"topK":3,"maxOutputTokens":900}}',
    '{"topK":3,"maxOutputTokens":32}',
  ],
  [
    'gemini',
    '{"contents":[{"parts":[{"text":"hi"}]}],"generation_config":{"max_output_tokens":900}}',
    '{"max_output_tokens":32}',
  ],
  [
    'bedrock-converse',
    '{"messages":[{"role":"user","content":[{"text":"hi"}]}]}',
    '"inferenceConfig":{"maxTokens":32}',
  ],
])('the output of a request of %s is bound in its own text', (id, text, wanted) => {
  const outside = { model: 'm', stream: false }
  const read = DIALECTS[id]?.readRequest({ text, json: JSON.parse(text) as Record<string, never>, outside })
  if (read?.ok !== true) throw new Error(JSON.stringify(read))
  const { source, maxOutputTokens } = capOutput(read.request, 32)
  expect({ maxOutputTokens, text: source.text.replaceAll(' ', '') }).toEqual({
    maxOutputTokens: 32,
    text: expect.stringContaining(wanted),
  })
  expect(JSON.parse(source.text)).toEqual(source.json)
})
