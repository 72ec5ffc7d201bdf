/**
 * Measures Tongwen beside a bare Node proxy and a peer, in one run, and prints the ratios beside the bar.
 *
 *   npm run bench [-- --quick | --full] [-- --record] [--only bare,tongwen]
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Findings, StartUp } from './bar.ts'
import { type Bench, type Durations, measure, type Measurement, type ScenarioName, warmUp } from './measure.ts'
import { buildFolder, type LoadSide, prepareLoadSide, preparePortkey } from './prepare.ts'
import { call, chooseCores, freePort, type Running, sleep, start, stopAllOnExit } from './processes.ts'
import { record, reportOf, saveJson, type Setting } from './report.ts'
import { startTarget, type Target, type TargetName, targetsOf } from './targets.ts'

interface Plan {
  readonly rounds: number
  readonly durations: Durations
  /** A noisy measurement is repeated so often. */
  readonly retries: number
  /** A retry must not make the run longer than this. */
  readonly limitSeconds: number
  readonly scenarios: Readonly<Record<TargetName, readonly ScenarioName[]>>
}

const SMOKE = {
  direct: ['c1', 'c64', 'half'],
  bare: ['c1', 'c64', 'half', 'idle', 'streams100', 'streams1000'],
  tongwen: ['c1', 'c64', 'half', 'idle', 'streams100', 'streams1000'],
  'tongwen-to-anthropic': ['c64', 'streams100'],
  'tongwen-from-anthropic': ['c64', 'streams100'],
  portkey: ['c64'],
} as const satisfies Plan['scenarios']

const USUAL = {
  ...SMOKE,
  direct: ['c1', 'c64', 'half', 'streams100', 'streams1000'],
  'tongwen-to-anthropic': ['c1', 'c64', 'streams100', 'streams1000'],
  portkey: ['c1', 'c64', 'streams100'],
} as const satisfies Plan['scenarios']

const EVERYTHING = ['c1', 'c16', 'c64', 'c256', 'half', 'idle', 'streams100', 'streams1000'] as const
const FULL = {
  direct: ['c1', 'c16', 'c64', 'c256', 'half', 'streams100', 'streams1000'],
  bare: EVERYTHING,
  tongwen: EVERYTHING,
  'tongwen-to-anthropic': EVERYTHING,
  'tongwen-from-anthropic': EVERYTHING,
  // It falls behind half of our maximum altogether: waiting for it would say nothing more.
  portkey: ['c1', 'c16', 'c64', 'c256', 'idle', 'streams100', 'streams1000'],
} as const satisfies Plan['scenarios']

const PLANS = {
  quick: {
    rounds: 1,
    durations: { warm: { requests: 4_000, seconds: 1.2 }, requests: 0.8, half: 1, streams: 1 },
    retries: 0,
    limitSeconds: 60,
    scenarios: SMOKE,
  },
  usual: {
    rounds: 3,
    durations: { warm: { requests: 10_000, seconds: 3 }, requests: 1.2, half: 1.5, streams: 1.5 },
    retries: 1,
    limitSeconds: 285,
    scenarios: USUAL,
  },
  full: {
    rounds: 5,
    durations: { warm: { requests: 20_000, seconds: 6 }, requests: 3, half: 4, streams: 3 },
    retries: 2,
    limitSeconds: 1_800,
    scenarios: FULL,
  },
} as const satisfies Record<string, Plan>

/** Where Tongwen's maximum is not known. */
const DEFAULT_HALF_RATE = 3_000

const say = (text: string): void => void process.stderr.write(`${text}\n`)

async function startStub(loadSide: LoadSide, core: number | undefined): Promise<{ port: number; process: Running }> {
  const port = await freePort()
  const [command, ...args] = [...loadSide.upstream, '-p', String(port)]
  const running = start({ command, args, log: join(buildFolder, 'upstream.log') }, core)
  for (let waited = 0; (await call(port, '/')).status !== 200; waited += 10) {
    if (running.ended() !== undefined || waited > 5_000)
      throw new Error(`the stub did not start; see bench/build/upstream.log`)
    await sleep(10)
  }
  return { port, process: running }
}

class Run {
  readonly #plan: Plan
  readonly #began = performance.now()
  readonly measurements: Measurement[] = []
  readonly starts: StartUp[] = []
  readonly remarks = new Map<string, string>()
  #planned = 0
  #done = 0

  constructor(plan: Plan) {
    this.#plan = plan
  }

