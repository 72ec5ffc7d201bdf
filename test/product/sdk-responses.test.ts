import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { ASK, CALL, CITY, failing, SAID, sdkStage, shows, TEMPERS, thrown } from '#test/support/sdk-stage.ts'

const stage = sdkStage()
const client = (): OpenAI => stage.gateway.openai()
type Input = OpenAI.Responses.ResponseInput
const TOOLS: OpenAI.Responses.Tool[] = [
  { type: 'function', name: 'weather', description: 'of a city', parameters: CITY, strict: false },
]

function said(response: OpenAI.Responses.Response): unknown {
  const thoughts = response.output.flatMap((item) =>
    item.type === 'reasoning' ? [...item.summary, ...(item.content ?? [])].map(({ text }) => text) : [],
  )
  const { usage } = response
  return {
    text: response.output_text,
    reasoning: [...new Set(thoughts)].join(''),
    status: response.status,
    usage: [usage?.input_tokens, usage?.output_tokens, usage?.total_tokens],
  }
}

describe.each(TEMPERS)('responses of openai on %s', (temper) => {
  const asked = (input: string | Input): { model: string; input: string | Input } => ({
    model: stage.model(temper),
    input,
  })
  const answer = { text: SAID.text, reasoning: shows(temper), status: 'completed', usage: [7, 7, 14] }

  test('text, reasoning, status and usage come whole', async () => {
    expect(said(await client().responses.create(asked(ASK)))).toEqual(answer)
  })

  test('and streamed', async () => {
    const stream = client().responses.stream(asked(ASK))
    let text = ''
    stream.on('response.output_text.delta', ({ delta }) => {
      text += delta
    })
    expect(said(await stream.finalResponse())).toEqual(answer)
    expect(text).toBe(SAID.text)
  })

  test.each([false, true])('a function is called, answers, and is heard (stream: %s)', async (stream) => {
    const call = async (input: Input): Promise<OpenAI.Responses.Response> => {
      const params = { ...asked(input), tools: TOOLS }
      return stream
        ? await client()
            .responses.stream(params as never)
            .finalResponse()
        : await client().responses.create(params)
    }
    const question: Input = [{ role: 'user', content: CALL }]
    const first = await call(question)
    const use = first.output.find((item) => item.type === 'function_call')
    expect([use?.name, Object.keys(JSON.parse(use?.arguments ?? '{}'))]).toEqual(['weather', ['city']])
    const result = { type: 'function_call_output' as const, call_id: use!.call_id, output: 'rain' }
    const second = await call([...question, ...(first.output as Input), result])
    expect(second.output_text).toBe('The tool said: rain')
  })

  test('a conversation goes on by the id of its last answer', async () => {
    const first = await client().responses.create({ ...asked(CALL), tools: TOOLS })
    const use = first.output.find((item) => item.type === 'function_call')
    const second = await client().responses.create({
      ...asked([{ type: 'function_call_output', call_id: use!.call_id, output: 'rain' }]),
      tools: TOOLS,
      previous_response_id: first.id,
    })
    expect(second.output_text).toBe('The tool said: rain')
  })

  test('refusals of the platform are the classes of the SDK', async () => {
    const refused = (fault: string): Promise<any> => thrown(client().responses.create(asked(failing(fault))))
    const long = await refused('overflow')
    expect(await refused('429')).toBeInstanceOf(OpenAI.RateLimitError)
    expect([long instanceof OpenAI.BadRequestError, long.code]).toEqual([true, 'context_length_exceeded'])
    expect(await refused('401')).toBeInstanceOf(OpenAI.InternalServerError)
  })

  test('input tokens are counted', async () => {
    const counted = await client().responses.inputTokens.count(asked('How many tokens are these few words?'))
    expect([counted.object, counted.input_tokens > 5]).toEqual(['response.input_tokens', true])
  })

  test('an error inside a stream ends it', async () => {
    const types: string[] = []
    const error = await thrown(
      (async () => {
        const stream = await client().responses.create({ ...asked(failing('error:2:overloaded')), stream: true })
        for await (const event of stream) types.push(event.type)
        throw new OpenAI.OpenAIError(`ended with ${types.at(-1)}`)
      })(),
    )
    expect([error instanceof OpenAI.OpenAIError, types.includes('response.completed')]).toEqual([true, false])
  })
})

test('what the gateway itself refuses has the classes of the SDK, too', async () => {
  const stranger = stage.gateway.openai({ apiKey: 'sk-tw-nobody-0123456789' })
  const input = 'hi'
  expect(await thrown(stranger.responses.create({ model: stage.model('openai'), input }))).toBeInstanceOf(
    OpenAI.AuthenticationError,
  )
  expect(await thrown(client().responses.create({ model: 'nowhere/nothing', input }))).toBeInstanceOf(
    OpenAI.NotFoundError,
  )
})
