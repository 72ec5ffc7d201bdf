import { SHOWN_FIELDS } from '#catalog/index.ts'
import { sha256Hex } from '#engine/send/authenticate/hash.ts'
import { type AuthContext, type Proof, type Proven, type Words } from '#engine/send/authenticate/proof.ts'
import type { FreshToken, Token } from '#engine/send/authenticate/tokens.ts'
import { readBody } from '#engine/send/answer.ts'
import type { InboundAnswer, OutboundRequest, Timeouts } from '#engine/ports.ts'
import { type Failure, failure } from '#wire/failure.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import { readWords, type Words as Said } from '#wire/shape/platform-words.ts'
import { withoutSecrets } from '#wire/shape/secrets.ts'

/** A token endpoint answers at once, or something is wrong with it. */
const DEADLINE_MS = 15_000
const ANSWER_BYTES = 256 * 1024

/** How a scheme comes to its token, and what it makes of it. */
export interface TokenFlow {
  /** What tells this token from others: scheme, address, whatever is asked for. */
  readonly about: readonly string[]
  readonly call: () => Omit<OutboundRequest, 'timeouts'>
  /** What a good answer holds; undefined where it is none. */
  readonly read: (answer: TokenAnswer) => Omit<FreshToken, 'ok'> | undefined
  readonly prove: (token: string) => Pick<Proven, 'headers' | 'query'>
  /** Whether a failed request says that the token is worn out. */
  readonly worn: (why: Failure) => boolean
}

/** What a token endpoint answered with a status of 2xx. */
export interface TokenAnswer {
  readonly headers: InboundAnswer['headers']
  /** An empty object where the body is none. */
  readonly json: JsonObject
  /** Unix milliseconds, when the answer came. */
  readonly at: number
}

/** The proof by a token: from the store, or fetched. */
export function proveByToken(flow: TokenFlow, words: Words, context: AuthContext): Proof | Promise<Proof> {
  const id = sha256Hex(JSON.stringify([flow.about, Object.entries(words)]))
  const taken = context.tokens.take(id, () => freshToken(flow, words, context))
  const proof = (token: Token): Proof => {
    if (!token.ok) return token
    const renew = (why: Failure): boolean => flow.worn(why) && context.tokens.refuse(id, token.token)
    return { ok: true, ...flow.prove(token.token), renew }
  }
  return taken instanceof Promise ? taken.then(proof) : proof(taken)
}

/** The platform did not take the token: the usual way to say so. */
export function saysUnauthorized({ kind, platform }: Failure): boolean {
  return kind === 'credentials' && platform?.status === 401
}

/** A number of seconds in an answer as milliseconds; undefined where it is none. */
export function secondsAsMs(value: unknown): number | undefined {
  const seconds = typeof value === 'string' ? Number(value) : value
  return typeof seconds === 'number' && seconds > 0 && Number.isFinite(seconds) ? seconds * 1000 : undefined
}

/** Never throws, whatever a platform or a key does: others wait for the same call. */
async function freshToken(
  flow: TokenFlow,
  words: Words,
  context: AuthContext,
): Promise<FreshToken | Extract<Token, { ok: false }>> {
  let request: Omit<OutboundRequest, 'timeouts'>
  try {
    request = flow.call()
  } catch (error) {
    return withoutToken({
      message: `the credentials cannot sign: ${error instanceof Error ? error.message : 'unknown'}`,
      words,
    })
  }
  const host = hostOf(request.url)
  const answer = await context.fetch({ ...request, timeouts: bounded(context.timeouts) }, new AbortController().signal)
  if (!answer.ok) return withoutToken({ message: `${host} gave no token: ${answer.failure.message}`, words })
  const body = await readBody(answer, ANSWER_BYTES)
  if (!body.ok) return withoutToken({ message: `${host} gave no token: ${body.failure.message}`, words })
  const text = body.bytes.toString('utf8')
  const { status, headers } = answer
  const good = status >= 200 && status <= 299
  const read = good ? flow.read({ headers, json: parsed(text), at: context.clock.now() }) : undefined
  if (read !== undefined) return { ok: true, ...read }
  const said = wordsIn(text)
  const reason = [said.code, said.message].filter((each) => each !== undefined && each !== '').join(': ')
  const message = `${host} gave no token (HTTP ${status})${reason === '' ? '' : `: ${reason}`}`
  return withoutToken({ message, words, said, status, platform: context.platform })
}

/** The provider's deadlines, and no longer than a token may take. */
function bounded({ connectMs, firstByteMs, idleMs, totalMs }: Timeouts): Timeouts {
  return {
    connectMs: Math.min(connectMs, DEADLINE_MS),
    firstByteMs: Math.min(firstByteMs, DEADLINE_MS),
    idleMs: Math.min(idleMs, DEADLINE_MS),
    totalMs: Math.min(totalMs, DEADLINE_MS),
  }
}

interface Refusal {
  readonly message: string
  readonly words: Words
  readonly said?: Said
  readonly status?: number
  readonly platform?: string
}

function withoutToken({ message, words, said = {}, status, platform }: Refusal): Extract<Token, { ok: false }> {
  const clean = (text: string): string => hidden(text, words)
  const told =
    status === undefined || platform === undefined
      ? {}
      : {
          platform: {
            platform,
            status,
            ...(said.code === undefined ? {} : { code: clean(said.code) }),
            ...(said.message === undefined ? {} : { message: clean(said.message) }),
          },
        }
  return { ok: false, failure: failure('credentials', clean(message), told) }
}

/** Without whatever looks like a secret, and without our own words: some platforms quote them. */
function hidden(text: string, words: Words): string {
  const own = Object.entries(words).filter(([name, value]) => !SHOWN_FIELDS.has(name) && value.length >= 6)
  return withoutSecrets(own.reduce((clean, [, value]) => clean.replaceAll(value, '***'), text))
}

/** OAuth's `error` and `error_description`, else whatever a platform's error looks like. */
function wordsIn(text: string): Said {
  const json = parsed(text)
  const { error, error_description: description } = json
  if (typeof error === 'string' && typeof description === 'string') return { code: error, message: description }
  return readWords(text)
}

function parsed(text: string): JsonObject {
  try {
    const json: unknown = JSON.parse(text)
    return isObject(json) ? json : {}
  } catch {
    return {}
  }
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'the token endpoint'
}

/** A form's body. */
export function formOf(fields: Readonly<Record<string, string>>): string {
  return new URLSearchParams(fields).toString()
}

/** The operator's own token endpoint, else the platform's with the credential's words filled in. */
export function tokenUrlOf(template: string, words: Words): string {
  if (words.tokenUrl !== undefined) return words.tokenUrl
  return template.replaceAll('{tenant}', encodeURIComponent(words.tenant ?? ''))
}
