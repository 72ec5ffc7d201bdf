import { describe, expect, it } from 'vitest'
import { hear, payloads, play, user } from '#simulator/stage.test-support.ts'
import type { JsonObject } from '#wire/json.ts'

const rules = [{ match: {}, answer: { reasoning: 'Hm', text: 'Hi there', usage: { inputFresh: 5, inputCached: 2 } } }]
const usage = {
  prompt_tokens: 7,
  completion_tokens: 3,
  total_tokens: 10,
  prompt_tokens_details: { cached_tokens: 2 },
  completion_tokens_details: { reasoning_tokens: 1 },
}

interface Chunk {
  readonly choices: readonly { readonly delta: JsonObject & { readonly content?: string } }[]
  readonly usage?: JsonObject
}

/** A stream's chunks without what is the same in all of them, and its raw text. */
async function stream(platform: string, body: JsonObject): Promise<{ chunks: Chunk[]; text: string }> {
  const heard = await hear(play(platform, { rules }), { body: { messages: user('Hello'), stream: true, ...body } })
  const chunks = payloads(heard).map((data) => {
    if (data === '[DONE]') return data
    const { id: _id, object: _object, created: _created, model: _model, ...rest } = JSON.parse(data)
    return rest
  })
  return { chunks, text: heard.text }
}

function choice(delta: JsonObject, more: JsonObject = {}): JsonObject {
  return { index: 0, delta, finish_reason: null, ...more }
}

const ROLE = choice({ role: 'assistant', content: '' })
const THOUGHT = choice({ reasoning_content: 'Hm' })
const FIRST = choice({ content: 'Hi' })
const SECOND = choice({ content: ' there' })
const STOP = choice({}, { finish_reason: 'stop' })

