import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { ASK, CALL, CITY, failing, SAID, sdkStage, shows, TEMPERS, thrown } from '#test/support/sdk-stage.ts'

const stage = sdkStage()
const client = (): OpenAI => stage.gateway.openai()
type Turn = OpenAI.ChatCompletionMessageParam
const TOOLS: OpenAI.ChatCompletionTool[] = [
  { type: 'function', function: { name: 'weather', description: 'of a city', parameters: CITY } },
]

interface Said {
  text: string
  reasoning: string
  finish: string | null
  usage: unknown
}

function said({ choices, usage }: OpenAI.ChatCompletion, reasoning?: string): Said {
  const [choice] = choices
  const message: any = choice?.message
  return {
    text: message.content ?? '',
    reasoning: reasoning ?? reasoningOf(message),
    finish: choice?.finish_reason ?? null,
    usage: [usage?.prompt_tokens, usage?.completion_tokens, usage?.total_tokens],
  }
}

/** Within the dialect it stays where its platform puts it. */
function reasoningOf(message: any): string {
  const { reasoning_content: text, reasoning_details: details = [] } = message ?? {}
  return text ?? details.map((detail: any) => detail.text).join('')
}

describe.each(TEMPERS)('openai on %s', (temper) => {
  const asked = (messages: Turn[]): { model: string; messages: Turn[] } => ({
    model: stage.model(temper),
    messages,
  })
  const answer = { text: SAID.text, reasoning: shows(temper), finish: 'stop', usage: [7, 7, 14] }

  test('text, reasoning, finish reason and usage come whole', async () => {
    const completion = await client().chat.completions.create(asked([{ role: 'user', content: ASK }]))
    expect(said(completion)).toEqual(answer)
  })

  test('and streamed', async () => {
    const options = { stream_options: { include_usage: true } }
    const runner = client().chat.completions.stream({ ...asked([{ role: 'user', content: ASK }]), ...options })
    let reasoning = ''
    runner.on('chunk', ({ choices: [choice] }) => {
      reasoning += reasoningOf(choice?.delta)
    })
    expect(said(await runner.finalChatCompletion(), reasoning)).toEqual(answer)
  })

  test.each([false, true])('a tool is called, answers, and is heard (stream: %s)', async (stream) => {
    const call = async (messages: Turn[]): Promise<OpenAI.ChatCompletion> => {
      const params = { ...asked(messages), tools: TOOLS }
      return stream
        ? await client().chat.completions.stream(params).finalChatCompletion()
        : await client().chat.completions.create(params)
    }
    const question: Turn = { role: 'user', content: CALL }
    const { choices } = await call([question])
    const [first] = choices
    const [use] = (first?.message.tool_calls ?? []) as OpenAI.ChatCompletionMessageFunctionToolCall[]
    expect([
      first?.finish_reason,
      use?.function.name,
      Object.keys(JSON.parse(use?.function.arguments ?? '{}')),
    ]).toEqual(['tool_calls', 'weather', ['city']])
    const second = await call([question, first!.message, { role: 'tool', tool_call_id: use!.id, content: 'rain' }])
    expect(said(second)).toMatchObject({ text: 'The tool said: rain', finish: 'stop' })
  })

  test('refusals of the platform are the classes of the SDK', async () => {
    const refused = (fault: string): Promise<any> =>
      thrown(client().chat.completions.create(asked([{ role: 'user', content: failing(fault) }])))
    const long = await refused('overflow')
    const key = await refused('401')
    expect(await refused('429')).toBeInstanceOf(OpenAI.RateLimitError)
    expect([long instanceof OpenAI.BadRequestError, long.code]).toEqual([true, 'context_length_exceeded'])
    expect([key instanceof OpenAI.InternalServerError, key.status]).toEqual([true, 502])
  })

  test('an error inside a stream is thrown', async () => {
    const messages: Turn[] = [{ role: 'user', content: failing('error:2:overloaded') }]
    const runner = client().chat.completions.stream(asked(messages))
    expect(await thrown(runner.finalChatCompletion())).toBeInstanceOf(OpenAI.OpenAIError)
  })

  test('completions of old give text, whole and streamed', async () => {
    const params = { model: stage.model(temper), prompt: ASK, max_tokens: 2000 }
    const { choices, usage } = await client().completions.create(params)
    const stream = await client().completions.create({ ...params, stream: true })
    let text = ''
    for await (const chunk of stream) text += chunk.choices[0]?.text ?? ''
    expect([choices[0]?.text, choices[0]?.finish_reason, usage?.prompt_tokens, text]).toEqual([
      SAID.text,
      'stop',
      7,
      SAID.text,
    ])
  })
})

test('what the gateway itself refuses has the classes of the SDK, too', async () => {
  const messages: Turn[] = [{ role: 'user', content: 'hi' }]
  const stranger = stage.gateway.openai({ apiKey: 'sk-tw-nobody-0123456789' })
  const model = stage.model('openai')
  expect(await thrown(stranger.chat.completions.create({ model, messages }))).toBeInstanceOf(OpenAI.AuthenticationError)
  const missing = client().chat.completions.create({ model: 'nowhere/nothing', messages })
  expect(await thrown(missing)).toBeInstanceOf(OpenAI.NotFoundError)
})
