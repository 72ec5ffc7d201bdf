import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { createServer } from 'node:net'
import { availableParallelism } from 'node:os'

/** Where the load side (stub and load generator) and the gateway run. */
export type Cores =
  | { readonly pinned: true; readonly load: number; readonly gateway: number }
  | { readonly pinned: false; readonly why: string }

/** What to start; its output goes to `log`. */
export interface Command {
  readonly command: string
  readonly args: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly folder?: string
  readonly log: string
}

/** A started process group. `stop` ends all of it and waits. */
export interface Running {
  readonly pid: number
  /** How it ended; undefined while it runs. */
  readonly ended: () => string | undefined
  readonly stop: () => Promise<void>
}

/** What a process group has used so far. */
export interface Usage {
  readonly cpuSeconds: number
  readonly rssBytes: number
}

/** Busy and stolen seconds of one core since the machine started. */
export interface CoreTime {
  readonly busy: number
  readonly stolen: number
}

export const linux: boolean = process.platform === 'linux'
const TICKS_A_SECOND = 100

export const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
  })

/** Two cores that share no physical core, of those that this process may use; pins this process to the first. */
export function chooseCores(): Cores {
  if (!linux) return { pinned: false, why: `no taskset on ${process.platform}` }
  const allowed = numbers(/Cpus_allowed_list:\s*(\S+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '')
  const [load] = allowed
  if (load === undefined || allowed.length < 2) return { pinned: false, why: 'fewer than two cores' }
  const siblings = siblingsOf(load)
  const gateway = allowed.find((core) => core !== load && !siblings.has(core)) ?? allowed[1] ?? load
  try {
    execFileSync('taskset', ['-a', '-p', '-c', String(load), String(process.pid)], { stdio: 'ignore' })
  } catch {
    return { pinned: false, why: 'no taskset on this machine' }
  }
  return { pinned: true, load, gateway }
}

function siblingsOf(core: number): ReadonlySet<number> {
  try {
    const file = `/sys/devices/system/cpu/cpu${core}/topology/thread_siblings_list`
    return new Set(numbers(readFileSync(file, 'utf8').trim()))
  } catch {
    return new Set()
  }
}

/** `0-2,5` as 0, 1, 2, 5. */
function numbers(list: string): number[] {
  return list.split(',').flatMap((range) => {
    const [first = NaN, last = first] = range.split('-').map(Number)
    return Number.isNaN(first) ? [] : Array.from({ length: last - first + 1 }, (_, index) => first + index)
  })
}

/** Starts a command as a process group of its own, on the given core where pinning works. */
export function start(command: Command, core: number | undefined): Running {
  const out = openSync(command.log, 'w')
  const pin = core === undefined ? [] : ['taskset', '-c', String(core)]
  const [program = '', ...args] = [...pin, command.command, ...command.args]
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', out, out],
    ...(command.folder === undefined ? {} : { cwd: command.folder }),
    env: { ...process.env, NODE_ENV: 'production', ...command.environment },
  })
  closeSync(out)
  let ended: string | undefined
  const exit = new Promise<void>((resolve) => {
    const end = (how: string): void => {
      ended = how
      resolve()
    }
    child.on('exit', (code, name) => end(name === null ? `with code ${code}` : `by ${name}`))
    child.on('error', (error) => end(`before it began: ${error.message}`))
  })
  const pid = child.pid ?? -1
  running.add(child)
  return {
    pid,
    ended: () => ended,
    stop: async () => {
      running.delete(child)
      if (ended === undefined) signal(child, 'SIGTERM')
      await Promise.race([exit, sleep(2_000)])
      if (ended === undefined) signal(child, 'SIGKILL')
      await exit
    },
  }
}

const running = new Set<ChildProcess>()

/** Nothing that was started here outlives the run. */
export function stopAllOnExit(): void {
  process.on('exit', () => {
    for (const child of running) signal(child, 'SIGKILL')
  })
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => process.exit(1))
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, name)
  } catch {
    // Gone already.
  }
}

/** Runs a short command on a core and gives its standard output. */
export function output(command: string, args: readonly string[], core: number | undefined): Promise<string> {
  const [program = '', ...rest] = [...(core === undefined ? [] : ['taskset', '-c', String(core)]), command, ...args]
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
    running.add(child)
    let text = ''
    child.stdout.on('data', (chunk) => (text += String(chunk)))
    child.on('error', reject)
    child.on('close', (code) => {
      running.delete(child)
      if (code === 0) resolve(text)
      else reject(new Error(`${command} ended with ${code}: ${text.slice(0, 500)}`))
    })
  })
}

/** A port of the loopback address that nobody uses. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

/** A call by node:http on a connection of its own; status 0 = nobody answered. */
export function call(
  port: number,
  path: string,
  post?: { readonly headers: readonly string[]; readonly body: string },
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve) => {
    const fields = (post?.headers ?? []).map((line) => {
      const colon = line.indexOf(': ')
      return [line.slice(0, colon), line.slice(colon + 2)]
    })
    const headers = {
      'content-type': 'application/json',
      ...Object.fromEntries(fields),
      ...(post === undefined ? {} : { 'content-length': String(Buffer.byteLength(post.body)) }),
    }
    const method = post === undefined ? 'GET' : 'POST'
    const outgoing = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false }, (incoming) => {
      let body = ''
      incoming.on('data', (chunk) => (body += String(chunk)))
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body }))
      incoming.on('error', () => resolve({ status: 0, body }))
    })
    outgoing.setTimeout(5_000, () => outgoing.destroy())
    outgoing.on('error', () => resolve({ status: 0, body: '' }))
    outgoing.end(post?.body)
  })
}

/** CPU time and resident memory of a process group. */
export function usageOf(group: number): Usage {
  if (!linux) return usageByPs(group)
  let cpuSeconds = 0
  let rssBytes = 0
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      if (Number(fields[2]) !== group) continue
      const status = readFileSync(`/proc/${entry}/status`, 'utf8')
      rssBytes += Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024
      cpuSeconds += threadSeconds(entry) ?? (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND
    } catch {
      // Ended while we read.
    }
  }
  return { cpuSeconds, rssBytes }
}

/** Nanosecond-exact, where the kernel keeps it; the clock of `stat` counts in hundredths of a second. */
function threadSeconds(pid: string): number | undefined {
  try {
    let total = 0
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      total += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e9
    }
    return total > 0 ? total : undefined
  } catch {
    return undefined
  }
}

function usageByPs(group: number): Usage {
  let cpuSeconds = 0
  let rssBytes = 0
  for (const line of execFileSync('ps', ['-A', '-o', 'pgid=,rss=,time='], { encoding: 'utf8' }).split('\n')) {
    const [pgid, rss = '0', time = ''] = line.trim().split(/\s+/)
    if (Number(pgid) !== group) continue
    rssBytes += Number(rss) * 1024
    cpuSeconds += time.split(/[:-]/).reduce((total, part) => total * 60 + Number(part), 0)
  }
  return { cpuSeconds, rssBytes }
}

/** Seconds that a core has worked, and seconds that the hypervisor took from it. */
export function coreTime(core: number): CoreTime {
  const line = new RegExp(`^cpu${core} (.*)$`, 'm').exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? ''
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, stolen = 0] = line.trim().split(/\s+/).map(Number)
  return {
    busy: (user + nice + system + irq + softirq + stolen) / TICKS_A_SECOND,
    stolen: stolen / TICKS_A_SECOND,
  }
}

/** How many cores this process sees, for the report. */
export const coreCount: number = availableParallelism()
