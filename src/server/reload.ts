import { existsSync, type FSWatcher, readFileSync, watch } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { type Catalog, released } from '#catalog/index.ts'
import { groupId, keyring } from '#engine/admit/keyring.ts'
import type { Config, ConfigProblem } from '#engine/config/config.ts'
import { loadConfig } from '#engine/config/load.ts'
import type { Log, Vault } from '#engine/ports.ts'
import { registryOf } from '#engine/route/registry.ts'
import type { Snapshot } from '#engine/run.ts'
import { namedFiles } from '#server/named-file.ts'
import { overlaidBy } from '#server/overlay-file.ts'

/** Where the configuration comes from, and what stands above it. */
export interface ConfigSource {
  /** Absent = embedded defaults. */
  readonly file: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly dataDir: string | undefined
  /** A catalog overlay, instead of the one that the file names. */
  readonly catalog: string | undefined
  readonly host: string | undefined
  readonly port: number | undefined
}

/** A configuration with the catalog that it was held against. */
export interface Settled {
  readonly config: Config
  readonly catalog: Catalog
}

/** `overlay` is the path of the overlay that was looked for, also of one that was refused: a change of it counts. */
export type Loaded = { readonly overlay: string | undefined } & (
  | ({ readonly ok: true; readonly notes: readonly string[] } & Settled)
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] }
)

/** Reads the configuration and its overlay, with the command line's words over the file's. */
export function loadFrom(source: ConfigSource): Loaded {
  const { file, env } = source
  let overlay = source.catalog
  let text: string | undefined
  try {
    text = file === undefined ? undefined : readFileSync(file, 'utf8')
  } catch (error) {
    return { ok: false, overlay, problems: [{ path: '', message: `cannot read ${file}: ${String(error)}` }] }
  }
  const loaded = loadConfig({
    env,
    format: file?.endsWith('.json') === true ? 'json' : 'yaml',
    catalog: released,
    readFile: namedFiles(file === undefined ? '' : dirname(file)),
    overlay: {
      ...(source.catalog === undefined ? {} : { file: source.catalog }),
      read(named) {
        // Beside the configuration, so that both move together.
        overlay ??= resolve(file === undefined ? '' : dirname(file), named)
        return overlaidBy({ path: overlay, named }, env)
      },
    },
    ...(text === undefined ? {} : { text }),
    ...(file === undefined ? {} : { file }),
  })
  if (!loaded.ok) return { ...loaded, overlay }
  const { config, catalog, notes } = loaded
  return { ok: true, overlay, notes, catalog, config: withWords(config, source) }
}

/** A configuration under the command line's words. */
function withWords(config: Config, { dataDir, host, port }: ConfigSource): Config {
  const server = { ...config.server, host: host ?? config.server.host, port: port ?? config.server.port }
  return { ...config, server, data: dataDir ?? config.data }
}

/** What a configuration makes of the gateway. */
export function snapshotOf({ config, catalog }: Settled, vault: Vault): Snapshot {
  return { config, catalog, registry: registryOf(config, catalog), keyring: keyring(config, vault) }
}

/**
 * One owner per object: a name that both the file and the store have is nobody's. And what the store holds must not lose
 * what it belongs to: a team or an organisation that the file declares no more.
 */
export function nameClashes(config: Config, vault: Vault): readonly ConfigProblem[] {
  return [...keyClashes(config, vault), ...groupClashes(config, vault), ...orphans(config, vault)]
}

function groupClashes(config: Config, vault: Vault): ConfigProblem[] {
  const stored = new Set(vault.groups().map(({ kind, name }) => groupId(kind, name)))
  return config.groups.flatMap(({ kind, name }) =>
    stored.has(groupId(kind, name))
      ? [
          {
            path: `${kind}s.${name}`,
            message: `the store has the ${kind} "${name}" already: choose another name, or remove that one (tongwen ${kind}s remove ${name})`,
          },
        ]
      : [],
  )
}

function orphans(config: Config, vault: Vault): ConfigProblem[] {
  const known = new Set([...config.groups, ...vault.groups()].map(({ kind, name }) => groupId(kind, name)))
  const keys = vault.keys().flatMap(({ name, team }) =>
    team === undefined || known.has(groupId('team', team))
      ? []
      : [
          {
            path: 'teams',
            message: `the key "${name}" of the store belongs to the team "${team}", which is not declared: move or revoke the key first (tongwen keys update ${name} --team none)`,
          },
        ],
  )
  const teams = vault.groups().flatMap(({ name, organisation }) =>
    organisation === undefined || known.has(groupId('organisation', organisation))
      ? []
      : [
          {
            path: 'organisations',
            message: `the team "${name}" of the store belongs to the organisation "${organisation}", which is not declared: move the team first (tongwen teams update ${name} --organisation none)`,
          },
        ],
  )
  return [...keys, ...teams]
}

function keyClashes(config: Config, vault: Vault): ConfigProblem[] {
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
  const where = problem.file ?? file ?? 'configuration'
  const place = [where, problem.line, problem.column].filter((part) => part !== undefined).join(':')
  return problem.path === '' ? `${place} ${problem.message}` : `${place} ${problem.path}: ${problem.message}`
}

export interface Reloader {
  readonly snapshot: () => Snapshot
  /** Takes the files as they are now, all or nothing: the problems that made it stay with the last good ones. */
  readonly reload: () => readonly ConfigProblem[]
  readonly close: () => void
}

/** Holds the snapshot that counts; takes a new one when the configuration or its overlay changes, or on `reload`. */
export function reloader(
  first: Extract<Loaded, { ok: true }>,
  source: ConfigSource,
  context: { vault: Vault; log: Log },
): Reloader {
  const { vault, log } = context
  let current = snapshotOf(first, vault)
  const reload = (): readonly ConfigProblem[] => {
    const loaded = loadFrom(source)
    watchers.keep([source.file, loaded.overlay])
    const wrong = loaded.ok ? nameClashes(loaded.config, vault) : loaded.problems
    if (!loaded.ok || wrong.length > 0) {
      const problems = wrong.map((problem) => problemText(problem, source.file))
      log.error({ problems }, 'the new configuration is not valid; the last good one stays')
      return wrong
    }
    if (needsRestart(current.config, loaded.config)) {
      log.warn({}, 'server.host, server.port and data take effect at the next start only')
    }
    current = snapshotOf(loaded, vault)
    log.info({ file: source.file }, 'the configuration was reloaded')
    return []
  }
  const watchers = watchersOf(() => void reload())
  watchers.keep([source.file, first.overlay])
  return { snapshot: () => current, reload, close: () => watchers.keep([]) }
}

function needsRestart(before: Config, now: Config): boolean {
  const { host, port } = before.server
  return host !== now.server.host || port !== now.server.port || before.data !== now.data
}

/** Watches as many files as it is told to keep. */
function watchersOf(changed: () => void): { keep(files: readonly (string | undefined)[]): void } {
  const open = new Map<string, FSWatcher>()
  return {
    keep(files) {
      const wanted = new Set(files.filter((file) => file !== undefined))
      for (const [file, watcher] of open) {
        if (wanted.has(file)) continue
        watcher.close()
        open.delete(file)
      }
      for (const file of wanted)
        if (!open.has(file) && existsSync(dirname(file))) open.set(file, watched(file, changed))
    },
  }
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
