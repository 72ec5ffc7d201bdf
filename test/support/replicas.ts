import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Agent, request } from 'undici'
import { type Direct, openDirect } from '#store/index.ts'
import { sendJson, startUpstream, type Upstream } from '#test/support/upstream.ts'

export const SHOP_KEY = 'sk-tw-shop-0123456789abcdef'
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** A thousand tokens of output cost 1 CNY, input nothing: a request may cost 0.01 CNY, and does. */
const MAX_TOKENS = 10
export const COST_NANOS = 10_000_000n

export interface Replica {
  readonly child: ChildProcess
  readonly url: string
  readonly dataDir: string
}

export interface Answered {
  /** 0 = the connection broke. */
  readonly status: number
  readonly ms: number
  readonly text: string
}

/** Several processes of one gateway, and a platform of theirs. */
export interface Replicas {
  readonly upstream: Upstream
  /** Starts one; with a data directory, on that one. */
  start(dataDir?: string): Promise<Replica>
  ask(replica: Replica, key?: string): Promise<Answered>
  books(replica: Replica): Promise<Direct>
  close(): Promise<void>
}

export interface Setting {
  readonly database?: string
  readonly redis?: string
  /** Of the shop's key. */
  readonly key?: Readonly<Record<string, unknown>>
  readonly replicas?: Readonly<Record<string, unknown>>
}

/** With a database each replica has a data directory of its own, else all share one. */
export async function startReplicas({ database, redis, key = {}, replicas = {} }: Setting): Promise<Replicas> {
  const dir = mkdtempSync(join(tmpdir(), 'tongwen-replicas-'))
  const upstream = await startUpstream((seen, response) => sendJson(response, answerTo(seen.json)))
  const config = {
    catalog: './overlay.json',
    ...(database === undefined ? {} : { database }),
    ...(redis === undefined ? {} : { redis }),
    replicas,
    keys: [
      { name: 'shop', key: SHOP_KEY, ...key },
      { name: 'boss', key: 'sk-tw-boss-0123456789abcdef', role: 'admin' },
    ],
    providers: { ours: { platform: 'house', apiKey: 'sk-house' } },
  }
  writeFileSync(join(dir, 'tongwen.json'), JSON.stringify(config))
  writeFileSync(join(dir, 'overlay.json'), JSON.stringify(overlayOf(upstream.url)))
  const running: ChildProcess[] = []
  const agent = new Agent({ connections: 400 })
  let count = 0
  return {
    upstream,
    async start(dataDir = join(dir, database === undefined ? 'data' : `data${(count += 1)}`)) {
      const child = spawn(process.execPath, ['test/support/serve-child.ts', join(dir, 'tongwen.json'), dataDir], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      running.push(child)
      const url = await Promise.race([
        once(child.stdout, 'data').then(([line]) => String(line).trim()),
        once(child, 'exit').then(([code]) => Promise.reject(new Error(`the replica ended with ${code}`))),
      ])
      return { child, url, dataDir }
    },
    async ask({ url }, secret = SHOP_KEY) {
      const began = performance.now()
      const body = JSON.stringify({
        model: 'ours/house-1',
        max_tokens: MAX_TOKENS,
        messages: [{ role: 'user', content: 'go' }],
      })
      const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
      const options = { method: 'POST' as const, headers, body, dispatcher: agent }
      try {
        const answer = await request(`${url}/v1/chat/completions`, options)
        return { status: answer.statusCode, text: await answer.body.text(), ms: performance.now() - began }
      } catch {
        return { status: 0, text: '', ms: performance.now() - began }
      }
    },
    books: ({ dataDir }) => openDirect({ dataDir, ...(database === undefined ? {} : { database }), log: SILENT }),
    async close() {
      for (const child of running) await end(child, 'SIGTERM')
      await agent.destroy()
      await upstream.close()
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Ends a process, and waits until it is gone. */
export async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill(signal)
  await once(child, 'exit')
}

function overlayOf(url: string): object {
  return {
    source: 'the test',
    asOf: '2026-11-20',
    platforms: { house: { like: 'openai-compatible', regions: { rack: { baseUrl: `${url}/v1` } } } },
    models: { 'house/house-1': { prices: [{ currency: 'CNY', input: '0', output: '1000' }] } },
  }
}

function answerTo(asked: { readonly max_tokens?: number }): object {
  const tokens = asked.max_tokens ?? MAX_TOKENS
  return {
    id: 'c',
    object: 'chat.completion',
    created: 0,
    model: 'house-1',
    choices: [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 5, completion_tokens: tokens, total_tokens: 5 + tokens },
  }
}
