import { ANTHROPIC_FAMILIES } from '#catalog/families/anthropic.ts'
import { OPENAI_FAMILIES } from '#catalog/families/openai.ts'
import { OTHER_FAMILIES } from '#catalog/families/others.ts'
import type { Family } from '#catalog/schema.ts'

const ALL: readonly Family[] = [...ANTHROPIC_FAMILIES, ...OPENAI_FAMILIES, ...OTHER_FAMILIES]

/** Every model family by its id. Rows name theirs; no model's name is ever parsed. */
export const families: ReadonlyMap<string, Family> = new Map(ALL.map((family) => [family.id, family]))
