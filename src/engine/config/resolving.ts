import type { CatalogPlatform } from '#engine/config/address.ts'
import type { Origin } from '#engine/config/config.ts'
import { type Environment, variable } from '#engine/config/environment.ts'
import type { Finding } from '#engine/config/findings.ts'
import type { ParsedProvider } from '#engine/config/schema.ts'

/** Reads a file that a configuration names. Throws where it cannot be read. */
export interface ReadFile {
  /** Paths in the file count from its folder, those of the environment from the working folder. */
  (path: string, named: 'in-the-file' | 'by-the-environment'): string
}

/** What looking at a provider takes, and where it puts what it finds. */
export interface Resolving {
  readonly env: Environment
  readonly readFile: ReadFile | undefined
  readonly findings: Finding[]
  readonly notes: string[]
  /** Of values that the file does not hold, by their path. */
  readonly origins: Map<string, Origin>
}

/** A provider with its platform, while it is looked at. */
export interface Declared {
  readonly id: string
  readonly parsed: ParsedProvider
  readonly platform: CatalogPlatform
}

/** The first of some environment variables that is set. */
export function firstSet(env: Environment, names: readonly string[]): { name: string; value: string } | undefined {
  for (const name of names) {
    const value = variable(env, name)
    if (value !== undefined) return { name, value }
  }
  return undefined
}
