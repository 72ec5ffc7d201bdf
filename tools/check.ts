/**
 * `npm run check`: format, lint, types, dead code, tests, in that order, each with its time; stops at nothing, so that
 * one run shows all that is wrong. Exit code 1 when anything failed.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'tongwen-check-'))
const results = join(folder, 'tests.json')
const bin = (name: string): string => join('node_modules', '.bin', name)

const STEPS: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ['format', bin('oxfmt'), '--check', '.'],
  ['lint', bin('oxlint'), '--type-aware', '--quiet'],
  ['types', bin('tsc'), '-p', 'tsconfig.json'],
  ['types of the pure rooms', bin('tsc'), '-p', 'tsconfig.pure.json'],
  ['dead code', bin('knip')],
  [
    'tests',
    process.execPath,
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${results}`,
  ],
]

const failed: string[] = []
for (const [name, command, ...args] of STEPS) {
  const started = performance.now()
  const { status } = spawnSync(command, args, { stdio: 'inherit' })
  process.stdout.write(
    `${status === 0 ? 'ok  ' : 'FAIL'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)\n`,
  )
  if (status !== 0) failed.push(name)
}
process.stdout.write(`${testCounts()}\n`)
rmSync(folder, { recursive: true, force: true })
if (failed.length > 0) {
  process.stdout.write(`failed: ${failed.join(', ')}\n`)
  process.exitCode = 1
}

function testCounts(): string {
  try {
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(results, 'utf8'))
    return `${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`
  } catch {
    return '0 passed, 1 failed'
  }
}
