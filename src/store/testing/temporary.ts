import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { placesIn, type Places } from '#store/instance.ts'

/** A data directory for the test that runs, gone when it ends. */
export function temporaryData(): { readonly dataDir: string; readonly places: Places } {
  const dataDir = mkdtempSync(join(tmpdir(), 'tongwen-store-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 }))
  const places = placesIn(dataDir)
  mkdirSync(places.journal, { recursive: true })
  return { dataDir, places }
}
