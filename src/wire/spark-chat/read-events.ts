import type { EventReader } from '#wire/dialect.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import type { Said, SaidCall, SaidChoice } from '#wire/shape/plain-answer.ts'
import { saysError } from '#wire/shape/plain-failure.ts'
import type { PlainReading } from '#wire/shape/plain-blocks.ts'
import { plainReader } from '#wire/shape/plain-reader.ts'
import { count, usageOfSums } from '#wire/shape/plain-usage.ts'
import { type Words, wordsOf } from '#wire/shape/platform-words.ts'
import { listIn, numberIn, objectIn, textIn } from '#wire/shape/read-json.ts'
import { failureOf } from '#wire/spark-chat/failure.ts'
import type { Usage } from '#wire/usage.ts'

/** The status of the last frame, in the header and beside the choices. */
const LAST = 2

/** Reads Spark's frames, which never say why an answer stopped, and a whole answer in one of them. */
export const readEvents: EventReader<PlainReading> = plainReader({ said, errorIn, finishes: {}, failureOf })

/** A header whose code is not 0. Failed handshakes that a proxy answers with a 200 hold a message alone. */
function errorIn(payload: JsonObject): Words | undefined {
  const { header } = payload
  if (isObject(header)) return saysError(header['code']) ? wordsOf({ header }) : undefined
  return textIn(payload, 'message') === undefined && payload['error'] === undefined ? undefined : wordsOf(payload)
}

function said(payload: JsonObject, whole: boolean): Said | undefined {
  const answer = objectIn(payload, 'payload')
  const texts = listIn(answer, 'choices', 'text')
  const header = objectIn(payload, 'header')
  if (header === undefined && texts === undefined) return undefined
  const last = whole || numberIn(answer, 'choices', 'status') === LAST || numberIn(header, 'status') === LAST
  const id = textIn(header, 'sid')
  const usage = usageOf(objectIn(answer, 'usage', 'text'))
  const choices = (texts ?? []).filter(isObject).map(choiceOf)
  return {
    ...(id === undefined ? {} : { id }),
    // A last frame without any text ends the answer all the same.
    choices: last ? finished(choices) : choices,
    ...(usage === undefined ? {} : { usage }),
    beside: objectIn(answer, 'plugins') === undefined ? [] : ['plugins'],
    last,
  }
}

function finished(choices: readonly SaidChoice[]): SaidChoice[] {
  const some = choices.length === 0 ? [{ index: 0 }] : choices
  return some.map((choice, i) =>
    some.slice(i + 1).some(({ index }) => index === choice.index) ? choice : { ...choice, finish: '' },
  )
}

/** Texts of one frame with different indices are calls side by side: Spark gives one answer. */
function choiceOf(item: JsonObject): SaidChoice {
  const text = textIn(item, 'content')
  const reasoning = textIn(item, 'reasoning_content')
  const called = item['function_call']
  const calls = (listIn(item, 'tool_calls') ?? []).filter(isObject).map(callOf)
  if (isObject(called)) calls.push(calledOf(called))
  return {
    index: 0,
    ...(reasoning === undefined ? {} : { reasoning }),
    ...(text === undefined ? {} : { text }),
    calls,
  }
}

function calledOf(called: JsonObject): SaidCall {
  const name = textIn(called, 'name')
  const text = called['arguments']
  return {
    ...(name === undefined ? {} : { name }),
    arguments: typeof text === 'string' ? text : isObject(text) ? JSON.stringify(text) : '',
  }
}

/** As the HTTP interface has them. */
function callOf(call: JsonObject): SaidCall {
  const called = call['function']
  const index = numberIn(call, 'index')
  const id = textIn(call, 'id')
  return {
    ...(index === undefined ? {} : { index }),
    ...(id === undefined ? {} : { id }),
    ...(isObject(called) ? calledOf(called) : {}),
  }
}

/** In the last frame. The tokens of the question are among those of the prompt. */
function usageOf(raw: JsonObject | undefined): Usage | undefined {
  if (raw === undefined) return undefined
  return usageOfSums({ prompt: count(raw['prompt_tokens']), completion: count(raw['completion_tokens']), raw })
}
