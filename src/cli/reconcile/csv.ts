/** One cell, and where it stands; both count from 1, columns by characters. */
export interface Cell {
  readonly text: string
  readonly line: number
  readonly column: number
}

/** What is wrong with a file, and where. */
export class BadCsv extends Error {
  readonly line: number
  readonly column: number
  constructor(message: string, { line, column }: { readonly line: number; readonly column: number }) {
    super(message)
    this.line = line
    this.column = column
  }
}

/** The text of a file: UTF-8, else GB 18030, in which consoles of Chinese vendors write for spreadsheets. */
export function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('gb18030').decode(bytes)
  }
}

/** Rows of RFC 4180: quotes double inside quotes, cells may hold line breaks; empty lines are left out. Throws `BadCsv`. */
export function parseCsv(text: string): readonly (readonly Cell[])[] {
  const rows: Cell[][] = []
  let row: Cell[] = []
  let at = text.startsWith('\uFEFF') ? 1 : 0
  let line = 1
  let lineStart = at
  const endRow = (): void => {
    if (row.length > 1 || (row[0]?.text ?? '') !== '') rows.push(row)
    row = []
  }
  while (at < text.length) {
    const place = { line, column: at - lineStart + 1 }
    const quoted = text[at] === '"'
    const end = quoted ? endOfQuoted(text, at, place) : endOfPlain(text, at)
    const inner = quoted ? text.slice(at + 1, end - 1).replaceAll('""', '"') : text.slice(at, end)
    row.push({ text: inner.trim(), ...place })
    const breaks = text.slice(at, end).split('\n')
    line += breaks.length - 1
    if (breaks.length > 1) lineStart = end - (breaks.at(-1)?.length ?? 0)
    const next = text[end]
    refuseAfterQuote(next, { line, column: end - lineStart + 1 })
    at = next === '\r' && text[end + 1] === '\n' ? end + 2 : end + 1
    if (next === ',') {
      if (at >= text.length) row.push({ text: '', line, column: at - lineStart + 1 })
      continue
    }
    endRow()
    line += 1
    lineStart = at
  }
  endRow()
  return rows
}

function refuseAfterQuote(next: string | undefined, place: { line: number; column: number }): void {
  if (next === undefined || next === ',' || next === '\n' || next === '\r') return
  throw new BadCsv('text follows a closing quote: double quotes inside a cell', place)
}

function endOfPlain(text: string, from: number): number {
  let at = from
  while (at < text.length && text[at] !== ',' && text[at] !== '\n' && text[at] !== '\r') at += 1
  return at
}

function endOfQuoted(text: string, from: number, place: { line: number; column: number }): number {
  for (let at = text.indexOf('"', from + 1); at !== -1; at = text.indexOf('"', at + 2))
    if (text[at + 1] !== '"') return at + 1
  throw new BadCsv('a quote is opened here and never closed', place)
}
