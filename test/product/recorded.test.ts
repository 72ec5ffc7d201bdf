import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  cutUp,
  HAVE_RECORDINGS,
  recordedBytes,
  recordedLines,
  recordedText,
  SPLITS,
  type Told,
  toldByAnthropic,
  toldByOpenai,
} from '#test/support/recordings.ts'
import { gatewayTo, KEY, type TestGateway } from '#test/support/gateway.ts'
import { sendJson, sendStream, startUpstream, type Upstream } from '#test/support/upstream.ts'

const OPENAI_LIKE = ['openai/chat-text', 'dashscope/text', 'deepseek/text', 'deepseek/tool-call', 'moonshot/text']
const ANTHROPIC_LIKE = ['anthropic/text', 'anthropic/json-tool']
const ASK = { messages: [{ role: 'user' as const, content: 'go' }] }

/** The stop reason in the caller's words, whichever platform said it. */
const AS_OPENAI: Record<string, string> = {
  end_turn: 'stop',
  tool_use: 'tool_calls',
  max_tokens: 'length',
  stop_sequence: 'stop',
}
const AS_ANTHROPIC: Record<string, string> = { stop: 'end_turn', tool_calls: 'tool_use', length: 'max_tokens' }

let upstream: Upstream
let gateway: TestGateway

beforeAll(async () => {
  upstream = await startUpstream()
  gateway = await gatewayTo(upstream.url)
})
afterAll(async () => {
  await gateway.stop()
  await upstream.close()
})

/** What the OpenAI SDK makes of a stream: its own accumulator for tools and text, reasoning by hand as applications do. */
async function byOpenaiSdk(model: string): Promise<Told> {
  const stream = gateway.openai().chat.completions.stream({ ...ASK, model, stream_options: { include_usage: true } })
  let reasoning = ''
  stream.on('chunk', (chunk) => {
    const delta = chunk.choices[0]?.delta as { reasoning_content?: string } | undefined
    reasoning += delta?.reasoning_content ?? ''
  })
  const final = await stream.finalChatCompletion()
  const [choice] = final.choices
  const tools = (choice?.message.tool_calls ?? []).map((call) => {
    if (call.type !== 'function') throw new Error('not a function call')
    return { id: call.id, name: call.function.name, arguments: call.function.arguments }
  })
  return { text: choice?.message.content ?? '', reasoning, tools, finish: choice?.finish_reason, usage: final.usage }
}

/** What the Anthropic SDK's own accumulator makes of a stream. */
async function byAnthropicSdk(model: string): Promise<Told> {
  const message = await gateway
    .anthropic()
    .messages.stream({ ...ASK, model, max_tokens: 1000 })
    .finalMessage()
  const told: Told = {
    text: '',
    reasoning: '',
    tools: [],
    finish: message.stop_reason ?? undefined,
    usage: message.usage,
  }
  for (const block of message.content) {
    if (block.type === 'text') told.text += block.text
    if (block.type === 'thinking') told.reasoning += block.thinking
    if (block.type === 'tool_use')
      told.tools.push({ id: block.id, name: block.name, arguments: JSON.stringify(block.input) })
  }
  return told
}

const parsed = (told: Told): unknown =>
  told.tools.map((tool) => ({ ...tool, arguments: JSON.parse(tool.arguments || '{}') }))

