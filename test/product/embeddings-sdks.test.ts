import { createGoogleGenerativeAI } from '@ai-sdk/google'
import { createOpenAI } from '@ai-sdk/openai'
import { GoogleGenAI } from '@google/genai'
import { embed, embedMany } from 'ai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { KEY } from '#test/support/gateway.ts'
import { print, type ServiceWorld, startServiceWorld, vectorFor } from '#test/support/services.ts'

let world: ServiceWorld
let google: GoogleGenAI

beforeAll(async () => {
  world = await startServiceWorld({
    'gemini-embedding-001': { targets: ['gemini/gemini-embedding-001'] },
    'qwen-embedding': { targets: ['dashscope/text-embedding-v4'] },
  })
  google = new GoogleGenAI({
    apiKey: KEY,
    httpOptions: { baseUrl: world.gateway.url, retryOptions: { attempts: 1 } },
  })
})
afterAll(() => world.stop())

const SPACES = [
  { model: 'gemini-embedding-001', space: 'gemini-embedding-001' },
  { model: 'qwen-embedding', space: 'text-embedding-v4' },
]
const TEXTS = Array.from({ length: 12 }, (_, i) => `word ${i}`)

describe.each(SPACES)('$model', ({ model, space }) => {
  const wanted = TEXTS.map((text) => vectorFor(text, space, 768))

  test('Google’s own library gets the vectors of all contents, in order', async () => {
    const { embeddings } = await google.models.embedContent({
      model,
      contents: TEXTS,
      config: { outputDimensionality: 768 },
    })
    expect(embeddings?.map(({ values }) => print(values))).toEqual(wanted)
  })

  test('the AI SDK’s OpenAI provider gets the vectors of all values and their usage', async () => {
    const openai = createOpenAI({ apiKey: KEY, baseURL: `${world.gateway.url}/v1` })
    const { embeddings, usage } = await embedMany({
      model: openai.embeddingModel(model),
      values: TEXTS,
      providerOptions: { openai: { dimensions: 768 } },
    })
    expect(embeddings.map(print)).toEqual(wanted)
    expect(usage.tokens).toBeGreaterThan(TEXTS.length)
  })

  test('the AI SDK’s Google provider gets one vector and many', async () => {
    const provider = createGoogleGenerativeAI({ apiKey: KEY, baseURL: `${world.gateway.url}/v1beta` })
    const asked = {
      model: provider.embeddingModel(model),
      providerOptions: { google: { outputDimensionality: 768 } },
    }
    const { embedding } = await embed({ ...asked, value: 'word 0' })
    const { embeddings } = await embedMany({ ...asked, values: TEXTS })
    expect([embedding, ...embeddings].map(print)).toEqual([wanted[0], ...wanted])
  })
})

test('Google’s own library reads a refusal as its own error', async () => {
  const asked = google.models.embedContent({ model: 'deepseek/deepseek-chat', contents: 'one' })
  await expect(asked).rejects.toMatchObject({ name: 'ApiError', status: 404 })
})
