import type { Event, FinishReason } from '#wire/event.ts'
import type { WholeAnswer, WholeCall, WholeChoice } from '#wire/shape/plain-answer.ts'
import type { Usage } from '#wire/usage.ts'

interface Folded {
  text: string
  reasoning: string
  readonly calls: Map<number, WholeCall>
  finish: FinishReason
}

/** All events of an answer in one piece. */
export function foldAnswer(events: readonly Event[]): WholeAnswer {
  const choices = new Map<number, Folded>()
  let usage: Usage | undefined
  for (const event of events) {
    if (event.type === 'usage') usage = event.usage
    else if ('block' in event || event.type === 'finish') fold(choices, event)
  }
  if (choices.size === 0) foldedAt(choices, 0)
  const sorted = [...choices].sort(([a], [b]) => a - b)
  return { choices: sorted.map(wholeChoice), usage }
}

function wholeChoice([index, { calls, ...choice }]: [number, Folded]): WholeChoice {
  return { index, ...choice, calls: [...calls.values()].map(complete) }
}

function foldedAt(choices: Map<number, Folded>, index: number): Folded {
  const known = choices.get(index)
  if (known !== undefined) return known
  const choice: Folded = { text: '', reasoning: '', calls: new Map(), finish: 'stop' }
  choices.set(index, choice)
  return choice
}

function fold(choices: Map<number, Folded>, event: Event): void {
  const choice = foldedAt(choices, event.choice ?? 0)
  if (event.type === 'text-delta' || event.type === 'refusal-delta') choice.text += event.text
  else if (event.type === 'reasoning-delta') choice.reasoning += event.text
  else if (event.type === 'finish') choice.finish = event.reason
  else if (event.type === 'tool-call-start') {
    choice.calls.set(event.block, { id: event.id, name: event.name, arguments: '' })
  } else if (event.type === 'tool-call-delta') {
    const call = choice.calls.get(event.block)
    if (call !== undefined) choice.calls.set(event.block, { ...call, arguments: call.arguments + event.arguments })
  }
}

/** No arguments are an empty object. */
export function complete(call: WholeCall): WholeCall {
  return call.arguments === '' ? { ...call, arguments: '{}' } : call
}
