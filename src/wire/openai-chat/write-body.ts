import type { Failure } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import { maxTokensName } from '#wire/openai-chat/adapt-limits.ts'
import { writeMessages } from '#wire/openai-chat/write-messages.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { FunctionTool, ModelRequest, ResponseFormat, ToolChoice } from '#wire/request.ts'
import { callerField } from '#wire/shape/caller-field.ts'
import type { Warning } from '#wire/warning.ts'

/** An OpenAI body built from the middle form, with what was lost on the way. */
export interface Built {
  readonly body: JsonObject
  readonly paths: readonly string[]
  readonly warnings: readonly Warning[]
  readonly failure: Failure | undefined
}

/** Builds a body for a caller of another dialect. How the target is told to think is not in it: `adaptThinking` says it. */
export function writeBody(request: ModelRequest, quirks: Quirks): Built {
  const { messages, paths, warnings, failure } = writeMessages(request, quirks)
  const tools = request.tools.filter((tool) => tool.kind === 'function')
  const body: Record<string, unknown> = {
    model: request.model,
    messages,
    ...(request.stream ? { stream: true } : {}),
    ...(tools.length === 0 ? {} : toolFields(request, tools)),
    ...(request.maxOutputTokens === undefined ? {} : { [maxTokensName(quirks)]: request.maxOutputTokens }),
    ...plainFields(request),
    ...(request.responseFormat === undefined ? {} : { response_format: formatOf(request.responseFormat) }),
  }
  return { body, paths, warnings: [...warnings, ...unsaid(request)], failure }
}

/** Fields that are the same in both forms. */
function plainFields(request: ModelRequest): JsonObject {
  const { temperature, topP, stop, seed, presencePenalty, frequencyPenalty, n, user } = request
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(stop === undefined || stop.length === 0 ? {} : { stop }),
    ...(seed === undefined ? {} : { seed }),
    ...(presencePenalty === undefined ? {} : { presence_penalty: presencePenalty }),
    ...(frequencyPenalty === undefined ? {} : { frequency_penalty: frequencyPenalty }),
    ...(n === undefined ? {} : { n }),
    ...(user === undefined ? {} : { user }),
  }
}

function toolFields(request: ModelRequest, tools: readonly FunctionTool[]): JsonObject {
  const { toolChoice, parallelToolCalls } = request
  return {
    tools: tools.map(toolOf),
    ...(toolChoice === undefined ? {} : { tool_choice: choiceOf(toolChoice) }),
    ...(parallelToolCalls === undefined ? {} : { parallel_tool_calls: parallelToolCalls }),
  }
}

function toolOf({ name, description, parameters, strict }: FunctionTool): JsonObject {
  return {
    type: 'function',
    function: {
      name,
      ...(description === undefined ? {} : { description }),
      ...(parameters === undefined ? {} : { parameters }),
      ...(strict === undefined ? {} : { strict }),
    },
  }
}

function choiceOf(choice: ToolChoice): unknown {
  return choice.kind === 'named' ? { type: 'function', function: { name: choice.name } } : choice.kind
}

function formatOf(format: ResponseFormat): JsonObject {
  switch (format.kind) {
    case 'text':
      return { type: 'text' }
    case 'json':
      return { type: 'json_object' }
    case 'json-schema': {
      const { name, description, schema, strict } = format
      return {
        type: 'json_schema',
        json_schema: {
          // OpenAI asks for a name.
          name: name ?? 'response',
          ...(description === undefined ? {} : { description }),
          schema,
          ...(strict === undefined ? {} : { strict }),
        },
      }
    }
  }
}

/** What the middle form does not name, and what OpenAI's form cannot say. */
function unsaid(request: ModelRequest): Warning[] {
  const dropped = (path: string, detail: string): Warning => ({ action: 'dropped', path, detail })
  const warnings = request.unread.map((path) => dropped(path, 'has no counterpart in OpenAI chat'))
  for (const tool of request.tools) {
    if (tool.kind === 'native') warnings.push(dropped(tool.path, `a tool of type ${tool.type}`))
  }
  if (request.topK !== undefined) warnings.push(dropped(callerField(request, 'topK'), 'OpenAI chat has no such field'))
  return warnings
}
