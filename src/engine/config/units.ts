/** A text with a unit, read; or what is wrong with it, for the operator. */
export type Measured = { readonly ok: true; readonly value: number } | { readonly ok: false; readonly message: string }

const DAY_MS = 86_400_000
const DURATIONS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: DAY_MS }
const SIZES: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1_000,
  mb: 1_000_000,
  gb: 1_000_000_000,
  kib: 1_024,
  mib: 1_048_576,
  gib: 1_073_741_824,
}

const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/
const AGE = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/
const DURATION_STEP = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g
const SIZE = /^(\d+(?:\.\d+)?) ?([kmg]?i?b)$/i

/** Node's timers turn anything longer into 1 ms. */
const LONGEST_MS = 2_147_483_647
/** V8's strings end at 2^29 characters, and a body is one string. */
const LARGEST_BYTES = 512_000_000
const LONGEST_AGE_MS = 3_650 * DAY_MS
const LARGEST_STORAGE_BYTES = 1_000_000_000_000

/** Reads `5s`, `500ms`, `2m`, `1h30m` as whole milliseconds. A number without a unit is refused. */
export function parseDuration(value: unknown): Measured {
  const bare = bareNumber(value)
  if (bare !== undefined) return refuse(`${bare} has no unit: write ${bare}s or ${bare}ms`)
  const text = typeof value === 'string' ? value.trim() : ''
  if (!DURATION.test(text)) return refuse('must be a duration like 5s, 500ms, 2m or 1h30m')
  const ms = sumOf(text)
  return ms > LONGEST_MS ? refuse('is longer than 24 days') : { ok: true, value: ms }
}

/** How long something is kept: as `parseDuration`, in days too, and for up to ten years since no timer waits for it. */
export function parseAge(value: unknown): Measured {
  const bare = bareNumber(value)
  if (bare !== undefined) return refuse(`${bare} has no unit: write ${bare}d or ${bare}h`)
  const text = typeof value === 'string' ? value.trim() : ''
  if (!AGE.test(text)) return refuse('must be a duration like 30d, 24h or 90m')
  const ms = sumOf(text)
  return ms > LONGEST_AGE_MS ? refuse('is longer than ten years') : { ok: true, value: ms }
}

function sumOf(text: string): number {
  let ms = 0
  for (const [, amount, unit = ''] of text.matchAll(DURATION_STEP)) ms += Number(amount) * (DURATIONS[unit] ?? 0)
  return Math.round(ms)
}

/** Reads `10MB`, `512KiB`, `100 B` as whole bytes: KB is 1000 of them, KiB 1024. A number without a unit is refused. */
export function parseSize(value: unknown): Measured {
  return readSize(value, { largest: LARGEST_BYTES, words: '512MB' })
}

/** The same for what lies on a disk: up to 1000 GB. */
export function parseStorage(value: unknown): Measured {
  return readSize(value, { largest: LARGEST_STORAGE_BYTES, words: '1000GB' })
}

function readSize(value: unknown, { largest, words }: { largest: number; words: string }): Measured {
  const bare = bareNumber(value)
  if (bare !== undefined) return refuse(`${bare} has no unit: write ${bare}MB or ${bare}KiB`)
  const match = typeof value === 'string' ? SIZE.exec(value.trim()) : null
  const unit = SIZES[match?.[2]?.toLowerCase() ?? '']
  if (match === null || unit === undefined) return refuse('must be a size like 10MB or 512KiB')
  const bytes = Math.round(Number(match[1]) * unit)
  return bytes > largest ? refuse(`is more than ${words}`) : { ok: true, value: bytes }
}

/** The shortest text that `parseDuration` reads as `ms`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s'
  const unit = ['h', 'm', 's'].find((name) => ms % (DURATIONS[name] ?? 1) === 0) ?? 'ms'
  return `${ms / (DURATIONS[unit] ?? 1)}${unit}`
}

/** A text that `parseAge` reads as `ms`: in days from the second on. */
export function formatAge(ms: number): string {
  return ms > DAY_MS && ms % DAY_MS === 0 ? `${ms / DAY_MS}d` : formatDuration(ms)
}

/** The shortest text that `parseSize` reads as `bytes`. */
export function formatSize(bytes: number): string {
  const unit = ['GB', 'GiB', 'MB', 'MiB', 'KB', 'KiB'].find((name) => bytes % (SIZES[name.toLowerCase()] ?? 1) === 0)
  return unit === undefined || bytes === 0 ? `${bytes}B` : `${bytes / (SIZES[unit.toLowerCase()] ?? 1)}${unit}`
}

function bareNumber(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && /^\d+(\.\d+)?$/.test(value.trim()) ? value.trim() : undefined
}

function refuse(message: string): Measured {
  return { ok: false, message }
}
