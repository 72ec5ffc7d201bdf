import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { linux } from './processes.ts'

const run = promisify(execFile)
const here: string = import.meta.dirname

/** Everything that a run makes lies here; git ignores it. */
export const buildFolder: string = join(here, 'build')

/** How to start the stub and the load generator: program and the arguments before one's own. */
export interface LoadSide {
  readonly upstream: readonly string[]
  readonly loadgen: readonly string[]
  readonly native: boolean
  /** `cc --version`, or why the Node versions stand in. */
  readonly compiler: string
}

/** Compiles the stub and the load generator; where that cannot be done, the slower ones in Node do their work. */
export async function prepareLoadSide(): Promise<LoadSide> {
  mkdirSync(buildFolder, { recursive: true })
  const compiler = linux ? await findCompiler() : undefined
  if (compiler === undefined)
    return fallback(linux ? 'no cc, gcc or clang here' : `epoll is Linux only, this is ${process.platform}`)
  try {
    await Promise.all((['upstream', 'loadgen'] as const).map((program) => compile(compiler.name, program)))
  } catch (error) {
    return fallback(`${compiler.name} failed: ${String(error).slice(0, 500)}`)
  }
  return { upstream: [binaryOf('upstream')], loadgen: [binaryOf('loadgen')], native: true, compiler: compiler.version }
}

function fallback(why: string): LoadSide {
  const script = (name: string): string[] => [process.execPath, join(here, 'fallback', `${name}.ts`)]
  return { upstream: script('upstream'), loadgen: script('loadgen'), native: false, compiler: why }
}

async function findCompiler(): Promise<{ name: string; version: string } | undefined> {
  if (process.env['BENCH_WITHOUT_COMPILER'] !== undefined) return undefined
  for (const name of ['cc', 'gcc', 'clang']) {
    try {
      const { stdout } = await run(name, ['--version'])
      return { name, version: stdout.split('\n')[0] ?? name }
    } catch {
      // Not here: the next one.
    }
  }
  return undefined
}

async function compile(compiler: string, program: Program): Promise<void> {
  const sources = [`${program}.c`, 'event-loop.h', 'dialects.h'].map((file) => join(here, 'native', file))
  const binary = binaryOf(program)
  const newest = Math.max(...sources.map((file) => statSync(file).mtimeMs))
  if (existsSync(binary) && statSync(binary).mtimeMs > newest) return
  await run(compiler, ['-O2', '-o', binary, join(here, 'native', `${program}.c`)])
}

/** Process names of our own: what else runs on a machine may be called `upstream` too, and be ended by that name. */
const BINARIES = { upstream: 'bench-stub', loadgen: 'bench-load' } as const
type Program = keyof typeof BINARIES

function binaryOf(program: Program): string {
  return join(buildFolder, BINARIES[program])
}

const PORTKEY = '@portkey-ai/gateway'
const PORTKEY_VERSION = '1.15.2'

/** The peer, installed on demand; or why it is not here. */
export type Portkey =
  | { readonly ok: true; readonly script: string; readonly folder: string; readonly version: string }
  | { readonly ok: false; readonly why: string }

/** Installs the Portkey gateway once, beside the build. Its install scripts do not run. */
export async function preparePortkey(): Promise<Portkey> {
  const folder = join(buildFolder, 'portkey')
  const script = join(folder, 'node_modules', PORTKEY, 'build', 'start-server.js')
  if (!existsSync(script)) {
    mkdirSync(folder, { recursive: true })
    process.stderr.write(`installing ${PORTKEY}@${PORTKEY_VERSION} into bench/build (once)\n`)
    const args = [
      'install',
      '--prefix',
      folder,
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      `${PORTKEY}@${PORTKEY_VERSION}`,
    ]
    try {
      await run('npm', args, { cwd: folder, timeout: 180_000, shell: process.platform === 'win32' })
    } catch (error) {
      return { ok: false, why: `the npm registry cannot be reached (${firstErrorLine(error)})` }
    }
    if (!existsSync(script)) return { ok: false, why: `${PORTKEY} has no build/start-server.js` }
  }
  return { ok: true, script, folder, version: versionIn(join(folder, 'node_modules', PORTKEY, 'package.json')) }
}

function firstErrorLine(error: unknown): string {
  const lines = String(error).split('\n')
  return lines.find((line) => line.startsWith('npm error')) ?? lines[0] ?? ''
}

/** The `version` of a package.json; `unknown` where it has none. */
export function versionIn(file: string): string {
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'))
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed ? String(parsed.version) : 'unknown'
}
