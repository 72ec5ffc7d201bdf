import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Metrics } from '#engine/ports.ts'
import type { Trace } from '#engine/trace.ts'
import { inputTokens, outputTokens } from '#wire/usage.ts'

/** What `/metrics` shows, in Prometheus' text form; names follow OpenTelemetry's `gen_ai.*` where it has one. */
export interface PrometheusMetrics extends Metrics {
  readonly openRequests: Gauge
  text(): Promise<string>
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600]

export function prometheusMetrics(): PrometheusMetrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const requests = new Counter({
    name: 'tongwen_requests_total',
    help: 'Requests by what the caller spoke, which target answered and how it ended',
    labelNames: ['dialect', 'target', 'outcome', 'failure'],
    registers,
  })
  const duration = new Histogram({
    name: 'gen_ai_server_request_duration_seconds',
    help: 'From the request to the end of its answer',
    labelNames: ['target'],
    buckets: SECONDS,
    registers,
  })
  const firstByte = new Histogram({
    name: 'gen_ai_server_time_to_first_token_seconds',
    help: 'From the request to the first byte of a streamed answer',
    labelNames: ['target'],
    buckets: SECONDS,
    registers,
  })
  const tokens = new Counter({
    name: 'gen_ai_client_token_usage_total',
    help: 'Tokens that the platforms counted, or that were estimated',
    labelNames: ['target', 'type'],
    registers,
  })
  const cost = new Counter({
    name: 'tongwen_cost_total',
    help: 'Cost in the currency that the platform bills; for exact sums ask `tongwen usage`',
    labelNames: ['target', 'currency'],
    registers,
  })
  const attempts = new Counter({
    name: 'tongwen_attempts_total',
    help: 'Tries at targets, and why they failed',
    labelNames: ['target', 'failure'],
    registers,
  })
  const openRequests = new Gauge({ name: 'tongwen_open_requests', help: 'Requests under way', registers })
  return {
    openRequests,
    requestEnded(trace) {
      const target = trace.target ?? 'none'
      requests.inc({
        dialect: trace.dialect,
        target,
        outcome: trace.outcome ?? 'none',
        failure: trace.failure?.kind ?? 'none',
      })
      if (trace.target === undefined) return
      duration.observe({ target }, (trace.durationMs ?? 0) / 1000)
      if (trace.firstByteMs !== undefined) firstByte.observe({ target }, trace.firstByteMs / 1000)
      countUsage(trace, tokens, cost)
    },
    attemptEnded(target, failure) {
      attempts.inc({ target, failure: failure ?? 'none' })
    },
    text: () => registry.metrics(),
  }
}

function countUsage(trace: Trace, tokens: Counter, cost: Counter): void {
  const target = trace.target ?? 'none'
  if (trace.usage !== undefined) {
    tokens.inc({ target, type: 'input' }, inputTokens(trace.usage))
    tokens.inc({ target, type: 'output' }, outputTokens(trace.usage))
  }
  if (trace.cost !== undefined) cost.inc({ target, currency: trace.cost.currency }, Number(trace.cost.amount))
}
