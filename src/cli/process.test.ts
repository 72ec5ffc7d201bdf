import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { version } from '#cli/main.ts'

const BIN = fileURLToPath(new URL('../../bin/tongwen.js', import.meta.url))

test.each([
  [['--version'], { status: 0, stdout: `${version()}\n`, stderr: '' }],
  [
    ['prise'],
    {
      status: 2,
      stdout: '',
      stderr: 'tongwen: no command is called "prise"; did you mean price?\nSee: tongwen --help\n',
    },
  ],
])('bin/tongwen.js %j passes the output and the exit code on', (line, expected) => {
  const env = { PATH: process.env['PATH'], LANG: 'C' }
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...line], { encoding: 'utf8', env })
  expect({ status, stdout, stderr }).toEqual(expected)
})

test('a reader that closes the pipe early is no error', () => {
  const line = `"${process.execPath}" "${BIN}" models --all --json | head -c 100 >/dev/null; echo "\${PIPESTATUS[0]}"`
  const { stdout, stderr } = spawnSync('bash', ['-c', line], { encoding: 'utf8' })
  expect({ stdout, stderr }).toEqual({ stdout: '0\n', stderr: '' })
})
