import { describe, expect, it } from 'vitest'
import { BodyBroken, type Fetch, type InboundAnswer, type NoAnswer, type OutboundRequest } from '#engine/ports.ts'
import { parseFault } from '#simulator/fault.ts'
import { builtInSimulator, simulatorFetch } from '#simulator/in-process.ts'
import { createSimulator } from '#simulator/simulator.ts'

const TIMEOUTS = { connectMs: 50, firstByteMs: 100, idleMs: 100, totalMs: 2_000 }

function requestOf(say: string, more: Partial<OutboundRequest> = {}): OutboundRequest {
  const body = JSON.stringify({ model: 'echo', stream: true, messages: [{ role: 'user', content: say }] })
  const url = 'http://simulator.invalid/v1/chat/completions'
  return { method: 'POST', url, headers: { 'Content-Type': 'application/json' }, body, timeouts: TIMEOUTS, ...more }
}

function call(say: string, signal = new AbortController().signal): Promise<InboundAnswer | NoAnswer> {
  return builtInSimulator().fetch(requestOf(say), signal)
}

async function textOf(answer: InboundAnswer | NoAnswer): Promise<string> {
  if (!answer.ok) throw new Error(answer.failure.message)
  let text = ''
  for await (const chunk of answer.body) text += Buffer.from(chunk).toString('utf8')
  return text
}

/** Why a body broke off. */
async function brokenBy(answer: InboundAnswer | NoAnswer): Promise<unknown> {
  const error: unknown = await textOf(answer).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  return error instanceof BodyBroken ? { kind: error.failure.kind, message: error.failure.message } : error
}

describe('the built-in simulator', () => {
  it('answers the engine’s Fetch at its own origin', async () => {
    const { origin, fetch } = builtInSimulator()
    const answer = await fetch(
      requestOf('Hello', { url: `${origin}/v1/chat/completions` }),
      new AbortController().signal,
    )
    if (!answer.ok) throw new Error(answer.failure.message)
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/event-stream'])
    expect(await textOf(answer)).toMatch(/"content":"You"[^]*data: \[DONE\]\n\n$/)
  })

  it('gives no answer to who has hung up already', async () => {
    const gone = AbortSignal.abort()
    expect(await call('Hello', gone)).toEqual({
      ok: false,
      failure: expect.objectContaining({ kind: 'cut', blame: 'caller', retryable: false }),
    })
  })

  it('breaks off when the caller hangs up in the middle', async () => {
    const gone = new AbortController()
    const answer = await call('[[simulate rate=20 tokens=100]]', gone.signal)
    setTimeout(() => gone.abort(), 30)
    expect(await brokenBy(answer)).toEqual({ kind: 'cut', message: 'the caller hung up' })
  })

  it('has no answer where the connection is dropped', async () => {
    expect(await call('[[simulate fault=cut:0]]')).toMatchObject({ ok: false, failure: { kind: 'upstream' } })
  })

  it('breaks the body where the connection is cut', async () => {
    expect(await brokenBy(await call('[[simulate fault=cut:2]]'))).toEqual({
      kind: 'cut',
      message: 'the platform broke off in the middle of its answer (UND_ERR_SOCKET)',
    })
  })

  it('keeps the deadlines of the call', async () => {
    expect(await call('[[simulate latency=5s]]')).toMatchObject({
      ok: false,
      failure: { kind: 'timeout', message: 'the platform sent no answer within 100 ms' },
    })
    expect(await brokenBy(await call('[[simulate fault=stall:2]]'))).toEqual({
      kind: 'timeout',
      message: 'the platform was silent for 100 ms in the middle of its answer',
    })
    const short = { ...TIMEOUTS, totalMs: 150 }
    const slow = requestOf('[[simulate rate=20 tokens=100]]', { timeouts: short })
    expect(await brokenBy(await builtInSimulator().fetch(slow, new AbortController().signal))).toEqual({
      kind: 'timeout',
      message: 'the platform did not finish within 150 ms',
    })
  })

  it('does not count a slow reader as the platform’s silence', async () => {
    const answer = await call('Hello')
    if (!answer.ok) throw new Error('no answer')
    let chunks = 0
    for await (const _chunk of answer.body) if (chunks++ === 0) await new Promise((wake) => setTimeout(wake, 150))
    expect(chunks).toBeGreaterThan(3)
  })

  it('makes bytes only as they are read, and lets others have their turn', async () => {
    const answer = await call('[[simulate fault=endless]]')
    if (!answer.ok) throw new Error('no answer')
    let read = 0
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    for await (const chunk of answer.body) {
      read += chunk.length
      if (read > 1_000_000) break
    }
    clearInterval(timer)
    expect({ enough: read < 1_001_000, turns: turns > 0 }).toEqual({ enough: true, turns: true })
  })
})

it('any platform can stand behind the engine’s Fetch', async () => {
  const fault = parseFault('429:3')
  const fetch: Fetch = simulatorFetch(createSimulator({ platform: 'openai', fault }))
  const answer = await fetch(requestOf('Hello'), new AbortController().signal)
  expect(answer).toMatchObject({ ok: true, status: 429, headers: { 'retry-after': '3', 'retry-after-ms': '3000' } })
})
