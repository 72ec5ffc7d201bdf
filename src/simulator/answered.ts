import { refuse, type Refusal, type Voice } from '#simulator/refuse.ts'

/** A request as it comes, free of HTTP. */
export interface SimulatedRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

/** What comes back. A body that throws `ConnectionCut`, and `dropped`, mean: destroy the connection. */
export type SimulatedAnswer = Answered | { readonly kind: 'dropped' }

export interface Answered {
  readonly kind: 'answer'
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: AsyncIterable<Uint8Array>
}

/** A whole answer that comes at once. */
export function plain(status: number, contentType: string, body: string): Answered {
  return { kind: 'answer', status, headers: { 'content-type': contentType }, body: once(body) }
}

async function* once(body: string): AsyncGenerator<Uint8Array> {
  if (body !== '') yield Buffer.from(body)
  await Promise.resolve()
}

/** A refusal in the platform's own form. */
export function refused(refusal: Refusal, voice: Voice): Answered {
  const { status, headers, body } = refuse(refusal, voice)
  return { kind: 'answer', status, headers: { ...headers, ...idHeader(voice) }, body: once(body) }
}

/** The request's id in the header that the dialect's SDK looks at. */
export function idHeader({ dialect, requestId }: Voice): Record<string, string> {
  return { [dialect === 'anthropic-messages' ? 'request-id' : 'x-request-id']: requestId }
}
