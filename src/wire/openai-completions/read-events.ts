import type { EventReader } from '#wire/dialect.ts'
import type { FinishReason } from '#wire/event.ts'
import type { FailureKind } from '#wire/failure.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import { failureOf } from '#wire/shape/openai-failure.ts'
import { saysUsage, usageOf } from '#wire/shape/openai-usage.ts'
import type { Said, SaidChoice } from '#wire/shape/plain-answer.ts'
import type { PlainReading } from '#wire/shape/plain-blocks.ts'
import { plainReader } from '#wire/shape/plain-reader.ts'
import { type Words, wordsOf } from '#wire/shape/platform-words.ts'
import { listIn, numberIn, textIn } from '#wire/shape/read-json.ts'

/** OpenAI's words, and those of servers that have completions still (vLLM, SGLang, TGI, llama.cpp, DeepSeek; facts 2.9). */
const FINISHES: Readonly<Record<string, FinishReason | FailureKind>> = {
  stop: 'stop',
  eos: 'stop',
  eos_token: 'stop',
  stop_sequence: 'stop',
  length: 'length',
  max_tokens: 'length',
  limit: 'length',
  content_filter: 'content-filter',
  insufficient_system_resource: 'overloaded',
  abort: 'upstream',
  error: 'upstream',
}

/** Reads the stream of completions, which ends with `[DONE]`, and the whole answer. */
export const readEvents: EventReader<PlainReading> = plainReader({ said, errorIn, finishes: FINISHES, failureOf })

/** `error`, or vLLM's and LMDeploy's flat form. */
function errorIn(payload: JsonObject): Words | undefined {
  const { error, object } = payload
  const told = (isObject(error) && Object.keys(error).length > 0) || (typeof error === 'string' && error !== '')
  return told || object === 'error' ? wordsOf(payload) : undefined
}

function said(payload: JsonObject): Said | undefined {
  const choices = listIn(payload, 'choices')
  if (choices === undefined) return undefined
  const [id, model, created] = [textIn(payload, 'id'), textIn(payload, 'model'), numberIn(payload, 'created')]
  const { usage } = payload
  const told = choices.filter(isObject)
  return {
    ...(id === undefined ? {} : { id }),
    ...(model === undefined ? {} : { model }),
    ...(created === undefined ? {} : { created }),
    choices: told.map(choiceOf),
    ...(saysUsage(usage) ? { usage: usageOf(usage) } : {}),
    beside: told.filter(({ logprobs }) => isObject(logprobs)).map((choice) => `choices.${indexOf(choice)}.logprobs`),
  }
}

function choiceOf(choice: JsonObject): SaidChoice {
  const text = textIn(choice, 'text')
  const finish = textIn(choice, 'finish_reason')
  return {
    index: indexOf(choice),
    ...(text === undefined ? {} : { text }),
    ...(finish === undefined || finish === '' ? {} : { finish }),
  }
}

function indexOf(choice: JsonObject): number {
  return numberIn(choice, 'index') ?? 0
}
