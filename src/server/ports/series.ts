/**
 * Counters and histograms of requests in Prometheus' text form. Ours, since each request counts in five of them and
 * finding a series by its labels costs the usual library several microseconds a time; process metrics stay with it.
 */
export interface Family {
  /** Lines of the text form, `# HELP` and `# TYPE` first. */
  lines(): string[]
}

export interface CounterFamily extends Family {
  add(amount: number, ...labels: string[]): void
}

export interface HistogramFamily extends Family {
  observe(value: number, label: string): void
}

/** A caller may name any `provider/model`, so the number of series is bounded; later ones are counted together as `other`. */
const MOST_SERIES = 5_000

interface About {
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
}

export function counterFamily(about: About): CounterFamily {
  const series = new Map<string, { readonly labels: readonly string[]; value: number }>()
  return {
    add(amount, ...labels) {
      const key = labels.length === 1 ? (labels[0] ?? '') : labels.join('\n')
      const found = series.get(key)
      if (found !== undefined) found.value += amount
      else if (series.size < MOST_SERIES) series.set(key, { labels, value: amount })
      else if (labels.some((label) => label !== 'other')) this.add(amount, ...labels.map(() => 'other'))
      else series.set(key, { labels, value: amount })
    },
    lines: () => [
      ...head(about, 'counter'),
      ...[...series.values()].map(({ labels, value }) => `${about.name}${labelText(about.labels, labels)} ${value}`),
    ],
  }
}

interface Observed {
  readonly counts: number[]
  sum: number
}

/** One label; `bounds` ascending, `+Inf` is added. */
export function histogramFamily(about: About, bounds: readonly number[]): HistogramFamily {
  const series = new Map<string, Observed>()
  const observedAs = (label: string): Observed => {
    let found = series.get(label)
    if (found === undefined && series.size >= MOST_SERIES && label !== 'other') return observedAs('other')
    if (found === undefined) {
      found = { counts: Array.from({ length: bounds.length + 1 }, () => 0), sum: 0 }
      series.set(label, found)
    }
    return found
  }
  return {
    observe(value, label) {
      const observed = observedAs(label)
      let bucket = 0
      while (bucket < bounds.length && value > (bounds[bucket] ?? 0)) bucket++
      observed.counts[bucket] = (observed.counts[bucket] ?? 0) + 1
      observed.sum += value
    },
    lines: () => [
      ...head(about, 'histogram'),
      ...[...series].flatMap(([label, observed]) => histogramLines(about, bounds, { label, observed })),
    ],
  }
}

function histogramLines(about: About, bounds: readonly number[], one: { label: string; observed: Observed }): string[] {
  const { name, labels } = about
  const { label, observed } = one
  let below = 0
  const buckets = observed.counts.map((count, i) => {
    below += count
    return `${name}_bucket${labelText([...labels, 'le'], [label, String(bounds[i] ?? '+Inf')])} ${below}`
  })
  const own = labelText(labels, [label])
  return [...buckets, `${name}_sum${own} ${observed.sum}`, `${name}_count${own} ${below}`]
}

function head({ name, help }: About, type: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`]
}

function labelText(names: readonly string[], values: readonly string[]): string {
  const pairs = names.map((name, i) => `${name}="${escaped(values[i] ?? '')}"`)
  return `{${pairs.join(',')}}`
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
