import { readBody } from '#engine/send/answer.ts'
import { acrossKeys } from '#engine/send/across-keys.ts'
import type { KeyHealth } from '#engine/send/key-health.ts'
import { type Outgoing, outgoing } from '#engine/send/outgoing.ts'
import type { Tokens } from '#engine/send/authenticate/tokens.ts'
import type { Ports } from '#engine/ports.ts'
import type { Target } from '#engine/target.ts'
import type { ForwardedHeaders } from '#engine/send/context.ts'
import type { Dialect } from '#wire/dialect.ts'
import { type Failure, failure } from '#wire/failure.ts'
import type { ModelRequest } from '#wire/request.ts'
import { objectIn, parsed } from '#wire/shape/read-json.ts'
import type { Warning } from '#wire/warning.ts'

interface Figure {
  readonly ok: true
  readonly tokens: number
  readonly warnings: readonly Warning[]
}

/** A platform's own figure; or why there is none. */
export type Counted = Figure | { readonly ok: false; readonly failure: Failure }

export interface CountContext {
  readonly ports: Pick<Ports, 'clock' | 'fetch'>
  readonly tokens: Tokens
  readonly keys: KeyHealth
  readonly dialect: Dialect
  readonly signal: AbortSignal
  readonly forward: ForwardedHeaders
}

const ANSWER_BYTES = 1024 * 1024

/** Asks the target how many tokens the request has; undefined where it has no such question. */
export async function count(
  request: ModelRequest,
  target: Target,
  context: CountContext,
): Promise<Counted | undefined> {
  const { countUrl } = target.resolved
  const { countTokens } = context.dialect
  if (countUrl === undefined || countTokens === undefined) return undefined
  const written = context.dialect.writeRequest(request, target.resolved.wire)
  if (!written.ok) return written
  const { body, headers, warnings } = written.written
  const { model, endpoint } = target.resolved
  const question = countTokens.writeRequest(objectIn(parsed(body)) ?? {}, { model, bare: endpoint.countBare === true })
  const asking = { url: countUrl, body: question, headers: { ...headersOf(request, target, context), ...headers } }
  const { keys, signal } = context
  return await acrossKeys<Figure>({ keys, provider: target.provider, signal }, async ({ apiKey }) => {
    const tokens = await ask(asking, target, { ...context, apiKey })
    return typeof tokens === 'number' ? { ok: true, tokens, warnings } : { ok: false, failure: tokens }
  })
}

function headersOf(request: ModelRequest, target: Target, { forward, dialect }: CountContext): Record<string, string> {
  return {
    'content-type': 'application/json',
    accept: 'application/json',
    ...forward.always,
    ...(request.dialect === dialect.id ? forward.dialect : {}),
    ...target.resolved.headers,
    ...target.provider.headers,
  }
}

interface Asking {
  readonly url: string
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

interface AskContext extends CountContext {
  readonly apiKey: string | undefined
}

/** The figure, or why there is none. A token that wore out before its time is renewed once. */
async function ask(asking: Asking, target: Target, context: AskContext): Promise<number | Failure> {
  const first = await askOnce(asking, target, context)
  return first.renewed ? (await askOnce(asking, target, context)).told : first.told
}

interface Told {
  readonly told: number | Failure
  readonly renewed: boolean
}

async function askOnce(asking: Asking, target: Target, context: AskContext): Promise<Told> {
  const proven = await outgoing(target, { method: 'POST', ...asking }, context)
  if (!proven.ok) return { told: proven.failure, renewed: false }
  const told = await exchange(proven, target, context)
  return { told, renewed: typeof told !== 'number' && proven.renew?.(told) === true }
}

async function exchange(
  { url, headers, body }: Outgoing,
  target: Target,
  { ports, dialect, signal }: CountContext,
): Promise<number | Failure> {
  const { timeouts } = target.provider
  const answer = await ports.fetch({ method: 'POST', url, headers, body, timeouts }, signal)
  if (!answer.ok) return answer.failure
  const read = await readBody(answer, ANSWER_BYTES)
  if (!read.ok) return read.failure
  const text = read.bytes.toString('utf8')
  const { platform, quirks, errors } = target.resolved
  if (answer.status < 200 || answer.status > 299) {
    const refused = { status: answer.status, headers: answer.headers, body: text }
    return dialect.readFailure(refused, { platform: platform.id, quirks, errors })
  }
  return dialect.countTokens?.readAnswer(text) ?? failure('malformed', `${platform.id} counted, and gave no figure`)
}
