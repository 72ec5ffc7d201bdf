import { expect, test } from 'vitest'
import {
  formatAge,
  formatDuration,
  formatSize,
  parseAge,
  parseDuration,
  parseSize,
  parseStorage,
} from '#engine/config/units.ts'

test.each([
  ['5s', 5_000],
  ['500ms', 500],
  ['2m', 120_000],
  ['1h30m', 5_400_000],
  ['1.5s', 1_500],
  ['0s', 0],
])('reads the duration %s', (text, value) => {
  expect(parseDuration(text)).toEqual({ ok: true, value })
})

test.each([
  ['10MB', 10_000_000],
  ['512KiB', 524_288],
  ['1.5 mib', 1_572_864],
  ['7B', 7],
])('reads the size %s', (text, value) => {
  expect(parseSize(text)).toEqual({ ok: true, value })
})

test.each([5, '5', '5 s', 's', '', '-5s', '5s!', '5d', null, undefined, '1e3s'])(
  'refuses %s as a duration',
  (value) => {
    expect(parseDuration(value).ok).toBe(false)
  },
)

test.each([5, '5', 'MB', '5M', '-1MB', '10 MB!', null, '1e3MB'])('refuses %s as a size', (value) => {
  expect(parseSize(value).ok).toBe(false)
})

test('what is written is read as the same', () => {
  const durations = [0, 1, 500, 1_000, 1_500, 60_000, 90_000, 3_600_000, 86_400_000]
  expect(durations.map((ms) => parseDuration(formatDuration(ms)))).toEqual(
    durations.map((value) => ({ ok: true, value })),
  )
  const sizes = [0, 1, 1_023, 1_000, 1_024, 20_000_000, 8_388_608, 67_108_864]
  expect(sizes.map((bytes) => parseSize(formatSize(bytes)))).toEqual(sizes.map((value) => ({ ok: true, value })))
  expect([formatDuration(90_000), formatSize(20_000_000), formatSize(8_388_608)]).toEqual(['90s', '20MB', '8MiB'])
})

test('what is kept may be kept for days, and may be large', () => {
  const day = 86_400_000
  const ages = [day, 30 * day, 36 * 3_600_000, 90_000]
  expect(ages.map((ms) => parseAge(formatAge(ms)))).toEqual(ages.map((value) => ({ ok: true, value })))
  expect([ages.map(formatAge), parseAge('1d12h')]).toEqual([
    ['24h', '30d', '36h', '90s'],
    { ok: true, value: 36 * 3_600_000 },
  ])
  expect([parseAge('4000d').ok, parseAge(30), parseAge('30 days').ok]).toEqual([
    false,
    { ok: false, message: '30 has no unit: write 30d or 30h' },
    false,
  ])
  expect([parseStorage('20GB'), parseSize('20GB').ok, parseStorage('2000GB').ok]).toEqual([
    { ok: true, value: 20_000_000_000 },
    false,
    false,
  ])
})
