import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { barOf, type BarLine, type Findings, figure, type Median, median, verdictOf } from './bar.ts'
import type { Measurement, ScenarioName } from './measure.ts'
import { type LoadSide, type Portkey, versionIn } from './prepare.ts'
import { coreCount, type Cores } from './processes.ts'
import type { Target, TargetName } from './targets.ts'

/** What a reader must know to judge the figures. */
export interface Setting {
  readonly at: Date
  readonly command: string
  readonly seconds: number
  readonly rounds: number
  readonly halfRate: number
  readonly cores: Cores
  readonly loadSide: LoadSide
  readonly portkey: Portkey
  readonly targets: readonly Target[]
  /** What went wrong on the way: targets that did not start, bad answers. */
  readonly remarks: readonly string[]
}

const here: string = import.meta.dirname

/** The whole report as Markdown. */
export function reportOf(setting: Setting, findings: Findings): string {
  const parts = [
    table(
      ['the bar', 'at least', 'we aim for', 'measured', 'over the rounds', ''],
      barOf(findings).map((line) => barCells(line)),
    ),
    requestTable(setting, findings),
    streamTable(setting, findings),
    settingLines(setting, findings)
      .map((line) => `- ${line}`)
      .join('\n'),
  ]
  return `${parts.join('\n\n')}\n`
}

/** Keeps the figures of the run in bench/results, which git ignores; gives the file's name. */
export function saveJson(setting: Setting, findings: Findings): string {
  const folder = join(here, 'results')
  mkdirSync(folder, { recursive: true })
  const name = `${setting.at.toISOString().slice(0, 19).replaceAll(':', '')}.json`
  const bar = barOf(findings).map((line) => ({ ...line, verdict: verdictOf(line) }))
  const { targets, ...rest } = setting
  const shown = { ...rest, machine: machine(), targets: targets.map(({ name: id, title }) => ({ name: id, title })) }
  writeFileSync(join(folder, name), JSON.stringify({ ...shown, bar, ...findings }, null, 1))
  return `bench/results/${name}`
}

/** Keeps the report in the repository. */
export function record(report: string): void {
  const head =
    '# Results of the last recorded run\n\nWritten by `npm run bench -- --record`; how to read it: `README.md`.\n\n'
  // Compilers and npm name folders of this machine in what they complain of.
  writeFileSync(join(here, 'RESULTS.md'), head + report.replaceAll(join(here, '..'), '.'))
}

function barCells(line: BarLine): string[] {
  const sign = line.better === 'more' ? '≥ ' : '≤ '
  const mark = (value: number | undefined): string =>
    value === undefined ? '–' : `${sign}${short(value)}${unitOf(line)}`
  const { measured } = line
  return [
    line.title,
    mark(line.atLeast),
    mark(line.aim),
    measured === undefined ? 'not measured' : `${short(measured.median)}${unitOf(line)}`,
    measured === undefined ? '' : spread(measured),
    verdictOf(line),
  ]
}

function unitOf({ unit }: BarLine): string {
  return unit === '' ? '' : ` ${unit}`
}

function spread({ min, max, rounds, noisy }: Median): string {
  const range = rounds === 1 ? 'one round' : `${short(min)} – ${short(max)}`
  return noisy ? `${range}, noisy` : range
}

type Read = (row: Measurement) => number | undefined

function cell(findings: Findings, target: TargetName, [scenario, read]: readonly [ScenarioName, Read]): string {
  const found = figure(findings, [target, scenario], read)
  return found === undefined ? '–' : `${short(found.median)}${found.noisy ? '*' : ''}`
}

const rps: Read = (row) => row.load.rps
const perToken: Read = (row) => row.cpuUsPerToken

function requestTable({ targets }: Setting, findings: Findings): string {
  const columns: readonly (readonly [string, readonly [ScenarioName, Read]])[] = [
    ['requests/s c=1', ['c1', rps]],
    ['c=16', ['c16', rps]],
    ['c=64', ['c64', rps]],
    ['c=256', ['c256', rps]],
    ['CPU µs a request, c=64', ['c64', (row) => row.cpuUsPerRequest]],
    ['p50 µs, c=1', ['c1', (row) => row.load.latency.p50]],
    ['p99 µs, c=1', ['c1', (row) => row.load.latency.p99]],
    ['p50 µs, half load', ['half', (row) => row.load.latency.p50]],
    ['p99 µs, half load', ['half', (row) => row.load.latency.p99]],
  ]
  return table(
    ['whole answers', ...columns.map(([title]) => title), 'first answer, ms'],
    targets.map((target) => [
      target.title,
      ...columns.map(([, from]) => cell(findings, target.name, from)),
      firstAnswer(findings, target.name),
    ]),
  )
}

