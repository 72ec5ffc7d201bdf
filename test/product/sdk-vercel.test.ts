import { createAnthropic } from '@ai-sdk/anthropic'
import { createGoogleGenerativeAI } from '@ai-sdk/google'
import { createOpenAI } from '@ai-sdk/openai'
import {
  APICallError,
  generateObject,
  generateText,
  jsonSchema,
  type LanguageModel,
  stepCountIs,
  streamText,
  tool,
} from 'ai'
import { describe, expect, test } from 'vitest'
import { doorAt } from '#server/doors.ts'
import { KEY } from '#test/support/gateway.ts'
import {
  ASK,
  CALL,
  CITY,
  failing,
  OBJECT,
  SAID,
  sdkStage,
  shows,
  type Temper,
  TEMPERS,
  thrown,
} from '#test/support/sdk-stage.ts'

const stage = sdkStage()

interface Provider {
  readonly provider: string
  readonly path: string
  readonly model: (name: string, apiKey?: string) => LanguageModel
}

const PROVIDERS: readonly Provider[] = [
  {
    provider: '@ai-sdk/openai chat',
    path: '/v1/chat/completions',
    model: (name, apiKey = KEY) => createOpenAI({ baseURL: `${stage.url}/v1`, apiKey }).chat(name),
  },
  {
    provider: '@ai-sdk/openai responses',
    path: '/v1/responses',
    model: (name, apiKey = KEY) => createOpenAI({ baseURL: `${stage.url}/v1`, apiKey }).responses(name),
  },
  {
    provider: '@ai-sdk/anthropic',
    path: '/v1/messages',
    model: (name, apiKey = KEY) => createAnthropic({ baseURL: `${stage.url}/v1`, apiKey })(name),
  },
  {
    provider: '@ai-sdk/google',
    path: '/v1beta/models/m:generateContent',
    model: (name, apiKey = KEY) => createGoogleGenerativeAI({ baseURL: `${stage.url}/v1beta`, apiKey })(name),
  },
]

const TOOLS = {
  weather: tool({
    description: 'of a city',
    inputSchema: jsonSchema<{ city: string }>(CITY),
    execute: () => Promise.resolve('rain'),
  }),
}
const COUNT = jsonSchema<{ numbers: string[] }>({
  type: 'object',
  properties: { numbers: { type: 'array', items: { type: 'string' } } },
  required: ['numbers'],
  additionalProperties: false,
})

/** OpenAI's chat has no place for reasoning in this SDK. */
function shownBy(provider: string, temper: Temper): string {
  return provider.endsWith('chat') ? '' : shows(temper)
}

describe.each(PROVIDERS.filter(({ path }) => doorAt(path, '') !== undefined))('$provider', ({ provider, model }) => {
  describe.each(TEMPERS)('on %s', (temper) => {
    const asked = (prompt: string): { model: LanguageModel; prompt: string; maxRetries: number } => ({
      model: model(stage.model(temper)),
      prompt,
      maxRetries: 0,
    })

    test('generateText gives text, reasoning, finish reason and usage', async () => {
      const { text, reasoningText = '', finishReason, usage } = await generateText(asked(ASK))
      expect([text, reasoningText, finishReason, usage.inputTokens, usage.outputTokens]).toEqual([
        SAID.text,
        shownBy(provider, temper),
        'stop',
        7,
        7,
      ])
    })

    test('streamText gives the same', async () => {
      const result = streamText(asked(ASK))
      const pieces: string[] = []
      for await (const piece of result.textStream) pieces.push(piece)
      const [reasoning = '', finish, usage] = [
        await result.reasoningText,
        await result.finishReason,
        await result.usage,
      ]
      expect([pieces.join(''), reasoning, finish, usage.inputTokens, usage.outputTokens]).toEqual([
        SAID.text,
        shownBy(provider, temper),
        'stop',
        7,
        7,
      ])
    })

    test('generateText calls a tool and goes on with its answer', async () => {
      const { text, steps } = await generateText({ ...asked(CALL), tools: TOOLS, stopWhen: stepCountIs(3) })
      const [call] = steps[0]?.toolCalls ?? []
      expect([steps.length, call?.toolName, text]).toEqual([2, 'weather', expect.stringContaining('rain')])
    })

    test('streamText calls a tool and goes on with its answer', async () => {
      const result = streamText({ ...asked(CALL), tools: TOOLS, stopWhen: stepCountIs(3) })
      let text = ''
      for await (const piece of result.textStream) text += piece
      const steps = await result.steps
      expect([steps.length, steps[0]?.toolCalls[0]?.toolName, text]).toEqual([
        2,
        'weather',
        expect.stringContaining('rain'),
      ])
    })

    test('generateObject gives an object of the schema', async () => {
      // Where the SDK wants a tool to be called for it, a platform that cannot be forced to is told so.
      const prompt = provider.endsWith('anthropic') ? '[[simulate call=json]] Numbers, please.' : OBJECT
      const { object } = await generateObject({ ...asked(prompt), schema: COUNT })
      expect(object).toEqual({ numbers: expect.arrayContaining([expect.any(String)]) })
    })

    test('refusals of the platform are errors of the SDK, with their status', async () => {
      const refused = async (fault: string): Promise<unknown> => {
        const error = await thrown(generateText(asked(failing(fault))))
        return [APICallError.isInstance(error), error.statusCode, error.isRetryable]
      }
      expect([await refused('429'), await refused('overflow')]).toEqual([
        [true, 429, true],
        [true, 400, false],
      ])
    })
  })

  test('what the gateway itself refuses is an error of the SDK', async () => {
    const ask = { prompt: 'hi', maxRetries: 0 }
    const stranger = model(stage.model('openai'), 'sk-tw-nobody-0123456789')
    const unknown = await thrown(generateText({ ...ask, model: stranger }))
    const missing = await thrown(generateText({ ...ask, model: model('nowhere/nothing') }))
    expect([unknown, missing].map((error) => [APICallError.isInstance(error), error.statusCode])).toEqual([
      [true, 401],
      [true, 404],
    ])
  })
})
