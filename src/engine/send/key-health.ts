import type { ProviderConfig } from '#engine/config/config.ts'
import type { Clock, Log, Random } from '#engine/ports.ts'
import { sha256Hex } from '#engine/send/authenticate/hash.ts'
import { type Failure, failure } from '#wire/failure.ts'

/** One of a provider's keys, for one call. */
export interface LentKey {
  /** From 1, in the order of the configuration; 0 where the provider has none. */
  readonly number: number
  readonly of: number
  /** Undefined where the provider has none, or several words instead. */
  readonly apiKey: string | undefined
  /** How the call ended: undefined = the platform answered. To be called once. */
  readonly ended: (why: Failure | undefined) => void
}

/**
 * - `cooling` the platform asked for a pause (429)
 * - `out`     the platform does not take it, or does not pay for it (401, 402, 403)
 */
type Standing = 'healthy' | 'cooling' | 'out'

/** How many of a provider's keys stand how. */
export type Standings = Readonly<Record<Standing, number>>

/** What is known of the keys of providers: they are lent by it, and it hears how it went. */
export interface KeyHealth {
  /** The key for a call. Always one where there is any: if none is healthy, the one that may work soonest. */
  lend(provider: ProviderConfig): LentKey
  /** A healthy key besides those that a request has tried; undefined where there is none. */
  lendOther(provider: ProviderConfig, tried: ReadonlySet<number>): LentKey | undefined
  standings(provider: ProviderConfig): Standings
  /** What to say when no key of a provider that has several works, and `last` is what the last one tried met. */
  refusal(provider: ProviderConfig, last: Failure): Failure
}

/** A key that is out is tried by one request after so long, and again after as long. */
const PROBE_MS = 10 * 60_000
/** A pause without the platform's word for it doubles up to the bound, until the key works. */
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 60_000
/** The platform's word is kept up to here: a figure in a wrong unit must not take a key away for a year. */
const LONGEST_HINT_MS = 60 * 60_000

interface Key {
  readonly number: number
  /** Hash of the key and of what it is used for. */
  readonly id: string
  readonly apiKey: string | undefined
  readonly health: Health
}

interface Health {
  standing: Standing
  /** Moment of the change to this standing: calls begun before it tell nothing new. */
  changed: number
  /** Unix milliseconds. */
  since: number
  /** On the unjumping clock: end of the pause, or time of the next try. */
  untilMs: number
  pauseMs: number
}

/** All that the functions below share. */
interface Watch {
  readonly clock: Pick<Clock, 'now' | 'elapsed'>
  readonly random: Pick<Random, 'fraction'>
  readonly log: Log
  /** Counts calls and changes, in their order. */
  moment: number
}

/** All keys healthy at first. What is known of a key outlives a reload, as long as the provider keeps it. */
export function keyHealth(ports: Pick<Watch, 'clock' | 'random' | 'log'>): KeyHealth {
  const watch: Watch = { ...ports, moment: 0 }
  const known = new WeakMap<ProviderConfig, readonly Key[]>()
  const latest = new Map<string, readonly Key[]>()
  const keysOf = (provider: ProviderConfig): readonly Key[] => {
    const found = known.get(provider)
    if (found !== undefined) return found
    const keys = keysIn(provider, latest.get(provider.id) ?? [])
    known.set(provider, keys)
    latest.set(provider.id, keys)
    return keys
  }
  const lent = (provider: ProviderConfig, key: Key, of: number): LentKey => {
    const moment = ++watch.moment
    const ended = (why: Failure | undefined): void => learn(watch, { provider, key, of, moment }, why)
    return { number: key.number, of, apiKey: key.apiKey, ended }
  }
  return {
    lend(provider) {
      const keys = keysOf(provider)
      const [only] = keys
      if (only === undefined) return NO_KEY
      const key = keys.length === 1 ? only : (chosen(watch, keys) ?? leastBad(keys, only))
      return lent(provider, key, keys.length)
    },
    lendOther(provider, tried) {
      const keys = keysOf(provider)
      const rest = keys.filter(({ number }) => !tried.has(number))
      const key = chosen(watch, rest)
      return key === undefined ? undefined : lent(provider, key, keys.length)
    },
    standings: (provider) => standingsOf(watch, keysOf(provider)),
    refusal: (provider, last) => refusalOf(watch, { provider, keys: keysOf(provider) }, last),
  }
}

const NO_KEY: LentKey = { number: 0, of: 0, apiKey: undefined, ended: () => undefined }

/** The keys of a configuration; those that were known before, at the same place for the same use, with their health. */
function keysIn(provider: ProviderConfig, before: readonly Key[]): readonly Key[] {
  const { apiKeys, credentials, platform, region, baseUrl, auth } = provider
  const use = JSON.stringify([platform, region, baseUrl, auth])
  const secrets = credentials === undefined ? apiKeys : [JSON.stringify(credentials)]
  return secrets.map((secret, index) => {
    const id = sha256Hex(`${use} ${secret}`)
    const health = before.find((key) => key.id === id)?.health ?? fresh()
    return { number: index + 1, id, apiKey: credentials === undefined ? secret : undefined, health }
  })
}

function fresh(): Health {
  return { standing: 'healthy', changed: 0, since: 0, untilMs: 0, pauseMs: FIRST_PAUSE_MS }
}

