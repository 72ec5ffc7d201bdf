import { expect, test } from 'vitest'
import { counterFamily, histogramFamily } from '#server/ports/series.ts'

test('a counter prints one line for each set of labels, escaped', () => {
  const counter = counterFamily({ name: 'n_total', help: 'h', labels: ['a', 'b'] })
  counter.add(1, 'x', 'y"\n')
  counter.add(2, 'x', 'y"\n')
  counter.add(0.5, 'z', '\\')
  expect(counter.lines()).toEqual([
    '# HELP n_total h',
    '# TYPE n_total counter',
    'n_total{a="x",b="y\\"\\n"} 3',
    'n_total{a="z",b="\\\\"} 0.5',
  ])
})

test('a histogram prints cumulative buckets, sum and count', () => {
  const histogram = histogramFamily({ name: 's', help: 'h', labels: ['t'] }, [0.1, 1])
  for (const value of [0.05, 0.1, 0.5, 7]) histogram.observe(value, 'm')
  expect(histogram.lines().slice(2)).toEqual([
    's_bucket{t="m",le="0.1"} 2',
    's_bucket{t="m",le="1"} 3',
    's_bucket{t="m",le="+Inf"} 4',
    's_sum{t="m"} 7.65',
    's_count{t="m"} 4',
  ])
})

test('a caller who names models without end cannot make series without end', () => {
  const counter = counterFamily({ name: 'n', help: 'h', labels: ['t'] })
  const histogram = histogramFamily({ name: 's', help: 'h', labels: ['t'] }, [1])
  for (let i = 0; i < 6_000; i++) {
    counter.add(1, `model-${i}`)
    histogram.observe(1, `model-${i}`)
  }
  expect(counter.lines().length).toBe(2 + 5_001)
  expect(counter.lines().at(-1)).toBe('n{t="other"} 1000')
  expect(histogram.lines().length).toBe(2 + 5_001 * 4)
})
