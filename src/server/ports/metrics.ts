import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Metrics } from '#engine/ports.ts'
import type { Standings } from '#engine/send/key-health.ts'
import { type CounterFamily, counterFamily, type HistogramFamily, histogramFamily } from '#server/ports/series.ts'
import { inputTokens, outputTokens } from '#wire/usage.ts'

/** What `/metrics` shows, in Prometheus' text form; names follow OpenTelemetry's `gen_ai.*` where it has one. */
export interface PrometheusMetrics extends Metrics {
  text(): Promise<string>
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600]

/** What is asked when `/metrics` is read. */
interface Readings {
  /** How many requests are under way. */
  readonly open: () => number
  /** How the keys of each provider fare. */
  readonly keys: () => readonly ({ readonly id: string } & Standings)[]
}

export function prometheusMetrics({ open, keys }: Readings): PrometheusMetrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const underWay = new Gauge({
    name: 'tongwen_open_requests',
    help: 'Requests under way',
    registers: [],
    collect() {
      this.set(open())
    },
  })
  registry.registerMetric(underWay)
  registry.registerMetric(keysGauge(keys))
  const { requests, duration, firstByte, tokens, cost, attempts } = requestFamilies()
  const families = [requests, duration, firstByte, tokens, cost, attempts]
  return {
    requestEnded(trace) {
      const { target = 'none', usage, outcome = 'none' } = trace
      requests.add(1, trace.dialect, target, outcome, trace.failure?.kind ?? 'none')
      if (trace.target === undefined) return
      duration.observe((trace.durationMs ?? 0) / 1000, target)
      if (trace.firstByteMs !== undefined) firstByte.observe(trace.firstByteMs / 1000, target)
      if (usage !== undefined) {
        tokens.add(inputTokens(usage), target, 'input')
        tokens.add(outputTokens(usage), target, 'output')
      }
      if (trace.cost !== undefined) cost.add(Number(trace.cost.amount), target, trace.cost.currency)
    },
    attemptEnded(target, failure) {
      attempts.add(1, target, failure ?? 'none')
    },
    text: async () => `${await registry.metrics()}\n${families.flatMap((family) => family.lines()).join('\n')}\n`,
  }
}

/** Providers of an earlier configuration are not shown any more. */
function keysGauge(keys: Readings['keys']): Gauge {
  return new Gauge({
    name: 'tongwen_provider_keys',
    help: 'Keys of a provider by whether its platform takes them',
    labelNames: ['provider', 'state'],
    registers: [],
    collect() {
      this.reset()
      for (const { id, healthy, cooling, out } of keys()) {
        this.set({ provider: id, state: 'healthy' }, healthy)
        this.set({ provider: id, state: 'cooling' }, cooling)
        this.set({ provider: id, state: 'out' }, out)
      }
    },
  })
}

interface RequestFamilies {
  readonly requests: CounterFamily
  readonly duration: HistogramFamily
  readonly firstByte: HistogramFamily
  readonly tokens: CounterFamily
  readonly cost: CounterFamily
  readonly attempts: CounterFamily
}

function requestFamilies(): RequestFamilies {
  const requests = counterFamily({
    name: 'tongwen_requests_total',
    help: 'Requests by what the caller spoke, which target answered and how it ended',
    labels: ['dialect', 'target', 'outcome', 'failure'],
  })
  const duration = histogramFamily(
    {
      name: 'gen_ai_server_request_duration_seconds',
      help: 'From the request to the end of its answer',
      labels: ['target'],
    },
    SECONDS,
  )
  const firstByte = histogramFamily(
    {
      name: 'gen_ai_server_time_to_first_token_seconds',
      help: 'From the request to the first byte of a streamed answer',
      labels: ['target'],
    },
    SECONDS,
  )
  const tokens = counterFamily({
    name: 'gen_ai_client_token_usage_total',
    help: 'Tokens that the platforms counted, or that were estimated',
    labels: ['target', 'type'],
  })
  const cost = counterFamily({
    name: 'tongwen_cost_total',
    help: 'Cost in the currency that the platform bills; for exact sums ask `tongwen usage`',
    labels: ['target', 'currency'],
  })
  const attempts = counterFamily({
    name: 'tongwen_attempts_total',
    help: 'Tries at targets, and why they failed',
    labels: ['target', 'failure'],
  })
  return { requests, duration, firstByte, tokens, cost, attempts }
}
