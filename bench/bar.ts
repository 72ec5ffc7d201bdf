import type { Measurement, ScenarioName } from './measure.ts'
import type { TargetName } from './targets.ts'

/** How long a target took from the start of its process to its first 200. */
export interface StartUp {
  readonly target: TargetName
  readonly round: number
  readonly firstAnswerMs: number
  readonly noisy: boolean
}

/** Everything that the rounds brought. */
export interface Findings {
  readonly measurements: readonly Measurement[]
  readonly starts: readonly StartUp[]
}

/** A median with its extremes over the rounds. */
export interface Median {
  readonly median: number
  readonly min: number
  readonly max: number
  readonly rounds: number
  /** No round was quiet: the noisy ones had to do. */
  readonly noisy: boolean
}

/** One line of the bar, and what was measured against it. */
export interface BarLine {
  readonly title: string
  readonly unit: '' | 'µs' | 'ms' | 'KB' | 's'
  readonly better: 'more' | 'less'
  /** Absent: the bar does not name it; it is shown for comparison. */
  readonly atLeast?: number
  readonly aim?: number
  readonly measured?: Median
}

type Figure = (measurement: Measurement) => number | undefined

/** The median of a figure over the quiet rounds; over all of them, marked, where none was quiet. */
export function median(
  values: readonly { readonly value: number | undefined; readonly noisy: boolean }[],
): Median | undefined {
  const known = values.flatMap(({ value, noisy }) =>
    value === undefined || !Number.isFinite(value) ? [] : [{ value, noisy }],
  )
  const quiet = known.filter(({ noisy }) => !noisy)
  const chosen = (quiet.length > 0 ? quiet : known).map(({ value }) => value).sort((a, b) => a - b)
  const middle = chosen.length >> 1
  const upper = chosen[middle]
  const min = chosen[0]
  const max = chosen.at(-1)
  if (upper === undefined || min === undefined || max === undefined) return undefined
  const lower = chosen[middle - 1] ?? upper
  return {
    median: chosen.length % 2 === 1 ? upper : (lower + upper) / 2,
    min,
    max,
    rounds: chosen.length,
    noisy: quiet.length === 0,
  }
}

/** The median of one figure of one target in one scenario. */
export function figure(
  { measurements }: Findings,
  [target, scenario]: readonly [TargetName, ScenarioName],
  read: Figure,
): Median | undefined {
  const rows = measurements.filter((row) => row.target === target && row.scenario === scenario)
  return median(rows.map((row) => ({ value: read(row), noisy: row.noisy })))
}

/** Two targets compared round by round, so that the machine's drift cancels out. */
function compared(
  findings: Findings,
  pair: { readonly of: TargetName; readonly to: TargetName; readonly scenario: ScenarioName },
  compute: (of: Measurement, to: Measurement) => number | undefined,
): { readonly measured?: Median } {
  const rows = findings.measurements.filter((row) => row.scenario === pair.scenario)
  const values = rows
    .filter((row) => row.target === pair.of)
    .flatMap((of) => {
      const to = rows.find((row) => row.target === pair.to && row.round === of.round)
      return to === undefined ? [] : [{ value: compute(of, to), noisy: of.noisy || to.noisy }]
    })
  return present(median(values))
}

const present = (measured: Median | undefined): { readonly measured?: Median } =>
  measured === undefined ? {} : { measured }

const byRps = (of: Measurement, to: Measurement): number => of.load.rps / to.load.rps
const byRequestCpu = (of: Measurement, to: Measurement): number | undefined =>
  of.cpuUsPerRequest === undefined || to.cpuUsPerRequest === undefined
    ? undefined
    : to.cpuUsPerRequest / of.cpuUsPerRequest
const byTokenCpu = (of: Measurement, to: Measurement): number | undefined =>
  of.cpuUsPerToken === undefined || to.cpuUsPerToken === undefined ? undefined : of.cpuUsPerToken / to.cpuUsPerToken

