const OPEN = '<think>'
const CLOSE = '</think>'

/** Where a text stands that may begin with `<think>…</think>`; `held` may be the beginning of a tag. */
export interface ThinkTags {
  place: 'before' | 'inside' | 'after'
  held: string
}

/** A piece of text, told apart. */
export interface Piece {
  readonly kind: 'text' | 'reasoning'
  readonly text: string
}

export function thinkTags(): ThinkTags {
  return { place: 'before', held: '' }
}

/** The next piece of content; a tag may be cut anywhere, so a few characters may be held back until it is clear. */
export function splitThinking(tags: ThinkTags, content: string): Piece[] {
  const text = tags.held + content
  tags.held = ''
  if (tags.place === 'before') return beginning(tags, text)
  return tags.place === 'inside' ? inside(tags, text) : [{ kind: 'text', text }]
}

/** What was still held back when the content ended. */
export function heldThinking(tags: ThinkTags): Piece[] {
  const { held } = tags
  tags.held = ''
  return held === '' ? [] : [{ kind: tags.place === 'inside' ? 'reasoning' : 'text', text: held }]
}

function beginning(tags: ThinkTags, text: string): Piece[] {
  const start = text.trimStart()
  if (start.length < OPEN.length && OPEN.startsWith(start)) {
    tags.held = text
    return []
  }
  if (start.startsWith(OPEN)) {
    tags.place = 'inside'
    return inside(tags, start.slice(OPEN.length))
  }
  tags.place = 'after'
  return [{ kind: 'text', text }]
}

function inside(tags: ThinkTags, text: string): Piece[] {
  const end = text.indexOf(CLOSE)
  if (end >= 0) {
    tags.place = 'after'
    const rest = text.slice(end + CLOSE.length)
    const pieces: Piece[] = end > 0 ? [{ kind: 'reasoning', text: text.slice(0, end) }] : []
    return rest === '' ? pieces : [...pieces, { kind: 'text', text: rest }]
  }
  const cut = partialTag(text)
  tags.held = text.slice(cut)
  return cut > 0 ? [{ kind: 'reasoning', text: text.slice(0, cut) }] : []
}

/** Offset where the text ends in what may become `</think>`; its length if it does not. */
function partialTag(text: string): number {
  const from = text.lastIndexOf('<')
  return from >= 0 && text.length - from < CLOSE.length && CLOSE.startsWith(text.slice(from)) ? from : text.length
}
