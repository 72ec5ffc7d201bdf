import type { Caller } from '#engine/admit/keyring.ts'
import { type Failure, failure } from '#wire/failure.ts'

/** May this key ask for this name? `qwen/*` allows all that begins so; an empty list allows everything. */
export function mayUse(caller: Caller, model: string): Failure | undefined {
  if (caller.models.length === 0 || caller.models.some((pattern) => matches(pattern, model))) return undefined
  const allowed = caller.models.slice(0, 8).join(', ')
  return failure('permission', `this key may not use "${model}"; it may use ${allowed}`, {
    param: 'model',
    code: 'model_not_allowed',
  })
}

/** `*` stands for any run of characters; linear in the text for each piece between stars. */
export function matches(pattern: string, text: string): boolean {
  const [head = '', ...pieces] = pattern.split('*')
  if (pieces.length === 0) return pattern === text
  if (!text.startsWith(head)) return false
  const tail = pieces.pop() ?? ''
  let at = head.length
  for (const piece of pieces) {
    const found = text.indexOf(piece, at)
    if (found < 0) return false
    at = found + piece.length
  }
  return text.length - tail.length >= at && text.endsWith(tail)
}
