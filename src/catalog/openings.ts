import { type DayTable, readCalendar } from '#catalog/calendars.ts'
import { type Decimal, parseDecimal } from '#catalog/money.ts'
import type { PriceWindow } from '#catalog/schema.ts'

/** Minutes east of Greenwich of the zones that rows name: all without summer time, so that no time-zone table is needed. */
export const ZONE_MINUTES: Readonly<Record<string, number>> = { UTC: 0, 'Asia/Shanghai': 480 }

const MINUTE = 60_000
const DAY_MINUTES = 1440

/** A window as numbers. */
export interface Opening {
  readonly window: PriceWindow
  readonly factor: Decimal
  readonly zone: number
  /** Minutes of the day there. */
  readonly from: number
  readonly until: number
  /** By weekday, 1 = Monday. */
  readonly days: readonly boolean[]
  readonly table: DayTable | undefined
}

/** Reads a window. Throws a RangeError where its factor is no decimal, its time zone or its calendar unknown. */
export function readOpening(window: PriceWindow): Opening {
  const zone = ZONE_MINUTES[window.timeZone]
  if (zone === undefined) throw new RangeError(`a price row names the unknown time zone "${window.timeZone}"`)
  return {
    window,
    factor: parseDecimal(window.multiplier),
    zone,
    from: minutesOf(window.from),
    until: minutesOf(window.until),
    days: [0, 1, 2, 3, 4, 5, 6, 7].map((day) => window.weekdays?.includes(day) ?? true),
    table: window.holidays === undefined ? undefined : readCalendar(window.holidays),
  }
}

function minutesOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))
}

/**
 * - `open`     it applies
 * - `assumed`  no calendar speaks of the day: the dearer reading is taken
 * - `holiday`  it would apply, but the day is a public holiday
 * - `made-up`  it does not apply: the day is worked in exchange for another, and stays a weekend day
 */
export const STATES = ['open', 'assumed', 'holiday', 'made-up'] as const
export type OpeningState = (typeof STATES)[number]

/** Which window of a row decides at an instant, and how; as one number, since cards are found by it. 0 = none. */
export function placeAt(openings: readonly Opening[], at: number): number {
  const minutes = Math.floor(at / MINUTE)
  let closed = 0
  for (let index = 0; index < openings.length; index++) {
    const opening = openings[index]
    const state = opening === undefined ? undefined : stateAt(opening, minutes)
    if (state === undefined) continue
    const place = 1 + index * STATES.length + STATES.indexOf(state)
    if (state === 'open' || state === 'assumed') return place
    if (closed === 0) closed = place
  }
  return closed
}

/** The window and its state behind a place. */
export function openingAt(
  openings: readonly Opening[],
  place: number,
): { readonly opening: Opening; readonly state: OpeningState } | undefined {
  const opening = openings[Math.floor((place - 1) / STATES.length)]
  const state = STATES[(place - 1) % STATES.length]
  return place === 0 || opening === undefined || state === undefined ? undefined : { opening, state }
}

function stateAt({ zone, from, until, days, table, factor }: Opening, minutes: number): OpeningState | undefined {
  const local = minutes + zone
  const day = Math.floor(local / DAY_MINUTES)
  const minute = local - day * DAY_MINUTES
  if (minute < from || minute >= until) return undefined
  // Day 0, 1970-01-01, was a Thursday.
  const open = days[((((day + 3) % 7) + 7) % 7) + 1] === true
  if (table === undefined) return open ? 'open' : undefined
  const kind = table.kindOf(day)
  if (!open) return kind === 'worked' ? 'made-up' : undefined
  if (kind === 'off') return 'holiday'
  if (kind !== 'unknown') return 'open'
  // Without a word on the day the dearer reading counts: a window that makes things cheaper stays shut.
  return factor.mantissa >= 10n ** BigInt(factor.scale) ? 'assumed' : undefined
}
