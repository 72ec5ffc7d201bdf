import { floatsOfBase64, type Vector } from '#wire/embeddings/vector.ts'

/**
 * A vector out of a platform's answer; undefined where it is none, is empty, or holds anything but finite numbers:
 * servers write `null` for NaN, and a vector with a hole would be stored without a word.
 */
export function readVector(value: unknown): Vector | undefined {
  if (typeof value === 'string') {
    return (floatsOfBase64(value)?.length ?? 0) > 0 ? { kind: 'base64', text: value } : undefined
  }
  if (!Array.isArray(value) || value.length === 0) return undefined
  const values: readonly unknown[] = value
  for (const each of values) if (typeof each !== 'number' || !Number.isFinite(each)) return undefined
  return { kind: 'floats', values: values as readonly number[] }
}

/** Vectors that carry their place (`index`), in that order; undefined where one is missing, twice there, or none. */
export function readPlaced(
  items: readonly unknown[] | undefined,
  read: (item: unknown) => { readonly index: number | undefined; readonly vector: unknown },
): readonly Vector[] | undefined {
  if (items === undefined) return undefined
  const vectors: (Vector | undefined)[] = Array.from({ length: items.length }, () => undefined)
  for (const [position, item] of items.entries()) {
    const { index = position, vector } = read(item)
    const found = readVector(vector)
    if (found === undefined || index < 0 || index >= items.length || vectors[index] !== undefined) return undefined
    vectors[index] = found
  }
  return vectors as readonly Vector[]
}
