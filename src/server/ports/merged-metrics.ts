/** Prometheus' text with one more label on every series. */
export function labelled(text: string, worker: string): string {
  const label = `worker="${worker}"`
  return text
    .split('\n')
    .map((line) => {
      if (line === '' || line.startsWith('#')) return line
      const brace = line.indexOf('{')
      const space = line.indexOf(' ')
      if (brace >= 0 && brace < space) return `${line.slice(0, brace + 1)}${label},${line.slice(brace + 1)}`
      return `${line.slice(0, space)}{${label}}${line.slice(space)}`
    })
    .join('\n')
}

/** Several processes' texts as one: each family's series stand together under one head, as the format demands. */
export function mergedMetrics(texts: readonly string[]): string {
  const families = new Map<string, { readonly head: string[]; readonly series: string[] }>()
  for (const text of texts) {
    let family: { readonly head: string[]; readonly series: string[] } | undefined
    for (const line of text.split('\n')) {
      if (line === '') continue
      const name = /^# (?:HELP|TYPE) (\S+)/.exec(line)?.[1]
      if (name === undefined) {
        family?.series.push(line)
        continue
      }
      family = families.get(name)
      if (family === undefined) families.set(name, (family = { head: [], series: [] }))
      if (!family.head.includes(line)) family.head.push(line)
    }
  }
  return `${[...families.values()].flatMap(({ head, series }) => [...head, ...series]).join('\n')}\n`
}
