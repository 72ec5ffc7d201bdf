import type { TokenCounting } from '#wire/dialect.ts'
import { failure } from '#wire/failure.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import type { Source } from '#wire/request.ts'
import { numberIn, parsed } from '#wire/shape/read-json.ts'
import { readRequest } from '#wire/bedrock-converse/read-request.ts'

/** CountTokens, `POST /model/{modelId}/count-tokens`: a request of Converse inside (API_runtime_CountTokens, 2026-11). */
export const countTokens: TokenCounting = {
  readRequest(source) {
    const inner = converseIn(source.json)
    if (inner !== undefined) return readRequest(innerSource(source, inner))
    const message = 'input.converse: expected a request of Converse: bodies of InvokeModel are not counted'
    return { ok: false, failure: failure('invalid-request', message, { param: 'input.converse' }) }
  },
  writeRequest({ messages, system, toolConfig, additionalModelRequestFields }) {
    return JSON.stringify({ input: { converse: { messages, system, toolConfig, additionalModelRequestFields } } })
  },
  readAnswer: (body) => numberIn(parsed(body), 'inputTokens'),
  writeAnswer: (tokens, estimated) => JSON.stringify({ inputTokens: tokens, ...(estimated ? { estimated } : {}) }),
}

function converseIn({ input }: JsonObject): JsonObject | undefined {
  const converse = isObject(input) ? input['converse'] : undefined
  return isObject(converse) ? converse : undefined
}

/** The request inside, as if it had come alone. */
function innerSource({ outside }: Source, inner: JsonObject): Source {
  return { text: JSON.stringify(inner), json: inner, ...(outside === undefined ? {} : { outside }) }
}
