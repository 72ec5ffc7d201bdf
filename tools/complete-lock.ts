/**
 * Names in package-lock.json every optional package that its packages list for other systems. npm leaves out those
 * that the registry in use does not have, and `npm ci` then refuses the lock file everywhere (npm 11). Run it after
 * each `npm install`; `test/lock.test.ts` checks that nothing is missing.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { completed, type Lock } from './lock.ts'

const file = 'package-lock.json'
const lock: Lock = JSON.parse(readFileSync(file, 'utf8'))
const { lock: whole, added } = completed(lock)
writeFileSync(file, `${JSON.stringify(whole, null, 2)}\n`)
process.stdout.write(`${added.length} optional packages added\n`)
