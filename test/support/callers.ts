import type Anthropic from '@anthropic-ai/sdk'
import type OpenAI from 'openai'
import type { TestGateway } from '#test/support/gateway.ts'
import { openaiStream, sendJson, sendStream, type Seen, type Upstream } from '#test/support/upstream.ts'

/** A JSON value that a test looks into without a reader. */
export type Json = Seen['json']

/** How an application calls: by which official SDK, and whether it streams. */
export interface Way {
  readonly door: 'openai' | 'anthropic'
  readonly stream: boolean
}

export const WAYS: readonly Way[] = [
  { door: 'openai', stream: false },
  { door: 'openai', stream: true },
  { door: 'anthropic', stream: false },
  { door: 'anthropic', stream: true },
]

/** An answer as the official SDK made it, in words that are the same for both of them. */
export interface Heard {
  text: string
  reasoning: string
  tools: { id: string; name: string; input: unknown }[]
  /** OpenAI's word. */
  finish: string | null
  usage: { input: number; cached: number; output: number } | undefined
}

/** An answer with the headers that came before it. */
export interface Called {
  readonly heard: Heard
  readonly warnings: readonly string[]
  readonly headers: Headers
}

const AS_OPENAI: Readonly<Record<string, string>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  tool_use: 'tool_calls',
  max_tokens: 'length',
  refusal: 'content_filter',
}

/**
 * Calls the gateway through the official SDK of the way, with headers of its own where it has any; throws what the SDK
 * throws. `body` is in the door's words.
 */
export async function call(
  gateway: TestGateway,
  way: Way & { readonly headers?: Record<string, string> },
  body: Record<string, unknown>,
): Promise<Called> {
  const got: { headers?: Headers } = {}
  const fetched: typeof fetch = async (input, init) => {
    const response = await fetch(input, init)
    got.headers = response.headers
    return response
  }
  const options = { fetch: fetched, defaultHeaders: way.headers ?? {} }
  const heard =
    way.door === 'openai'
      ? await byOpenai(gateway.openai(options), way, { messages: MESSAGES, ...body })
      : await byAnthropic(gateway.anthropic(options), way, { messages: MESSAGES, max_tokens: 1000, ...body })
  const told = got.headers?.get('x-tongwen-warnings') ?? ''
  return { heard, headers: got.headers!, warnings: told === '' ? [] : told.split(', ').toSorted() }
}

const MESSAGES = [{ role: 'user', content: 'go' }]

async function byOpenai(client: OpenAI, { stream }: Way, asked: Json): Promise<Heard> {
  if (!stream) return heardWhole(await client.chat.completions.create(asked))
  const streamed = client.chat.completions.stream({ stream_options: { include_usage: true }, ...asked })
  let reasoning = ''
  streamed.on('chunk', (one: Json) => {
    for (const choice of one.choices) reasoning += reasoningOf(choice.delta)
  })
  const heard = heardWhole(await streamed.finalChatCompletion())
  return { ...heard, reasoning }
}

function heardWhole(answer: Json): Heard {
  const [choice] = answer.choices
  const { usage } = answer
  return {
    text: choice.message.content ?? '',
    reasoning: reasoningOf(choice.message),
    tools: (choice.message.tool_calls ?? []).map((tool: Json) => ({
      id: tool.id,
      name: tool.function.name,
      input: parsed(tool.function.arguments),
    })),
    finish: choice.finish_reason,
    usage: usage && {
      input: usage.prompt_tokens,
      cached: usage.prompt_tokens_details?.cached_tokens ?? 0,
      output: usage.completion_tokens,
    },
  }
}

/** As applications look for it: under every name that is in use. */
function reasoningOf(message: Json): string {
  return (
    message?.reasoning_content ??
    message?.reasoning ??
    (message?.reasoning_details ?? []).map((detail: Json) => detail.text ?? '').join('')
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return `not JSON: ${text}`
  }
}

