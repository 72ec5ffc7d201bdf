import { batches, EVERYTHING, type Says } from '#test/conformance/arbitrary.ts'
import { writeContext } from '#test/conformance/dialects.ts'
import { DIALECT_QUIRKS } from '#wire/dialect-quirks.ts'
import type { Dialect, DialectId } from '#wire/dialect.ts'
import type { Event, Frame } from '#wire/event.ts'
import type { ModelRequest } from '#wire/request.ts'
import { sensenovaChat } from '#wire/sensenova-chat/index.ts'
import { sparkChat } from '#wire/spark-chat/index.ts'
import { tencentChat } from '#wire/tencent-chat/index.ts'
import { wenxinChat } from '#wire/wenxin-chat/index.ts'

/* The older native dialects: nobody calls in them, so that they need not say all that an answer can say. */

export interface PlainCandidate {
  readonly dialect: Dialect
  /** What has no place in its answers. */
  readonly mute: readonly ('ids' | 'cached' | 'reasoning' | 'finish' | 'second call of a whole answer')[]
  /** What a request can say without a warning. */
  readonly says: Says
  readonly fitting: (request: ModelRequest) => ModelRequest
}

export const PLAIN: readonly PlainCandidate[] = [
  {
    dialect: tencentChat,
    mute: [],
    says: { ...EVERYTHING, stop: false },
    fitting: ({ maxOutputTokens: _bound, ...request }) => freeChoice(request, ['auto', 'none', 'named']),
  },
  {
    dialect: sparkChat,
    mute: ['ids', 'cached', 'finish', 'second call of a whole answer'],
    says: { ...EVERYTHING, tools: false, images: 'none', stop: false },
    fitting: warm,
  },
  {
    dialect: sensenovaChat,
    mute: ['cached'],
    says: { ...EVERYTHING, stop: false },
    fitting: (request) => freeChoice(warm(request), ['auto', 'named']),
  },
  {
    dialect: wenxinChat,
    mute: ['ids', 'cached', 'reasoning', 'second call of a whole answer'],
    says: { ...EVERYTHING, tools: false, images: 'none' },
    fitting: (request) => alternating({ ...warm(request), maxOutputTokens: Math.max(2, request.maxOutputTokens ?? 2) }),
  },
]

function warm({ temperature, ...request }: ModelRequest): ModelRequest {
  return temperature === undefined || temperature === 0 ? request : { ...request, temperature }
}

function freeChoice({ toolChoice, ...request }: ModelRequest, kinds: readonly string[]): ModelRequest {
  return toolChoice === undefined || !kinds.includes(toolChoice.kind) ? request : { ...request, toolChoice }
}

function alternating(request: ModelRequest): ModelRequest {
  const { messages } = request
  return { ...request, messages: messages.filter(({ role }, i) => role !== messages[i - 1]?.role) }
}

export function quirksOf(id: DialectId): (typeof DIALECT_QUIRKS)[DialectId] {
  return DIALECT_QUIRKS[id]
}

export function written({ writeEvents }: Dialect, events: readonly Event[], sizes: readonly number[] = [1]): Frame[] {
  const state = writeEvents.start(writeContext())
  const frames = batches(events, sizes).flatMap((batch) => writeEvents.step(state, batch))
  return [...frames, ...writeEvents.end(state)]
}

export function read({ id, readEvents }: Dialect, frames: readonly Frame[]): Event[] {
  const state = readEvents.start({ platform: 'test', quirks: quirksOf(id), errors: [] })
  return [...frames.flatMap((frame) => readEvents.step(state, frame)), ...readEvents.end(state)]
}

export function readWhole({ id, readEvents }: Dialect, frame: Frame): Event[] {
  return readEvents.whole({ platform: 'test', quirks: quirksOf(id), errors: [] }, frame)
}
