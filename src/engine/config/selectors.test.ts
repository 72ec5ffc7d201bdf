import { expect, test } from 'vitest'
import { loadConfig } from '#engine/config/load.ts'
import { CATALOG } from '#engine/config/test-catalog.ts'

function problems(text: string): string[] {
  const loaded = loadConfig({ text, env: {}, catalog: CATALOG })
  return loaded.ok ? [] : loaded.problems.map(({ path, line, message }) => `${line} ${path}: ${message}`)
}

test('a selector that means nothing is a problem at its place, with the nearest word', () => {
  const text = `refuse: [emulatd, 'clamped:', 3]
routes:
  a: { targets: [simulator/any], refuse: ['reorderd:messages*'] }
`
  expect(problems(text)).toMatchInlineSnapshot(`
    [
      "1 refuse.0: "emulatd" is no kind of warning; did you mean "emulated"?",
      "1 refuse.1: "clamped:" has nothing after its colon: leave the colon out to mean every clamped warning",
      "1 refuse.2: must be a text, not a number: put it in quotes",
      "3 routes.a.refuse.0: "reorderd" is no kind of warning; did you mean "reordered"?",
    ]
  `)
})
