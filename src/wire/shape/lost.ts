import type { Warning } from '#wire/warning.ts'

/** What an answer lost in this dialect, each path once. */
export type Lost = Map<string, Warning>

/** Answers beyond the first, where a caller of another dialect's platform has asked for several. */
export const OTHER_ANSWERS = ['n', 'Only the first answer has a place in this dialect.'] as const

/** Two objects in one string of arguments (pain T17). */
export const REST_OF_INPUT = 'Arguments beyond one JSON object.'

/** Notes a loss; the first at a path counts. */
export function lose(lost: Lost, path: string, detail?: string): void {
  if (!lost.has(path)) lost.set(path, { action: 'dropped', path, ...(detail === undefined ? {} : { detail }) })
}
