import { saidByUser, textOf } from '#simulator/directives.ts'
import { sampleOf } from '#simulator/sample.ts'
import type { Script, ScriptedCall } from '#simulator/script.ts'
import type { FunctionTool, ModelRequest } from '#wire/request.ts'

/** What the default answer depends on beside the request. */
export interface Occasion {
  /** The model thinks, by the request and its quirks. */
  readonly thinks: boolean
  /** A tool that a directive asks to be called. */
  readonly call: string | undefined
}

/**
 * The answer to a request that no rule fits, the same for the same request: the tool that must be called, a value of
 * the schema that is asked for, what a tool said, or what the user said.
 */
export function defaultScript(request: ModelRequest, { thinks, call }: Occasion): Script {
  const thought = thinks ? { reasoning: thoughtOn(request) } : {}
  const tool = calledTool(request, call)
  if (tool !== undefined) return { ...thought, toolCalls: [callOf(tool)] }
  return { ...thought, text: textFor(request) }
}

/** A directive stands in the conversation for good: once the tool has answered, it is fulfilled. */
function calledTool(request: ModelRequest, call: string | undefined): FunctionTool | undefined {
  const { tools, toolChoice, messages } = request
  const offered = tools.filter((tool) => tool.kind === 'function')
  const asked = messages.at(-1)?.role === 'tool' ? undefined : call
  const name = asked ?? (toolChoice?.kind === 'named' ? toolChoice.name : undefined)
  if (name !== undefined) return offered.find((tool) => tool.name === name)
  return toolChoice?.kind === 'required' ? offered[0] : undefined
}

function callOf({ name, parameters }: FunctionTool): ScriptedCall {
  return { name, arguments: JSON.stringify(sampleOf(parameters ?? { type: 'object' })) }
}

function textFor(request: ModelRequest): string {
  const { messages, responseFormat } = request
  const said = saidByUser(messages)
  if (responseFormat?.kind === 'json-schema') return JSON.stringify(sampleOf(responseFormat.schema))
  if (responseFormat?.kind === 'json') return JSON.stringify({ you_said: said })
  const last = messages.at(-1)
  if (last?.role === 'tool') return `The tool said: ${textOf(last.parts)}`
  return said === '' ? 'You said nothing.' : `You said: ${said}`
}

function thoughtOn(request: ModelRequest): string {
  const last = request.messages.at(-1)
  return last?.role === 'tool' ? 'The tool has answered. I pass it on.' : 'The user said something. I say it back.'
}

const FILLER = ['one ', 'two ', 'three ', 'four ', 'five ', 'six ', 'seven ', 'eight ', 'nine ', 'ten ']

/** The token at a place of a text that goes on as long as anyone wants. */
export function fillerToken(index: number): string {
  return FILLER[index % FILLER.length] ?? ''
}

/** A text of exactly so many tokens. */
export function fillerText(tokens: number): string {
  return Array.from({ length: tokens }, (_, index) => fillerToken(index))
    .join('')
    .trimEnd()
}
