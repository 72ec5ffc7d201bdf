import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'

/**
 * Real servers for tests: the ones that variables name, else started from binaries on this machine, else installed by
 * apt-get where we are root. One of each kind serves a whole test run; `test/support/servers-setup.ts` stops them.
 */
export type Server = { readonly url: string } | { readonly missing: string }

const ROOT = process.env['TONGWEN_TEST_SERVERS']
const REDIS_DATABASES = 100_000
const WAIT_MS = 120_000

let databases = 0

/** A PostgreSQL database of its own for whoever asks, empty. */
export async function freshDatabase(): Promise<Server> {
  const server = await shared('postgres', process.env['TONGWEN_TEST_POSTGRES_URL'], startPostgres)
  if ('missing' in server) return server
  const name = `tongwen_${process.pid}_${(databases += 1)}_${randomBytes(4).toString('hex')}`
  await statement(server.url, `CREATE DATABASE ${name}`)
  const url = new URL(server.url)
  url.pathname = `/${name}`
  return { url: url.href }
}

/** A Redis database of its own for whoever asks, empty. */
export async function freshRedis(): Promise<Server> {
  const given = process.env['TONGWEN_TEST_REDIS_URL']
  const server = await shared('redis', given, startRedis)
  if ('missing' in server || given !== undefined) return server
  return { url: `${server.url}/${randomInt(1, REDIS_DATABASES)}` }
}

/** A Redis server of its own, to be stopped, or undefined where there is none to start. */
export async function ownRedis(): Promise<{ readonly url: string; readonly process: ChildProcess } | undefined> {
  const started = await startRedis(mkdtempSync(join(tmpdir(), 'tongwen-redis-')))
  return 'missing' in started ? undefined : started
}

/** Runs one statement by itself. */
export async function statement(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

type Started = { readonly url: string; readonly process: ChildProcess } | { readonly missing: string }

/** The first who asks starts it, whichever process that is; the others wait for its address. */
async function shared(
  name: string,
  given: string | undefined,
  start: (directory: string) => Promise<Started>,
): Promise<Server> {
  if (given !== undefined) return { url: given }
  if (ROOT === undefined) return { missing: 'no directory for servers: run the tests by `npm test`' }
  const directory = join(ROOT, name)
  const answer = join(ROOT, `${name}.json`)
  try {
    mkdirSync(directory, { mode: 0o755 })
  } catch {
    for (let waited = 0; !existsSync(answer); waited += 50) {
      if (waited > WAIT_MS) return { missing: `${name} did not start` }
      await pause(50)
    }
    return readServer(answer)
  }
  let server: Server
  try {
    const started = await start(directory)
    server = started
    if (!('missing' in started)) {
      writeFileSync(join(ROOT, `${name}.pid`), String(started.process.pid))
      started.process.unref()
      server = { url: started.url }
    }
  } catch (error) {
    server = { missing: `${name} could not be started: ${String(error)}` }
  }
  writeFileSync(`${answer}.part`, JSON.stringify(server))
  execFileSync('mv', [`${answer}.part`, answer])
  return server
}

function readServer(file: string): Server {
  return JSON.parse(readFileSync(file, 'utf8'))
}

async function startPostgres(directory: string): Promise<Started> {
  const binary = findPostgres() ?? (install('postgresql') ? findPostgres() : undefined)
  if (binary === undefined) return { missing: 'no PostgreSQL on this machine, and none could be installed' }
  const user = userOf(directory)
  const data = join(directory, 'data')
  const initdb = binary.replace(/postgres$/, 'initdb')
  const made = spawnSync(
    initdb,
    ['-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C', '--no-sync'],
    { ...user, cwd: directory, encoding: 'utf8' },
  )
  if (made.status !== 0) return { missing: `initdb failed: ${made.stderr}` }
  const port = await freePort()
  const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${directory}`, 'max_connections=300']
  const child = spawn(binary, ['-D', data, '-p', String(port), '-F', ...settings.flatMap((each) => ['-c', each])], {
    ...user,
    cwd: directory,
    stdio: 'ignore',
  })
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  for (let tries = 0; tries < 200; tries += 1) {
    try {
      await statement(url, 'SELECT 1')
      return { url, process: child }
    } catch {
      await pause(50)
    }
  }
  child.kill('SIGKILL')
  return { missing: 'PostgreSQL was started and does not answer' }
}

async function startRedis(directory: string): Promise<Started> {
  const binary = findRedis() ?? (install('redis-server') ? findRedis() : undefined)
  if (binary === undefined) return { missing: 'no redis-server, and none could be installed' }
  const port = await freePort()
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const more = ['--databases', String(REDIS_DATABASES), '--dir', directory]
  const child = spawn(binary, [...settings, ...more], { stdio: ['ignore', 'pipe', 'ignore'] })
  await new Promise<void>((ready, failed) => {
    child.stdout.on('data', (chunk: Buffer) => {
      if (/[Rr]eady to accept/.test(chunk.toString())) ready()
    })
    child.once('error', failed)
    child.once('exit', (code) => failed(new Error(`ended with ${code}`)))
  })
  child.stdout.resume()
  return { url: `redis://127.0.0.1:${port}`, process: child }
}

function findPostgres(): string | undefined {
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root) ? readdirSync(root).toSorted((a, b) => Number(b) - Number(a)) : []
  const places = versions.map((version) => join(root, version, 'bin', 'postgres'))
  return [...places, ...onPath('postgres')].find(
    (path) => existsSync(path) && existsSync(path.replace(/postgres$/, 'initdb')),
  )
}

function findRedis(): string | undefined {
  return ['valkey-server', 'redis-server'].flatMap(onPath).find((path) => existsSync(path))
}

function onPath(name: string): string[] {
  return (process.env['PATH'] ?? '').split(':').map((directory) => join(directory, name))
}

/** Debian's packages start a service of their own on the usual port, which we leave alone. */
function install(name: string): boolean {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get') || process.env['TONGWEN_TEST_INSTALL'] === 'no')
    return false
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const run = (...args: string[]): boolean => spawnSync('apt-get', args, { env, timeout: WAIT_MS }).status === 0
  return (
    run('install', '-y', '--no-install-recommends', name) ||
    (run('update') && run('install', '-y', '--no-install-recommends', name))
  )
}

/** PostgreSQL refuses to run as root. */
function userOf(directory: string): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const found = spawnSync('id', ['-u', 'postgres'], { encoding: 'utf8' })
  const uid = found.status === 0 ? Number(found.stdout) : 65_534
  chownSync(directory, uid, -1)
  chmodSync(directory, 0o755)
  return { uid, gid: 65_534 }
}

function freePort(): Promise<number> {
  return new Promise((found) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => found(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => {
    setTimeout(done, ms)
  })
}

/** Ends what a run has started, and its files. */
export function stopServers(root: string): void {
  for (const name of readdirSync(root).filter((file) => file.endsWith('.pid'))) {
    try {
      process.kill(Number(readFileSync(join(root, name), 'utf8')), 'SIGKILL')
    } catch {
      // Gone already.
    }
  }
  rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
}
