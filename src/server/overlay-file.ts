import { readFileSync } from 'node:fs'
import { type Catalog, released } from '#catalog/index.ts'
import type { Environment } from '#engine/config/environment.ts'
import type { Overlaid } from '#engine/config/load.ts'
import { readOverlay } from '#engine/config/overlay.ts'

/** An overlay's file: where it is, and as the operator named it. */
export interface OverlayFile {
  readonly path: string
  readonly named: string
}

/** The released catalog with an overlay file on top. A file that cannot be read is a problem like any other. */
export function overlaidBy({ path, named }: OverlayFile, env: Environment): Overlaid<Catalog> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const message = `the catalog overlay cannot be read: ${error instanceof Error ? error.message : String(error)}`
    return { ok: false, problems: [{ path: '', message, file: named }] }
  }
  return readOverlay({ text, file: named, env, below: released })
}
