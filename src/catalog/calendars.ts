import type { CalendarId } from '#catalog/schema.ts'

/** A country's public holidays as its government set them, year by year. */
export interface Calendar {
  readonly id: CalendarId
  /** First and last day that it speaks of, `YYYY-MM-DD`; of other days it knows nothing. */
  readonly first: string
  readonly last: string
  readonly sources: readonly string[]
  /** Days off, as first and last day of each run. */
  readonly off: readonly (readonly [first: string, last: string])[]
  /** Weekend days worked in exchange. */
  readonly worked: readonly string[]
}

/**
 * Notices of the General Office of the State Council: 国办发明电〔2024〕12号 for 2025, 国办发明电〔2025〕7号 for 2026. No notice for
 * 2027 was found by 2026-11-22; what makers of calendars list for it is reckoned from the moon, not set.
 */
const PRC: Calendar = {
  id: 'PRC',
  first: '2025-01-01',
  last: '2026-12-31',
  sources: [
    'https://www.gov.cn/zhengce/content/202411/content_6986382.htm',
    'https://www.gov.cn/zhengce/content/202511/content_7047090.htm',
  ],
  off: [
    ['2025-01-01', '2025-01-01'],
    ['2025-01-28', '2025-02-04'],
    ['2025-04-04', '2025-04-06'],
    ['2025-05-01', '2025-05-05'],
    ['2025-05-31', '2025-06-02'],
    ['2025-10-01', '2025-10-08'],
    ['2026-01-01', '2026-01-03'],
    ['2026-02-15', '2026-02-23'],
    ['2026-04-04', '2026-04-06'],
    ['2026-05-01', '2026-05-05'],
    ['2026-06-19', '2026-06-21'],
    ['2026-09-25', '2026-09-27'],
    ['2026-10-01', '2026-10-07'],
  ],
  worked: [
    '2025-01-26',
    '2025-02-08',
    '2025-04-27',
    '2025-09-28',
    '2025-10-11',
    '2026-01-04',
    '2026-02-14',
    '2026-02-28',
    '2026-05-09',
    '2026-09-20',
    '2026-10-10',
  ],
}

export const CALENDARS: Readonly<Record<CalendarId, Calendar>> = { PRC }

/** What a calendar says of a day. */
export type DayKind = 'off' | 'worked' | 'plain' | 'unknown'

/** A calendar as numbers: days are counted from 1970-01-01. */
export interface DayTable {
  readonly calendar: Calendar
  readonly kindOf: (day: number) => DayKind
}

/** Reads a calendar. Throws a RangeError where the table has none of that name. */
export function readCalendar(id: CalendarId): DayTable {
  const calendar = Object.hasOwn(CALENDARS, id) ? CALENDARS[id] : undefined
  if (calendar === undefined) throw new RangeError(`a price row names the unknown calendar "${id}"`)
  const [first, last] = [dayOf(calendar.first), dayOf(calendar.last)]
  const off = new Set<number>()
  for (const [from, to] of calendar.off) for (let day = dayOf(from); day <= dayOf(to); day++) off.add(day)
  const worked = new Set(calendar.worked.map(dayOf))
  const kindOf = (day: number): DayKind => {
    if (day < first || day > last) return 'unknown'
    if (off.has(day)) return 'off'
    return worked.has(day) ? 'worked' : 'plain'
  }
  return { calendar, kindOf }
}

function dayOf(date: string): number {
  return Date.parse(date) / 86_400_000
}
