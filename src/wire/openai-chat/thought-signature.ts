import { isObject, type JsonObject } from '#wire/json.ts'

/**
 * Google's place for a thought signature in OpenAI's dialect: `extra_content.google.thought_signature` on the tool call,
 * or on the message, that it seals (ai.google.dev/gemini-api/docs/thought-signatures, 2026-11). Gemini 3 answers 400
 * where that of a call does not come back. OpenAI's SDKs keep fields that they do not know, and send them again.
 */
export function thoughtSignature(holder: JsonObject): string | undefined {
  const extra = holder['extra_content']
  const google = isObject(extra) ? extra['google'] : undefined
  const signature = isObject(google) ? google['thought_signature'] : undefined
  return typeof signature === 'string' && signature !== '' ? signature : undefined
}

/** True if `extra_content` says something beside the signature. */
export function saysMore(holder: JsonObject): boolean {
  const extra = holder['extra_content']
  if (extra === undefined || extra === null) return false
  if (!isObject(extra) || thoughtSignature(holder) === undefined) return true
  const google = isObject(extra['google']) ? extra['google'] : {}
  return Object.keys(extra).length > 1 || Object.keys(google).length > 1
}

/** The field that carries a signature. */
export function extraContent(signature: string): JsonObject {
  return { extra_content: { google: { thought_signature: signature } } }
}

/** The holder with another signature, or with none: what is left empty goes, too. */
export function withSignature(holder: JsonObject, signature: string | undefined): JsonObject {
  const { extra_content: extra, ...rest } = holder
  const { google, ...others } = isObject(extra) ? extra : {}
  const { thought_signature: _before, ...more } = isObject(google) ? google : {}
  const said = { ...more, ...(signature === undefined ? {} : { thought_signature: signature }) }
  const kept = { ...others, ...(Object.keys(said).length === 0 ? {} : { google: said }) }
  return Object.keys(kept).length === 0 ? rest : { ...rest, extra_content: kept }
}
