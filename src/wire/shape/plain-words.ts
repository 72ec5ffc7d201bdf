import type { TextPart, ToolCallPart, ToolResultPart } from '#wire/part.ts'
import type { Message } from '#wire/request.ts'

/* Calls and their results in words, for targets that have no place for them where they stand. */

export function callInWords({ name, arguments: text }: ToolCallPart): TextPart {
  return { kind: 'text', text: `[called ${name} with ${text}]` }
}

/** A result as the user would tell it. `name` is that of the function, where it is known. */
export function resultInWords(result: ToolResultPart, name: string | undefined, { path }: Message): Message {
  const told: TextPart = { kind: 'text', text: `[result of ${name ?? result.callId}]` }
  return { role: 'user', parts: [told, ...result.parts], path }
}

/** The functions that calls name, by the calls' ids. */
export function namesOf(messages: readonly Message[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const { parts } of messages) {
    for (const part of parts) if (part.kind === 'tool-call') names.set(part.id, part.name)
  }
  return names
}
