import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { offersOf, platforms } from '#catalog/index.ts'
import { CannotRun, type Context } from '#cli/command.ts'
import type { ConfigProblem } from '#engine/config/config.ts'
import { loadConfig, type LoadResult } from '#engine/config/load.ts'
import type { ConfigCatalog } from '#engine/config/providers.ts'

/** What a configuration is held against. */
export const CATALOG: ConfigCatalog = { platforms, offersOf }

/** A configuration as a command sees it. */
export interface FoundConfiguration {
  /** As it was given, or the default; undefined = embedded defaults. */
  readonly file: string | undefined
  readonly loaded: LoadResult
}

const DEFAULT_FILE = 'tongwen.yaml'

/** The file that `--config` names, else `./tongwen.yaml` where it exists. */
export function configFile({ options, cwd }: Context): string | undefined {
  const named = options.text('config')
  if (named !== undefined) return named
  return existsSync(resolve(cwd, DEFAULT_FILE)) ? DEFAULT_FILE : undefined
}

/** Reads the configuration. Throws `CannotRun` for a file that cannot be read. */
export function loadConfiguration(context: Context): FoundConfiguration {
  const file = configFile(context)
  const loaded = loadConfig({
    env: context.env,
    catalog: CATALOG,
    ...(file === undefined ? {} : { file, text: textOf(resolve(context.cwd, file)) }),
  })
  return { file, loaded }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new CannotRun(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** `tongwen.yaml:3:5: providers.qwen.region: …`, as editors and terminals know it. */
export function problemLine({ path, message, line, column }: ConfigProblem, file: string | undefined): string {
  const place = [file, line, column].filter((each) => each !== undefined).join(':')
  return [place, path, message].filter((each) => each !== '').join(': ')
}