function firstAnswer({ starts }: Findings, target: TargetName): string {
  const mine = starts.filter((one) => one.target === target)
  const found = median(mine.map((one) => ({ value: one.firstAnswerMs, noisy: one.noisy })))
  return found === undefined ? '–' : `${short(found.median)}${found.noisy ? '*' : ''}`
}

function streamTable({ targets }: Setting, findings: Findings): string {
  const columns: readonly (readonly [string, readonly [ScenarioName, Read]])[] = [
    ['CPU µs an event, 100', ['streams100', perToken]],
    ['1,000', ['streams1000', perToken]],
    ['TTFT p50 µs, 100', ['streams100', (row) => row.load.firstToken.p50]],
    ['1,000', ['streams1000', (row) => row.load.firstToken.p50]],
    ['token delay p50 µs, 1,000', ['streams1000', (row) => row.load.token.p50]],
    ['p99', ['streams1000', (row) => row.load.token.p99]],
    ['events/s, 1,000', ['streams1000', (row) => row.load.tokensPerSecond]],
    ['use of the core', ['streams1000', (row) => (row.target === 'direct' ? undefined : row.gatewayUse)]],
    ['RSS MB', ['streams1000', (row) => row.rssBytes / 1_048_576]],
    ['KB an idle stream', ['idle', (row) => (row.bytesPerStream ?? NaN) / 1_024]],
  ]
  return table(
    ['streams', ...columns.map(([title]) => title)],
    targets.map((target) => [target.title, ...columns.map(([, from]) => cell(findings, target.name, from))]),
  )
}

function settingLines(setting: Setting, findings: Findings): string[] {
  const { cores, loadSide, portkey } = setting
  const noisy = findings.measurements.filter((row) => row.noisy).length
  return [
    `${setting.at.toISOString().slice(0, 16).replace('T', ' ')} UTC, \`${setting.command}\`, ${setting.rounds} round(s), ${Math.round(setting.seconds)} s`,
    machine(),
    cores.pinned
      ? `pinned: stub and load on core ${cores.load}, the target alone on core ${cores.gateway}`
      : `not pinned (${cores.why}): the stub, the load and the target share cores, and figures swing`,
    loadSide.native
      ? `stub and load generator in C (${loadSide.compiler})`
      : `without a compiler (${loadSide.compiler}): the stub and the load generator in Node are the limit. Ratios to Portkey are ` +
        'lower bounds, throughput ratios to the bare proxy are flattered; CPU, memory and start-up figures hold',
    portkey.ok ? `Portkey gateway ${portkey.version} from npm, same Node` : `without Portkey: ${portkey.why}`,
    `half load = ${Math.round(setting.halfRate)} requests/s, open loop`,
    `${findings.measurements.length} measurements; ${noisy} noisy (foreign work > 6 % of the target's core, > 8 % of the load's, or > 4 % stolen): ` +
      'left out where a quiet round exists, marked * or "noisy" where none does',
    'an event = one token; requests of 2 KB, answers of 0.6 KB, keep-alive; ratios are medians of round-by-round ratios',
    ...setting.remarks,
  ]
}

function machine(): string {
  const undici = versionIn(join(here, '..', 'node_modules', 'undici', 'package.json'))
  const model = cpus()[0]?.model.trim() ?? process.arch
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${model}, ${coreCount} core(s), ${memory} GB, ${process.platform} ${release()}; Node ${process.versions.node}, undici ${undici}`
}

function short(value: number): string {
  const size = Math.abs(value)
  if (size >= 1_000) return Math.round(value).toLocaleString('en')
  if (size >= 100) return value.toFixed(0)
  return size >= 10 ? trimmed(value.toFixed(1)) : trimmed(value.toFixed(2))
}

const trimmed = (text: string): string => text.replace(/\.?0+$/, '')

/** A Markdown table with even columns, so that it reads in a terminal too. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(3, title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text, column) => (column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0))).join(' | ')} |`
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  return [line(head), rule, ...rows.map(line)].join('\n')
}
