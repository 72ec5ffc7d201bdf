import type { Quirks } from '#wire/quirks.ts'

/** Fields of an assistant's turn that hold its thinking. */
export const REASONING_PLACES = ['reasoning_content', 'reasoning', 'reasoning_details'] as const

/** Where a platform puts reasoning text, in answers and in the history that it takes back. */
export function reasoningPlace(quirks: Quirks): Quirks['reasoningField'] {
  return quirks.reasoningField
}

/** True where thinking stands as `<think>…</think>` inside the content. */
export function showsThinkTags(quirks: Quirks): boolean {
  return reasoningPlace(quirks) === 'think-tags'
}
