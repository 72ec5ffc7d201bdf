import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ReadFile } from '#engine/config/resolving.ts'

/** Reads files that a configuration names: from beside it, or from the working folder where the environment names them. */
export function namedFiles(folder: string, cwd: string = ''): ReadFile {
  return (path, named) => readFileSync(resolve(cwd, named === 'in-the-file' ? folder : '', path), 'utf8')
}
