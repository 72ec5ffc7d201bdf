import { expect, test } from 'vitest'
import { platforms, resolve } from '#catalog/index.ts'
import type { InboundAnswer, OutboundRequest } from '#engine/ports.ts'
import { tokens } from '#engine/send/authenticate/tokens.ts'
import type { SendContext } from '#engine/send/context.ts'
import { keyHealth } from '#engine/send/key-health.ts'
import { send } from '#engine/send/send.ts'
import type { Target } from '#engine/target.ts'
import { newTrace } from '#engine/trace.ts'
import { openaiChat } from '#wire/openai-chat/index.ts'
import type { ModelRequest } from '#wire/request.ts'
import { wenxinChat } from '#wire/wenxin-chat/index.ts'

const TIMEOUTS = { connectMs: 1_000, firstByteMs: 1_000, idleMs: 1_000, totalMs: 1_000 }

function baidu(): Target {
  const platform = platforms.get('qianfan')
  if (platform === undefined) throw new Error('no platform')
  const credentials = { apiKey: 'the-api-key', secretKey: 'the-secret-key' }
  const resolved = resolve({
    platform,
    model: 'ernie-speed-8k',
    given: { key: false, words: Object.keys(credentials) },
  })
  if (!resolved.ok) throw new Error(resolved.reason)
  const provider = { id: 'b', platform: 'qianfan', apiKeys: [], credentials, timeouts: TIMEOUTS, headers: {} }
  return { id: 'b/ernie', provider, resolved: resolved.value, weight: 1 }
}

function hello(): ModelRequest {
  const json = { model: 'b/ernie', messages: [{ role: 'user', content: 'hello' }] }
  const read = openaiChat.readRequest({ text: JSON.stringify(json), json })
  if (!read.ok) throw new Error(read.failure.message)
  return read.request
}

/** Sends to Baidu; calls are answered by `answer`, those for tokens with token after token. */
async function sent(answer: (token: string) => unknown): Promise<unknown> {
  const clock = { now: () => 0, elapsed: () => 0, after: () => () => undefined }
  const asked: string[] = []
  const fetch = async ({ url }: OutboundRequest): Promise<InboundAnswer> => {
    const { host, searchParams } = new URL(url)
    const token = searchParams.get('access_token')
    asked.push(`${host} ${token ?? 'asks for a token'}`)
    const made = asked.filter((each) => each.endsWith('asks for a token')).length
    return json(token === null ? { access_token: `t${made}`, expires_in: 2_592_000 } : answer(token))
  }
  const trace = newTrace({ id: 'r', at: 0, dialect: 'openai-chat', operation: 'chat', tags: {} })
  const unused = (): never => {
    throw new Error('not asked for here')
  }
  const quiet = (): void => undefined
  const ports = { clock, fetch, random: { id: unused, fraction: () => 0 }, metrics: { attemptEnded: () => undefined } }
  const context = {
    ports,
    tokens: tokens(clock),
    keys: keyHealth({ clock, random: ports.random, log: { info: quiet, warn: quiet, error: quiet } }),
    dialects: () => wenxinChat,
    trace,
    signal: new AbortController().signal,
    refusing: { strict: false, switches: [], dialect: 'openai-chat' },
    forward: { always: {}, dialect: {} },
    limits: { frameBytes: 1_000_000, answerBytes: 1_000_000 },
    beforeFirstByte: async () => undefined,
  } as unknown as SendContext
  const result = await send(hello(), [{ target: baidu(), reason: 'declared first' }], context)
  const attempts = trace.attempts.map(({ reason, failure }) => [reason, failure?.kind])
  return { ok: result.ok || result.failure.platform?.code, asked, attempts }
}

function json(body: unknown): InboundAnswer {
  const bytes = Buffer.from(JSON.stringify(body))
  return { ok: true, status: 200, headers: { 'content-type': 'application/json' }, body: once(bytes) }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

const GOOD = { id: 'as-1', object: 'chat.completion', created: 1, result: 'Hi', usage: { prompt_tokens: 1 } }

test.each([110, 111])(
  "Baidu's error %i inside a 200 makes the token be fetched anew and the call repeated",
  async (code) => {
    const result = await sent((token) => (token === 't1' ? { error_code: code, error_msg: 'Access token' } : GOOD))
    expect(result).toEqual({
      ok: true,
      asked: [
        'aip.baidubce.com asks for a token',
        'aip.baidubce.com t1',
        'aip.baidubce.com asks for a token',
        'aip.baidubce.com t2',
      ],
      attempts: [
        ['declared first', 'credentials'],
        ['with a new token', undefined],
      ],
    })
  },
)

test('a new token that is refused, too, is not replaced again', async () => {
  const result = await sent(() => ({ error_code: 110, error_msg: 'Access token invalid or no longer valid' }))
  expect(result).toMatchObject({
    ok: '110',
    attempts: [
      ['declared first', 'credentials'],
      ['with a new token', 'credentials'],
    ],
  })
})

test('another refusal of the account is not about the token', async () => {
  const result = await sent(() => ({ error_code: 6, error_msg: 'No permission to access data' }))
  expect(result).toMatchObject({ ok: '6', attempts: [['declared first', 'credentials']] })
})
