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
  const { requests, duration, firstByte, tokens, cost, attempts, openRequests } = collectors(registry)
  const requestOf = children((...labels) => requests.labels(...labels))
  const attemptOf = children((...labels) => attempts.labels(...labels))
  const inputOf = children((...target) => tokens.labels(...target, 'input'))
  const outputOf = children((...target) => tokens.labels(...target, 'output'))
  const costOf = children((...labels) => cost.labels(...labels))
  return {
    openRequests,
    requestEnded(trace) {
      const target = trace.target ?? 'none'
      requestOf(trace.dialect, target, trace.outcome ?? 'none', trace.failure?.kind ?? 'none').inc()
      if (trace.target === undefined) return
      duration.observe({ target }, (trace.durationMs ?? 0) / 1000)
      if (trace.firstByteMs !== undefined) firstByte.observe({ target }, trace.firstByteMs / 1000)
      if (trace.usage !== undefined) {
        inputOf(target).inc(inputTokens(trace.usage))
        outputOf(target).inc(outputTokens(trace.usage))
      }
      if (trace.cost !== undefined) costOf(target, trace.cost.currency).inc(Number(trace.cost.amount))
    },
    attemptEnded(target, failure) {
      attemptOf(target, failure ?? 'none').inc()
    },
    text: () => registry.metrics(),
  }
}

interface Collectors {
  readonly requests: Counter
  readonly duration: Histogram
  readonly firstByte: Histogram
  readonly tokens: Counter
  readonly cost: Counter
  readonly attempts: Counter
  readonly openRequests: Gauge
}

function collectors(registry: Registry): Collectors {
  const counter = (name: string, help: string, labelNames: string[]): Counter =>
    new Counter({ name, help, labelNames, registers: [registry] })
  const seconds = (name: string, help: string): Histogram =>
    new Histogram({ name, help, labelNames: ['target'], buckets: SECONDS, registers: [registry] })
  return {
    requests: counter(
      'tongwen_requests_total',
      'Requests by what the caller spoke, which target answered and how it ended',
      ['dialect', 'target', 'outcome', 'failure'],
    ),
    duration: seconds('gen_ai_server_request_duration_seconds', 'From the request to the end of its answer'),
    firstByte: seconds(
      'gen_ai_server_time_to_first_token_seconds',
      'From the request to the first byte of a streamed answer',
    ),
    tokens: counter('gen_ai_client_token_usage_total', 'Tokens that the platforms counted, or that were estimated', [
      'target',
      'type',
    ]),
    cost: counter(
      'tongwen_cost_total',
      'Cost in the currency that the platform bills; for exact sums ask `tongwen usage`',
      ['target', 'currency'],
    ),
    attempts: counter('tongwen_attempts_total', 'Tries at targets, and why they failed', ['target', 'failure']),
    openRequests: new Gauge({ name: 'tongwen_open_requests', help: 'Requests under way', registers: [registry] }),
  }
}

/**
 * Remembers what a set of label values gives: finding it by its labels costs prom-client several microseconds each
 * time. Bounded, since a caller who may name any `provider/model` decides how many there are.
 */
function children<Child>(make: (...labels: string[]) => Child): (...labels: string[]) => Child {
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
