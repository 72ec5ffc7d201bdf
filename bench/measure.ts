import { join } from 'node:path'
import { chatBody, type Knobs, writeBody } from './bodies.ts'
import { buildFolder, type LoadSide } from './prepare.ts'
import { call, type Cores, coreTime, output, type Running, sleep, usageOf } from './processes.ts'
import type { Started, TargetName } from './targets.ts'

/** `c…`: closed loop with so many connections; `half`: open loop at half of Tongwen's maximum. */
export type ScenarioName = 'c1' | 'c16' | 'c64' | 'c256' | 'half' | 'streams100' | 'streams1000' | 'idle'

/** How long things last, seconds. */
export interface Durations {
  /** Before anything is measured: so many requests, or so many seconds of them. */
  readonly warm: { readonly requests: number; readonly seconds: number }
  readonly requests: number
  readonly half: number
  readonly streams: number
}

/** The place of measurement: the stub, the tools and what was decided before. */
export interface Bench {
  readonly loadSide: LoadSide
  readonly stub: { readonly port: number; readonly process: Running }
  readonly cores: Cores
  readonly durations: Durations
  /** Requests a second for `half`. */
  readonly halfRate: number
}

/** Percentiles of a set of samples, microseconds. */
export interface Quantiles {
  readonly n: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly p999: number
  readonly max: number
}

/** What the load generator prints. */
export interface LoadResult {
  readonly ok: number
  readonly badStatus: number
  readonly badBody: number
  readonly errors: number
  readonly reconnects: number
  readonly openMost: number
  readonly started: number
  readonly done: number
  readonly rps: number
  readonly tokensAll: number
  readonly tokensPerSecond: number
  readonly cpuSeconds: number
  readonly latency: Quantiles
  readonly firstToken: Quantiles
  readonly token: Quantiles
  readonly gap: Quantiles
  readonly statuses: Readonly<Record<string, number>>
}

/** One measurement of one target. */
export interface Measurement {
  readonly target: TargetName
  readonly scenario: ScenarioName
  readonly round: number
  /** Foreign work on one of the two cores: the figures are not to be trusted. */
  readonly noisy: boolean
  readonly noise: Noise
  readonly load: LoadResult
  /** Of the gateway, over the whole run of the load. */
  readonly gatewayCpuSeconds: number
  readonly gatewayUse: number
  readonly rssBytes: number
  /** `streams…`: microseconds of the gateway's CPU for each token that came through. */
  readonly cpuUsPerToken?: number
  /** Whole answers: microseconds of the gateway's CPU each. */
  readonly cpuUsPerRequest?: number
  /** `idle`: memory that each open silent stream takes. */
  readonly bytesPerStream?: number
}

/** Shares of a core: work that was not ours on either core, and what the hypervisor took. */
export interface Noise {
  readonly loadCore: number
  readonly gatewayCore: number
  readonly stolen: number
}

interface Scenario {
  readonly connections: number
  readonly seconds: number
  readonly warm: number
  readonly knobs: Knobs
  readonly rampMs?: number
  readonly rate?: number
  /** The load ends after so many. */
  readonly requests?: number
}

const WHOLE: Knobs = { stream: false, events: 64, delayUs: 0 }
const IDLE_STREAMS = 1_000
const IDLE_RAMP_MS = 800

function scenarioOf(name: ScenarioName, { durations, halfRate }: Bench): Scenario {
  const whole = { seconds: durations.requests, warm: 0.3, knobs: WHOLE }
  switch (name) {
    case 'c1':
      return { ...whole, connections: 1 }
    case 'c16':
      return { ...whole, connections: 16 }
    case 'c64':
      return { ...whole, connections: 64 }
    case 'c256':
      return { ...whole, connections: 256 }
    case 'half':
      return { ...whole, connections: 128, seconds: durations.half, rate: halfRate }
    case 'streams100':
      // 5,000 events a second: no proxy here is at its limit.
      return {
        connections: 100,
        seconds: durations.streams,
        warm: 0.3,
        rampMs: 500,
        knobs: { stream: true, events: 100, delayUs: 20_000 },
      }
    case 'streams1000':
      return {
        connections: 1_000,
        seconds: durations.streams + 0.5,
        warm: 0.3,
        rampMs: 1_500,
        knobs: { stream: true, events: 100, delayUs: 50_000 },
      }
    case 'idle':
      return {
        connections: IDLE_STREAMS,
        seconds: 1.2,
        warm: 0,
        rampMs: IDLE_RAMP_MS,
        knobs: { stream: true, events: 2, delayUs: 10_000_000 },
      }
  }
}

/**
 * Lets the just-in-time compiler see both kinds of answers before anything is measured: by number, since a slower
 * target would see fewer of them in the same time, and look slower still.
 */
export async function warmUp(bench: Bench, started: Started): Promise<void> {
  const { requests, seconds } = bench.durations.warm
  const common = { connections: 32, seconds, warm: 0 }
  await load(bench, started, { ...common, requests, knobs: WHOLE })
  const stream = { stream: true, events: 20, delayUs: 1_000 }
  await load(bench, started, { ...common, requests: requests / 10, knobs: stream })
}

