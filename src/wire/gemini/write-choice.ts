import type { Event, FinishEvent } from '#wire/event.ts'
import type { JsonObject } from '#wire/json.ts'
import { type Lost, lose, REST_OF_INPUT } from '#wire/shape/lost.ts'
import { readInput } from '#wire/shape/tool-input.ts'
import { finishWord } from '#wire/gemini/read-finish.ts'
import { redactedFor, signatureFor } from '#wire/gemini/seals.ts'

/** A part of an answer as it leaves. */
export interface OutPart {
  readonly text?: string
  readonly thought?: true
  readonly functionCall?: JsonObject
  readonly thoughtSignature?: string
}

/** A call whose arguments are gathered: they leave as an object, whole. */
interface Call {
  readonly id: string
  readonly name: string
  readonly seal: string | undefined
  arguments: string
  ended: boolean
}

/** One candidate half written. */
export interface OutChoice {
  readonly index: number
  /** The seal of the next part. */
  seal: string | undefined
  /** By the number that events give, in the order of their beginning. */
  readonly calls: Map<number, Call>
  finish: FinishEvent | undefined
  /** A call that is no JSON object, which cannot leave as one. */
  broken: Call | undefined
}

export function outChoice(index: number): OutChoice {
  return { index, seal: undefined, calls: new Map(), finish: undefined, broken: undefined }
}

type BlockEvent = Extract<Event, { readonly block: number }>

/** The parts that an event gives, added to `out`. */
export function takeEvent(choice: OutChoice, event: BlockEvent, { out, lost }: { out: OutPart[]; lost: Lost }): void {
  switch (event.type) {
    case 'text-delta':
    case 'refusal-delta':
      out.push(sealed(choice, { text: event.text }))
      return
    case 'reasoning-delta':
      flushSeal(choice, out)
      out.push({ text: event.text, thought: true })
      return
    case 'reasoning-signature':
      flushSeal(choice, out)
      choice.seal = signatureFor(event.signature, event.sealedBy)
      return
    case 'reasoning-redacted':
      out.push({ text: '', thought: true, thoughtSignature: redactedFor(event.data, event.sealedBy) })
      return
    case 'tool-call-start': {
      const { id, name } = event
      choice.calls.set(event.block, { id, name, seal: choice.seal, arguments: '', ended: false })
      choice.seal = undefined
      return
    }
    case 'tool-call-delta': {
      const call = choice.calls.get(event.block)
      if (call === undefined) lose(lost, 'functionCall.args', REST_OF_INPUT)
      else call.arguments += event.arguments
      return
    }
    case 'block-end': {
      const call = choice.calls.get(event.block)
      if (call !== undefined) call.ended = true
      flushCalls(choice, { out, lost })
    }
  }
}

/** Everything that is left, and why the candidate ended. */
export function closeChoice(choice: OutChoice, { out, lost }: { out: OutPart[]; lost: Lost }): JsonObject {
  for (const call of choice.calls.values()) call.ended = true
  flushCalls(choice, { out, lost })
  flushSeal(choice, out)
  const { broken, finish } = choice
  const word = finish === undefined ? 'STOP' : finishWord(finish.reason, finish.native)
  if (finish?.stopSequence !== undefined) lose(lost, 'stopSequence', 'Gemini does not say which one it was.')
  if (broken === undefined) return { finishReason: word }
  // A call that the limit or a filter cut off is part of that end.
  if (word !== 'STOP') {
    lose(lost, 'functionCall', `the call of ${broken.name}, which broke off`)
    return { finishReason: word }
  }
  const message = `Malformed function call: ${broken.name}(${broken.arguments})`
  return { finishReason: 'MALFORMED_FUNCTION_CALL', finishMessage: message.slice(0, 2000) }
}

/** A part with the seal that waits for one. */
function sealed(choice: OutChoice, part: OutPart): OutPart {
  const { seal } = choice
  if (seal === undefined) return part
  choice.seal = undefined
  return { ...part, thoughtSignature: seal }
}

/** Google's own form of a signature that comes after everything else. */
function flushSeal(choice: OutChoice, out: OutPart[]): void {
  if (choice.seal !== undefined) out.push(sealed(choice, { text: '' }))
}

/** Complete calls leave in the order of their beginning. */
function flushCalls(choice: OutChoice, { out, lost }: { out: OutPart[]; lost: Lost }): void {
  for (const [block, call] of choice.calls) {
    if (!call.ended) return
    choice.calls.delete(block)
    const { input, exact } = readInput(call.arguments)
    if (input === undefined) {
      choice.broken ??= call
      continue
    }
    if (!exact) lose(lost, 'functionCall.args', REST_OF_INPUT)
    const { id, name, seal } = call
    out.push({
      functionCall: { id, name, args: input },
      ...(seal === undefined ? {} : { thoughtSignature: seal }),
    })
  }
}
