import type { Dialect, InlineMedia, Rewriting } from '#wire/dialect.ts'
import type { MediaSource, Part } from '#wire/part.ts'
import type { Message, ModelRequest } from '#wire/request.ts'

/**
 * The request as its caller would have made it, had he asked for what is left to ask for. Undefined where target and
 * caller speak one dialect that does not know how to say it in the caller's own text.
 */
export function rewritten(
  request: ModelRequest,
  rewriting: Rewriting,
  { caller, dialect }: { readonly caller: Dialect; readonly dialect: Dialect },
): ModelRequest | undefined {
  const { answers, turns = [], media } = rewriting
  const messages = media === undefined ? request.messages : request.messages.map((each) => withMedia(each, media))
  const added = turns.map(({ role, text }): Message => ({ role, parts: [{ kind: 'text', text }], path: 'messages' }))
  const { n, ...rest } = request
  const left = answers ?? n
  const middle = {
    ...rest,
    ...(left === undefined || left === 1 ? {} : { n: left }),
    messages: [...messages, ...added],
  }
  // For a target of another dialect the body is built from the middle form.
  if (dialect.id !== request.dialect) return middle
  const source = caller.rewriteSource?.(request.source, rewriting)
  return source === undefined ? undefined : { ...middle, source }
}

function withMedia(message: Message, media: ReadonlyMap<string, InlineMedia>): Message {
  const parts = message.parts.map((part) => inlinePart(part, media))
  return parts.some((part, i) => part !== message.parts[i]) ? { ...message, parts } : message
}

function inlinePart(part: Part, media: ReadonlyMap<string, InlineMedia>): Part {
  switch (part.kind) {
    case 'image':
    case 'file': {
      const source = inlineSource(part.source, media)
      return source === undefined ? part : { ...part, source }
    }
    case 'tool-result': {
      const parts = part.parts.map((inner) => inlinePart(inner, media))
      return parts.some((inner, i) => inner !== part.parts[i]) ? { ...part, parts } : part
    }
    default:
      return part
  }
}

function inlineSource(source: MediaSource, media: ReadonlyMap<string, InlineMedia>): MediaSource | undefined {
  const found = source.kind === 'url' ? media.get(source.url) : undefined
  return found === undefined ? undefined : { kind: 'data', ...found }
}
