import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Metrics } from '#engine/ports.ts'
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
  const requestOf = children((dialect, target, outcome, failure) => requests.labels(dialect, target, outcome, failure))
  const attemptOf = children((target, failure) => attempts.labels(target, failure))
  const usageOf = children((target) => ({
    input: tokens.labels(target, 'input'),
    output: tokens.labels(target, 'output'),
  }))
  const costOf = children((target, currency) => cost.labels(target, currency))
  return {
    openRequests,
    requestEnded(trace) {
      const target = trace.target ?? 'none'
      requestOf(trace.dialect, target, trace.outcome ?? 'none', trace.failure?.kind ?? 'none').inc()
      if (trace.target === undefined) return
      duration.observe({ target }, (trace.durationMs ?? 0) / 1000)
      if (trace.firstByteMs !== undefined) firstByte.observe({ target }, trace.firstByteMs / 1000)
      if (trace.usage !== undefined) {
        const of = usageOf(target)
        of.input.inc(inputTokens(trace.usage))
        of.output.inc(outputTokens(trace.usage))
      }
      if (trace.cost !== undefined) costOf(target, trace.cost.currency).inc(Number(trace.cost.amount))
    },
    attemptEnded(target, failure) {
      attemptOf(target, failure ?? 'none').inc()
    },
    text: () => registry.metrics(),
  }
}

/**
 * Remembers what a set of label values gives: finding it by its labels costs prom-client several microseconds each
 * time. Bounded, since a caller who may name any `provider/model` decides how many there are.
 */
function children<Labels extends readonly string[], Child>(
  make: (...labels: Labels) => Child,
): (...labels: Labels) => Child {
  const made = new Map<string, Child>()
  return (...labels) => {
    const key = labels.join('\n')
    let child = made.get(key)
    if (child === undefined) {
      child = make(...labels)
      if (made.size >= 10_000) made.clear()
      made.set(key, child)
    }
    return child
  }
}