describe('where a platform departs from its dialect, its wire shows it', () => {
  it('plain: usage in a chunk of its own, and only where it is asked for', async () => {
    const asked = { model: 'any', stream_options: { include_usage: true } }
    const content = [ROLE, THOUGHT, FIRST, SECOND, STOP].map((each) => ({ choices: [each] }))
    expect((await stream('simulator', { model: 'any' })).chunks).toEqual([...content, '[DONE]'])
    expect((await stream('simulator', asked)).chunks).toEqual([...content, { choices: [], usage }, '[DONE]'])
  })

  it('deepseek: a comment first, usage on the finish chunk, null before', async () => {
    const { chunks, text } = await stream('deepseek', {
      model: 'deepseek-flash',
      stream_options: { include_usage: true },
    })
    const beside = { system_fingerprint: 'fp_simulator' }
    const own = { ...usage, prompt_cache_hit_tokens: 2, prompt_cache_miss_tokens: 5 }
    expect(text.startsWith(': keep-alive\n\ndata: {')).toBe(true)
    expect(chunks).toEqual([
      ...[ROLE, THOUGHT, FIRST, SECOND].map((each) => ({ choices: [each], usage: null, ...beside })),
      { choices: [STOP], usage: own, ...beside },
      '[DONE]',
    ])
  })

  it('moonshot: usage inside the choice of the finish chunk', async () => {
    const { chunks } = await stream('moonshot', { model: 'kimi-k3', stream_options: { include_usage: true } })
    expect(chunks.at(-2)).toEqual({
      choices: [{ ...STOP, usage: { ...usage, cached_tokens: 2 } }],
      system_fingerprint: 'fp_simulator',
    })
  })

  it('minimax: thinking in tags, or apart where it is asked for; base_resp at the end', async () => {
    const tagged = await stream('minimax', { model: 'MiniMax-M3' })
    const said = tagged.chunks.slice(0, -1).map((chunk) => chunk.choices[0]!.delta.content ?? '')
    expect(said.join('')).toBe('<think>\nHm\n</think>\n\nHi there')
    expect(tagged.chunks.at(-2)).toEqual({
      choices: [STOP],
      usage: { ...usage, total_characters: 0 },
      input_sensitive: false,
      output_sensitive: false,
      input_sensitive_type: 0,
      output_sensitive_type: 0,
      base_resp: { status_code: 0, status_msg: '' },
    })
    const apart = await stream('minimax', { model: 'MiniMax-M3', reasoning_split: true })
    expect(apart.chunks[1]?.choices[0]?.delta).toEqual({
      reasoning_details: [{ type: 'reasoning.text', id: 'reasoning-text-1', index: 0, text: 'Hm' }],
    })
  })

  it('siliconflow: running usage on every chunk', async () => {
    const { chunks } = await stream('siliconflow', { model: 'deepseek-ai/DeepSeek-V3.2' })
    const counts = chunks.slice(0, -1).map((chunk) => chunk.usage?.['completion_tokens'])
    expect(counts).toEqual([0, 1, 2, 3, 3])
  })

  it('spark: no space after data:, code and sid beside choices, no finish reason', async () => {
    const { chunks, text } = await stream('spark', { model: 'generalv3.5' })
    expect(text.startsWith('data:{"')).toBe(true)
    const beside = { code: 0, message: 'Success', sid: expect.stringMatching(/^chatcmpl-/) }
    expect(chunks.slice(-3)).toEqual([
      { choices: [SECOND], ...beside },
      { choices: [{ index: 0, delta: { role: 'assistant', content: '' } }], usage, ...beside },
      '[DONE]',
    ])
  })

  it('azure: the prompt’s filter results in a first chunk without choices', async () => {
    const { chunks } = await stream('azure', { model: 'my-deployment' })
    const safe = { filtered: false, severity: 'safe' }
    expect(chunks[0]).toEqual({
      choices: [],
      prompt_filter_results: [
        { prompt_index: 0, content_filter_results: { hate: safe, self_harm: safe, sexual: safe, violence: safe } },
      ],
    })
  })

  it('openai and azure think in silence', async () => {
    for (const platform of ['openai', 'azure']) {
      expect((await stream(platform, { model: 'gpt-6.2-sol' })).text).not.toContain('reasoning')
    }
  })

  it('vllm: its own name for reasoning', async () => {
    const { chunks } = await stream('vllm', { model: 'any' })
    expect(chunks[1]).toEqual({ choices: [choice({ reasoning: 'Hm' })] })
  })

  it('zhipu: arguments in one piece; dashscope: fragments that repeat an empty id', async () => {
    const call = [{ match: {}, answer: { toolCalls: [{ name: 'f', arguments: '{"a":1,"b":2}' }] } }]
    async function fragments(platform: string, model: string): Promise<unknown[]> {
      const heard = await hear(play(platform, { rules: call }), { body: { model, messages: user('Hi'), stream: true } })
      return payloads(heard)
        .filter((data) => data !== '[DONE]')
        .flatMap((data) => JSON.parse(data).choices[0]?.delta.tool_calls ?? [])
    }
    const opening = {
      index: 0,
      id: expect.stringMatching(/^call_/),
      type: 'function',
      function: { name: 'f', arguments: '' },
    }
    expect(await fragments('zhipu', 'glm-5.3')).toEqual([
      opening,
      { index: 0, function: { arguments: '{"a":1,"b":2}' } },
    ])
    expect(await fragments('dashscope', 'qwen3-max')).toEqual([
      opening,
      ...['{"a":', '1,"b"', ':2}'].map((text) => ({
        index: 0,
        id: '',
        type: 'function',
        function: { arguments: text },
      })),
    ])
  })

  it('a word of its own for why it stopped, where the script says it or the platform has one', async () => {
    async function finish(platform: string, model: string, word: string): Promise<unknown> {
      const own = [{ match: {}, answer: { text: '', finish: word } }]
      const heard = await hear(play(platform, { rules: own }), { body: { model, messages: user('Hi') } })
      return JSON.parse(heard.text).choices[0].finish_reason
    }
    expect(await finish('zhipu', 'glm-5.3', 'sensitive')).toBe('sensitive')
    expect(await finish('deepseek', 'deepseek-flash', 'insufficient_system_resource')).toBe(
      'insufficient_system_resource',
    )
  })

  it('a whole answer has the same manners', async () => {
    const heard = await hear(play('spark', { rules }), { body: { model: 'generalv3.5', messages: user('Hi') } })
    expect(JSON.parse(heard.text)).toMatchObject({
      code: 0,
      message: 'Success',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hi there', reasoning_content: 'Hm' } }],
      usage,
    })
    expect(heard.text).not.toContain('finish_reason')
  })
})
