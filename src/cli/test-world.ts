import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { main, type World } from '#cli/main.ts'

/** What a command left behind. */
export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A Sunday, so that no price window applies. */
export const NOW: number = Date.UTC(2026, 10, 22, 12)

/** Runs one line in process, at noon (UTC) of 22 November 2026, in an empty environment. */
export async function run(line: readonly string[], world: Partial<World> = {}): Promise<Ran> {
  const written = { stdout: '', stderr: '' }
  const code = await main(line, {
    stdout: { write: (text) => void (written.stdout += text) },
    stderr: { write: (text) => void (written.stderr += text) },
    env: {},
    cwd: tmpdir(),
    isTTY: false,
    columns: 80,
    now: () => NOW,
    stopped: async () => 'SIGTERM',
    onHangUp: () => {},
    ...world,
  })
  return { code, ...written }
}

/** The same, with its standard output as JSON. */
export async function runJson(line: readonly string[], world: Partial<World> = {}): Promise<unknown> {
  const { code, stdout, stderr } = await run([...line, '--json'], world)
  if (stdout === '') throw new Error(`exit code ${code} and no output: ${stderr}`)
  return JSON.parse(stdout)
}

/** A new folder that holds these files. */
export function folderWith(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'tongwen-cli-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}
