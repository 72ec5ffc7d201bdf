import { type FSWatcher, readFileSync, watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import * as catalog from '#catalog/index.ts'
import { keyring } from '#engine/admit/keyring.ts'
import type { Config, ConfigProblem } from '#engine/config/config.ts'
import { loadConfig } from '#engine/config/load.ts'
import type { Log, Vault } from '#engine/ports.ts'
import { registryOf } from '#engine/route/registry.ts'
import type { Snapshot } from '#engine/run.ts'

/** Where the configuration comes from, and what stands above it. */
export interface ConfigSource {
  /** Absent = embedded defaults. */
  readonly file: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly dataDir: string | undefined
  readonly host: string | undefined
  readonly port: number | undefined
}

export type Loaded =
  | { readonly ok: true; readonly config: Config; readonly notes: readonly string[] }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] }

/** Reads the configuration, with the command line's words over the file's. */
export function loadFrom(source: ConfigSource): Loaded {
  const { file, env, dataDir, host, port } = source
  let text: string | undefined
  try {
    text = file === undefined ? undefined : readFileSync(file, 'utf8')
  } catch (error) {
    return { ok: false, problems: [{ path: '', message: `cannot read ${file}: ${String(error)}` }] }
  }
  const format = file?.endsWith('.json') === true ? 'json' : 'yaml'
  const loaded = loadConfig({
    env,
    format,
    catalog,
    ...(text === undefined ? {} : { text }),
    ...(file === undefined ? {} : { file }),
  })
  if (!loaded.ok) return loaded
  const { config } = loaded
  const server = { ...config.server, host: host ?? config.server.host, port: port ?? config.server.port }
  return { ok: true, notes: loaded.notes, config: { ...config, server, data: dataDir ?? config.data } }
}

/** What a configuration makes of the gateway. */
export function snapshotOf(config: Config, vault: Vault): Snapshot {
  return { config, registry: registryOf(config), keyring: keyring(config.keys, vault) }
}

/** One owner per key: a name that both the file and the store have is nobody's. */
export function nameClashes(config: Config, vault: Vault): readonly ConfigProblem[] {
  const stored = new Set(vault.keys().map(({ name }) => name))
  return config.keys.flatMap(({ name }, index) =>
    stored.has(name)
      ? [
          {
            path: `keys.${index}.name`,
            message: `the store has a key called "${name}" already: choose another name, or revoke that one (tongwen keys revoke ${name})`,
          },
        ]
      : [],
  )
}

/** One line a problem: `tongwen.yaml:3:5 providers.qwen.region: …`. */
export function problemText(problem: ConfigProblem, file: string | undefined): string {
  const place = [file ?? 'configuration', problem.line, problem.column].filter((part) => part !== undefined).join(':')
  return problem.path === '' ? `${place} ${problem.message}` : `${place} ${problem.path}: ${problem.message}`
}

export interface Reloader {
  readonly snapshot: () => Snapshot
  /** Takes the file as it is now, all or nothing: the problems that made it stay with the last good one. */
  readonly reload: () => readonly ConfigProblem[]
  readonly close: () => void
}

/** Holds the snapshot that counts; takes a new one when the file changes or on `reload`. */
export function reloader(first: Config, source: ConfigSource, context: { vault: Vault; log: Log }): Reloader {
  const { vault, log } = context
  let current = snapshotOf(first, vault)
  const reload = (): readonly ConfigProblem[] => {
    const loaded = loadFrom(source)
    const wrong = loaded.ok ? nameClashes(loaded.config, vault) : loaded.problems
    if (!loaded.ok || wrong.length > 0) {
      const problems = wrong.map((problem) => problemText(problem, source.file))
      log.error({ problems }, 'the new configuration is not valid; the last good one stays')
      return wrong
    }
    const { host, port } = current.config.server
    if (
      host !== loaded.config.server.host ||
      port !== loaded.config.server.port ||
      loaded.config.data !== current.config.data
    ) {
      log.warn({}, 'server.host, server.port and data take effect at the next start only')
    }
    current = snapshotOf(loaded.config, vault)
    log.info({ file: source.file }, 'the configuration was reloaded')
    return []
  }
  const watcher = source.file === undefined ? undefined : watched(source.file, () => void reload())
  return { snapshot: () => current, reload, close: () => watcher?.close() }
}

/** Editors replace files and orchestrators swap links, so the folder is watched, and quiet is waited for. */
function watched(file: string, changed: () => void): FSWatcher {
  let timer: NodeJS.Timeout | undefined
  let seen = contentOf(file)
  const watcher = watch(dirname(file), (_event, name) => {
    if (name !== null && name !== basename(file) && !name.startsWith('..')) return
    clearTimeout(timer)
    timer = setTimeout(() => {
      const now = contentOf(file)
      if (now === seen) return
      seen = now
      changed()
    }, 100)
    timer.unref()
  })
  watcher.unref()
  return watcher
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