  seconds(): number {
    return (performance.now() - this.#began) / 1_000
  }

  /** Requests a second at c=64, or the default where Tongwen does not answer. */
  async halfRate(bench: Bench, target: Target | undefined): Promise<number> {
    let rate = DEFAULT_HALF_RATE
    if (target === undefined) return rate
    await this.#on(bench, target, async (started) => {
      const { load } = await measure(bench, started, { scenario: 'c64', round: 0 })
      rate = load.rps / 2
    })
    return rate
  }

  async round(bench: Bench, targets: readonly Target[], round: number): Promise<void> {
    this.#planned = targets.reduce((sum, { name }) => sum + this.#plan.scenarios[name].length, 0) * this.#plan.rounds
    for (const target of targets) {
      const stubEnd = bench.stub.process.ended()
      if (stubEnd !== undefined) throw new Error(`the stub ended ${stubEnd}`)
      await this.#on(bench, target, async (started) => {
        const { firstAnswerMs, startNoisy: noisy = false } = started
        if (firstAnswerMs !== undefined) this.starts.push({ target: target.name, round, firstAnswerMs, noisy })
        for (const scenario of this.#plan.scenarios[target.name]) {
          const found = await this.#quiet(() => measure(bench, started, { scenario, round }))
          if (bench.stub.process.ended() !== undefined) return
          this.measurements.push(found)
          this.#check(target, found)
        }
      })
    }
  }

  async #on(
    bench: Bench,
    target: Target,
    work: (started: Awaited<ReturnType<typeof startTarget>>) => Promise<void>,
  ): Promise<void> {
    try {
      const started = await startTarget(target, bench.stub, bench.cores.pinned ? bench.cores.gateway : undefined)
      try {
        if (target.command !== undefined) await warmUp(bench, started)
        await work(started)
      } finally {
        await started.stop()
      }
    } catch (error) {
      this.remarks.set(target.name, `not measured: ${error instanceof Error ? error.message : String(error)}`)
      say(this.remarks.get(target.name) ?? '')
    }
  }

  async #quiet(once: () => Promise<Measurement>): Promise<Measurement> {
    for (let retry = 0; ; retry++) {
      const found = await once()
      // Ahead of the clock there is time for another try.
      const late = this.seconds() > (this.#plan.limitSeconds * (this.#done + 1)) / this.#planned
      if (!found.noisy || retry >= this.#plan.retries || late) {
        this.#done++
        return found
      }
    }
  }

  /** A gateway that answers wrongly is fast for nothing: it is said beside the figures. */
  #check({ title, name }: Target, { scenario, round, load, noisy, cpuUsPerToken }: Measurement): void {
    const cpu = cpuUsPerToken === undefined ? '' : `, ${cpuUsPerToken.toFixed(1)} µs an event`
    say(
      `${round} ${title.padEnd(28)} ${scenario.padEnd(12)} ${Math.round(load.rps)} requests/s, p50 ${load.latency.p50.toFixed(1)} µs${cpu}${noisy ? ' (noisy)' : ''}`,
    )
    const bad = load.badStatus + load.badBody + load.errors
    if (bad === 0) return
    const counts = `${load.badStatus} wrong statuses ${JSON.stringify(load.statuses)}, ${load.badBody} wrong bodies, ${load.errors} broken connections`
    this.remarks.set(`${name} ${scenario}`, `**${title}, ${scenario}: ${counts}, beside ${load.ok} right answers**`)
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean' },
      full: { type: 'boolean' },
      record: { type: 'boolean' },
      only: { type: 'string' },
    },
  })
  const at = new Date()
  stopAllOnExit()
  const mode = values.quick === true ? 'quick' : values.full === true ? 'full' : 'usual'
  const plan: Plan = PLANS[mode]
  const [loadSide, portkey] = await Promise.all([prepareLoadSide(), preparePortkey()])
  const cores = chooseCores()
  if (!cores.pinned) say(`not pinned: ${cores.why}`)
  const run = new Run(plan)
  const stub = await startStub(loadSide, cores.pinned ? cores.load : undefined)
  const only = values.only?.split(',')
  const targets = targetsOf(stub.port, portkey).filter(({ name }) => only === undefined || only.includes(name))
  const beforehand: Bench = { loadSide, stub, cores, durations: plan.durations, halfRate: DEFAULT_HALF_RATE }
  const halfRate = await run.halfRate(
    beforehand,
    targets.find(({ name }) => name === 'tongwen'),
  )
  for (let round = 1; round <= plan.rounds; round++) {
    // Every other round runs backwards: what drifts during a round hits both ends alike.
    await run.round({ ...beforehand, halfRate }, round % 2 === 1 ? targets : targets.toReversed(), round)
  }
  await stub.process.stop()
  rmSync(join(buildFolder, 'bodies'), { recursive: true, force: true })
  const flags = process.argv.slice(2).join(' ')
  const setting: Setting = {
    at,
    command: `npm run bench${flags === '' ? '' : ` -- ${flags}`}`,
    seconds: run.seconds(),
    rounds: plan.rounds,
    halfRate,
    cores,
    loadSide,
    portkey,
    targets,
    remarks: [...run.remarks.values()],
  }
  const findings: Findings = run
  const report = reportOf(setting, { measurements: findings.measurements, starts: findings.starts })
  process.stdout.write(report)
  say(saveJson(setting, { measurements: findings.measurements, starts: findings.starts }))
  if (values.record === true) record(report)
}

await main()
