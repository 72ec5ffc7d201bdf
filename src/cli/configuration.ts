import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type Catalog, released } from '#catalog/index.ts'
import { CannotRun, type Context } from '#cli/command.ts'
import type { ConfigProblem } from '#engine/config/config.ts'
import { readDocument } from '#engine/config/document.ts'
import { loadConfig, type LoadResult } from '#engine/config/load.ts'
import { namedFiles } from '#server/named-file.ts'
import { overlaidBy, type OverlayFile } from '#server/overlay-file.ts'

/** A configuration as a command sees it. */
export interface FoundConfiguration {
  /** As it was given, or the default; undefined = embedded defaults. */
  readonly file: string | undefined
  readonly loaded: LoadResult<Catalog>
}

const DEFAULT_FILE = 'tongwen.yaml'

/** The file that `--config` names, else `./tongwen.yaml` where it exists. */
export function configFile({ options, cwd }: Context): string | undefined {
  const named = options.text('config')
  if (named !== undefined) return named
  return existsSync(resolve(cwd, DEFAULT_FILE)) ? DEFAULT_FILE : undefined
}

/** Reads the configuration and its catalog overlay. Throws `CannotRun` for a configuration that cannot be read. */
export function loadConfiguration(context: Context): FoundConfiguration {
  const { options, cwd, env } = context
  const file = configFile(context)
  const overlay = options.text('catalog')
  const loaded = loadConfig({
    env,
    catalog: released,
    readFile: namedFiles(file === undefined ? '' : dirname(file), cwd),
    overlay: {
      ...(overlay === undefined ? {} : { file: overlay }),
      read: (named) => overlaidBy(beside(named, overlay === undefined ? file : undefined, cwd), env),
    },
    ...(file === undefined ? {} : { file, text: textOf(resolve(cwd, file)) }),
  })
  return { file, loaded }
}

/**
 * The catalog that a command works with: as released, with the overlay on top that `--catalog` or the configuration
 * names. The rest of the configuration is not looked at: prices can be asked for without any account. Throws
 * `CannotRun` where the overlay is bad, or the configuration cannot be read.
 */
export function catalogOf(context: Context): Catalog {
  const overlay = overlayFile(context)
  if (overlay === undefined) return released
  const overlaid = overlaidBy(overlay, context.env)
  if (overlaid.ok) return overlaid.catalog
  throw new CannotRun(overlaid.problems.map((problem) => problemLine(problem, undefined)).join('\n'))
}

function overlayFile(context: Context): OverlayFile | undefined {
  const { options, cwd, env } = context
  const named = options.text('catalog')
  if (named !== undefined) return beside(named, undefined, cwd)
  const file = configFile(context)
  if (file === undefined) return undefined
  const format = file.toLowerCase().endsWith('.json') ? 'json' : 'yaml'
  const { value, syntax } = readDocument(textOf(resolve(cwd, file)), format, env)
  const [torn] = syntax
  if (torn !== undefined) throw new CannotRun(problemLine(torn, file))
  const { catalog } = value
  return typeof catalog === 'string' && catalog.trim() !== '' ? beside(catalog.trim(), file, cwd) : undefined
}

/** A path in the configuration counts from its folder, any other from the working folder. */
function beside(named: string, file: string | undefined, cwd: string): OverlayFile {
  return { named, path: resolve(cwd, file === undefined ? '' : dirname(file), named) }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new CannotRun(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** `tongwen.yaml:3:5: providers.qwen.region: …`, as editors and terminals know it. */
export function problemLine({ path, message, file, line, column }: ConfigProblem, other: string | undefined): string {
  const place = [file ?? other, line, column].filter((each) => each !== undefined).join(':')
  return [place, path, message].filter((each) => each !== '').join(': ')
}
