import { isObject, type JsonObject } from '#wire/json.ts'
import {
  type Call,
  type Choice,
  emit,
  endCall,
  leave,
  sealNext,
  startCall,
  type Step,
} from '#wire/openai-chat/read-blocks.ts'
import { saysMore, thoughtSignature } from '#wire/openai-chat/thought-signature.ts'
import { findEnd, jsonEnd } from '#wire/shape/json-end.ts'

/** One fragment of a call: what of it is there. */
interface Fragment {
  readonly index: number | undefined
  readonly id: string
  readonly name: string
  readonly arguments: string
  /** Google's thought signature, which seals the call. */
  readonly seal: string | undefined
}

/** `tool_calls` of a delta or a message. */
export function readToolCalls(step: Step, choice: Choice, calls: readonly unknown[]): void {
  for (let i = 0; i < calls.length; i++) {
    const item = calls[i]
    if (!isObject(item)) continue
    const called = item['function']
    if (isObject(called)) addFragment(step, choice, { ...fragmentOf(item, called), ...alone(calls.length, i) })
    if (!isObject(called) || saysMore(item))
      emit(step, choice, { type: 'extension', path: `choices.${choice.index}.tool_calls` })
  }
}

/** The `function_call` of 2023: one call, without id or index. */
export function readFunctionCall(step: Step, choice: Choice, called: JsonObject): void {
  addFragment(step, choice, { ...fragmentOf({}, called), position: 0 })
}

/** In a list of several without index, the place in the list tells them apart. */
function alone(length: number, position: number): { position?: number } {
  return length > 1 ? { position } : {}
}

function fragmentOf(item: JsonObject, called: JsonObject): Fragment {
  const given = called['arguments']
  return {
    index: typeof item['index'] === 'number' ? item['index'] : undefined,
    id: typeof item['id'] === 'string' ? item['id'] : '',
    name: typeof called['name'] === 'string' ? called['name'] : '',
    // Some platforms give the arguments as an object (pain T18).
    arguments: typeof given === 'string' ? given : isObject(given) ? JSON.stringify(given) : '',
    seal: item['extra_content'] === undefined ? undefined : thoughtSignature(item),
  }
}

function addFragment(step: Step, choice: Choice, fragment: Fragment & { position?: number }): void {
  const call = callOf(choice, fragment) ?? openCall(step, choice, fragment)
  // Too late: what seals a call stands before it. Repeated it is no news.
  if (fragment.seal !== undefined && fragment.seal !== call.seal) {
    emit(step, choice, { type: 'extension', path: `choices.${choice.index}.message.tool_calls.extra_content` })
  }
  // The first non-empty id and name count (pain T12: later fragments repeat them or carry "").
  if (call.id === '' && fragment.id !== '') {
    call.id = fragment.id
    call.given = true
  }
  if (call.name === '') call.name = fragment.name
  if (fragment.arguments !== '') addArguments(step, choice, { call, text: fragment.arguments })
  if (!call.started && call.id !== '' && call.name !== '') startCall(step, choice, call)
}

function addArguments(step: Step, choice: Choice, { call, text }: { call: Call; text: string }): void {
  findEnd(call.json, text)
  if (!call.started) {
    call.waiting += text
    // Arguments after a name: no id will come any more.
    if (call.name !== '') startCall(step, choice, call)
    return
  }
  emit(step, choice, { type: 'tool-call-delta', block: call.block, arguments: text })
  // One that another call overtook ends as soon as it is complete.
  if (call.json.ended && choice.open?.call !== call) endCall(step, choice, call)
}

/** The call that a fragment goes on with; undefined if it begins one. */
function callOf(choice: Choice, fragment: Fragment & { position?: number }): Call | undefined {
  const { index, id, position } = fragment
  const key = index ?? position
  const found = key === undefined ? unkeyed(choice, id) : choice.calls.findLast((call) => call.key === key)
  return found === undefined || beginsAnother(found, fragment) ? undefined : found
}

function unkeyed(choice: Choice, id: string): Call | undefined {
  if (id === '') return choice.calls.at(-1)
  return choice.calls.findLast((call) => call.id === id || call.id === '')
}

/**
 * Gemini's OpenAI endpoint and others give every parallel call the index 0, or none, and some no ids either: a name
 * with a new id, or without ids a name with new arguments, is another call if the one before is complete. What only
 * repeats is not (pain T12).
 */
function beginsAnother(call: Call, fragment: Fragment): boolean {
  if (fragment.name === '' || call.name === '') return false
  const complete = call.json.ended
  const empty = call.json.depth === 0 && !complete
  if (call.given) return fragment.id !== '' && fragment.id !== call.id && (complete || empty)
  return complete && fragment.arguments.trimStart().startsWith('{')
}

function openCall(step: Step, choice: Choice, fragment: Fragment & { position?: number }): Call {
  leave(step, choice)
  if (fragment.seal !== undefined) sealNext(step, choice, fragment.seal)
  const call: Call = {
    key: fragment.index ?? fragment.position ?? `call ${choice.calls.length}`,
    id: '',
    given: false,
    name: '',
    block: choice.blocks++,
    seal: fragment.seal,
    json: jsonEnd(),
    waiting: '',
    started: false,
    closed: false,
  }
  choice.calls.push(call)
  choice.open = { kind: 'tool-call', block: call.block, call }
  return call
}