/** One that is due for a try, else a healthy one by chance. */
function chosen({ clock, random }: Watch, keys: readonly Key[]): Key | undefined {
  const now = clock.elapsed()
  const due = keys.find(({ health }) => health.standing === 'out' && now >= health.untilMs)
  if (due !== undefined) {
    due.health.untilMs = now + PROBE_MS
    return due
  }
  const able = keys.filter(({ health }) => standingAt(health, now) === 'healthy')
  return able.length > 1 ? able[Math.floor(random.fraction() * able.length)] : able[0]
}

/** A pause ends before an outage does. */
function leastBad(keys: readonly Key[], first: Key): Key {
  return keys.reduce((best, key) => (badness(key.health) < badness(best.health) ? key : best), first)
}

function badness({ standing, untilMs }: Health): number {
  return standing === 'out' ? Number.MAX_SAFE_INTEGER / 2 + untilMs : untilMs
}

function standingAt({ standing, untilMs }: Health, now: number): Standing {
  return standing === 'cooling' && now >= untilMs ? 'healthy' : standing
}

function standingsOf({ clock }: Watch, keys: readonly Key[]): Standings {
  const now = clock.elapsed()
  const counts = { healthy: 0, cooling: 0, out: 0 }
  for (const { health } of keys) counts[standingAt(health, now)]++
  return counts
}

/** A call that a key was lent for. */
interface Loan {
  readonly provider: ProviderConfig
  readonly key: Key
  readonly of: number
  readonly moment: number
}

/** What a call's end says of its key. */
function learn(watch: Watch, loan: Loan, why: Failure | undefined): void {
  const { health } = loan.key
  const news = loan.moment > health.changed
  if (why === undefined) {
    if (news && health.standing !== 'healthy') takeBack(watch, loan)
  } else if (why.kind === 'credentials' || why.kind === 'quota') {
    if (news || health.standing === 'cooling') takeOut(watch, loan, why)
  } else if (health.standing !== 'out') {
    if (why.kind === 'rate-limit') cool(watch, loan, why)
  } else if (news) {
    // It told nothing of a key that is out: the next request may try it, after a pause where the platform wants one.
    health.untilMs = watch.clock.elapsed() + (why.kind === 'rate-limit' ? hintOf(why, FIRST_PAUSE_MS) : 0)
  }
}

function takeBack(watch: Watch, loan: Loan): void {
  const { health } = loan.key
  const wasOut = health.standing === 'out'
  const outMs = watch.clock.now() - health.since
  change(watch, health, 'healthy')
  health.pauseMs = FIRST_PAUSE_MS
  if (wasOut) watch.log.info({ ...named(loan), outMs }, 'a key of a provider works again')
}

function takeOut(watch: Watch, loan: Loan, { kind, platform }: Failure): void {
  const { health } = loan.key
  const already = health.standing === 'out'
  health.untilMs = watch.clock.elapsed() + PROBE_MS
  if (already) return
  change(watch, health, 'out')
  const said = { status: platform?.status, code: platform?.code }
  watch.log.warn({ ...named(loan), why: kind, ...said }, 'a key of a provider is out: the platform refuses it')
}

/** Calls that were under way together are refused together: that is one pause, as long as the longest hint. */
function cool(watch: Watch, { key: { health }, moment }: Loan, why: Failure): void {
  const now = watch.clock.elapsed()
  if (moment <= health.changed) {
    if (health.standing === 'cooling') health.untilMs = Math.max(health.untilMs, now + hintOf(why, 0))
    return
  }
  if (health.standing === 'cooling') health.changed = ++watch.moment
  else change(watch, health, 'cooling')
  health.untilMs = now + hintOf(why, health.pauseMs)
  health.pauseMs = Math.min(health.pauseMs * 2, LONGEST_PAUSE_MS)
}

function change(watch: Watch, health: Health, standing: Standing): void {
  health.standing = standing
  health.changed = ++watch.moment
  health.since = watch.clock.now()
}

function hintOf({ retryAfterMs }: Failure, otherwise: number): number {
  return retryAfterMs === undefined || retryAfterMs <= 0 ? otherwise : Math.min(retryAfterMs, LONGEST_HINT_MS)
}

/** Which key, for operators: its place, never the key. */
function named({ provider, key, of }: Loan): { provider: string; key: number; of: number } {
  return { provider: provider.id, key: key.number, of }
}

interface Pool {
  readonly provider: ProviderConfig
  readonly keys: readonly Key[]
}

/** As a matter of time where one of the keys only pauses, else as the last one's failure. */
function refusalOf({ clock }: Watch, { provider, keys }: Pool, last: Failure): Failure {
  const now = clock.elapsed()
  const pausing = keys.filter(({ health }) => standingAt(health, now) === 'cooling')
  const out = keys.filter(({ health }) => health.standing === 'out')
  // A key that came back meanwhile: then it is this call's bad luck only.
  if (pausing.length + out.length < keys.length) return last
  const words = [...sinceWhen(pausing, 'limited'), ...sinceWhen(out, 'refused')].join(', ')
  const message = `no key of the provider "${provider.id}" can be used now (of ${keys.length}: ${words}); the last one: ${last.message}`
  if (pausing.length === 0) return { ...last, message }
  const retryAfterMs = Math.ceil(Math.min(...pausing.map(({ health }) => health.untilMs)) - now)
  const { platform } = last
  return failure('rate-limit', message, { retryAfterMs, ...(platform === undefined ? {} : { platform }) })
}

function sinceWhen(keys: readonly Key[], word: string): string[] {
  if (keys.length === 0) return []
  const since = new Date(Math.min(...keys.map(({ health }) => health.since))).toISOString()
  return [`${keys.length} ${word} since ${since}`]
}
