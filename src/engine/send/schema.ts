import { jsonIn } from '#engine/send/json-in.ts'
import { rewritten } from '#engine/send/rewrite.ts'
import { keepSpent } from '#engine/send/spent.ts'
import type { Ask, Asked, Begun, Refusal, Sending } from '#engine/send/context.ts'
import type { CheckJson } from '#engine/ports.ts'
import type { Planned, Target } from '#engine/target.ts'
import type { Dialect, WrittenRequest } from '#wire/dialect.ts'
import type { Event } from '#wire/event.ts'
import { type Failure, failure } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import type { ModelRequest } from '#wire/request.ts'
import { callerField } from '#wire/shape/caller-field.ts'
import { addUsage, type Usage } from '#wire/usage.ts'

/** Whether a target has to be told in words what JSON is wanted. */
export function instructs(request: ModelRequest, target: Target, dialect: Dialect): boolean {
  if (request.responseFormat?.kind !== 'json-schema') return false
  const result = dialect.writeRequest(request, target.resolved.wire)
  return result.ok && isInstructed(request, result.written)
}

function isInstructed(request: ModelRequest, { warnings }: WrittenRequest): boolean {
  if (request.responseFormat?.kind !== 'json-schema') return false
  const field = callerField(request, 'responseFormat')
  return warnings.some(({ action, path }) => action === 'emulated' && path === field)
}

interface Keeping {
  readonly sending: Sending
  /** One call to the target. */
  readonly ask: Ask
}

/**
 * One call to a target; where it could only be told in words what JSON is wanted, its answer is held to the schema:
 * out of its code fence, checked, and given back to be repaired once. Thinking goes on to the caller meanwhile, text
 * when it holds.
 */
export async function keptToSchema(
  asked: Asked,
  { target, reason }: Planned,
  { sending, ask }: Keeping,
): Promise<Begun | Refusal> {
  const result = await ask(asked, reason)
  const { request } = asked
  const { responseFormat: format } = request
  if (!result.ok || format?.kind !== 'json-schema' || !isInstructed(request, result.written)) return result
  const checking: Checking = { asked, target, sending, ask, schema: format.schema }
  const events = checked(result.events, checking)
  if (request.stream) return { ...result, native: false, events }
  const batch: Event[] = []
  for await (const some of events) batch.push(...some)
  const last = batch.at(-1)
  if (last?.type !== 'failure') return { ...result, native: false, events: [batch] }
  keepSpent(sending, target, batch)
  return { ok: false, failure: last.failure }
}

interface Checking {
  readonly asked: Asked
  readonly target: Target
  readonly sending: Sending
  readonly ask: Ask
  readonly schema: JsonObject
}

/** What an answer has said so far. */
interface Heard {
  /** Events of the text, and what followed it: held until it is known whether the text holds. */
  held: Event[]
  readonly blocks: Set<number>
  text: string
  /** The block that the text stands in. */
  block: number | undefined
  usage: Usage | undefined
  /** It is no text to be checked: a call, a refusal, an answer cut short. */
  free: boolean
}

async function* checked(events: Begun['events'], checking: Checking): AsyncGenerator<readonly Event[], void> {
  const heard: Heard = { held: [], blocks: new Set(), text: '', block: undefined, usage: undefined, free: false }
  for await (const batch of events) {
    const out: Event[] = []
    for (const event of batch) hear(heard, event, out)
    if (out.length > 0) yield out
  }
  if (heard.held.length === 0) return
  const settled = await settle(heard, checking)
  yield settled
}

/** Takes an event in, and gives out what may go on. */
function hear(heard: Heard, { origin: _origin, ...event }: Event, out: Event[]): void {
  if (event.type === 'usage') heard.usage = event.usage
  if (event.type === 'failure') heard.held = []
  if (heard.free || event.type === 'failure' || passes(heard, event)) {
    out.push(event)
    return
  }
  heard.held.push(event)
  if (event.type === 'text-delta') {
    heard.text += event.text
    heard.block ??= event.block
    heard.blocks.add(event.block)
  } else if (isOther(event)) {
    heard.free = true
    out.push(...heard.held)
    heard.held = []
  }
}

