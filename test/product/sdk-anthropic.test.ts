import Anthropic from '@anthropic-ai/sdk'
import { describe, expect, test } from 'vitest'
import { ASK, CALL, CITY, failing, SAID, sdkStage, shows, TEMPERS, thrown } from '#test/support/sdk-stage.ts'

const stage = sdkStage()
const client = (): Anthropic => stage.gateway.anthropic()
const TOOLS = [{ name: 'weather', description: 'of a city', input_schema: CITY }]

function said(message: Anthropic.Message): unknown {
  const texts = (type: string, field: string): string =>
    message.content.map((block: any) => (block.type === type ? block[field] : '')).join('')
  return { text: texts('text', 'text'), reasoning: texts('thinking', 'thinking'), stop: message.stop_reason }
}

describe.each(TEMPERS)('@anthropic-ai/sdk on %s', (temper) => {
  const asked = (content: string): Anthropic.MessageCreateParamsNonStreaming => ({
    model: stage.model(temper),
    max_tokens: 2000,
    messages: [{ role: 'user', content }],
  })
  const answer = { text: SAID.text, reasoning: shows(temper), stop: 'end_turn' }

  test('text, thinking, stop reason and usage come whole', async () => {
    const message = await client().messages.create(asked(ASK))
    expect(said(message)).toEqual(answer)
    expect(message.usage).toMatchObject({ input_tokens: 7, output_tokens: 7 })
  })

  test('and streamed', async () => {
    const stream = client().messages.stream(asked(ASK))
    const pieces: string[] = []
    stream.on('text', (piece) => void pieces.push(piece))
    const message = await stream.finalMessage()
    expect(said(message)).toEqual(answer)
    expect(pieces.join('')).toBe(SAID.text)
    expect(message.usage).toMatchObject({ input_tokens: 7, output_tokens: 7 })
  })

  test.each([false, true])('a tool is called, answers, and is heard (stream: %s)', async (stream) => {
    const call = async (messages: Anthropic.MessageParam[]): Promise<Anthropic.Message> => {
      const params = { ...asked(CALL), messages, tools: TOOLS }
      return stream ? await client().messages.stream(params).finalMessage() : await client().messages.create(params)
    }
    const question: Anthropic.MessageParam = { role: 'user', content: CALL }
    const first = await call([question])
    const use = first.content.find((block) => block.type === 'tool_use')
    expect([first.stop_reason, use?.name, typeof (use?.input as any)?.city]).toEqual(['tool_use', 'weather', 'string'])
    const second = await call([
      question,
      { role: 'assistant', content: first.content },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: use!.id, content: 'rain' }] },
    ])
    expect(said(second)).toMatchObject({ text: 'The tool said: rain', stop: 'end_turn' })
  })

  test('refusals of the platform are the classes of the SDK', async () => {
    const rate = await thrown(client().messages.create(asked(failing('429'))))
    const long = await thrown(client().messages.create(asked(failing('overflow'))))
    const key = await thrown(client().messages.create(asked(failing('401'))))
    expect(rate).toBeInstanceOf(Anthropic.RateLimitError)
    expect(long).toBeInstanceOf(Anthropic.BadRequestError)
    // Our key of the platform is our matter, not the caller's.
    expect([key instanceof Anthropic.InternalServerError, key.status]).toEqual([true, 502])
  })

  test('an error inside a stream is thrown', async () => {
    const stream = client().messages.stream(asked(failing('error:2:overloaded')))
    expect(await thrown(stream.finalMessage())).toBeInstanceOf(Anthropic.APIError)
  })

  test('tokens are counted, by the platform where it can', async () => {
    const { max_tokens: _bound, ...rest } = asked('How many tokens are these few words?')
    const { data, response } = await client()
      .messages.countTokens({ ...rest, tools: TOOLS })
      .withResponse()
    const native = temper === 'anthropic' || temper === 'gemini' || temper === 'bedrock'
    expect([data.input_tokens > 5, response.headers.get('x-tongwen-estimated')]).toEqual([true, native ? null : 'true'])
    expect('estimated' in data).toBe(!native)
  })
})

test('what the gateway itself refuses has the classes of the SDK, too', async () => {
  const ask = { max_tokens: 10, messages: [{ role: 'user' as const, content: 'hi' }] }
  const stranger = stage.gateway.anthropic({ apiKey: 'sk-tw-nobody-0123456789' })
  const unknown = await thrown(stranger.messages.create({ ...ask, model: stage.model('anthropic') }))
  const missing = await thrown(client().messages.create({ ...ask, model: 'nowhere/nothing' }))
  expect(unknown).toBeInstanceOf(Anthropic.AuthenticationError)
  expect(missing).toBeInstanceOf(Anthropic.NotFoundError)
  expect(await thrown(client().messages.countTokens({ ...ask, model: 'nowhere/nothing' }))).toBeInstanceOf(
    Anthropic.APIError,
  )
})
