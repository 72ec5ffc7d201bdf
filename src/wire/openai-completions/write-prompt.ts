import type { WireTarget, WriteRequest } from '#wire/dialect.ts'
import { failure } from '#wire/failure.ts'
import type { Message, ModelRequest } from '#wire/request.ts'
import { partPath } from '#wire/shape/part-path.ts'

/** The text to go on with, and where the user said it. */
export interface Prompt {
  readonly ok: true
  readonly text: string
  readonly path: string
}

type Refusal = Extract<WriteRequest, { readonly ok: false }>

/** One text of the user, instructions before it: all that a chat can say to a model that goes on with texts. */
export function flatten(request: ModelRequest, { model }: WireTarget): Prompt | Refusal {
  if (request.tools.length > 0) return refuse(`${model} completes texts: it takes no tools.`, 'tools')
  const turns = request.messages.filter(({ role }) => role !== 'system' && role !== 'developer')
  const [turn, second] = turns
  if (turn === undefined || turn.role !== 'user' || second !== undefined) {
    const path = second?.path ?? turn?.path ?? 'messages'
    return refuse(`${model} completes texts: it takes one text of the user, and no conversation.`, path)
  }
  const texts: string[] = []
  for (const message of [...request.messages.filter((each) => each !== turn), turn]) {
    const other = message.parts.find(({ kind }) => kind !== 'text')
    if (other !== undefined) {
      return refuse(`${model} completes texts: it takes no ${other.kind}.`, partPath(request, message, other))
    }
    texts.push(textOf(message))
  }
  return { ok: true, text: texts.filter((text) => text !== '').join('\n\n'), path: turn.path }
}

function textOf({ parts }: Message): string {
  return parts.map((part) => (part.kind === 'text' ? part.text : '')).join('')
}

function refuse(message: string, param: string): Refusal {
  // Another target of the route may be able to.
  return { ok: false, failure: failure('invalid-request', message, { param, retryable: true }) }
}
