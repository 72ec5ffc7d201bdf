import { type Failure, failure } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import type { AudioPart, FilePart, ImagePart, Part } from '#wire/part.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { Message, ModelRequest } from '#wire/request.ts'
import { textOfBase64 } from '#wire/shape/base64.ts'
import { partPath } from '#wire/shape/part-path.ts'
import type { Warning, WarningAction } from '#wire/warning.ts'

/** A conversation in OpenAI's form while it is being written. */
export interface Writing {
  readonly request: ModelRequest
  readonly quirks: Quirks
  readonly messages: JsonObject[]
  /** Where each of them stood in the caller's JSON. */
  readonly paths: string[]
  readonly warnings: Warning[]
  failure: Failure | undefined
}

/** Notes something that happened to a part of a message. */
export function note(writing: Writing, message: Message, what: { action: WarningAction; detail: string }): void {
  writing.warnings.push({ action: what.action, path: message.path, detail: what.detail })
}

/** Stops the writing: what would be lost here would change the answer silently. */
function refuse(writing: Writing, message: Message, { part, why }: { part: Part; why: string }): void {
  const param = partPath(writing.request, message, part)
  writing.failure ??= failure('invalid-request', `${param}: ${why}`, { param })
}

/** A content part in OpenAI's form; undefined where it cannot be said, which is noted. */
export function writePart(writing: Writing, message: Message, part: Part): JsonObject | undefined {
  switch (part.kind) {
    case 'text':
      return { type: 'text', text: part.text }
    case 'refusal':
      return { type: 'refusal', refusal: part.text }
    case 'image':
      return writeImage(writing, message, part)
    case 'audio':
      return writeAudio(writing, message, part)
    case 'file':
      return writeFile(writing, message, part)
    case 'native':
      note(writing, message, { action: 'dropped', detail: `a part of type ${part.type}` })
      return undefined
    case 'reasoning':
    case 'reasoning-redacted':
    case 'tool-call':
    case 'tool-result':
      note(writing, message, { action: 'dropped', detail: `a ${part.kind} in a turn of ${message.role}` })
      return undefined
  }
}

function writeImage(writing: Writing, message: Message, part: ImagePart): JsonObject | undefined {
  const { source, detail } = part
  if (source.kind === 'file') {
    refuse(writing, message, { part, why: 'an image by file id can only be sent to the platform that has the file' })
    return undefined
  }
  const url = source.kind === 'url' ? source.url : `data:${source.mediaType};base64,${source.data}`
  return { type: 'image_url', image_url: { url, ...(detail === undefined ? {} : { detail }) } }
}

function writeAudio(writing: Writing, message: Message, part: AudioPart): JsonObject | undefined {
  const { source } = part
  if (source.kind !== 'data') {
    refuse(writing, message, { part, why: 'audio can only be sent inline' })
    return undefined
  }
  const format = source.mediaType.replace(/^audio\//, '')
  return { type: 'input_audio', input_audio: { data: source.data, format: format === 'mpeg' ? 'mp3' : format } }
}

/** A text document becomes text: OpenAI's file parts are for PDF. */
function writeFile(writing: Writing, message: Message, part: FilePart): JsonObject | undefined {
  const { source, name } = part
  if (source.kind !== 'data') {
    const what = source.kind === 'url' ? 'a document by URL' : 'a document by file id'
    refuse(writing, message, { part, why: `${what} cannot be sent to this platform` })
    return undefined
  }
  const text = source.mediaType.startsWith('text/') ? textOfBase64(source.data) : undefined
  if (text !== undefined) {
    note(writing, message, { action: 'emulated', detail: 'a text document was sent as text' })
    return { type: 'text', text: name === undefined ? text : `${name}:\n${text}` }
  }
  const data = `data:${source.mediaType};base64,${source.data}`
  return { type: 'file', file: { filename: name ?? 'document', file_data: data } }
}
