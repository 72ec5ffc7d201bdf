import type { EventReader } from '#wire/dialect.ts'
import type { FinishReason } from '#wire/event.ts'
import type { FailureKind } from '#wire/failure.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import { failureOf } from '#wire/sensenova-chat/failure.ts'
import type { Said, SaidCall, SaidChoice } from '#wire/shape/plain-answer.ts'
import type { PlainReading } from '#wire/shape/plain-blocks.ts'
import { plainReader } from '#wire/shape/plain-reader.ts'
import { saysError } from '#wire/shape/plain-failure.ts'
import { count, usageOfSums } from '#wire/shape/plain-usage.ts'
import { type Words, wordsOf } from '#wire/shape/platform-words.ts'
import { listIn, numberIn, textIn } from '#wire/shape/read-json.ts'
import type { Usage } from '#wire/usage.ts'

/** `context`: the model's context is full, which cuts an answer short or lets none begin. */
const FINISHES: Readonly<Record<string, FinishReason | FailureKind>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool-calls',
  sensitive: 'content-filter',
  context: 'context-length',
}

/** Reads SenseNova's stream, which ends with `[DONE]`, and its whole answer. */
export const readEvents: EventReader<PlainReading> = plainReader({ said, errorIn, finishes: FINISHES, failureOf })

/** `error`, and in streams a `status` whose code is not 0. */
function errorIn(payload: JsonObject): Words | undefined {
  const { error, status } = payload
  if (isObject(error) || (typeof error === 'string' && error !== '')) return wordsOf(payload)
  return isObject(status) && saysError(status['code']) ? wordsOf({ status }) : undefined
}

function said(payload: JsonObject): Said | undefined {
  const { data } = payload
  const choices = listIn(data, 'choices')
  if (!isObject(data) || choices === undefined) return undefined
  const id = textIn(data, 'id')
  const usage = usageOf(data['usage'])
  return {
    ...(id === undefined ? {} : { id }),
    choices: choices.filter(isObject).map(choiceOf),
    ...(usage === undefined ? {} : { usage }),
    beside: saysSomething(data['plugins']) ? ['plugins'] : [],
  }
}

function saysSomething(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length > 0
}

/** Text, thinking and calls stand beside each other in the choice. */
function choiceOf(choice: JsonObject): SaidChoice {
  const text = textIn(choice, 'delta') ?? textIn(choice, 'message')
  const reasoning = textIn(choice, 'reasoning_content')
  const finish = textIn(choice, 'finish_reason')
  return {
    index: numberIn(choice, 'index') ?? 0,
    ...(reasoning === undefined ? {} : { reasoning }),
    ...(text === undefined ? {} : { text }),
    calls: (listIn(choice, 'tool_calls') ?? []).filter(isObject).map(callOf),
    // Empty while the answer goes on.
    ...(finish === undefined || finish === '' ? {} : { finish }),
  }
}

function callOf(call: JsonObject): SaidCall {
  const index = numberIn(call, 'index')
  const id = textIn(call, 'id')
  const name = textIn(call, 'function', 'name')
  const args = textIn(call, 'function', 'arguments')
  return {
    ...(index === undefined ? {} : { index }),
    ...(id === undefined ? {} : { id }),
    ...(name === undefined ? {} : { name }),
    ...(args === undefined ? {} : { arguments: args }),
  }
}

/** In every piece of a stream, running. What a knowledge base adds to the prompt is counted beside it. */
function usageOf(raw: unknown): Usage | undefined {
  if (!isObject(raw)) return undefined
  const prompt = count(raw['prompt_tokens']) + count(raw['knowledge_tokens'])
  return usageOfSums({ prompt, completion: count(raw['completion_tokens']), raw })
}
