import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/* Figures for closing notes, as Markdown: lines of code per dialect and per platform, and what tests there are. */

interface Counted {
  readonly file: string
  /** Lines that are neither empty nor comment. */
  readonly lines: number
  /** Calls of `test` and `it`; one that runs over a table counts once. */
  readonly tests: number
}

const isTest = ({ file }: Counted): boolean => /\.test\.ts$|test-support|fixture\.ts$/.test(file)

function counted(folder: string): Counted[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return names
    .filter((name) => name.endsWith('.ts'))
    .map((name) => {
      const text = readFileSync(join(folder, name), 'utf8')
      const lines = text.split('\n').filter((line) => line.trim() !== '' && !/^\s*(?:\/\/|\/?\*)/.test(line))
      const tests = text.match(/^\s*(?:test|it)(?:\.[\w.]+(?:\([^)]*\))?)*\(/gm) ?? []
      return { file: join(folder, name), lines: lines.length, tests: tests.length }
    })
}

function sum(files: readonly Counted[], key: 'lines' | 'tests'): number {
  return files.reduce((total, file) => total + file[key], 0)
}

function print(title: string, head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`
  console.log([`## ${title}\n`, line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line), ''].join('\n'))
}

function row(name: string, files: readonly Counted[]): (string | number)[] {
  const [code, tests] = [files.filter((file) => !isTest(file)), files.filter(isTest)]
  return [name, code.length, sum(code, 'lines'), sum(tests, 'lines'), sum(tests, 'tests')]
}

const HEAD = ['', 'files', 'lines of code', 'lines of tests', 'tests']
const wire = readdirSync('src/wire', { withFileTypes: true }).filter((entry) => entry.isDirectory())
print(
  'Dialects and services',
  HEAD,
  wire.map(({ name }) => row(name, counted(join('src/wire', name)))),
)
const platforms = counted('src/catalog/platforms').filter((file) => !isTest(file))
const sorted = platforms.sort((a, b) => a.file.localeCompare(b.file))
print(
  'Platforms',
  ['', 'lines'],
  sorted.map(({ file, lines }) => [basename(file, '.ts'), lines]),
)
const rooms = readdirSync('src').map((name) => row(name, counted(join('src', name))))
const beside = ['test/product', 'test/conformance'].map((name) => row(name, counted(name)))
print('Rooms and tests', HEAD, [...rooms, ...beside, row('all', [...counted('src'), ...counted('test')])])