function passes({ blocks }: Heard, event: Event): boolean {
  switch (event.type) {
    case 'text-delta':
    case 'refusal-delta':
    case 'tool-call-start':
    case 'tool-call-delta':
    case 'finish':
    case 'end':
      return false
    case 'block-end':
      return !blocks.has(event.block)
    default:
      return true
  }
}

/** What no schema was asked for, and what was cut short as a platform with schemas would have cut it. */
function isOther(event: Event): boolean {
  if (event.type === 'finish') return event.reason !== 'stop'
  return event.type === 'tool-call-start' || event.type === 'refusal-delta'
}

async function settle(heard: Heard, checking: Checking): Promise<readonly Event[]> {
  const { sending, schema } = checking
  const check = sending.context.ports.checkJson
  const first = verdictOf(heard.text, schema, check)
  if (first.ok) return withText(heard, first.json)
  const again = await repaired(heard.text, first.problems, checking)
  if (!again.ok) return [...usageOf(heard, again.usage), { type: 'failure', failure: again.failure }]
  return [...usageOf(heard, again.usage), ...withText(heard, again.json)]
}

type Verdict =
  | { readonly ok: true; readonly json: string }
  | { readonly ok: false; readonly problems: readonly string[] }

function verdictOf(text: string, schema: JsonObject, check: CheckJson): Verdict {
  const found = jsonIn(text)
  if (!found.ok) return { ok: false, problems: [found.problem] }
  const problems = check(schema, found.value)
  return problems.length === 0 ? { ok: true, json: found.json } : { ok: false, problems }
}

type Repaired =
  | { readonly ok: true; readonly json: string; readonly usage: Usage | undefined }
  | { readonly ok: false; readonly failure: Failure; readonly usage: Usage | undefined }

const MOST_PROBLEMS = 10

/** One more call to the same target, with its answer and what is wrong with it. */
async function repaired(text: string, problems: readonly string[], checking: Checking): Promise<Repaired> {
  const { asked, target, sending, ask, schema } = checking
  const { caller, dialects, ports } = sending.context
  const words = `That does not match the JSON Schema:\n${listed(problems)}\nAnswer again with the corrected JSON and nothing else.`
  const said = text.trim() === '' ? [] : [{ role: 'assistant' as const, text }]
  const turns = [...said, { role: 'user' as const, text: words }]
  const request = rewritten(asked.request, { turns }, { caller, dialect: dialects(target) })
  if (request === undefined) return { ok: false, failure: invalid(target, problems), usage: undefined }
  const result = await ask({ ...asked, request }, 'repairs an answer that does not match the schema')
  if (!result.ok) return { ok: false, failure: result.failure, usage: undefined }
  const heard: Heard = { held: [], blocks: new Set(), text: '', block: undefined, usage: undefined, free: false }
  let broken: Failure | undefined
  for await (const batch of result.events) {
    for (const event of batch) {
      if (event.type === 'failure') broken = event.failure
      hear(heard, event, [])
    }
  }
  const { usage } = heard
  if (broken !== undefined) return { ok: false, failure: broken, usage }
  const verdict = verdictOf(heard.text, schema, ports.checkJson)
  return verdict.ok ? { ...verdict, usage } : { ok: false, failure: invalid(target, verdict.problems), usage }
}

function listed(problems: readonly string[]): string {
  return problems
    .slice(0, MOST_PROBLEMS)
    .map((problem) => `- ${problem}`)
    .join('\n')
}

/** Its calls are known and booked by their usage, so that nothing is left to be estimated. */
function invalid({ id }: Target, problems: readonly string[]): Failure {
  const [problem = ''] = problems
  const message = `${id} has no structured output, was told the schema in words, and did not keep to it twice: ${problem}`
  return failure('malformed', message, { code: 'json_schema_invalid', mayHaveCost: false })
}

/** The text as it holds, in place of what was held. */
function withText({ block = 0, held }: Heard, text: string): Event[] {
  const rest = held.filter(({ type }) => type === 'finish' || type === 'end')
  return [{ type: 'text-delta', block, text }, { type: 'block-end', block }, ...rest]
}

function usageOf({ usage: first }: Heard, second: Usage | undefined): Event[] {
  if (first === undefined || second === undefined) return second === undefined ? [] : [{ type: 'usage', usage: second }]
  return [{ type: 'usage', usage: addUsage(first, second), calls: [first, second] }]
}
