import type OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ServiceWorld, STAGES, startServiceWorld, vectorFor, print } from '#test/support/services.ts'

let world: ServiceWorld
let openai: OpenAI

beforeAll(async () => {
  world = await startServiceWorld()
  openai = world.gateway.openai()
})

afterAll(() => world.stop())

const TEXTS = ['one', 'two', 'three', '四']

describe.each(STAGES)('$provider/$model', ({ provider, model, space, length }) => {
  const name = `${provider}/${model}`

  test("OpenAI's SDK, which asks for base64 by itself, gets the very floats, in order", async () => {
    const { data } = await openai.embeddings.create({ model: name, input: TEXTS })
    expect(data.map((each) => ({ ...each, embedding: print(each.embedding) }))).toEqual(
      TEXTS.map((text, index) => ({ object: 'embedding', index, embedding: vectorFor(text, space, length) })),
    )
  })

  test('floats are the same floats', async () => {
    const { data } = await openai.embeddings.create({ model: name, input: 'one', encoding_format: 'float' })
    expect(data.map(({ embedding }) => print(embedding))).toEqual([vectorFor('one', space, length)])
  })

  test('no field is ever null, and more inputs than a call takes become several calls', async () => {
    const calls = world.since(provider)
    const input = Array.from({ length: 40 }, (_, i) => `text ${i}`)
    const { data } = await openai.embeddings.create({ model: name, input })
    expect(data.map(({ embedding }) => print(embedding))).toEqual(input.map((text) => vectorFor(text, space, length)))
    const nulls = calls().flatMap(({ body }) => Object.keys(body).filter((key) => body[key] === null))
    expect(nulls).toEqual([])
  })
})
