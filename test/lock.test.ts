import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { completed, missingOptional } from '../tools/lock.ts'

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))

test('the lock file names the optional packages of every system, or `npm ci` refuses it (run tools/complete-lock.ts)', () => {
  expect(missingOptional(lock)).toEqual([])
})

test('a package that is taken out is found missing and put back for the system in its name', () => {
  const { 'node_modules/@oxlint/binding-linux-x64-musl': _gone, ...packages } = lock.packages
  const { lock: whole, added } = completed({ ...lock, packages })
  expect(added).toEqual(['@oxlint/binding-linux-x64-musl'])
  expect(whole.packages['node_modules/@oxlint/binding-linux-x64-musl']).toMatchObject({
    os: ['linux'],
    cpu: ['x64'],
    libc: ['musl'],
    optional: true,
  })
})

test('the lock file names no registry', () => {
  expect(JSON.stringify(lock)).not.toMatch(/"resolved":"https?:/)
})
