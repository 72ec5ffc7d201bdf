import type { Quirks } from '#wire/quirks.ts'

/**
 * Lays quirks over each other, later ones on top. Renamed fields, efforts and finish reasons merge key by key; any
 * other field, lists too, replaces what is below it.
 */
export function mergeQuirks(base: Quirks, layers: readonly (Partial<Quirks> | undefined)[]): Quirks {
  return layers.reduce((below: Quirks, layer) => (layer === undefined ? below : lay(below, layer)), base)
}

function lay(below: Quirks, layer: Partial<Quirks>): Quirks {
  return {
    ...below,
    ...layer,
    renamedFields: { ...below.renamedFields, ...layer.renamedFields },
    efforts: { ...below.efforts, ...layer.efforts },
    finishReasons: { ...below.finishReasons, ...layer.finishReasons },
  }
}
