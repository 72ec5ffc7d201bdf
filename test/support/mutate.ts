import fc from 'fast-check'

/** One change of a JSON value or of bytes; numbers choose the place. */
export interface Mutation {
  readonly kind: 'replace' | 'remove' | 'add' | 'flip' | 'cut' | 'insert' | 'repeat' | 'twice'
  readonly at: number
  readonly pick: number
  readonly bytes: Uint8Array
}

const KINDS = ['replace', 'remove', 'add', 'flip', 'cut', 'insert', 'repeat', 'twice'] as const

/** Changes to do to something; `ofJson` = such as leave valid JSON valid. */
export function mutations(ofJson: boolean): fc.Arbitrary<readonly Mutation[]> {
  const one = fc.record({
    kind: fc.constantFrom(...(ofJson ? KINDS.slice(0, 3) : KINDS.slice(3))),
    at: fc.nat(),
    pick: fc.nat(),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }),
  })
  return fc.array(one, { maxLength: 4 })
}

const deep = (levels: number): unknown => {
  let value: unknown = 'deep'
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { deep: value }
  return value
}

/** Values that are legal JSON and seldom what anybody expects. */
const ODD: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e308,
  -1e21,
  2 ** 53,
  '',
  ' ',
  'x',
  '[DONE]',
  '\u0000',
  '\ud800',
  '\u2028\r\n\n',
  '👩‍👩‍👧‍👦𝕏\ufeff',
  'toString',
  'x'.repeat(5000),
  [],
  [null],
  [[[]]],
  {},
  { '': 1 },
  { constructor: { prototype: {} } },
  { type: 'text' },
  deep(20),
  deep(70),
  'assistant',
  'tool',
]

type Holder = Record<string, unknown> | unknown[]

/** Every place in a value, as its holder and key. */
function placesOf(value: unknown, places: { holder: Holder; key: string | number }[] = []): typeof places {
  if (typeof value !== 'object' || value === null) return places
  for (const key of Object.keys(value)) {
    places.push({ holder: value as Holder, key })
    placesOf((value as Record<string, unknown>)[key], places)
  }
  return places
}

/** A copy of a JSON value with places replaced, removed or added to. */
export function mutateJson<T>(value: T, list: readonly Mutation[]): T {
  const copy = structuredClone(value)
  for (const { kind, at, pick } of list) {
    const places = placesOf(copy)
    const place = places[at % Math.max(1, places.length)]
    if (place === undefined) continue
    const holder = place.holder as Record<string, unknown>
    const odd = structuredClone(ODD[pick % ODD.length])
    if (kind === 'replace') holder[place.key] = odd
    else if (kind === 'add') holder[Array.isArray(holder) ? String(holder.length) : `added${pick % 3}`] = odd
    else if (Array.isArray(holder)) holder.splice(Number(place.key), 1)
    else delete holder[place.key]
  }
  return copy
}

/** Bytes with pieces flipped, cut out, put in or repeated. */
export function mutateBytes(bytes: Buffer, list: readonly Mutation[]): Buffer {
  let changed = Buffer.from(bytes)
  for (const { kind, at, pick, bytes: more } of list) {
    const place = at % (changed.length + 1)
    const end = Math.min(changed.length, place + (pick % 200))
    const [before, inside, after] = [changed.subarray(0, place), changed.subarray(place, end), changed.subarray(end)]
    if (kind === 'flip' && place < changed.length) changed[place]! ^= 1 << (pick % 8)
    else if (kind === 'cut') changed = Buffer.concat(pick % 3 === 0 ? [before] : [before, after])
    else if (kind === 'insert') changed = Buffer.concat([before, more, inside, after])
    else if (kind === 'repeat') changed = Buffer.concat([before, inside, inside, after])
    else if (kind === 'twice')
      changed = Buffer.from(changed.toString('latin1').replace('{', '{"model":"x","model":"y",'), 'latin1')
  }
  return changed
}
