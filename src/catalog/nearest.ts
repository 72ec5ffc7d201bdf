/** Longer names are compared by their first characters only: enough to tell typing errors, and the cost stays bounded. */
const LONGEST = 80

/**
 * The names most like the one that was asked for, best first: within a few typing errors, or containing it. For error
 * messages; case does not count. Costs at most `names × length × allowed errors` steps.
 */
export function nearest(name: string, names: Iterable<string>, most: number): string[] {
  const wanted = name.toLowerCase().slice(0, LONGEST)
  const allowed = Math.max(2, Math.floor(wanted.length / 4))
  const rows: Rows = { above: new Uint16Array(LONGEST + 1), here: new Uint16Array(LONGEST + 1) }
  const near: { readonly text: string; readonly distance: number }[] = []
  for (const text of names) {
    const candidate = text.toLowerCase().slice(0, LONGEST)
    const distance = isWithin(wanted, candidate) ? 0.5 : editDistance([wanted, candidate], allowed, rows)
    if (distance <= allowed) near.push({ text, distance })
  }
  near.sort((a, b) => a.distance - b.distance || a.text.length - b.text.length || (a.text < b.text ? -1 : 1))
  return near.slice(0, most).map(({ text }) => text)
}

function isWithin(wanted: string, candidate: string): boolean {
  return wanted.length >= 3 && candidate !== wanted && candidate.includes(wanted)
}

/** Two rows of a table of distances, used again for each pair of texts. */
interface Rows {
  above: Uint16Array
  here: Uint16Array
}

/** Insertions, deletions and replacements between two texts; `allowed + 1` as soon as there are more than allowed. */
function editDistance([a, b]: readonly [string, string], allowed: number, rows: Rows): number {
  const tooMany = allowed + 1
  if (Math.abs(a.length - b.length) > allowed) return tooMany
  for (let column = 0; column <= b.length; column++) rows.above[column] = column
  for (let row = 1; row <= a.length; row++) {
    const least = nextRow([a, b], row, { allowed, rows })
    if (least > allowed) return tooMany
    const { above } = rows
    rows.above = rows.here
    rows.here = above
  }
  return rows.above[b.length] ?? tooMany
}

/** Fills `here` from `above` within the band that matters; returns its smallest distance. */
function nextRow([a, b]: readonly [string, string], row: number, context: { allowed: number; rows: Rows }): number {
  const { allowed } = context
  const { above, here } = context.rows
  const from = Math.max(1, row - allowed)
  const to = Math.min(b.length, row + allowed)
  here.fill(allowed + 1)
  here[0] = row
  let least = from === 1 ? row : allowed + 1
  for (let column = from; column <= to; column++) {
    const changed = a.charCodeAt(row - 1) === b.charCodeAt(column - 1) ? 0 : 1
    const kept = (above[column - 1] ?? 0) + changed
    const cost = Math.min(kept, (above[column] ?? 0) + 1, (here[column - 1] ?? 0) + 1)
    here[column] = cost
    if (cost < least) least = cost
  }
  return least
}
