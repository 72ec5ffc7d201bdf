import type { EventReader } from '#wire/dialect.ts'
import type { FinishReason } from '#wire/event.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import type { Said } from '#wire/shape/plain-answer.ts'
import type { PlainReading } from '#wire/shape/plain-blocks.ts'
import { plainReader } from '#wire/shape/plain-reader.ts'
import { saysError } from '#wire/shape/plain-failure.ts'
import { count, usageOfSums } from '#wire/shape/plain-usage.ts'
import { type Words, wordsOf } from '#wire/shape/platform-words.ts'
import { numberIn, textIn } from '#wire/shape/read-json.ts'
import type { Usage } from '#wire/usage.ts'
import { failureOf } from '#wire/wenxin-chat/failure.ts'

/** Baidu's words since 2024, and two of ours for what older answers say by their flags. */
const FINISHES: Readonly<Record<string, FinishReason>> = {
  normal: 'stop',
  stop: 'stop',
  length: 'length',
  content_filter: 'content-filter',
  function_call: 'tool-calls',
  is_truncated: 'length',
  need_clear_history: 'content-filter',
}

/** Reads Baidu's stream, which ends with `is_end`, and its whole answer. */
export const readEvents: EventReader<PlainReading> = plainReader({ said, errorIn, finishes: FINISHES, failureOf })

function errorIn(payload: JsonObject): Words | undefined {
  return saysError(payload['error_code']) || isObject(payload['error']) ? wordsOf(payload) : undefined
}

function said(payload: JsonObject, whole: boolean): Said | undefined {
  const text = textIn(payload, 'result')
  const called = payload['function_call']
  if (text === undefined && !isObject(called)) return undefined
  const id = textIn(payload, 'id')
  const created = numberIn(payload, 'created')
  const usage = usageOf(payload['usage'])
  const last = whole || payload['is_end'] === true
  return {
    ...(id === undefined ? {} : { id }),
    ...(created === undefined ? {} : { created }),
    choices: [
      {
        index: 0,
        ...(text === undefined ? {} : { text }),
        ...(isObject(called) ? { calls: [callOf(called)] } : {}),
        ...(last ? { finish: finishOf(payload) } : {}),
      },
    ],
    ...(usage === undefined ? {} : { usage }),
    beside: saysSomething(payload['search_info']) ? ['search_info'] : [],
    last,
  }
}

function callOf(called: JsonObject): { name: string; arguments: string } {
  const text = called['arguments']
  return {
    name: textIn(called, 'name') ?? '',
    arguments: typeof text === 'string' ? text : isObject(text) ? JSON.stringify(text) : '',
  }
}

/** Every piece says `normal` as long as nothing else is to be said; the flags tell what older answers have no word for. */
function finishOf(payload: JsonObject): string {
  const word = textIn(payload, 'finish_reason') ?? ''
  if (word !== '' && word !== 'normal') return word
  if (payload['need_clear_history'] === true) return 'need_clear_history'
  return payload['is_truncated'] === true ? 'is_truncated' : word
}

function saysSomething(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length > 0
}

/** In every piece of a stream, running. What plugins took stands in the total alone. */
function usageOf(raw: unknown): Usage | undefined {
  if (!isObject(raw)) return undefined
  const prompt = count(raw['prompt_tokens'])
  const completion = Math.max(count(raw['completion_tokens']), count(raw['total_tokens']) - prompt)
  return usageOfSums({ prompt, completion, raw })
}
