import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, expect, test } from 'vitest'

const cleanups: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

interface Served {
  readonly child: ChildProcess
  readonly url: string
  readonly key: string
}

async function serve(...more: readonly string[]): Promise<Served> {
  const data = mkdtempSync(join(tmpdir(), 'tongwen-workers-'))
  cleanups.push(() => rmSync(data, { recursive: true, force: true }))
  const args = ['bin/tongwen.js', 'serve', '--port', '0', '--json', '--data', data, ...more]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  cleanups.push(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    await once(child, 'exit')
  })
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  const { url, firstRun } = JSON.parse(line)
  return { child, url, key: firstRun.callerKey }
}

/** A request on a connection of its own, so that the processes take turns. */
async function ask({ url, key }: Served, body: object = {}): Promise<Response> {
  const text = JSON.stringify({ model: 'simulator/echo', messages: [{ role: 'user', content: 'Hi' }], ...body })
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', connection: 'close' }
  return fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body: text })
}

async function metric(url: string, name: string): Promise<Map<string, number>> {
  const text = await (await fetch(`${url}/metrics`, { headers: { connection: 'close' } })).text()
  const found = [...text.matchAll(new RegExp(`^${name}\\{worker="(\\d+)"[^}]*\\} (\\S+)$`, 'gm'))]
  return new Map(found.map(([, worker = '', value]) => [worker, Number(value)]))
}

test('two workers share a port, a store and their figures; each answers', async () => {
  const served = await serve('--workers', '2')
  const answers = await Promise.all(Array.from({ length: 8 }, () => ask(served)))
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200))
  const counted = await metric(served.url, 'tongwen_requests_total')
  expect([...counted.values()].reduce((sum, count) => sum + count, 0)).toBe(8)
  expect(counted.size).toBe(2)
})

test('a refused request tells why, whichever worker is asked', async () => {
  const served = await serve('--workers', '2')
  const refused = await ask(served, { model: 'no-such-model' })
  const id = refused.headers.get('x-request-id')
  const headers = { authorization: `Bearer ${served.key}`, connection: 'close' }
  const traces = await Promise.all(
    Array.from({ length: 4 }, async () => (await fetch(`${served.url}/v1/requests/${id}`, { headers })).status),
  )
  expect([refused.status, traces]).toEqual([404, [200, 200, 200, 200]])
})

test('a worker that is killed is replaced, and the port answers all the while', async () => {
  const served = await serve('--workers', '2')
  const pids = await metric(served.url, 'process_start_time_seconds')
  const workers = await childrenOf(served.child.pid ?? 0)
  process.kill(workers[0] ?? 0, 'SIGKILL')
  for (let tries = 0; tries < 200; tries++) {
    expect((await ask(served)).status).toBe(200)
    if ((await childrenOf(served.child.pid ?? 0)).length === 2) break
    await new Promise((done) => {
      setTimeout(done, 100)
    })
  }
  const after = await childrenOf(served.child.pid ?? 0)
  expect([pids.size, after.length, after.includes(workers[0] ?? 0)]).toEqual([2, 2, false])
})

test('SIGTERM ends the primary and every worker', async () => {
  const served = await serve('--workers', '2')
  const workers = await childrenOf(served.child.pid ?? 0)
  served.child.kill('SIGTERM')
  const [code] = await once(served.child, 'exit')
  expect([code, workers.length, workers.filter(isAlive)]).toEqual([0, 2, []])
})

test('a number of workers that is none is refused', async () => {
  const child = spawn(process.execPath, ['bin/tongwen.js', 'serve', '--workers', 'many'], { stdio: 'ignore' })
  expect((await once(child, 'exit'))[0]).toBe(2)
})

async function childrenOf(pid: number): Promise<number[]> {
  const list = spawn('ps', ['-o', 'pid=', '--ppid', String(pid)], { stdio: ['ignore', 'pipe', 'ignore'] })
  const chunks: Buffer[] = []
  list.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(list, 'close')
  return Buffer.concat(chunks).toString().split(/\s+/).filter(Boolean).map(Number)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
