import { expect, test } from 'vitest'
import { table, widthOf, wrap } from '#cli/table.ts'

test('columns are aligned, numbers to the right, Chinese characters at double width', () => {
  const text = table({
    head: ['NAME', 'N'],
    rows: [
      ['深度求索', '7'],
      ['openai', '128'],
    ],
    columns: 80,
    flexible: [],
    right: [1],
  })
  expect(text).toBe(['NAME        N', '深度求索    7', 'openai    128', ''].join('\n'))
})

test('a flexible column is wrapped to fit, the others stay whole', () => {
  const text = table({
    rows: [['an-id-that-stays-whole', 'words that are broken at their spaces']],
    columns: 44,
    flexible: [1],
    indent: 2,
  })
  expect(text).toBe(
    [
      '  an-id-that-stays-whole  words that are',
      '                          broken at their',
      '                          spaces',
      '',
    ].join('\n'),
  )
})

test('a word longer than its column is broken where it must be, and nothing is lost', () => {
  const url = 'https://www.example.com/a/very/long/path/to/a/page.html'
  const lines = wrap(`see ${url} 和中文`, 20)
  expect(lines.every((line) => widthOf(line) <= 20)).toBe(true)
  expect(lines.join('').replaceAll(' ', '')).toBe(`see${url}和中文`)
})
