/** The part of package-lock.json that optional packages stand in. */
export interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>
  readonly [key: string]: unknown
}

interface LockedPackage {
  readonly version?: string
  readonly dev?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly [key: string]: unknown
}

const SYSTEMS = ['darwin', 'linux', 'win32', 'freebsd', 'android', 'openharmony'] as const
const PROCESSORS = ['x64', 'arm64', 'arm', 'ia32', 'ppc64', 's390x', 'riscv64'] as const

/** Optional packages that are listed by a package of the lock file and have no entry of their own. */
export function missingOptional({ packages }: Lock): { name: string; version: string; dev: boolean }[] {
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {}, dev = false }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages))
      .map(([name, range]) => ({ name, version: range.replace(/^[\^~]/, ''), dev })),
  )
}

/** The lock file with all of them, for the systems that their names say. */
export function completed(lock: Lock): { lock: Lock; added: readonly string[] } {
  const missing = missingOptional(lock)
  const packages: Record<string, LockedPackage> = { ...lock.packages }
  for (const { name, version, dev } of missing) {
    packages[`node_modules/${name}`] = {
      version,
      ...place(name),
      ...(dev ? { dev } : {}),
      license: 'MIT',
      optional: true,
    }
  }
  const sorted = Object.entries(packages).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return { lock: { ...lock, packages: Object.fromEntries(sorted) }, added: missing.map(({ name }) => name) }
}

/** `@oxlint/binding-linux-x64-musl` → linux, x64, musl. */
function place(name: string): { os?: string[]; cpu?: string[]; libc?: string[] } {
  const words = new Set(name.split(/[/-]/))
  const os = SYSTEMS.filter((system) => words.has(system))
  const cpu = PROCESSORS.filter((processor) => words.has(processor))
  const libc = name.includes('musl') ? ['musl'] : name.includes('gnu') ? ['glibc'] : undefined
  return {
    ...(os.length === 0 ? {} : { os }),
    ...(cpu.length === 0 ? {} : { cpu }),
    ...(libc === undefined ? {} : { libc }),
  }
}
