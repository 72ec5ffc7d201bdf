import { framerOf } from '#engine/framing/framing.ts'
import { fillerToken } from '#simulator/default-script.ts'
import type { Fault } from '#simulator/fault.ts'
import type { Piece } from '#simulator/pieces.ts'
import type { Beat, Stage } from '#simulator/play.ts'
import type { Hand } from '#simulator/quirks.ts'
import { errorFrame, type Voice } from '#simulator/refuse.ts'
import type { Dialect, WriteContext } from '#wire/dialect.ts'
import type { Frame } from '#wire/event.ts'

/** What turns pieces into bytes. */
export interface Writing {
  readonly dialect: Dialect
  readonly writing: WriteContext
  readonly hand: Hand
}

/** A stream's bytes, by the dialect's writer and the platform's hand. */
export function* streamBeats(pieces: Iterable<Piece>, { dialect, writing, hand }: Writing): Generator<Beat> {
  const state = dialect.writeEvents.start(writing)
  let said = 0
  for (const { events, tokens, closing } of pieces) {
    said += tokens
    const bytes = bytesOf(hand.stream(dialect.writeEvents.step(state, events), said))
    if (bytes.length > 0 || tokens > 0) yield { bytes, tokens, closing }
  }
}

function bytesOf(text: Uint8Array | string): Uint8Array {
  return typeof text === 'string' ? Buffer.from(text) : text
}

/** A whole body; in two parts where a fault strikes inside it, at the same part of its bytes as of its tokens. */
export function wholeBeats(body: string, tokens: number, fault: Fault | undefined): Beat[] {
  const bytes = Buffer.from(body)
  if (fault === undefined || !('afterTokens' in fault)) return [{ bytes, tokens: 0, closing: true }]
  const part = tokens === 0 ? 0 : Math.min(1, fault.afterTokens / tokens)
  const at = Math.min(Math.floor(bytes.length * part), bytes.length - 1)
  return [
    { bytes: bytes.subarray(0, at), tokens: 0, closing: false },
    { bytes: bytes.subarray(at), tokens: 0, closing: true },
  ]
}

/** A whole answer that never gets there. */
export function* endlessWhole(): Generator<Beat> {
  yield { bytes: Buffer.from('{"content":"'), tokens: 0, closing: false }
  for (let index = 0; ; index++) yield { bytes: Buffer.from(fillerToken(index)), tokens: 1, closing: false }
}

/** What faults put into an answer: an event that is no JSON, and the platform's error inside a 200. */
export function interjections(
  voice: Voice,
  { stream, fault }: { readonly stream: boolean; readonly fault: Fault | undefined },
): Pick<Stage, 'broken' | 'error'> {
  const says = fault?.kind === 'error' ? fault.says : 'upstream'
  return {
    broken: () => (stream ? event(voice, { event: 'content_block_delta', data: BROKEN }) : Buffer.from(BROKEN)),
    error: () => event(voice, errorFrame({ says }, voice)),
  }
}

const BROKEN = '{"type":"content_block_delta","choices":[{"index":0,"delta":{"content":"br'

function event({ dialect, framing, details }: Voice, frame: Frame): Uint8Array {
  if (dialect === 'openai-chat') return Buffer.from(`data:${details.space}${frame.data}\n\n`)
  return bytesOf(framerOf(framing).writer().bytes([frame]))
}
