import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CallerDialect, chatBody } from './bodies.ts'
import { buildFolder, type Portkey } from './prepare.ts'
import { call, type Command, coreTime, freePort, type Running, sleep, start, usageOf } from './processes.ts'

/** What can stand between the load and the stub. */
export type TargetName = 'direct' | 'bare' | 'tongwen' | 'tongwen-to-anthropic' | 'tongwen-from-anthropic' | 'portkey'

/** One thing to measure: how callers speak to it and how it is started. */
export interface Target {
  readonly name: TargetName
  readonly title: string
  readonly caller: CallerDialect
  readonly path: string
  readonly model: string
  readonly headers: readonly string[]
  /** Absent: the stub itself. */
  readonly command?: (place: Place) => Command
}

/** Where a target is to listen, and a folder of its own that is removed afterwards. */
export interface Place {
  readonly port: number
  readonly folder: string
  readonly log: string
}

/** A target that answers. */
export interface Started {
  readonly target: Target
  readonly port: number
  /** From the start of the process to the first 200, milliseconds; absent for the stub. */
  readonly firstAnswerMs?: number
  /** Something else used the core meanwhile. */
  readonly startNoisy?: boolean
  readonly process: Running
  readonly stop: () => Promise<void>
}

const root = join(import.meta.dirname, '..')
const KEY = 'sk-tw-bench-0123456789abcdef0123456789abcdef'
const PLATFORM_KEY = 'sk-bench-0123456789abcdef0123456789abcdef'
const START_LIMIT_MS = 20_000

const CALLERS = {
  openai: { path: '/v1/chat/completions', headers: [`authorization: Bearer ${KEY}`] },
  anthropic: { path: '/v1/messages', headers: [`x-api-key: ${KEY}`, 'anthropic-version: 2023-06-01'] },
} as const satisfies Record<CallerDialect, unknown>

/** All targets of a run; the peer only where it is installed. */
export function targetsOf(upstreamPort: number, portkey: Portkey): Target[] {
  const plain = { caller: 'openai', model: 'gpt-4o-mini', ...CALLERS.openai } as const
  const tongwen = (place: Place): Command => tongwenCommand(place, upstreamPort)
  return [
    { ...plain, name: 'direct', title: 'direct to the stub' },
    { ...plain, name: 'bare', title: 'bare Node proxy', command: (place) => bareCommand(place, upstreamPort) },
    { ...plain, name: 'tongwen', title: 'Tongwen, OpenAI → OpenAI', model: 'to-openai', command: tongwen },
    {
      ...plain,
      name: 'tongwen-to-anthropic',
      title: 'Tongwen, OpenAI → Anthropic',
      model: 'to-anthropic',
      command: tongwen,
    },
    {
      name: 'tongwen-from-anthropic',
      title: 'Tongwen, Anthropic → OpenAI',
      caller: 'anthropic',
      model: 'to-openai',
      ...CALLERS.anthropic,
      command: tongwen,
    },
    ...(portkey.ok ? [portkeyTarget(upstreamPort, portkey)] : []),
  ]
}

function bareCommand({ port, log }: Place, upstreamPort: number): Command {
  const script = join(import.meta.dirname, 'bare-proxy.ts')
  return { command: process.execPath, args: [script, String(port), String(upstreamPort)], log }
}

function portkeyTarget(upstreamPort: number, portkey: Portkey & { ok: true }): Target {
  return {
    name: 'portkey',
    title: `Portkey ${portkey.version}`,
    caller: 'openai',
    path: CALLERS.openai.path,
    model: 'gpt-4o-mini',
    headers: [
      'x-portkey-provider: openai',
      `x-portkey-custom-host: http://127.0.0.1:${upstreamPort}/v1`,
      `authorization: Bearer ${PLATFORM_KEY}`,
    ],
    command: ({ port, log }) => ({
      command: process.execPath,
      args: [portkey.script, `--port=${port}`, '--headless'],
      folder: portkey.folder,
      log,
    }),
  }
}

/** Key check, limits, reservation, usage, price, ledger and metrics are on; the limits are too wide to bite. */
function tongwenCommand({ port, folder, log }: Place, upstreamPort: number): Command {
  const config = join(folder, 'tongwen.yaml')
  const stub = `http://127.0.0.1:${upstreamPort}`
  writeFileSync(
    config,
    `server: { host: 127.0.0.1, port: ${port} }
providers:
  same: { platform: openai, baseUrl: ${stub}/v1, apiKey: ${PLATFORM_KEY} }
  other: { platform: anthropic, baseUrl: ${stub}, apiKey: ${PLATFORM_KEY} }
routes:
  to-openai: { targets: [same/gpt-4o-mini] }
  to-anthropic: { targets: [other/claude-sonnet-4-5] }
keys:
  - name: bench
    key: ${KEY}
    models: [to-openai, to-anthropic]
    limits: { requestsPerMinute: 1000000000, tokensPerMinute: 1000000000000, concurrency: 100000 }
    budget: { amount: "1000000000.00", currency: USD, period: month }
`,
  )
  const profile = process.env['BENCH_PROFILE']
  return {
    command: process.execPath,
    args: [
      ...(profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]),
      join(root, 'bin', 'tongwen.js'),
      'serve',
      '--config',
      config,
      '--data',
      join(folder, 'data'),
    ],
    folder: root,
    log,
  }
}

/** Starts a target on a fresh folder and waits for its first 200. */
export async function startTarget(
  target: Target,
  stub: { port: number; process: Running },
  core: number | undefined,
): Promise<Started> {
  if (target.command === undefined) return { target, ...stub, stop: () => Promise.resolve() }
  // On the disk of the checkout: the system's temporary folder may be memory, where durability costs nothing.
  const folder = mkdtempSync(join(buildFolder, `${target.name}-`))
  const log = join(buildFolder, `${target.name}.log`)
  const port = await freePort()
  const began = performance.now()
  const busyBefore = busyOf(core)
  const process = start(target.command({ port, folder, log }), core)
  const stop = async (): Promise<void> => {
    await process.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  const body = chatBody(target.caller, target.model, { stream: false, events: 10, delayUs: 0 })
  for (let status = 0, answer = ''; ;) {
    ;({ status, body: answer } = await call(port, target.path, { headers: target.headers, body }))
    if (status === 200) {
      const firstAnswerMs = performance.now() - began
      const foreign = busyOf(core) - busyBefore - (core === undefined ? 0 : usageOf(process.pid).cpuSeconds)
      return { target, port, process, stop, firstAnswerMs, startNoisy: foreign * 1_000 > firstAnswerMs / 10 }
    }
    const late = performance.now() - began > START_LIMIT_MS
    // A gateway that is not ready says so by a 5xx.
    if (process.ended() !== undefined || late || (status !== 0 && status < 500)) {
      await stop()
      const what =
        status === 0
          ? late
            ? 'does not answer'
            : `ended ${process.ended()}`
          : `answers ${status}: ${answer.slice(0, 300)}`
      throw new Error(`${target.title} ${what}; see bench/build/${target.name}.log`)
    }
    await sleep(2)
  }
}

function busyOf(core: number | undefined): number {
  return core === undefined ? 0 : coreTime(core).busy
}
