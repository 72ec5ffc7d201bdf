import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'
import * as catalog from '#catalog/index.ts'
import { COMMON_OPTIONS } from '#cli/command.ts'
import { COMMANDS } from '#cli/commands.ts'
import { loadConfig } from '#engine/config/load.ts'
import { readOverlay } from '#engine/config/overlay.ts'
import { doorAt } from '#server/doors.ts'
import { prometheusMetrics } from '#server/ports/metrics.ts'
import { parseScript } from '#simulator/script.ts'

/** Every document of the project, by its path. */
const DOCUMENTS: ReadonlyMap<string, string> = new Map(
  ['.', 'docs', 'examples', 'bench']
    .flatMap((folder) =>
      readdirSync(folder, { recursive: folder === 'docs' || folder === 'examples', encoding: 'utf8' }).map((file) =>
        normalize(join(folder, file)),
      ),
    )
    .filter((file) => file.endsWith('.md') && !file.includes('node_modules'))
    .map((file) => [file, readFileSync(file, 'utf8')] as const),
)

interface Fence {
  readonly file: string
  readonly language: string
  readonly text: string
}

const FENCES: readonly Fence[] = [...DOCUMENTS].flatMap(([file, text]) =>
  [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = '', inner = '']) => ({
    file,
    language,
    text: inner,
  })),
)

/** Lines of code, fenced and inline, that call our command: without prompt, comment and what stands before it. */
const CALLS: readonly { readonly file: string; readonly line: string }[] = [...DOCUMENTS].flatMap(([file, text]) =>
  [
    ...FENCES.filter((fence) => fence.file === file && fence.language === 'sh').flatMap((fence) =>
      fence.text.split('\n'),
    ),
    ...[...text.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code),
  ].flatMap((code) => {
    const [, line] = /^(?:npx |npm run -s )?tongwen (?:-- )?([a-z].*)$/.exec(code.replace(/ +#.*$/, '')) ?? []
    return line === undefined ? [] : [{ file, line }]
  }),
)

/** GitHub's names of headings. */
function anchorsOf(text: string): ReadonlySet<string> {
  const headings = text.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.+)$/gm)
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}

test('links inside the project lead somewhere, headings included', () => {
  const broken = [...DOCUMENTS].flatMap(([file, text]) =>
    [...text.replaceAll(/`[^`\n]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
      if (/^[a-z]+:/.test(link)) return []
      const [path = '', anchor] = link.split('#')
      const to = path === '' ? file : normalize(join(dirname(file), path))
      if (!existsSync(to)) return [`${file}: ${link}`]
      const known = anchor === undefined || anchorsOf(DOCUMENTS.get(to) ?? '').has(anchor)
      return known ? [] : [`${file}: ${link}`]
    }),
  )
  expect(broken).toEqual([])
})

test('every document of docs/ can be reached from docs/README.md', () => {
  const index = DOCUMENTS.get('docs/README.md') ?? ''
  const missing = [...DOCUMENTS.keys()].filter(
    (file) =>
      file.startsWith('docs/') && file !== 'docs/README.md' && !index.includes(`(${file.slice('docs/'.length)})`),
  )
  expect(missing).toEqual([])
})

test('every command that a document names exists, with the options that it is given', async () => {
  const known = new Map(
    await Promise.all(
      COMMANDS.map(async ({ name, load }) => [name, [...(await load()).options, ...COMMON_OPTIONS]] as const),
    ),
  )
  const wrong = CALLS.flatMap(({ file, line }) => {
    const [name = ''] = line.split(' ')
    const options = known.get(name)
    if (options === undefined) return [`${file}: tongwen ${line}`]
    const given = [...line.matchAll(/ --([a-z-]+)/g)].map(([, option]) => option)
    return given
      .filter((option) => !options.some((each) => each.name === option))
      .map((option) => `${file}: ${name} --${option}`)
  })
  expect(wrong).toEqual([])
  expect(CALLS.length).toBeGreaterThan(30)
})

/** What stands in the files that snippets name. */
const KEY_FILE = JSON.stringify({
  type: 'service_account',
  client_email: 'gateway@shop.iam.gserviceaccount.com',
  private_key: '-----BEGIN PRIVATE KEY-----',
})

