import type { EventReader } from '#wire/dialect.ts'
import type { FinishReason } from '#wire/event.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import type { Said, SaidCall, SaidChoice } from '#wire/shape/plain-answer.ts'
import type { PlainReading } from '#wire/shape/plain-blocks.ts'
import { plainReader } from '#wire/shape/plain-reader.ts'
import { count, usageOfSums } from '#wire/shape/plain-usage.ts'
import { type Words, wordsOf } from '#wire/shape/platform-words.ts'
import { listIn, numberIn, textIn } from '#wire/shape/read-json.ts'
import { failureOf } from '#wire/tencent-chat/failure.ts'
import type { Usage } from '#wire/usage.ts'

/** `sensitive` comes with moderated streams only: the text before it has been seen already. */
const FINISHES: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool-calls',
  sensitive: 'content-filter',
  // The same interface of the knowledge engine (lkeap), 2025.
  content_filter: 'content-filter',
}

/** Reads Tencent's stream, which ends by closing after a reason, and its whole answer. */
export const readEvents: EventReader<PlainReading> = plainReader({ said, errorIn, finishes: FINISHES, failureOf })

/** `Response.Error`, `ErrorMsg` in the middle of a stream, and the `error` of gateways in front. */
function errorIn(payload: JsonObject): Words | undefined {
  const answer = inner(payload)
  if (isObject(answer['Error'])) return wordsOf({ Response: answer })
  return isObject(answer['ErrorMsg']) || isObject(payload['error'])
    ? wordsOf({ ...answer, error: payload['error'] })
    : undefined
}

/** Whole answers stand inside `Response`, pieces of a stream do not. */
function inner(payload: JsonObject): JsonObject {
  return isObject(payload['Response']) ? payload['Response'] : payload
}

function said(payload: JsonObject): Said | undefined {
  const answer = inner(payload)
  const choices = listIn(answer, 'Choices')
  if (choices === undefined) return undefined
  const id = textIn(answer, 'Id')
  const created = numberIn(answer, 'Created')
  const usage = usageOf(answer['Usage'])
  return {
    ...(id === undefined ? {} : { id }),
    ...(created === undefined ? {} : { created }),
    choices: choices.filter(isObject).map(choiceOf),
    ...(usage === undefined ? {} : { usage }),
    beside: BESIDE.filter((key) => saysSomething(answer[key])),
  }
}

/** What answers hold beside themselves; `Note` says the same in every answer. */
const BESIDE = ['SearchInfo', 'Replaces', 'RecommendedQuestions', 'Processes', 'ModerationLevel']

function saysSomething(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === '0') return false
  return Array.isArray(value) ? value.length > 0 : true
}

function choiceOf(choice: JsonObject): SaidChoice {
  const message = isObject(choice['Delta']) ? choice['Delta'] : choice['Message']
  const finish = textIn(choice, 'FinishReason')
  const text = textIn(message, 'Content')
  const reasoning = textIn(message, 'ReasoningContent')
  return {
    index: numberIn(choice, 'Index') ?? 0,
    ...(reasoning === undefined ? {} : { reasoning }),
    ...(text === undefined ? {} : { text }),
    calls: (listIn(message, 'ToolCalls') ?? []).filter(isObject).map(callOf),
    // Empty while the answer goes on.
    ...(finish === undefined || finish === '' ? {} : { finish }),
  }
}

/** Fragments of a call are told by its id (documented), which every one of them has. */
function callOf(call: JsonObject): SaidCall {
  const index = numberIn(call, 'Index')
  const id = textIn(call, 'Id')
  const name = textIn(call, 'Function', 'Name')
  const args = textIn(call, 'Function', 'Arguments')
  return {
    ...(index === undefined ? {} : { index }),
    ...(id === undefined ? {} : { id }),
    ...(name === undefined ? {} : { name }),
    ...(args === undefined ? {} : { arguments: args }),
  }
}

/** In every piece of a stream, running. */
function usageOf(raw: unknown): Usage | undefined {
  if (!isObject(raw)) return undefined
  const details = raw['PromptTokensDetails']
  const cached = isObject(details) ? count(details['CachedTokens']) : 0
  return usageOfSums({ prompt: count(raw['PromptTokens']), cached, completion: count(raw['CompletionTokens']), raw })
}
