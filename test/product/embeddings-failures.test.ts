import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '#test/support/gateway.ts'
import { sendJson, startUpstream, type Seen, type Upstream } from '#test/support/upstream.ts'

/* Plain servers in the place of platforms, so that single calls of one request can go wrong. */

let first: Upstream
let second: Upstream
let gateway: TestGateway

beforeAll(async () => {
  first = await startUpstream()
  second = await startUpstream()
  gateway = await startTestGateway({
    providers: {
      // Sixteen inputs a call, priced in CNY.
      one: { platform: 'baichuan', baseUrl: `${first.url}/v1`, apiKey: 'sk-upstream-1234' },
      two: { platform: 'baichuan', baseUrl: `${second.url}/v1`, apiKey: 'sk-upstream-1234' },
      mini: { platform: 'minimax', baseUrl: `${first.url}/v1`, apiKey: 'sk-upstream-1234' },
    },
    routes: { embed: { targets: ['one/Baichuan-Text-Embedding', 'two/Baichuan-Text-Embedding'] } },
    keys: [
      { name: 'test', key: 'sk-tw-test-0123456789abcdef', limits: { tokensPerMinute: 100_000 } },
      {
        name: 'poor',
        key: 'sk-tw-poor-0123456789abcdef',
        budget: { amount: '0.000001', currency: 'CNY', period: 'day' },
      },
    ],
  })
})

beforeEach(() => {
  for (const upstream of [first, second]) {
    upstream.seen.length = 0
    upstream.answer = (seen, response) => sendJson(response, vectorsFor(seen))
  }
})

afterAll(async () => {
  await gateway.stop()
  await first.close()
  await second.close()
})

/** The input's own number is its vector. */
function vectorsFor({ json }: Seen, tokens = 10): unknown {
  const list: readonly string[] = typeof json.input === 'string' ? [json.input] : json.input
  const data = list.map((text, index) => ({ object: 'embedding', index, embedding: [Number(text)] }))
  return { object: 'list', data, model: json.model, usage: { prompt_tokens: tokens, total_tokens: tokens } }
}

const input = Array.from({ length: 40 }, (_, i) => String(i))

async function embed(body: Record<string, unknown> = {}, headers: Record<string, string> = {}) {
  const response = await gateway.post('/v1/embeddings', { model: 'embed', input, ...body }, headers)
  const answer: any = await response.json()
  const trace: any = await (await gateway.get(`/v1/requests/${response.headers.get('x-request-id')}`)).json()
  return { response, answer, trace }
}

const values = (answer: any): readonly number[] => answer.data.map(({ embedding }: any) => embedding[0])
const sizes = (upstream: Upstream) => upstream.seen.map(({ json }) => json.input.length).toSorted((a, b) => b - a)

describe('one call of several fails', () => {
  test('only what it should have answered goes to the next target; all stand in one entry', async () => {
    first.answer = (seen, response) =>
      seen.json.input.includes('20')
        ? sendJson(response, { error: { message: 'busy', code: 'server_busy' } }, 503)
        : sendJson(response, vectorsFor(seen))
    const { answer, trace, response } = await embed()
    expect(values(answer)).toEqual(input.map(Number))
    expect([sizes(first), sizes(second)]).toEqual([[16, 16, 8], [16]])
    expect(answer.usage).toEqual({ prompt_tokens: 30, total_tokens: 30 })
    expect({
      usage: trace.usage.inputFresh,
      cost: trace.cost.amount,
      target: trace.target,
      outcome: trace.outcome,
    }).toEqual({
      usage: 30,
      cost: '0.000015',
      target: 'two/Baichuan-Text-Embedding',
      outcome: 'completed',
    })
    expect([response.headers.get('x-tongwen-attempts'), response.headers.get('x-tongwen-cost')]).toEqual([
      '4',
      '0.000015 CNY',
    ])
  })

  test('a refusal that nobody can mend stops at once; what was answered is paid for', async () => {
    first.answer = (seen, response) =>
      seen.json.input.includes('20')
        ? sendJson(response, { error: { message: 'input 4 is too long', type: 'invalid_request_error' } }, 400)
        : sendJson(response, vectorsFor(seen))
    const { response, answer, trace } = await embed()
    expect([response.status, answer.error.message, second.seen.length]).toEqual([400, 'input 4 is too long', 0])
    expect({ outcome: trace.outcome, usage: trace.usage.inputFresh }).toEqual({ outcome: 'failed', usage: 20 })
  })

  test('when every target fails, the caller hears of it and the books are closed', async () => {
    for (const upstream of [first, second])
      upstream.answer = (_, response) => sendJson(response, { error: { message: 'down' } }, 500)
    const { response, trace } = await embed({ input: '1' })
    expect([response.status, trace.outcome, trace.attempts.length]).toEqual([502, 'failed', 2])
    expect(trace.usage.estimated).toBe(true)
  })
})

