import { nearest } from '#catalog/index.ts'

/** `; did you mean "…"?`, else what there is where that is little, else nothing: the end of a message on a wrong name. */
export function suggestion(name: string, names: readonly string[]): string {
  const [near] = nearest(name, names, 1)
  if (near !== undefined) return `; did you mean "${near}"?`
  return names.length === 0 || names.length > 12 ? '' : `; there is ${names.join(', ')}`
}
