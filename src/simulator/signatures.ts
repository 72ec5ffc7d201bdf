import type { Examined } from '#simulator/refusals.ts'
import type { Refusal } from '#simulator/refuse.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import { listIn, objectIn, textIn } from '#wire/shape/read-json.ts'

const MADE = 'c2ltdWxhdGVk'

/** A seal that only a platform played here has made; base64, as Google's clients for Go, Java and Python demand. */
export function signatureOf(id: string): string {
  return `${MADE}${id}`
}

/** Signatures that Google takes for calls that no Gemini made (ai.google.dev/gemini-api/docs/thought-signatures, FAQ). */
const DUMMIES: ReadonlySet<string> = new Set([
  'skip_thought_signature_validator',
  'context_engineering_is_the_way_to_go',
])

/** Gemini 3 refuses a step of the running turn whose first function call has no signature, or one that nobody made. */
export function missingSignature({ request, quirks }: Examined): Refusal | undefined {
  if (request.dialect !== 'gemini' || quirks.thinking !== 'gemini-level') return undefined
  const contents = (listIn(request.source.json, 'contents') ?? []).filter(isObject)
  const begin = contents.findLastIndex((content) => textIn(content, 'role') !== 'model' && !isAnswer(content))
  for (const [index, content] of contents.entries()) {
    if (index <= begin || textIn(content, 'role') !== 'model') continue
    const call = partsOf(content).find((part) => objectIn(part, 'functionCall') !== undefined)
    if (call === undefined) continue
    const name = textIn(call, 'functionCall', 'name') ?? ''
    const signature = textIn(call, 'thoughtSignature')
    if (signature === undefined)
      return bad(
        `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly. Function call \`default_api:${name}\`, position ${index + 1}.`,
      )
    if (!signature.startsWith(MADE) && !DUMMIES.has(signature)) return bad('Thought signature is not valid')
  }
  return undefined
}

/** Only answers of functions stand in it: the turn goes on. */
function isAnswer(content: JsonObject): boolean {
  const parts = partsOf(content)
  return parts.length > 0 && parts.every((part) => objectIn(part, 'functionResponse') !== undefined)
}

function partsOf(content: JsonObject): readonly JsonObject[] {
  return (listIn(content, 'parts') ?? []).filter(isObject)
}

function bad(message: string): Refusal {
  return { says: 'invalid-request', message }
}