/** The bar: what a run must reach at least, what we aim for, and what came out. */
export function barOf(findings: Findings): BarLine[] {
  const { starts } = findings
  const throughput = (of: TargetName, to: TargetName): { readonly measured?: Median } =>
    compared(findings, { of, to, scenario: 'c64' }, byRps)
  const requestCpu = (of: TargetName, to: TargetName): { readonly measured?: Median } =>
    compared(findings, { of, to, scenario: 'c64' }, byRequestCpu)
  const tokenCpu = (of: TargetName, scenario: ScenarioName): { readonly measured?: Median } =>
    compared(findings, { of, to: 'bare', scenario }, byTokenCpu)
  const started = (target: TargetName): { readonly measured?: Median } =>
    present(
      median(
        starts
          .filter((one) => one.target === target)
          .map((one) => ({ value: one.firstAnswerMs / 1_000, noisy: one.noisy })),
      ),
    )
  const idle = (target: TargetName): { readonly measured?: Median } =>
    present(figure(findings, [target, 'idle'], (row) => (row.bytesPerStream ?? NaN) / 1_024))
  const more = { unit: '', better: 'more' } as const
  const less = { unit: '', better: 'less' } as const
  const same = { atLeast: 1.8, aim: 1.3 }
  const across = { atLeast: 4, aim: 2.5 }
  return [
    {
      title: 'requests/s, same dialect, c=64 ÷ bare Node proxy',
      ...more,
      atLeast: 0.5,
      aim: 0.7,
      ...throughput('tongwen', 'bare'),
    },
    {
      title: 'requests/s, OpenAI → Anthropic ÷ bare Node proxy',
      ...more,
      atLeast: 0.3,
      aim: 0.45,
      ...throughput('tongwen-to-anthropic', 'bare'),
    },
    {
      title: 'requests/s, Anthropic → OpenAI ÷ bare Node proxy',
      ...more,
      ...throughput('tongwen-from-anthropic', 'bare'),
    },
    {
      title: 'requests/s, same dialect, c=64 ÷ Portkey',
      ...more,
      atLeast: 6,
      aim: 10,
      ...throughput('tongwen', 'portkey'),
    },
    {
      title: '… by CPU a request (holds on a busy machine too): same dialect',
      ...more,
      ...requestCpu('tongwen', 'bare'),
    },
    { title: '… OpenAI → Anthropic', ...more, ...requestCpu('tongwen-to-anthropic', 'bare') },
    { title: '… Portkey', ...more, ...requestCpu('tongwen', 'portkey') },
    {
      title: 'added latency p50, c=1, over the bare proxy',
      unit: 'µs',
      better: 'less',
      atLeast: 150,
      aim: 80,
      ...compared(
        findings,
        { of: 'tongwen', to: 'bare', scenario: 'c1' },
        (of, to) => of.load.latency.p50 - to.load.latency.p50,
      ),
    },
    {
      title: 'added latency p99, half of maximum load, over direct',
      unit: 'ms',
      better: 'less',
      atLeast: 2,
      aim: 1,
      ...compared(
        findings,
        { of: 'tongwen', to: 'direct', scenario: 'half' },
        (of, to) => (of.load.latency.p99 - to.load.latency.p99) / 1_000,
      ),
    },
    {
      title: 'CPU per streamed event ÷ bare, same dialect, 100 streams',
      ...less,
      ...same,
      ...tokenCpu('tongwen', 'streams100'),
    },
    { title: '… 1,000 streams', ...less, ...same, ...tokenCpu('tongwen', 'streams1000') },
    {
      title: 'CPU per streamed event ÷ bare, OpenAI → Anthropic, 100 streams',
      ...less,
      ...across,
      ...tokenCpu('tongwen-to-anthropic', 'streams100'),
    },
    { title: '… 1,000 streams', ...less, ...across, ...tokenCpu('tongwen-to-anthropic', 'streams1000') },
    {
      title: 'CPU per streamed event ÷ bare, Anthropic → OpenAI, 100 streams',
      ...less,
      ...across,
      ...tokenCpu('tongwen-from-anthropic', 'streams100'),
    },
    { title: 'memory per open idle stream', unit: 'KB', better: 'less', atLeast: 80, aim: 40, ...idle('tongwen') },
    { title: '… of the bare proxy', unit: 'KB', better: 'less', ...idle('bare') },
    { title: 'start to first answer', unit: 's', better: 'less', atLeast: 1, aim: 0.4, ...started('tongwen') },
    { title: '… of the bare proxy', unit: 's', better: 'less', ...started('bare') },
    { title: '--workers 2 ÷ one worker (not measured yet)', ...more, atLeast: 1.7, aim: 1.9 },
  ]
}

/** `aim` and `ok` pass the bar; `unsure` where no round was quiet; a line without figures or without a bar has none. */
export function verdictOf({ atLeast, aim, better, measured }: BarLine): 'aim' | 'ok' | 'below' | 'unsure' | '' {
  if (atLeast === undefined || aim === undefined || measured === undefined) return ''
  if (measured.noisy) return 'unsure'
  const reaches = (mark: number): boolean => (better === 'more' ? measured.median >= mark : measured.median <= mark)
  if (reaches(aim)) return 'aim'
  return reaches(atLeast) ? 'ok' : 'below'
}