describe('an answer that is none', () => {
  test.each([
    { answer: { object: 'list', data: [] }, says: 'gave 0 vectors for 1 inputs' },
    { answer: { data: [{ index: 0, embedding: [null] }] }, says: 'answered without a word of what it was asked for' },
    { answer: [], says: 'answered without a word of what it was asked for' },
  ])('$answer is a failure, not a vector', async ({ answer, says }) => {
    for (const upstream of [first, second]) upstream.answer = (_, response) => sendJson(response, answer)
    const { response, answer: refusal } = await embed({ input: '1' })
    expect([response.status, refusal.error.message]).toEqual([502, expect.stringContaining(says)])
  })

  test('an error inside a 200 is read by the platform’s table', async () => {
    first.answer = (_, response) =>
      sendJson(response, {
        vectors: null,
        total_tokens: 0,
        base_resp: { status_code: 1008, status_msg: 'insufficient balance' },
      })
    const { response, answer } = await embed({ model: 'mini/embo-01', input: '1' })
    expect([response.status, answer.error.code, answer.error.provider.code]).toEqual([
      502,
      'upstream_credentials',
      '1008',
    ])
  })

  test('no usage is an estimate, and marked', async () => {
    first.answer = (seen, response) => {
      const { usage: _, ...rest } = vectorsFor(seen) as any
      sendJson(response, rest)
    }
    const { trace, answer } = await embed({ input: 'some text of twenty letters'.replaceAll(/\D+/g, '1') })
    expect([trace.usage.estimated, trace.cost.estimated, answer.usage.prompt_tokens > 0]).toEqual([
      true,
      'the platform sent no usage',
      true,
    ])
  })
})

describe('limits', () => {
  test('a budget holds the most that it can cost before anything is sent', async () => {
    const { response, answer } = await embed({}, { authorization: 'Bearer sk-tw-poor-0123456789abcdef' })
    expect([response.status, answer.error.code, first.seen.length]).toEqual([429, 'budget_exceeded', 0])
  })

  test('tokens a minute are taken, and given back by what was used', async () => {
    const before = Number((await embed({ input: '1' })).response.headers.get('x-ratelimit-remaining-tokens'))
    const after = Number((await embed({ input: '1' })).response.headers.get('x-ratelimit-remaining-tokens'))
    expect(before - after).toBeLessThanOrEqual(10)
  })

  test('a caller who hangs up stops what has not been sent', async () => {
    first.answer = async (seen, response) => {
      await new Promise((done) => {
        setTimeout(done, 200)
      })
      sendJson(response, vectorsFor(seen))
    }
    const many = Array.from({ length: 16 * 20 }, (_, i) => String(i))
    const asked = fetch(`${gateway.url}/v1/embeddings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer sk-tw-test-0123456789abcdef' },
      body: JSON.stringify({ model: 'embed', input: many }),
      signal: AbortSignal.timeout(100),
    })
    await expect(asked).rejects.toThrow(/abort|timeout/i)
    await new Promise((done) => {
      setTimeout(done, 600)
    })
    expect(first.seen.length).toBeLessThanOrEqual(4)
    expect(second.seen.length).toBe(0)
  })
})
