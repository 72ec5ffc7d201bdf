import { openStore, openDirect } from '#store/index.ts'
import { randomBytes } from 'node:crypto'
const log = { info: console.log, warn: console.log, error: console.error }
const usage = {
  inputFresh: 812,
  inputCached: 1024,
  cacheWriteShort: 0,
  cacheWriteLong: 0,
  inputAudio: 0,
  outputText: 211,
  outputReasoning: 64,
  outputAudio: 0,
  raw: {
    prompt_tokens: 1836,
    completion_tokens: 275,
    total_tokens: 2111,
    prompt_tokens_details: { cached_tokens: 1024, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 64, audio_tokens: 0 },
  },
}
const mk = () => {
  const id = randomBytes(16).toString('hex')
  const tags = { team: 'search', app: 'shop' }
  const trace = {
    id,
    keyId: 'k_0123456789abcdef',
    keyName: 'shop',
    at: Date.now(),
    dialect: 'openai-chat',
    operation: 'chat',
    model: 'gpt-4o',
    stream: true,
    tags,
    steps: [
      { name: 'admit', ms: 0.02 },
      { name: 'read', ms: 0.1 },
      { name: 'reserve', ms: 0.03 },
      { name: 'plan', ms: 0.01 },
      { name: 'send', ms: 523.2 },
      { name: 'meter', ms: 0.04 },
    ],
    attempts: [
      {
        target: 'qwen/qwen3.8-max',
        reason: 'priority 1',
        startedMs: 0.3,
        status: 200,
        firstByteMs: 311.1,
        endedMs: 523.1,
      },
    ],
    warnings: [{ action: 'dropped' as const, path: 'logit_bias', detail: 'the platform has no such field' }],
    outcome: 'completed' as const,
    target: 'qwen/qwen3.8-max',
    usage,
    cost: { amount: '0.0123', currency: 'CNY', rule: 'dashscope 2026-10-01' },
    firstByteMs: 311,
    durationMs: 523,
  }
  return {
    requestId: id,
    keyId: 'k_0123456789abcdef',
    at: Date.now(),
    kind: 'settled' as const,
    model: 'gpt-4o',
    target: 'qwen/qwen3.8-max',
    usage,
    cost: { nanos: 12300000n, currency: 'CNY' },
    price: 'dashscope 2026-10-01',
    tags,
    trace,
  }
}
let t = performance.now()
const store = await openStore({ dataDir: '/tmp/sb/d', log })
console.log('open ms', performance.now() - t)
const rate = Number(process.argv[2] ?? 0),
  N = Number(process.argv[3] ?? 40000)
const S = Array.from({ length: N }, mk)
const lat = new Float64Array(N)
const cpu0 = process.cpuUsage()
const w0 = performance.now()
let used = 0
const B = 8
for (let i = 0; i < N; i += B) {
  for (let j = i; j < Math.min(N, i + B); j++) {
    const s = S[j]
    const a = performance.now()
    store.ledger.intend({
      requestId: s.requestId,
      keyId: s.keyId,
      at: s.at,
      model: s.model,
      target: s.target,
      bound: { nanos: 90000000n, currency: 'CNY' },
    })
    const b = performance.now()
    lat[j] = b - a
    used += b - a
  }
  for (let j = i; j < Math.min(N, i + B); j++) {
    const a = performance.now()
    store.ledger.settle(S[j])
    used += performance.now() - a
  }
  if (rate > 0) {
    const due = w0 + (i / rate) * 1000
    const wait = due - performance.now()
    if (wait > 1) await new Promise((r) => setTimeout(r, wait))
    else await new Promise((r) => setImmediate(r))
  } else if (i % 64 === 0) await new Promise((r) => setImmediate(r))
}
const wall = performance.now() - w0
const c = process.cpuUsage(cpu0)
lat.sort()
console.log({
  N,
  wallMs: wall,
  perRequestMainUs: (used / N) * 1000,
  intendP50: lat[N >> 1] * 1000,
  intendP99: lat[Math.floor(N * 0.99)] * 1000,
  p999: lat[Math.floor(N * 0.999)] * 1000,
  max: lat[N - 1] * 1000,
  cpuUsPerRequest: (c.user + c.system) / N,
})
t = performance.now()
await store.flush()
console.log('flush ms', performance.now() - t)
t = performance.now()
console.log(await store.usage({ by: ['model'] }), performance.now() - t)
const c2 = process.cpuUsage(cpu0)
console.log('total cpu/request incl. ingestion', (c2.user + c2.system) / N)
console.log(
  await store.ledger.spent('k_0123456789abcdef', 'CNY', 0),
  (await store.ledger.trace(S[0].requestId))?.id === S[0].requestId,
)
t = performance.now()
const k = await store.keys.create({ name: 'a' + Date.now(), role: 'caller', models: [], limits: {} })
console.log('create', performance.now() - t, store.vault.keys().length, store.vault.revision(), k.record.preview)
t = performance.now()
await store.close()
console.log('close ms', performance.now() - t)
const d = await openDirect({ dataDir: '/tmp/sb/d', log })
console.log((await d.usage({ by: ['day'] }))[0]?.requests, await d.unsettled(), (await d.rejected()).length)
await d.close()
