/** A Markdown table; bars inside cells are escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`).replaceAll('\n', ' ')).join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}

/** Words as code, with commas between; a dash for none. */
export function codes(words: readonly string[]): string {
  return words.length === 0 ? '–' : words.map((word) => `\`${word}\``).join(', ')
}

/** A Markdown file: its parts with blank lines between. */
export function page(...parts: readonly string[]): string {
  return `${parts.join('\n\n')}\n`
}

/** A text with the lines between `<!-- name -->` and `<!-- /name -->` replaced. Throws where the marks are missing. */
export function withBlock(text: string, name: string, block: string): string {
  const [open, close] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`]
  const from = text.indexOf(open)
  const to = text.indexOf(close)
  if (from < 0 || to < from) throw new Error(`there is no block "${name}"`)
  return `${text.slice(0, from + open.length)}${block}\n${text.slice(to)}`
}
