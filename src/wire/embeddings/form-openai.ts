import { type EmbeddingCall, type EmbeddingForm, taskWord, textOf } from '#wire/embeddings/form.ts'
import { readPlaced } from '#wire/embeddings/read-vector.ts'
import type { EmbeddingInput } from '#wire/embeddings/request.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import { inputUsage } from '#wire/shape/input-usage.ts'
import { urlOfMedia } from '#wire/shape/media-url.ts'
import { listIn, numberIn, objectIn, textIn } from '#wire/shape/read-json.ts'
import type { ServiceTarget } from '#wire/service.ts'

/** OpenAI's `/embeddings`, and everybody who speaks like it. No field is ever `null`: vLLM refuses that (pain T23). */
export const openaiForm: EmbeddingForm = {
  titles: false,
  tasks: 'quirk',
  open: true,
  refuses,
  write(call) {
    const { request, target, dimensions } = call
    const { quirks } = target
    const { taskField } = quirks
    const word = taskField === 'none' ? undefined : taskWord(call, quirks.taskWords)
    const encoding = encodingFor(request.encoding, target)
    return {
      ...(quirks.openFields ? extras(call) : {}),
      model: target.model,
      input: inputOf(call),
      ...(dimensions === undefined ? {} : { dimensions }),
      ...(encoding === undefined ? {} : { encoding_format: encoding }),
      ...(request.user === undefined || !quirks.user ? {} : { user: request.user }),
      ...(word === undefined ? {} : { [taskField]: word }),
    }
  },
  read(json) {
    const vectors = readPlaced(listIn(json, 'data'), (item) => ({
      index: numberIn(item, 'index'),
      vector: isObject(item) ? item['embedding'] : undefined,
    }))
    if (vectors === undefined) return undefined
    const usage = objectIn(json, 'usage')
    const model = textIn(json, 'model')
    const tokens = numberIn(usage, 'prompt_tokens') ?? numberIn(usage, 'total_tokens')
    return { vectors, usage: inputUsage(tokens, usage), ...(model === undefined || model === '' ? {} : { model }) }
  },
}

function refuses(input: EmbeddingInput, { quirks }: ServiceTarget): string | undefined {
  if (input.kind === 'tokens' && !quirks.tokenInputs) {
    return 'takes text, not token ids: they are words of one tokenizer only'
  }
  if (input.kind !== 'parts' || input.raw !== undefined || isPlain(input)) return undefined
  return 'cannot be given several pieces that make one vector'
}

/** Text alone, or a single piece that has an address. */
function isPlain(input: Extract<EmbeddingInput, { kind: 'parts' }>): boolean {
  const [only, second] = input.parts
  if (input.parts.every(({ kind }) => kind === 'text')) return true
  return second === undefined && only !== undefined && only.kind !== 'text' && urlOfMedia(only.source) !== undefined
}

/** base64 where it is taken; floats go without saying, unless the platform insists. */
function encodingFor(wanted: 'float' | 'base64', { quirks }: ServiceTarget): string | undefined {
  if (wanted === 'base64' && quirks.encodings.includes('base64')) return 'base64'
  return quirks.encodingRequired ? 'float' : undefined
}

/** One input goes as it is where the caller or the platform knows no list. */
function inputOf({ inputs, request, target }: EmbeddingCall): unknown {
  const list = inputs.map(valueOf)
  return list.length === 1 && (request.single || target.batchMax === 1) ? list[0] : list
}

function valueOf(input: EmbeddingInput): unknown {
  switch (input.kind) {
    case 'text':
      return input.text
    case 'tokens':
      return input.tokens
    case 'parts': {
      const [only] = input.parts
      if (input.raw !== undefined) return input.raw
      return only === undefined || only.kind === 'text' ? textOf(input) : { [only.kind]: urlOfMedia(only.source) }
    }
  }
}

/** Top-level fields of the caller that only he and the platform know. */
function extras({ request, target }: EmbeddingCall): JsonObject {
  const { json } = request.source
  const known = request.unread.filter((path) => Object.hasOwn(json, path) && path !== target.quirks.taskField)
  return Object.fromEntries(known.map((path) => [path, json[path]]))
}