describe.skipIf(!HAVE_RECORDINGS)('recorded streams of OpenAI-like platforms', () => {
  describe.each(OPENAI_LIKE)('%s', (name) => {
    test.each(SPLITS)('through the OpenAI SDK, cut by %s, says what the recording says', async (split) => {
      const truth = toldByOpenai(recordedLines(`${name}.chunks.jsonl`))
      upstream.answer = (_seen, response) => sendStream(response, cutUp(recordedBytes(`${name}.chunks.jsonl`), split))
      expect(await byOpenaiSdk('openai-like')).toEqual({ ...truth, tools: truth.tools })
    })

    test('through the Anthropic SDK says the same in Anthropic words', async () => {
      const truth = toldByOpenai(recordedLines(`${name}.chunks.jsonl`))
      upstream.answer = (_seen, response) => sendStream(response, cutUp(recordedBytes(`${name}.chunks.jsonl`), 'odd'))
      const told = await byAnthropicSdk('openai-like')
      const cached = truth.usage.prompt_tokens_details?.cached_tokens ?? 0
      expect(told).toMatchObject({
        text: truth.text,
        reasoning: truth.reasoning,
        finish: AS_ANTHROPIC[truth.finish ?? ''],
      })
      expect(parsed(told)).toEqual(parsed(truth))
      expect(told.usage).toMatchObject({
        input_tokens: truth.usage.prompt_tokens - cached,
        cache_read_input_tokens: cached,
        output_tokens: truth.usage.completion_tokens,
      })
    })

    test('leaves byte for byte as it came', async () => {
      const bytes = recordedBytes(`${name}.chunks.jsonl`)
      upstream.answer = (_seen, response) => sendStream(response, cutUp(bytes, 'odd'))
      const answer = await gateway.post('/v1/chat/completions', {
        ...ASK,
        model: 'openai-like',
        stream: true,
        stream_options: { include_usage: true },
      })
      expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true)
    })
  })

  test.each(['openai/chat-text', 'dashscope/text', 'deepseek/reasoning', 'deepseek/tool-call', 'moonshot/text'])(
    '%s, whole, leaves byte for byte and is read right by both SDKs',
    async (name) => {
      const text = recordedText(`${name}.json`)
      const truth = JSON.parse(text)
      const { message } = truth.choices[0]
      upstream.answer = (_seen, response) => sendJson(response, text)
      const answer = await gateway.post('/v1/chat/completions', { ...ASK, model: 'openai-like' })
      expect(await answer.text()).toBe(text)
      const anthropic = await gateway.anthropic().messages.create({ ...ASK, model: 'openai-like', max_tokens: 1000 })
      const said = anthropic.content.map((block) => (block.type === 'text' ? block.text : '')).join('')
      const thought = anthropic.content.map((block) => (block.type === 'thinking' ? block.thinking : '')).join('')
      expect([said, thought]).toEqual([message.content ?? '', message.reasoning_content ?? ''])
      expect(anthropic.content.filter((block) => block.type === 'tool_use').map((block) => block.input)).toEqual(
        (message.tool_calls ?? []).map((call: any) => JSON.parse(call.function.arguments)),
      )
      expect(anthropic.usage.output_tokens).toBe(truth.usage.completion_tokens)
    },
  )
})

describe.skipIf(!HAVE_RECORDINGS)('recorded streams of Anthropic', () => {
  describe.each(ANTHROPIC_LIKE)('%s', (name) => {
    test.each(SPLITS)('through the Anthropic SDK, cut by %s, says what the recording says', async (split) => {
      const truth = toldByAnthropic(recordedLines(`${name}.chunks.jsonl`))
      upstream.answer = (_seen, response) => sendStream(response, cutUp(recordedBytes(`${name}.chunks.jsonl`), split))
      const told = await byAnthropicSdk('anthropic-like')
      expect(told).toMatchObject({ text: truth.text, reasoning: truth.reasoning, finish: truth.finish })
      expect(parsed(told)).toEqual(parsed(truth))
      expect(told.usage).toMatchObject(truth.usage)
    })

    test('through the OpenAI SDK says the same in OpenAI words', async () => {
      const truth = toldByAnthropic(recordedLines(`${name}.chunks.jsonl`))
      upstream.answer = (_seen, response) => sendStream(response, cutUp(recordedBytes(`${name}.chunks.jsonl`), 'odd'))
      const told = await byOpenaiSdk('anthropic-like')
      expect(told).toMatchObject({
        text: truth.text,
        reasoning: truth.reasoning,
        finish: AS_OPENAI[truth.finish ?? ''],
      })
      expect(parsed(told)).toEqual(parsed(truth))
      expect(told.usage).toMatchObject({
        prompt_tokens: truth.usage.input_tokens,
        completion_tokens: truth.usage.output_tokens,
      })
    })

    test('leaves byte for byte as it came', async () => {
      const bytes = recordedBytes(`${name}.chunks.jsonl`)
      upstream.answer = (_seen, response) => sendStream(response, cutUp(bytes, 'odd'))
      const answer = await gateway.post(
        '/v1/messages',
        { ...ASK, model: 'anthropic-like', max_tokens: 100, stream: true },
        { 'x-api-key': KEY },
      )
      expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true)
    })
  })

  test('whole, leaves byte for byte and is read right by both SDKs', async () => {
    const text = recordedText('anthropic/text.json')
    const truth = JSON.parse(text)
    upstream.answer = (_seen, response) => sendJson(response, text)
    const answer = await gateway.post('/v1/messages', { ...ASK, model: 'anthropic-like', max_tokens: 100 })
    expect(await answer.text()).toBe(text)
    const openai = await gateway.openai().chat.completions.create({ ...ASK, model: 'anthropic-like' })
    expect(openai.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: truth.content[0].text } })
    expect(openai.usage).toMatchObject({ prompt_tokens: 12, completion_tokens: 29, total_tokens: 41 })
  })
})