describe('snippets', () => {
  const configurations = FENCES.filter(({ language }) => language === 'yaml')

  test.each(configurations.map((fence, index) => ({ ...fence, index })))(
    'configuration $index, of $file, is valid and names models that the catalog knows',
    ({ text }) => {
      const names = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name)
      const env = Object.fromEntries(names.map((name) => [name, `sk-example-${name.toLowerCase()}`]))
      const loaded = loadConfig({ text, env, catalog, readFile: () => KEY_FILE })
      expect(loaded.ok ? loaded.notes : loaded.problems).toEqual([])
    },
  )

  test('there are some', () => {
    expect(new Set(configurations.map(({ file }) => file))).toEqual(
      new Set([
        'README.md',
        'README.zh-CN.md',
        'docs/guides/compare-and-refresh.md',
        'docs/guides/configuration.md',
        'docs/guides/credentials.md',
        'docs/guides/embeddings.md',
        'docs/guides/emulations.md',
        'docs/guides/move-an-application.md',
        'docs/guides/prices.md',
        'docs/guides/replicas.md',
        'docs/guides/teams-and-budgets.md',
        'docs/guides/usage-and-reconcile.md',
        'docs/guides/simulator.md',
      ]),
    )
  })

  test.each(FENCES.filter(({ language }) => language === 'yml'))('the catalog overlay of $file is one', ({ text }) => {
    const read = readOverlay({ text, file: 'overlay.yaml', env: {}, below: catalog.released })
    expect(read.ok ? [] : read.problems).toEqual([])
  })

  test("the simulator's script is one", () => {
    const scripts = FENCES.filter(({ file, language }) => file === 'docs/guides/simulator.md' && language === 'json')
    expect(scripts.map(({ text }) => parseScript(text, 'script.json').ok)).toEqual([true])
  })
})

test('the paths of model calls and counts in the HTTP reference have a door', () => {
  const section =
    (DOCUMENTS.get('docs/reference/http.md') ?? '').split('## Model calls')[1]?.split('\nAnything')[0] ?? ''
  const rows = section.split('\n').flatMap((line) => (line.startsWith('| `') ? [line.split('|')[1] ?? ''] : []))
  const paths = rows.flatMap((row) => [...row.matchAll(/`(\/[^`]+)`/g)].map(([, path = '']) => path))
  expect(paths.filter((path) => doorAt(path, '') === undefined)).toEqual([])
  expect(paths.length).toBe(26)
})

test('the paths of other work in the HTTP reference are doors', () => {
  const [, section = ''] = (DOCUMENTS.get('docs/reference/http.md') ?? '').split('## Embeddings, rerank, moderations')
  const table = section.split('\nA platform')[0] ?? ''
  const paths = [...table.matchAll(/`(\/[^`]+)`/g)].map(([, path = '']) => path)
  expect(paths.filter((path) => doorAt(path, '')?.service === undefined)).toEqual([])
  expect(paths.length).toBe(13)
})

test('the metrics in the guide are those that there are', async () => {
  const text = await prometheusMetrics({ open: () => 0, keys: () => [] }).text()
  const there = [...text.matchAll(/^# HELP ((?:tongwen|gen_ai)_\w+)/gm)].map(([, name = '']) => name)
  const table = (DOCUMENTS.get('docs/guides/operation.md') ?? '').matchAll(/^\| `((?:tongwen|gen_ai)_\w+)`/gm)
  expect([...table].map(([, name = '']) => name).sort()).toEqual(there.sort())
})

test('the two READMEs have the same sections, commands and snippets of code', () => {
  const shape = (file: string): unknown => ({
    headings: [...(DOCUMENTS.get(file) ?? '').matchAll(/^#+(?= )/gm)].map(([level]) => level),
    code: FENCES.filter((fence) => fence.file === file && fence.language !== 'text').map(({ text }) =>
      text.replaceAll(/ +#.*$/gm, ''),
    ),
  })
  expect(shape('README.zh-CN.md')).toEqual(shape('README.md'))
})

test('ARCHITECTURE.md stays within 200 lines', () => {
  expect((DOCUMENTS.get('ARCHITECTURE.md') ?? '').split('\n').length).toBeLessThanOrEqual(201)
})

test('what ARCHITECTURE.md calls a file of src is one', () => {
  const walk = (DOCUMENTS.get('ARCHITECTURE.md') ?? '').split('## 3.')[1] ?? ''
  const named = [...walk.matchAll(/`((?:engine|server|store|wire|catalog|simulator|src|test)\/[\w./-]+\.ts)`/g)].map(
    ([, file = '']) => file,
  )
  const missing = [...new Set(named)].filter((file) => !existsSync(file) && !existsSync(join('src', file)))
  expect(missing).toEqual([])
  expect(named.length).toBeGreaterThan(20)
})
