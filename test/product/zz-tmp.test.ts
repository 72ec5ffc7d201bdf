import { test } from 'vitest'
import { startUpstream, openaiStream } from '#test/support/upstream.ts'
import { chunk, everyPlatform } from '#test/support/callers.ts'
import { startTestGateway } from '#test/support/gateway.ts'
const wait = (ms: number) => new Promise((d) => setTimeout(d, ms))
test.each([[40, 3, true],[1,1,true],[4, 1, true],[12,1,true],[40,1,true],[13, 1000, false],[40, 1000, false]])('n=%d abort every %d', async (n, every, aborts) => {
  const upstream = await startUpstream()
  const gateway = await startTestGateway({ providers: everyPlatform(upstream.url), server: { drain: '3s' } })
  let ended = 0, destroyed = 0
  upstream.answer = async (seen, response) => {
    const mark = seen.json.messages[0].content
    response.on('close', () => response.writableEnded ? ended++ : destroyed++)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (let i = 0; i < 12 && !response.destroyed; i++) {
      response.write(openaiStream([chunk({ role: 'assistant', content: `${mark} ` })], ''))
      await wait(3)
    }
    response.end(openaiStream([chunk({}, 'stop')]))
  }
  await Promise.all(Array.from({ length: n }, async (_, i) => {
    const abort = new AbortController()
    const body = JSON.stringify({ stream: true, max_tokens: 5, model: 'openai-compatible/m', messages: [{ role: 'user', content: `<${i}>` }] })
    const response = await fetch(gateway.url + '/v1/chat/completions', { method: 'POST', headers: { authorization: `Bearer ${gateway.openai().apiKey}` }, body, signal: abort.signal })
    if (aborts && i % every === 0) { setTimeout(() => abort.abort(), i); await response.text().catch(() => undefined); return }
    await response.text()
  }))
  await wait(300)
  const t = Date.now()
  await gateway.stop()
  console.log(n, every, aborts, 'stop took', Date.now() - t, gateway.logged.filter((l) => l.includes('drain')), { ended, destroyed, seen: upstream.seen.length })
  await upstream.close()
})
