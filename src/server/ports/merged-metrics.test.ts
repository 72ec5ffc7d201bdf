import { expect, test } from 'vitest'
import { labelled, mergedMetrics } from '#server/ports/merged-metrics.ts'

const one =
  '# HELP a_total As\n# TYPE a_total counter\na_total 1\na_total{x="1"} 2\n\n# HELP b Bs\n# TYPE b gauge\nb 3\n'

test('every series of a process gets its label', () => {
  expect(labelled(one, '2')).toBe(
    '# HELP a_total As\n# TYPE a_total counter\na_total{worker="2"} 1\na_total{worker="2",x="1"} 2\n\n# HELP b Bs\n# TYPE b gauge\nb{worker="2"} 3\n',
  )
})

test('series of one family stand together under one head', () => {
  expect(
    mergedMetrics([labelled(one, '1'), labelled('# HELP a_total As\n# TYPE a_total counter\na_total 7\n', '2')]),
  ).toBe(
    '# HELP a_total As\n# TYPE a_total counter\na_total{worker="1"} 1\na_total{worker="1",x="1"} 2\na_total{worker="2"} 7\n# HELP b Bs\n# TYPE b gauge\nb{worker="1"} 3\n',
  )
})
