#!/usr/bin/env node
// Plain JavaScript that old versions of Node can read, so that they can say what they lack.
import { existsSync } from 'node:fs'
import * as nodeModule from 'node:module'

const NEEDED = 24

const major = Number(process.versions.node.split('.')[0])
if (major < NEEDED) {
  process.stderr.write(
    `tongwen: needs Node ${NEEDED} or later, and this is ${process.version}.\n` +
      `In a checkout, \`npm ci\` brings one: then \`npm start\`, or \`npm run -s tongwen -- <command>\`.\n` +
      `Elsewhere install Node ${NEEDED}: https://nodejs.org/en/download\n`,
  )
  process.exit(3)
}

nodeModule.enableCompileCache()
const source = new URL('../src/cli/process.ts', import.meta.url)
const built = new URL('../dist/cli/process.js', import.meta.url)
const { runProcess } = await import((existsSync(source) ? source : built).href)
await runProcess()
