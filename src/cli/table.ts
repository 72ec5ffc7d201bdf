/** Rows of text as aligned lines. */
export interface Table {
  readonly head?: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Width to fit into. */
  readonly columns: number
  /** Places of columns that may be wrapped to fit; the others stay whole, so that ids can be copied. */
  readonly flexible: readonly number[]
  /** Places of columns that hold numbers. */
  readonly right?: readonly number[]
  readonly indent?: number
}

const GAP = 2
/** Words up to this stay whole, so that names of variables can be copied. */
const LONGEST_WORD = 24
/** No column is wrapped to less than this. */
const NARROWEST = 8

/** The lines of a table, each with its line feed, without spaces at their ends. */
export function table({ head, rows, columns, flexible, right = [], indent = 0 }: Table): string {
  const all = head === undefined ? rows : [head, ...rows]
  const widths = fitted(all, { room: columns - indent, flexible })
  const margin = ' '.repeat(indent)
  return all
    .flatMap((row) => lines(row, widths, right))
    .map((line) => `${margin}${line}`.trimEnd())
    .map((line) => `${line}\n`)
    .join('')
}

/** Widths of the columns: as wide as their texts, flexible ones narrowed, the widest first, until all fits. */
function fitted(
  rows: readonly (readonly string[])[],
  { room, flexible }: { room: number; flexible: readonly number[] },
): number[] {
  const count = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: count }, (_, place) => Math.max(...rows.map((row) => widthOf(row[place] ?? ''))))
  const least = Array.from({ length: count }, (_, place) => leastWidth(rows.map((row) => row[place] ?? '')))
  const total = (): number => widths.reduce((sum, width) => sum + width, 0) + GAP * Math.max(0, count - 1)
  while (total() > room) {
    const giving = flexible.filter((place) => (widths[place] ?? 0) > (least[place] ?? 0))
    const [widest] = giving.toSorted((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))
    if (widest === undefined) break
    widths[widest] = (widths[widest] ?? 0) - 1
  }
  return widths
}

function leastWidth(texts: readonly string[]): number {
  const words = texts.flatMap((text) => text.split(' ')).map(widthOf)
  return Math.max(NARROWEST, Math.min(LONGEST_WORD, Math.max(0, ...words)))
}

function lines(row: readonly string[], widths: readonly number[], right: readonly number[]): string[] {
  const cells = widths.map((width, place) => wrap(row[place] ?? '', width))
  const height = Math.max(1, ...cells.map((cell) => cell.length))
  return Array.from({ length: height }, (_, line) =>
    cells
      .map((cell, place) => padded(cell[line] ?? '', widths[place] ?? 0, right.includes(place)))
      .join(' '.repeat(GAP)),
  )
}

function padded(text: string, width: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)))
  return right ? `${space}${text}` : `${text}${space}`
}

/** A text in lines of at most `width`: broken at spaces, a longer word wherever it must be. */
export function wrap(text: string, width: number): string[] {
  const done: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`
    if (widthOf(joined) <= width) {
      line = joined
      continue
    }
    if (line !== '') done.push(line)
    line = word
    while (widthOf(line) > width) {
      const head = headOf(line, width)
      done.push(head)
      line = line.slice(head.length)
    }
  }
  return [...done, line]
}

/** The longest beginning of at most that width, one character at least. */
function headOf(text: string, width: number): string {
  let head = ''
  let used = 0
  for (const character of text) {
    used += widthOf(character)
    if (head !== '' && used > width) break
    head += character
  }
  return head
}

/** Columns that a text takes in a terminal: Chinese characters take two. */
export function widthOf(text: string): number {
  let width = 0
  for (const character of text) width += isWide(character.codePointAt(0) ?? 0) ? 2 : 1
  return width
}

/** First and last of each run of wide characters: East Asian Width W and F of Unicode 16, in large strokes. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe4f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1faff],
  [0x20000, 0x3fffd],
]

function isWide(code: number): boolean {
  return code >= 0x1100 && WIDE.some(([first, last]) => code >= first && code <= last)
}
