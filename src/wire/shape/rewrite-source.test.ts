import { expect, test } from 'vitest'
import { anthropicMessages } from '#wire/anthropic-messages/index.ts'
import { bedrockConverse } from '#wire/bedrock-converse/index.ts'
import type { Dialect, Rewriting } from '#wire/dialect.ts'
import { gemini } from '#wire/gemini/index.ts'
import { openaiChat } from '#wire/openai-chat/index.ts'
import { openaiResponses } from '#wire/openai-responses/index.ts'

const URL = 'https://x/a'
const MEDIA = new Map([[URL, { mediaType: 'image/png', data: 'AA==' }]])
const TURNS = [
  { role: 'assistant', text: 'no' },
  { role: 'user', text: 'again' },
] as const

/** The text after the rewriting; its parsed form has to say the same. */
function rewritten({ rewriteSource }: Pick<Dialect, 'rewriteSource'>, text: string, rewriting: Rewriting): string {
  const source = rewriteSource?.({ text, json: JSON.parse(text) }, rewriting)
  expect(JSON.parse(source?.text ?? '')).toEqual(JSON.parse(JSON.stringify(source?.json)))
  return source?.text ?? ''
}

test.each([
  [
    openaiChat,
    `{"n":3,"seed":1.0,"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"${URL}"}},{"type":"image_url","image_url":"${URL}"}]},{"role":"assistant","tool_calls":[{"function":{"arguments":"${URL}"}}]}]}`,
    '{"seed":1.0,"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}},{"type":"image_url","image_url":"data:image/png;base64,AA=="}]},{"role":"assistant","tool_calls":[{"function":{"arguments":"https://x/a"}}]},{"role":"assistant","content":"no"},{"role":"user","content":"again"}]}',
  ],
  [
    anthropicMessages,
    `{"top_p":1.0,"messages":[{"role":"assistant","content":[{"type":"tool_use","input":{"type":"url","url":"${URL}"}}]},{"role":"user","content":[{"type":"tool_result","content":[{"type":"image","source":{"type":"url","url":"${URL}"}}]}]}]}`,
    `{"top_p":1.0,"messages":[{"role":"assistant","content":[{"type":"tool_use","input":{"type":"url","url":"${URL}"}}]},{"role":"user","content":[{"type":"tool_result","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA=="}}]}]},{"role":"assistant","content":"no"},{"role":"user","content":"again"}]}`,
  ],
  [
    gemini,
    `{"generationConfig":{"candidateCount":3,"topP":0.5},"contents":[{"role":"user","parts":[{"fileData":{"fileUri":"${URL}"}},{"file_data":{"file_uri":"${URL}"}},{"text":"x"}]}]}`,
    '{"generationConfig":{"topP":0.5},"contents":[{"role":"user","parts":[{"inlineData":{"mimeType":"image/png","data":"AA=="}},{"inlineData":{"mimeType":"image/png","data":"AA=="}},{"text":"x"}]},{"role":"model","parts":[{"text":"no"}]},{"role":"user","parts":[{"text":"again"}]}]}',
  ],
  [
    bedrockConverse,
    '{"messages":[{"role":"user","content":[{"text":"x"}]}]}',
    '{"messages":[{"role":"user","content":[{"text":"x"}]},{"role":"assistant","content":[{"text":"no"}]},{"role":"user","content":[{"text":"again"}]}]}',
  ],
  [
    openaiResponses,
    `{"input":[{"role":"user","content":[{"type":"input_image","image_url":"${URL}","detail":"low"},{"type":"input_file","file_url":"${URL}"}]}]}`,
    '{"input":[{"role":"user","content":[{"type":"input_image","image_url":"data:image/png;base64,AA==","detail":"low"},{"filename":"document","type":"input_file","file_data":"data:image/png;base64,AA=="}]},{"role":"assistant","content":"no"},{"role":"user","content":"again"}]}',
  ],
  [
    openaiResponses,
    '{"input":"x"}',
    '{"input":[{"role":"user","content":"x"},{"role":"assistant","content":"no"},{"role":"user","content":"again"}]}',
  ],
] as const)(
  "a caller's text says what is left to ask for, and nothing else is another: %#",
  (dialect, text, expected) => {
    expect(rewritten(dialect, text, { answers: 1, turns: TURNS, media: MEDIA })).toBe(expected)
  },
)

test('fewer answers, but more than one, are asked for by their number', () => {
  expect(rewritten(openaiChat, '{"n":5,"messages":[]}', { answers: 2 })).toBe('{"n":2,"messages":[]}')
  expect(rewritten(gemini, '{"generation_config":{"candidate_count":5},"contents":[]}', { answers: 2 })).toBe(
    '{"generation_config":{"candidateCount":2},"contents":[]}',
  )
})