async function byAnthropic(client: Anthropic, { stream }: Way, asked: Json): Promise<Heard> {
  const message: Json = stream
    ? await client.messages.stream(asked).finalMessage()
    : await client.messages.create(asked)
  const { usage } = message
  const texts = (type: string, field: string): string =>
    message.content.map((block: Json) => (block.type === type ? block[field] : '')).join('')
  return {
    text: texts('text', 'text'),
    reasoning: texts('thinking', 'thinking'),
    tools: message.content
      .filter((block: Json) => block.type === 'tool_use')
      .map(({ id, name, input }: Json) => ({ id, name, input })),
    finish: AS_OPENAI[message.stop_reason] ?? message.stop_reason,
    usage: {
      input: usage.input_tokens + (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0),
      cached: usage.cache_read_input_tokens ?? 0,
      output: usage.output_tokens,
    },
  }
}

/** One chunk of an OpenAI-like stream. */
export function chunk(delta: unknown, finish: string | null = null, more: Record<string, unknown> = {}): unknown {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model: 'm',
    choices: [{ index: 0, delta, finish_reason: finish }],
    ...more,
  }
}

/** A whole OpenAI-like answer. */
export function completion(
  message: Record<string, unknown>,
  finish: string | null = 'stop',
  more: Record<string, unknown> = {},
): unknown {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content: null, ...message }, finish_reason: finish }],
    usage: { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 },
    ...more,
  }
}

/** Answers whoever streams with the chunks, and others with the whole. */
export function answerBoth(upstream: Upstream, chunks: readonly unknown[], whole: unknown): void {
  upstream.answer = (seen, response) =>
    seen.json.stream === true ? sendStream(response, [openaiStream(chunks)]) : sendJson(response, whole)
}

/** A short answer in the dialect in which it was asked. */
export function answerOk(upstream: Upstream): void {
  upstream.answer = (seen, response) => {
    if (seen.path.endsWith('/messages')) sendJson(response, MESSAGE_OK)
    else if (seen.json.stream === true)
      return sendStream(response, [openaiStream([chunk({ role: 'assistant', content: 'ok' }), chunk({}, 'stop')])])
    else sendJson(response, completion({ content: 'ok' }))
    return undefined
  }
}

const MESSAGE_OK = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content: [{ type: 'text', text: 'ok' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 3, output_tokens: 1 },
}

/** The body of the last request that the upstream saw. */
export function lastSeen(upstream: Upstream): Seen['json'] {
  return upstream.seen.at(-1)?.json
}

/** Platforms of the catalog that a test gateway knows, each by its own id and with its Anthropic layer as `<id>-a`. */
export const PLATFORMS: readonly string[] = [
  'openai',
  'azure',
  'anthropic',
  'gemini',
  'dashscope',
  'qianfan',
  'hunyuan',
  'ark',
  'huawei-maas',
  'sensenova',
  'spark',
  'zhipu',
  'minimax',
  'moonshot',
  'deepseek',
  'stepfun',
  'siliconflow',
  'modelscope',
  'huggingface',
  'vllm',
  'sglang',
  'ollama',
  'openai-compatible',
]
const WITH_LAYER = ['deepseek', 'moonshot', 'zhipu', 'dashscope', 'minimax']

/** `providers` of a configuration in which every platform is at the upstream, below a path of its own name. */
export function everyPlatform(upstream: string): Record<string, unknown> {
  const key = 'sk-upstream-0123456789abcdef'
  return {
    ...Object.fromEntries(
      PLATFORMS.map((platform) => [platform, { platform, baseUrl: `${upstream}/${platform}`, apiKey: key }]),
    ),
    // Asked by its layer, as the upstream speaks OpenAI's dialect.
    gemini: { platform: 'gemini', dialect: 'openai-chat', baseUrl: `${upstream}/gemini`, apiKey: key },
    ...Object.fromEntries(
      WITH_LAYER.map((platform) => [
        `${platform}-a`,
        { platform, dialect: 'anthropic-messages', baseUrl: `${upstream}/${platform}`, apiKey: key },
      ]),
    ),
    qwenvllm: {
      platform: 'vllm',
      baseUrl: `${upstream}/qwenvllm`,
      apiKey: key,
      quirks: { thinking: 'template-switch' },
    },
    claude: { platform: 'anthropic-compatible', baseUrl: `${upstream}/claude`, apiKey: key },
    tags: {
      platform: 'openai-compatible',
      baseUrl: `${upstream}/tags`,
      apiKey: key,
      quirks: { reasoningField: 'think-tags' },
    },
  }
}
