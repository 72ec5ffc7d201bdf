import { expect, test } from 'vitest'
import { hear, play } from '#simulator/stage.test-support.ts'
import type { JsonObject } from '#wire/json.ts'

const PATH = '/v1beta/models/gemini-3-flash-preview:generateContent'
const TOOLS = [{ functionDeclarations: [{ name: 'f', parameters: { type: 'OBJECT' } }] }]
const QUESTION = { role: 'user', parts: [{ text: '[[simulate call=f]] go' }] }
const ANSWER = { role: 'user', parts: [{ functionResponse: { name: 'f', response: { output: 1 } } }] }

async function ask(contents: readonly unknown[], path = PATH): Promise<{ status: number; json: any }> {
  const body = { contents, tools: TOOLS } as JsonObject
  const { status, text } = await hear(play('gemini'), { path, body })
  return { status, json: JSON.parse(text) }
}

function called(thoughtSignature?: string): unknown {
  const part = {
    functionCall: { name: 'f', args: {} },
    ...(thoughtSignature === undefined ? {} : { thoughtSignature }),
  }
  return { role: 'model', parts: [part] }
}

test('Gemini 3 seals the first call of a step, and takes the seal back', async () => {
  const { json } = await ask([QUESTION])
  const { content } = json.candidates[0]
  const call = content.parts.find((part: any) => part.functionCall !== undefined)
  expect(call.thoughtSignature).toMatch(/^[A-Za-z0-9+/=]{20,}$/)
  expect((await ask([QUESTION, content, ANSWER])).status).toBe(200)
})

test('it refuses a call of the running turn without a seal, or with one that nobody made', async () => {
  const bare = await ask([QUESTION, called(), ANSWER])
  const forged = await ask([QUESTION, called('Zm9yZ2Vk'), ANSWER])
  expect([bare.status, bare.json.error.status, bare.json.error.message]).toEqual([
    400,
    'INVALID_ARGUMENT',
    expect.stringContaining('missing a thought_signature'),
  ])
  expect([forged.status, forged.json.error.message]).toEqual([400, 'Thought signature is not valid'])
})

test('it takes the documented dummy, calls of turns that are over, and any of other models', async () => {
  const over = [QUESTION, called(), ANSWER, { role: 'model', parts: [{ text: 'done' }] }, QUESTION]
  const statuses = await Promise.all([
    ask([QUESTION, called('skip_thought_signature_validator'), ANSWER]),
    ask(over),
    ask([QUESTION, called(), ANSWER], PATH.replace('gemini-3-flash-preview', 'gemini-2.5-flash')),
  ])
  expect(statuses.map(({ status }) => status)).toEqual([200, 200, 200])
})
