import type { Quirks } from '#wire/quirks.ts'

/** Where a platform puts reasoning text, in answers and in the history that it takes back. */
export function reasoningPlace(quirks: Quirks): Quirks['reasoningField'] {
  return quirks.reasoningField
}

/** True where thinking stands as `<think>…</think>` inside the content. */
export function showsThinkTags(quirks: Quirks): boolean {
  return reasoningPlace(quirks) === 'think-tags'
}
