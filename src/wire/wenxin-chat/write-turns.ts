import type { ToolResultPart } from '#wire/part.ts'
import type { Message } from '#wire/request.ts'
import type { PlainDraft } from '#wire/shape/plain-request.ts'
import { namesOf, resultInWords } from '#wire/shape/plain-words.ts'

/**
 * Turns of the model with one call each, every one answered before the next: Baidu knows no parallel calls. The first
 * one keeps what the turn says beside its calls; a result without its call is told as text.
 */
export function oneCallATurn(draft: PlainDraft, messages: readonly Message[]): Message[] {
  const names = namesOf(messages)
  const out: Message[] = []
  for (let i = 0; i < messages.length; i++) {
    const message = messages[i]
    if (message === undefined) continue
    const results: Result[] = []
    while (messages[i + 1]?.role === 'tool') results.push(...resultsOf(messages[++i]))
    if (message.role === 'tool') results.unshift(...resultsOf(message))
    else pushCalls(draft, { message, results, out })
    for (const { message: from, part } of results) {
      draft.warnings.push({ action: 'emulated', path: from.path, detail: 'a result without its call, as text' })
      out.push(resultInWords(part, names.get(part.callId), from))
    }
  }
  return out
}

interface Result {
  readonly message: Message
  readonly part: ToolResultPart
}

function resultsOf(message: Message | undefined): Result[] {
  if (message === undefined) return []
  return message.parts.flatMap((part) => (part.kind === 'tool-result' ? [{ message, part }] : []))
}

/** The turn, each call with its result behind it; what is answered is taken from `results`. */
function pushCalls(
  draft: PlainDraft,
  { message, results, out }: { message: Message; results: Result[]; out: Message[] },
): void {
  const calls = message.parts.filter((part) => part.kind === 'tool-call')
  if (calls.length > 1) {
    draft.warnings.push({ action: 'reordered', path: message.path, detail: 'parallel calls, one after the other' })
  }
  const rest = message.parts.filter((part) => part.kind !== 'tool-call')
  if (calls.length === 0) out.push(message)
  for (const [i, call] of calls.entries()) {
    out.push({ ...message, parts: i === 0 ? [...rest, call] : [call] })
    const found = results.findIndex(({ part }) => part.callId === call.id)
    const [result] = found < 0 ? [] : results.splice(found, 1)
    if (result !== undefined) out.push({ ...result.message, parts: [result.part] })
  }
}
