import { expect, test } from 'vitest'
import { CALENDARS, readCalendar } from '#catalog/calendars.ts'

const dayOf = (date: string): number => Date.parse(date) / 86_400_000
const weekday = (date: string): number => new Date(date).getUTCDay()

test('each calendar lists its days in order, within its validity, each once', () => {
  for (const { first, last, off, worked, sources } of Object.values(CALENDARS)) {
    const ends = off.flat()
    expect(ends).toEqual(ends.toSorted())
    expect(worked).toEqual([...new Set(worked)].toSorted())
    expect([...ends, ...worked].filter((date) => date < first || date > last)).toEqual([])
    expect(worked.filter((date) => off.some(([from, to]) => from <= date && date <= to))).toEqual([])
    expect(sources.every((source) => source.startsWith('https://'))).toBe(true)
  }
})

test('days worked in exchange are days of a weekend', () => {
  expect(CALENDARS.PRC.worked.filter((date) => weekday(date) !== 0 && weekday(date) !== 6)).toEqual([])
})

test('2026 has the days off and the working weekends of the notice of the State Council', () => {
  const { kindOf } = readCalendar('PRC')
  const days = Array.from({ length: 365 }, (_, index) =>
    new Date(Date.UTC(2026, 0, 1 + index)).toISOString().slice(0, 10),
  )
  // New Year 3, Spring Festival 9, Qingming 3, Labour Day 5, Dragon Boat 3, Mid-Autumn 3, National Day 7.
  expect(days.filter((date) => kindOf(dayOf(date)) === 'off')).toHaveLength(33)
  expect(days.filter((date) => kindOf(dayOf(date)) === 'worked')).toEqual([
    '2026-01-04',
    '2026-02-14',
    '2026-02-28',
    '2026-05-09',
    '2026-09-20',
    '2026-10-10',
  ])
})

test('beyond its validity it says nothing', () => {
  const { kindOf } = readCalendar('PRC')
  expect(['2024-12-31', '2025-01-01', '2026-12-31', '2027-01-01'].map((date) => kindOf(dayOf(date)))).toEqual([
    'unknown',
    'off',
    'plain',
    'unknown',
  ])
})
