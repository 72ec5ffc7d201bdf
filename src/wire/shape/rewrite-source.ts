import type { InlineMedia, Rewriting } from '#wire/dialect.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import type { Source } from '#wire/request.ts'
import { editField } from '#wire/shape/edit-source.ts'

/** Arguments of calls are the caller's data: what looks like a picture there is none. */
const DATA: ReadonlySet<string> = new Set(['input', 'args', 'arguments', 'response', 'json'])

/** How a dialect says what a rewriting changes. */
export interface Rewriter {
  /** The field with the turns of the conversation. */
  readonly field: string
  /** The turns as a list, where the field may hold something else; absent = it always is a list. */
  readonly listOf?: (turns: unknown) => readonly unknown[]
  readonly turnOf: (turn: { readonly role: 'user' | 'assistant'; readonly text: string }) => JsonObject
  /** A block with its bytes inside in place of its address; undefined where it has no address that is asked for. */
  readonly inline?: (block: JsonObject, media: ReadonlyMap<string, InlineMedia>) => JsonObject | undefined
  /** How many answers; absent where the dialect gives one only. */
  readonly answers?: (source: Source, answers: number) => Source
}

/** `Dialect.rewriteSource`. */
export type RewriteSource = (source: Source, rewriting: Rewriting) => Source

/** By what a dialect says of itself. */
export function rewriteBy(rewriter: Rewriter): RewriteSource {
  return (source, { answers, turns = [], media }) => {
    const { field, turnOf, inline, listOf = listed } = rewriter
    let rewritten = source
    if (answers !== undefined && rewriter.answers !== undefined) rewritten = rewriter.answers(rewritten, answers)
    if (media !== undefined && inline !== undefined) {
      rewritten = editField(rewritten, field, (value) => inlined(value, (block) => inline(block, media)))
    }
    if (turns.length === 0) return rewritten
    return editField(rewritten, field, (value) => [...listOf(value), ...turns.map(turnOf)])
  }
}

function listed(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** A value with each block in its new form; the very value where none has one. */
function inlined(value: unknown, edit: (block: JsonObject) => JsonObject | undefined): unknown {
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value
    const edited = items.map((item) => inlined(item, edit))
    return edited.some((item, i) => item !== items[i]) ? edited : value
  }
  if (!isObject(value)) return value
  const replaced = edit(value)
  if (replaced !== undefined) return replaced
  let copy: Record<string, unknown> | undefined
  for (const key in value) {
    if (DATA.has(key)) continue
    const edited = inlined(value[key], edit)
    if (edited !== value[key]) (copy ??= { ...value })[key] = edited
  }
  return copy ?? value
}
