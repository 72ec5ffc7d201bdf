import { ApiError, type Content, type GenerateContentResponse, GoogleGenAI, type Tool, Type } from '@google/genai'
import { describe, expect, test } from 'vitest'
import { KEY } from '#test/support/gateway.ts'
import { ASK, CALL, failing, SAID, sdkStage, shows, TEMPERS, thrown } from '#test/support/sdk-stage.ts'

const stage = sdkStage()
const client = (apiKey = KEY): GoogleGenAI =>
  new GoogleGenAI({ apiKey, httpOptions: { baseUrl: stage.url, retryOptions: { attempts: 1 } } })

const TOOLS: Tool[] = [
  {
    functionDeclarations: [
      {
        name: 'weather',
        description: 'of a city',
        parameters: { type: Type.OBJECT, properties: { city: { type: Type.STRING } }, required: ['city'] },
      },
    ],
  },
]

interface Said {
  text: string
  reasoning: string
  finish: string | undefined
  usage: unknown
}

function said(answers: readonly GenerateContentResponse[]): Said {
  const told: Said = { text: '', reasoning: '', finish: undefined, usage: undefined }
  for (const answer of answers) {
    const [candidate] = answer.candidates ?? []
    for (const part of candidate?.content?.parts ?? []) {
      if (part.thought === true) told.reasoning += part.text ?? ''
      else told.text += part.text ?? ''
    }
    told.finish = candidate?.finishReason ?? told.finish
    told.usage = answer.usageMetadata ?? told.usage
  }
  return told
}

async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const one of stream) list.push(one)
  return list
}

/** Input, and output with thoughts: not every dialect counts those apart. */
function counts({ promptTokenCount, candidatesTokenCount = 0, thoughtsTokenCount = 0 }: any): number[] {
  return [promptTokenCount, candidatesTokenCount + thoughtsTokenCount]
}

describe.each(TEMPERS)('@google/genai on %s', (temper) => {
  const model = (): string => stage.model(temper)
  const answer = { text: SAID.text, reasoning: shows(temper), finish: 'STOP' }

  test('text, thoughts, finish reason and usage come whole', async () => {
    const heard = said([await client().models.generateContent({ model: model(), contents: ASK })])
    expect({ ...heard, usage: counts(heard.usage) }).toEqual({ ...answer, usage: [7, 7] })
  })

  test('and streamed', async () => {
    const heard = said(await all(await client().models.generateContentStream({ model: model(), contents: ASK })))
    expect({ ...heard, usage: counts(heard.usage) }).toEqual({ ...answer, usage: [7, 7] })
  })

  test('a chat calls a function, whose answer is heard', async () => {
    const chat = client().chats.create({ model: model(), config: { tools: TOOLS } })
    const first = await chat.sendMessage({ message: CALL })
    const [call] = first.functionCalls ?? []
    expect([call?.name, typeof call?.args?.['city']]).toEqual(['weather', 'string'])
    const response = {
      ...(call?.id === undefined ? {} : { id: call.id }),
      name: 'weather',
      response: { output: 'rain' },
    }
    const second = await chat.sendMessage({ message: [{ functionResponse: response }] })
    expect(said([second])).toMatchObject({ text: expect.stringContaining('rain'), finish: 'STOP' })
  })

  test('the same in streams, the history kept by hand', async () => {
    const question: Content = { role: 'user', parts: [{ text: CALL }] }
    const ask = async (contents: Content[]): Promise<GenerateContentResponse[]> =>
      all(await client().models.generateContentStream({ model: model(), contents, config: { tools: TOOLS } }))
    const first = await ask([question])
    const parts = first.flatMap((one) => one.candidates?.[0]?.content?.parts ?? [])
    const call = parts.find((part) => part.functionCall !== undefined)?.functionCall
    expect([call?.name, typeof call?.args?.['city']]).toEqual(['weather', 'string'])
    const result = { ...(call?.id === undefined ? {} : { id: call.id }), name: 'weather', response: { output: 'rain' } }
    const second = await ask([
      question,
      { role: 'model', parts },
      { role: 'user', parts: [{ functionResponse: result }] },
    ])
    expect(said(second)).toMatchObject({ text: expect.stringContaining('rain'), finish: 'STOP' })
  })

  test('refusals of the platform are errors of the SDK, with their status', async () => {
    const refused = async (fault: string): Promise<unknown> => {
      const error = await thrown(client().models.generateContent({ model: model(), contents: failing(fault) }))
      return [error instanceof ApiError, error.status]
    }
    expect([await refused('429'), await refused('overflow'), await refused('401')]).toEqual([
      [true, 429],
      [true, 400],
      [true, 502],
    ])
  })

  test('tokens are counted, by the platform where it can', async () => {
    const counted = await client().models.countTokens({ model: model(), contents: 'How many tokens are these words?' })
    expect(counted.totalTokens).toBeGreaterThan(5)
  })
})

test('what the gateway itself refuses is an error of the SDK, in Google words', async () => {
  const model = stage.model('gemini')
  const stranger = await thrown(client('sk-tw-nobody-0123456789').models.generateContent({ model, contents: 'hi' }))
  const missing = await thrown(client().models.generateContent({ model: 'nowhere/nothing', contents: 'hi' }))
  const path = await thrown(client().models.embedContent({ model: 'nowhere/nothing', contents: 'hi' }))
  expect([stranger, missing, path].map((error) => [error instanceof ApiError, error.status])).toEqual([
    [true, 401],
    [true, 404],
    [true, 404],
  ])
})

test('the paths of Vertex AI and of version 1 lead to the same door', async () => {
  const body = { contents: [{ role: 'user', parts: [{ text: ASK }] }] }
  const name = stage.model('gemini').slice('gemini/'.length)
  const paths = [
    `/v1beta/models/${encodeURIComponent(`gemini/${name}`)}:generateContent`,
    `/v1/models/gemini/${name}:generateContent`,
    `/v1/projects/p/locations/l/publishers/gemini/models/${name}:generateContent`,
    `/v1beta1/projects/p/locations/l/publishers/gemini/models/${name}:streamGenerateContent`,
    `/v1beta/gemini/${name}:streamGenerateContent?alt=sse`,
  ]
  const heard = await Promise.all(
    paths.map(async (path) => {
      const response = await stage.gateway.post(path, body)
      const text = await response.text()
      return [response.status, response.headers.get('content-type'), text.startsWith('['), text.startsWith('data: ')]
    }),
  )
  expect(heard).toEqual([
    [200, 'application/json', false, false],
    [200, 'application/json', false, false],
    [200, 'application/json', false, false],
    [200, 'application/json; charset=utf-8', true, false],
    [200, 'text/event-stream; charset=utf-8', false, true],
  ])
})

test('models are listed in the form of the SDK', async () => {
  const names: (string | undefined)[] = []
  for await (const { name } of await client().models.list()) names.push(name)
  const one = await client().models.get({ model: stage.model('gemini') })
  expect([names.includes(`models/${stage.model('deepseek')}`), one.name, one.supportedActions]).toEqual([
    true,
    `models/${stage.model('gemini')}`,
    ['generateContent', 'countTokens'],
  ])
})