/** Runs one scenario once. */
export async function measure(
  bench: Bench,
  started: Started,
  { scenario, round }: { readonly scenario: ScenarioName; readonly round: number },
): Promise<Measurement> {
  const { target, process } = started
  const direct = target.command === undefined
  const before = snapshot(bench, process)
  const running = load(bench, started, scenarioOf(scenario, bench))
  const open = scenario === 'idle' ? await idleStreams(bench, process) : undefined
  const result = await running
  // A thousand cut streams take their time to be put away; that is not the next scenario's.
  if (scenario === 'idle') await sleep(500)
  const after = snapshot(bench, process)
  const wall = after.at - before.at
  const gatewayCpuSeconds = direct ? 0 : after.gateway.cpuSeconds - before.gateway.cpuSeconds
  const noise = noiseOf({ before, after, wall, gatewayCpuSeconds, loadCpuSeconds: result.cpuSeconds })
  return {
    target: target.name,
    scenario,
    round,
    noisy: noise.stolen > 0.04 || noise.gatewayCore > 0.06 || noise.loadCore > 0.08,
    noise,
    load: result,
    gatewayCpuSeconds,
    gatewayUse: gatewayCpuSeconds / wall,
    rssBytes: after.gateway.rssBytes,
    ...(direct ? {} : cpuShares(result, gatewayCpuSeconds)),
    ...(open === undefined ? {} : { bytesPerStream: (open.rssBytes - before.gateway.rssBytes) / open.streams }),
  }
}

function cpuShares(
  result: LoadResult,
  seconds: number,
): { cpuUsPerToken: number } | { cpuUsPerRequest: number } | object {
  if (result.tokensAll > 0) return { cpuUsPerToken: (seconds / result.tokensAll) * 1e6 }
  return result.done > 0 ? { cpuUsPerRequest: (seconds / result.done) * 1e6 } : {}
}

/** All streams have brought their first token and are silent; the stub says how many are open. */
async function idleStreams(bench: Bench, process: Running): Promise<{ streams: number; rssBytes: number }> {
  await sleep(IDLE_RAMP_MS + 800)
  const { body } = await call(bench.stub.port, '/stats')
  const stats: unknown = JSON.parse(body === '' ? '{}' : body)
  const streams = typeof stats === 'object' && stats !== null && 'open' in stats ? Number(stats.open) : 0
  return { streams: streams > 0 ? streams : IDLE_STREAMS, rssBytes: usageOf(process.pid).rssBytes }
}

interface Snapshot {
  readonly at: number
  readonly gateway: { cpuSeconds: number; rssBytes: number }
  readonly stubCpuSeconds: number
  readonly ownCpuSeconds: number
  readonly cores?: {
    readonly load: { busy: number; stolen: number }
    readonly gateway: { busy: number; stolen: number }
  }
}

function snapshot({ stub, cores }: Bench, gateway: Running): Snapshot {
  const own = process.cpuUsage()
  return {
    at: performance.now() / 1_000,
    gateway: usageOf(gateway.pid),
    stubCpuSeconds: usageOf(stub.process.pid).cpuSeconds,
    ownCpuSeconds: (own.user + own.system) / 1e6,
    ...(cores.pinned ? { cores: { load: coreTime(cores.load), gateway: coreTime(cores.gateway) } } : {}),
  }
}

function noiseOf(run: {
  before: Snapshot
  after: Snapshot
  wall: number
  gatewayCpuSeconds: number
  loadCpuSeconds: number
}): Noise {
  const { before, after, wall } = run
  if (before.cores === undefined || after.cores === undefined) return { loadCore: 0, gatewayCore: 0, stolen: 0 }
  const ours =
    run.loadCpuSeconds + after.stubCpuSeconds - before.stubCpuSeconds + after.ownCpuSeconds - before.ownCpuSeconds
  const loadBusy = after.cores.load.busy - before.cores.load.busy
  const gatewayBusy = after.cores.gateway.busy - before.cores.gateway.busy
  const stolen =
    after.cores.load.stolen - before.cores.load.stolen + after.cores.gateway.stolen - before.cores.gateway.stolen
  return {
    loadCore: Math.max(0, loadBusy - ours) / wall,
    gatewayCore: Math.max(0, gatewayBusy - run.gatewayCpuSeconds) / wall,
    stolen: stolen / wall,
  }
}

async function load(bench: Bench, started: Started, scenario: Scenario): Promise<LoadResult> {
  const { target, port } = started
  const { knobs } = scenario
  const name = `${target.name}-${knobs.stream ? 'stream' : 'whole'}-${knobs.events}-${knobs.delayUs}`
  const file = writeBody(join(buildFolder, 'bodies'), name, chatBody(target.caller, target.model, knobs))
  const [program = '', ...first] = bench.loadSide.loadgen
  const args = [
    ...first,
    `-p${port}`,
    `-u${target.path}`,
    `-b${file}`,
    `-c${scenario.connections}`,
    `-d${scenario.seconds}`,
    `-w${scenario.warm}`,
    ...target.headers.map((header) => `-H${header}`),
    ...(scenario.rampMs === undefined ? [] : [`-r${scenario.rampMs}`]),
    ...(scenario.rate === undefined ? [] : [`-R${scenario.rate}`]),
    ...(scenario.requests === undefined ? [] : [`-x${scenario.requests}`]),
    ...(knobs.stream ? ['-s', `-n${knobs.events}`] : []),
  ]
  return JSON.parse(await output(program, args, bench.cores.pinned ? bench.cores.load : undefined)) as LoadResult
}
