import { z } from 'zod'
import { FAULT_FORMS, parseFault } from '#simulator/fault.ts'
import type { Profile } from '#simulator/profile.ts'
import { parseSplit, SPLIT_FORMS } from '#simulator/recording.ts'
import type { SimulatedRequest } from '#simulator/answered.ts'
import { readRules } from '#simulator/script.ts'
import type { Settings } from '#simulator/settings.ts'
import type { Simulator } from '#simulator/simulator.ts'
import { withoutSecrets } from '#wire/shape/secrets.ts'

const part = z.number().min(0).max(1)

/** What `POST /__simulate` takes; `null` takes a setting back. */
const changeSchema = z.strictObject({
  script: z.unknown().optional(),
  fault: z.string().nullish(),
  faultRate: part.optional(),
  split: z.string().optional(),
  profile: z
    .strictObject({
      headersMs: z.number().min(0).optional(),
      firstTokenMs: z.number().min(0).optional(),
      tokensPerSecond: z.number().positive().nullish(),
      chunkTokens: z.int().min(1).optional(),
      jitter: part.optional(),
    })
    .optional(),
})

type Change = z.infer<typeof changeSchema>

/** Which admin call a path is; undefined for a call to the platform. */
export function adminPath(path: string): 'change' | 'seen' | undefined {
  const pathname = path.split('?')[0]
  if (pathname === '/__simulate') return 'change'
  return pathname === '/__simulate/seen' ? 'seen' : undefined
}

interface AdminAnswer {
  readonly status: number
  readonly text: string
}

/** Changes a running simulator, or tells what it is set to and what it has seen; credentials are masked. */
export function answerAdmin(
  call: SimulatedRequest,
  simulator: Simulator,
  seen: readonly SimulatedRequest[],
): AdminAnswer {
  if (adminPath(call.path) === 'seen') {
    return call.method === 'GET' ? { status: 200, text: JSON.stringify(seen.map(masked)) } : notAllowed('GET')
  }
  if (call.method === 'GET') return { status: 200, text: shown(simulator.settings()) }
  if (call.method !== 'POST') return notAllowed('GET or POST')
  const changes = readChanges(call.body, simulator.settings())
  if (!changes.ok) return { status: 400, text: JSON.stringify({ error: { message: changes.message } }) }
  simulator.change(changes.settings)
  return { status: 200, text: shown(simulator.settings()) }
}

function notAllowed(allowed: string): AdminAnswer {
  return { status: 405, text: JSON.stringify({ error: { message: `use ${allowed}` } }) }
}

/** `Infinity` has no place in JSON: a rate without bound is null. */
function shown(settings: Settings): string {
  return JSON.stringify({ ...settings, recording: settings.recording?.kind })
}

const CREDENTIALS: ReadonlySet<string> = new Set(['authorization', 'x-api-key', 'api-key', 'x-goog-api-key', 'cookie'])

function masked(call: SimulatedRequest): SimulatedRequest {
  const headers = Object.entries(call.headers).map(([name, value]) => [name, CREDENTIALS.has(name) ? '***' : value])
  return { ...call, path: withoutSecrets(call.path), headers: Object.fromEntries(headers) }
}

type Changes =
  | { readonly ok: true; readonly settings: Partial<Settings> }
  | { readonly ok: false; readonly message: string }

function readChanges(body: string, before: Settings): Changes {
  const change = changeSchema.safeParse(parsed(body))
  if (!change.success) return { ok: false, message: z.prettifyError(change.error) }
  const { script, fault, faultRate, split, profile } = change.data
  const parts = [scriptChange(script), faultChange(fault), splitChange(split)]
  const wrong = parts.find((each) => !each.ok)
  if (wrong !== undefined) return wrong
  const settings: Partial<Settings> = {
    ...(profile === undefined ? {} : { profile: { ...before.profile, ...profileOf(profile) } }),
    ...(faultRate === undefined ? {} : { faultRate }),
  }
  return { ok: true, settings: Object.assign(settings, ...parts.map((each) => (each.ok ? each.settings : {}))) }
}

const UNCHANGED: Changes = { ok: true, settings: {} }

function scriptChange(script: unknown): Changes {
  if (script === undefined) return UNCHANGED
  if (script === null) return { ok: true, settings: { rules: [] } }
  const read = readRules(script)
  return read.ok ? { ok: true, settings: { rules: read.rules } } : read
}

function faultChange(text: Change['fault']): Changes {
  if (text === undefined) return UNCHANGED
  if (text === null) return { ok: true, settings: { fault: undefined } }
  const fault = parseFault(text)
  return fault === undefined ? unknownWord('fault', FAULT_FORMS) : { ok: true, settings: { fault } }
}

function splitChange(text: Change['split']): Changes {
  if (text === undefined) return UNCHANGED
  const split = parseSplit(text)
  return split === undefined ? unknownWord('split', SPLIT_FORMS) : { ok: true, settings: { split } }
}

function unknownWord(name: string, forms: readonly string[]): Changes {
  return { ok: false, message: `no such ${name}; there are ${forms.join(', ')}` }
}

function profileOf(given: NonNullable<Change['profile']>): Partial<Profile> {
  const { headersMs, firstTokenMs, tokensPerSecond, chunkTokens, jitter } = given
  return {
    ...(headersMs === undefined ? {} : { headersMs }),
    ...(firstTokenMs === undefined ? {} : { firstTokenMs }),
    ...(tokensPerSecond === undefined ? {} : { tokensPerSecond: tokensPerSecond ?? Number.POSITIVE_INFINITY }),
    ...(chunkTokens === undefined ? {} : { chunkTokens }),
    ...(jitter === undefined ? {} : { jitter }),
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
