import { isObject, type JsonObject } from '#wire/json.ts'
import type { Part } from '#wire/part.ts'
import type { Message, ModelRequest } from '#wire/request.ts'

/**
 * Where a part of a message stood in the caller's JSON, for failures: `messages.3.content.1`, inside a result that is
 * a block itself `messages.3.content.0.content.1`. A turn whose content is one text has no places in it. Looks at the
 * caller's own text, since a turn may have been split on reading.
 */
export function partPath({ source }: ModelRequest, { parts, path }: Message, part: Part): string {
  if (path.startsWith('input.')) return itemPath(source.json['input'], { path, parts }, part)
  // Gemini's parts without text are read as nothing, so that their places cannot be told.
  if (path.startsWith('contents.')) return `${path}.parts`
  const content = contentAt(source.json, path)
  const base = path === 'system' ? path : `${path}.content`
  if (!Array.isArray(content)) return base
  const result = parts.find((each) => each.kind === 'tool-result' && each.parts.includes(part))
  const blocks = content.map(blockKind)
  if (result?.kind === 'tool-result' && !blocks.includes('result')) return placed(base, result.parts.indexOf(part))
  const outer = result ?? part
  // Results and the rest are two messages of ours, each in the order of the caller's one list.
  const kind = outer.kind === 'tool-result' ? 'result' : 'content'
  const places = [...blocks.keys()].filter((i) => blocks[i] === kind)
  const index = places[parts.indexOf(outer)]
  const place = placed(base, index)
  if (result?.kind !== 'tool-result') return place
  return placed(`${place}${contentIn(content, index)}`, result.parts.indexOf(part))
}

/** OpenAI's items: a turn may be several, from the one that names it on; results are found by their call. */
function itemPath(input: unknown, { path, parts }: Pick<Message, 'path' | 'parts'>, part: Part): string {
  const items: readonly unknown[] = Array.isArray(input) ? input : []
  const first = Number(path.slice('input.'.length))
  const result = parts.find((each) => each.kind === 'tool-result' && each.parts.includes(part))
  const index =
    result?.kind === 'tool-result'
      ? items.findIndex((item, i) => i >= first && isObject(item) && item['call_id'] === result.callId)
      : first
  const item = items[index]
  const key = result === undefined ? 'content' : 'output'
  const base = `input.${index < 0 ? first : index}.${key}`
  if (!isObject(item) || !Array.isArray(item[key])) return base
  return placed(base, (result?.kind === 'tool-result' ? result.parts : parts).indexOf(part))
}

/** Anthropic's and Bedrock's results stand among other blocks; Bedrock's cache points are no parts. */
function blockKind(block: unknown): 'result' | 'mark' | 'content' {
  if (!isObject(block)) return 'content'
  if (block['type'] === 'tool_result' || block['toolResult'] !== undefined) return 'result'
  return block['cachePoint'] === undefined ? 'content' : 'mark'
}

/** Below a result, where its own content stands. */
function contentIn(content: readonly unknown[], index: number | undefined): string {
  const block = index === undefined ? undefined : content[index]
  return isObject(block) && block['toolResult'] !== undefined ? '.toolResult.content' : '.content'
}

function contentAt(json: JsonObject, path: string): unknown {
  if (path === 'system') return json['system']
  const [field = '', index] = path.split('.')
  const messages = json[field]
  const message: unknown = Array.isArray(messages) ? messages[Number(index)] : undefined
  return isObject(message) ? message['content'] : undefined
}

function placed(base: string, index: number | undefined): string {
  return index === undefined || index < 0 ? base : `${base}.${index}`
}
