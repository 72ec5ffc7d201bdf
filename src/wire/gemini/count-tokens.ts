import type { ReadRequest, TokenCounting } from '#wire/dialect.ts'
import { failure } from '#wire/failure.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import type { Source } from '#wire/request.ts'
import { numberIn, parsed } from '#wire/shape/read-json.ts'
import { keyIn } from '#wire/gemini/proto.ts'
import { readRequest } from '#wire/gemini/read-request.ts'

/**
 * Reads the body of `:countTokens`: a whole `generateContentRequest`, or `contents` alone (Vertex AI has instructions
 * and tools beside them). A wrong field is an `invalid-request` that names it.
 */
export function readCountTokens(source: Source): ReadRequest {
  const key = keyIn(source.json, 'generateContentRequest')
  const inner = source.json[key]
  if (inner === undefined || inner === null) return readRequest(source)
  if (!isObject(inner))
    return { ok: false, failure: failure('invalid-request', `${key}: expected an object`, { param: key }) }
  const read = readRequest({ ...innerSource(source, inner) })
  if (read.ok || read.failure.param === undefined) return read
  const param = `${key}.${read.failure.param}`
  return { ok: false, failure: { ...read.failure, message: `${key}.${read.failure.message}`, param } }
}

/** The request inside, as if it had come alone. */
function innerSource({ outside }: Source, inner: JsonObject): Source {
  return { text: JSON.stringify(inner), json: inner, ...(outside === undefined ? {} : { outside }) }
}

/** The body of an answer to `:countTokens`; `estimated` = we counted ourselves. */
export function writeCountTokens(tokens: number, estimated: boolean): string {
  return JSON.stringify({ totalTokens: tokens, ...(estimated ? { estimated } : {}) })
}

/** `:countTokens`: a whole request inside; bare on Vertex AI, which knows the fields that take part. */
export const countTokens: TokenCounting = {
  readRequest: readCountTokens,
  writeRequest(body, { model, bare }) {
    if (!bare) return JSON.stringify({ generateContentRequest: { model: `models/${model}`, ...body } })
    const { contents, systemInstruction, tools, generationConfig } = body
    return JSON.stringify({ contents, systemInstruction, tools, generationConfig })
  },
  readAnswer: (body) => numberIn(parsed(body), 'totalTokens'),
  writeAnswer: writeCountTokens,
}
