import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { CannotRun, type Context } from '#cli/command.ts'
import { configFile, loadConfiguration, problemLine } from '#cli/configuration.ts'
import type { Config, KeyConfig } from '#engine/config/config.ts'
import type { Group, Log } from '#engine/ports.ts'
import { type Direct, openDirect, StoreFailure } from '#store/index.ts'

/** The store that a command works on, and the keys and groups that the file declares beside it. */
export interface OpenedStore {
  readonly store: Direct
  readonly declared: readonly KeyConfig[]
  readonly groups: readonly Group[]
  /** What the file says, where it can be read. */
  readonly config: Config | undefined
}

interface Place extends Omit<OpenedStore, 'store'> {
  readonly dataDir: string
}

/** Opens the store, runs, and closes it; the store of a running server too. `make`: a folder that is not there is made. */
export async function withStore<Value>(
  context: Context,
  make: boolean,
  work: (opened: OpenedStore) => Promise<Value>,
): Promise<Value> {
  const { dataDir, ...place } = placeOf(context)
  const database = place.config?.database
  if (database === undefined && !make && !existsSync(join(dataDir, 'journal')))
    throw new CannotRun(`there is no store in ${dataDir}`)
  let store: Direct
  try {
    store = await openDirect({ dataDir, ...(database === undefined ? {} : { database }), log: logOn(context) })
  } catch (error) {
    throw error instanceof StoreFailure ? new CannotRun(error.message) : error
  }
  try {
    return await work({ store, ...place })
  } finally {
    await store.close()
  }
}

/**
 * `--data`, else what the configuration says. A shell that lacks the server's variables cannot read its configuration:
 * with `--data` that is a warning, since a key must be revocable then too.
 */
function placeOf(context: Context): Place {
  const data = context.options.text('data')
  const { file, loaded } = loadConfiguration(context)
  if (loaded.ok) {
    const { config } = loaded
    const dataDir = resolve(context.cwd, data ?? config.data)
    return { dataDir, declared: config.keys, groups: config.groups, config }
  }
  const problems = loaded.problems.map((problem) => problemLine(problem, file)).join('\n')
  if (data === undefined) {
    throw new CannotRun(`the configuration is not valid, so the data folder is unknown: give --data DIR\n${problems}`)
  }
  const words = `the configuration ${configFile(context) ?? ''} is not valid; keys that it declares are left out`
  context.stderr.write(`${words}\n${problems}\n`)
  return { dataDir: resolve(context.cwd, data), declared: [], groups: [], config: undefined }
}

/** The store's own words, for people. */
function logOn({ stderr }: Context): Log {
  const write = (fields: Readonly<Record<string, unknown>>, message: string): void =>
    stderr.write(`tongwen: ${message} ${JSON.stringify(fields)}\n`)
  return { info: () => {}, warn: write, error: write }
}
