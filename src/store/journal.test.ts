import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { Journal, type JournalOptions } from '#store/journal.ts'
import { listeningLog, outputOf } from '#store/testing/samples.ts'
import { temporaryData } from '#store/testing/temporary.ts'

interface Desk {
  readonly journal: Journal
  readonly directory: string
  readonly log: ReturnType<typeof listeningLog>
  readonly files: () => string[]
}

function desk(options: Partial<JournalOptions> = {}): Desk {
  const directory = temporaryData().places.journal
  const log = listeningLog()
  const journal = new Journal({ directory, instance: 'i', log, onNews: () => {}, ...options })
  const files = (): string[] =>
    readdirSync(directory)
      .sort()
      .map((name) => `${name}: ${readFileSync(join(directory, name), 'utf8').replaceAll('\n', ' ')}`)
  return { journal, directory, log, files }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('an intent is in the file when its promise resolves, after the settlements that came before it', async () => {
  const { journal, files } = desk()
  journal.append('a\n')
  journal.append('b\n')
  expect(files()).toEqual([])
  await Promise.all([journal.intend('c\n'), journal.intend('d\n')])
  expect(files()).toEqual(['i-000001.jsonl: a b c d '])
  journal.close()
})

test('settlements without an intent behind them are written at the end of the turn', async () => {
  const { journal, files } = desk()
  journal.append('a\n')
  journal.append('b\n')
  await turn()
  expect(files()).toEqual(['i-000001.jsonl: a b '])
  journal.append('c\n')
  journal.close()
  expect(files()).toEqual(['i-000001.jsonl: a b c '])
})

test('a segment that is full is followed by the next, and a long line is not cut', async () => {
  const { journal, files } = desk({ segmentBytes: 8 })
  const long = `${'同'.repeat(200_000)}\n`
  for (const line of ['12345\n', 'abc\n', 'x\n', long, 'y\n']) await journal.intend(line)
  journal.close()
  expect(files()).toEqual(['i-000001.jsonl: 12345 abc ', `i-000002.jsonl: x ${long.trimEnd()} `, 'i-000003.jsonl: y '])
})

test('when the disk takes nothing, intents are refused and settlements wait until it does', async () => {
  const { journal, directory, log, files } = desk({ retryMs: 5 })
  rmSync(directory, { recursive: true })
  journal.append('a\n')
  await expect(journal.intend('lost\n')).rejects.toThrow(/^the journal cannot be written: ENOENT/)
  journal.append('b\n')
  await turn()
  expect(journal.flush()).toBe(false)
  mkdirSync(directory)
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(files()).toEqual(['i-000001.jsonl: a b '])
  expect(log.lines).toEqual(['error the journal cannot be written; will retry', 'info the journal takes lines again'])
  journal.close()
})

test('settlements that a closed journal cannot take are in the log', () => {
  const { journal, directory, log } = desk()
  rmSync(directory, { recursive: true })
  journal.append('a\n')
  journal.close()
  journal.append('b\n')
  expect(log.lines).toEqual([
    'error the journal cannot be written; will retry',
    'error settlements lost: the journal took no more',
    'error a settlement came after the ledger was closed and is not in the books',
  ])
})

/** The system cuts the write at the file size limit, as a full disk does: some bytes go, then an error. */
test('a disk that fills up in the middle of a line keeps whole lines only, and exactly those that succeeded', async () => {
  const { places } = temporaryData()
  const code = `
    import { Journal } from '#store/journal.ts'
    const quiet = () => {}
    const log = { info: quiet, warn: quiet, error: quiet }
    const journal = new Journal({ directory: process.argv[1], instance: 'i', log, onNews: quiet })
    const done = []
    for (let count = 0; count < 40; count += 1) {
      const line = JSON.stringify({ count, text: 'x'.repeat(count * 37 % 401) }) + '\\n'
      if (count % 3 === 1) journal.append('settlement ' + count + '\\n')
      try {
        await journal.intend(line)
        done.push(count)
      } catch (error) {
        done.push(error.message)
      }
    }
    console.log(JSON.stringify(done))
    process.exit()
  `
  // Blocks of 512 bytes in POSIX shells, 1,024 in bash: within the 40 lines either way. Ignored signals are inherited.
  const shell = `trap '' XFSZ; ulimit -f 4; exec "$0" --eval "$1" -- "$2"`
  const child = spawn('sh', ['-c', shell, process.execPath, code, places.journal], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: new URL('../..', import.meta.url),
  })
  const done: unknown = JSON.parse(await outputOf(child))
  if (!Array.isArray(done)) throw new Error('no list')
  const text = readFileSync(join(places.journal, 'i-000001.jsonl'), 'utf8')
  const written = text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => Number(/"count":(\d+)/.exec(line)?.[1]))
  expect(text.endsWith('\n')).toBe(true)
  expect(written).toEqual(done.filter((item) => typeof item === 'number'))
  expect(new Set(done.filter((item) => typeof item === 'string'))).toEqual(
    new Set(['the journal cannot be written: EFBIG: file too large, write']),
  )
})
