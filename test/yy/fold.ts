import type { Event } from '#wire/event.ts'
import { readSeal } from '#wire/shape/seal.ts'
import { inputTokens, outputTokens, type Usage } from '#wire/usage.ts'

/** What an answer says, whatever dialect it came in: what must survive every pair. */
export interface Said {
  text: string
  reasoning: string
  signatures: string[]
  redacted: string[]
  refusal: string
  tools: { id: string; name: string; arguments: unknown }[]
  finish: string | undefined
  /** Input (cached apart) and output tokens. */
  usage: { input: number; cached: number; output: number } | undefined
  terminals: string[]
}

export function said(events: readonly Event[]): Said {
  const answer: Said = {
    text: '',
    reasoning: '',
    signatures: [],
    redacted: [],
    refusal: '',
    tools: [],
    finish: undefined,
    usage: undefined,
    terminals: [],
  }
  const calls = new Map<number, { id: string; name: string; text: string }>()
  for (const event of events) take(answer, calls, event)
  answer.tools = [...calls.values()].map(({ id, name, text }) => ({
    id,
    name,
    arguments: JSON.parse(text === '' ? '{}' : text),
  }))
  return answer
}

function take(answer: Said, calls: Map<number, { id: string; name: string; text: string }>, event: Event): void {
  if (event.type === 'text-delta') answer.text += event.text
  if (event.type === 'reasoning-delta') answer.reasoning += event.text
  if (event.type === 'reasoning-signature') answer.signatures.push(unmarked(event.signature))
  if (event.type === 'reasoning-redacted') answer.redacted.push(unmarked(event.data))
  if (event.type === 'refusal-delta') answer.refusal += event.text
  if (event.type === 'tool-call-start') calls.set(event.block, { id: event.id, name: event.name, text: '' })
  if (event.type === 'tool-call-delta') {
    const call = calls.get(event.block)
    if (call === undefined) throw new Error(`arguments for block ${event.block}, which is no open tool call`)
    call.text += event.arguments
  }
  if (event.type === 'finish') answer.finish = event.reason
  if (event.type === 'usage') answer.usage = figures(event.usage)
  if (event.type === 'end') answer.terminals.push('end')
  if (event.type === 'failure') answer.terminals.push(event.failure.kind)
}

/** A caller of another dialect gets a seal with its maker's name before it, and of Gemini all that in base64. */
function unmarked(seal: string): string {
  const text = seal.startsWith('dHcu') ? Buffer.from(seal, 'base64').toString() : seal
  return readSeal('openai-chat', text).signature
}

function figures(usage: Usage): NonNullable<Said['usage']> {
  return { input: inputTokens(usage), cached: usage.inputCached, output: outputTokens(usage) }
}
