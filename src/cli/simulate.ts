import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { CannotRun, type Command, type Context, type Option, WrongUsage } from '#cli/command.ts'
import { FAULT_FORMS, parseFault } from '#simulator/fault.ts'
import { durationMs, type Profile } from '#simulator/profile.ts'
import { parseRecording, parseSplit, SPLIT_FORMS } from '#simulator/recording.ts'
import type { SimulatorServer, SimulatorServerOptions } from '#simulator/server.ts'

const OPTIONS: readonly Option[] = [
  {
    name: 'platform',
    kind: 'list',
    value: 'ID',
    about: {
      en: 'platform of the catalog; several take one port each (default simulator)',
      zh: '目录中的平台；可给多个，各占一个端口（默认 simulator）',
    },
  },
  {
    name: 'port',
    kind: 'text',
    value: 'PORT',
    about: {
      en: 'port of the first, counting up (default any free one)',
      zh: '第一个的端口，依次递增（默认任意空闲端口）',
    },
  },
  { name: 'host', kind: 'text', value: 'HOST', about: { en: 'default 127.0.0.1', zh: '默认 127.0.0.1' } },
  { name: 'region', kind: 'text', value: 'REGION', about: { en: "the platform's region", zh: '平台的地域' } },
  {
    name: 'key',
    kind: 'text',
    value: 'KEY',
    about: { en: 'the key that it takes (default any)', zh: '接受的密钥（默认任意）' },
  },
  {
    name: 'script',
    kind: 'text',
    value: 'FILE',
    about: { en: 'answers by rules: JSON, JSONL or YAML', zh: '按规则应答的脚本：JSON、JSONL 或 YAML' },
  },
  {
    name: 'latency',
    kind: 'text',
    value: 'TIME',
    about: { en: "until an answer's headers: 200ms, 1.5s", zh: '响应头之前的延迟：200ms、1.5s' },
  },
  {
    name: 'first-token',
    kind: 'text',
    value: 'TIME',
    about: { en: 'from the headers to the first token', zh: '从响应头到首个 token 的时间' },
  },
  { name: 'rate', kind: 'text', value: 'N', about: { en: 'tokens a second', zh: '每秒 token 数' } },
  {
    name: 'chunk',
    kind: 'text',
    value: 'N',
    about: { en: 'tokens in one event (default 1)', zh: '每个事件的 token 数（默认 1）' },
  },
  {
    name: 'jitter',
    kind: 'text',
    value: 'PART',
    about: { en: 'waits vary by this part: 0.2', zh: '等待时间的浮动比例：0.2' },
  },
  {
    name: 'fault',
    kind: 'text',
    value: 'FAULT',
    about: { en: `one of ${FAULT_FORMS.join(', ')}`, zh: `以下之一：${FAULT_FORMS.join('、')}` },
  },
  {
    name: 'fault-rate',
    kind: 'text',
    value: 'PART',
    about: { en: 'part of the requests that it befalls (default 1)', zh: '出错请求的比例（默认 1）' },
  },
  {
    name: 'recording',
    kind: 'text',
    value: 'FILE',
    about: { en: 'play this answer to every request', zh: '对每个请求回放该录制的应答' },
  },
  {
    name: 'split',
    kind: 'text',
    value: 'HOW',
    about: { en: `where writes are cut: ${SPLIT_FORMS.join(', ')}`, zh: `写出时的切分：${SPLIT_FORMS.join('、')}` },
  },
  { name: 'seed', kind: 'text', value: 'N', about: { en: 'of chance (default 1)', zh: '随机种子（默认 1）' } },
]

/** Plays platforms on local ports until it is asked to stop. */
export const simulateCommand: Command = {
  name: 'simulate',
  summary: { en: 'play platforms on local ports, with faults', zh: '在本地端口模拟各平台，可注入故障' },
  usage: 'simulate [options]',
  example: 'tongwen simulate --platform deepseek --port 4100 --rate 50 --fault cut:20 --fault-rate 0.1',
  options: OPTIONS,
  async run(context) {
    const servers = await startAll(context, await readOptions(context))
    await greet(context, servers)
    await context.stopped()
    await Promise.all(servers.map((server) => server.close()))
    return 0
  },
}

type Shared = Omit<SimulatorServerOptions, 'platform'>

async function startAll({ options }: Context, shared: Shared): Promise<SimulatorServer[]> {
  const { startSimulator } = await import('#simulator/server.ts')
  const named = options.list('platform')
  const servers: SimulatorServer[] = []
  for (const [index, platform] of (named.length === 0 ? ['simulator'] : named).entries()) {
    const port = shared.port === undefined || shared.port === 0 ? 0 : shared.port + index
    try {
      servers.push(await startSimulator({ ...shared, platform, port }))
    } catch (error) {
      await Promise.all(servers.map((server) => server.close()))
      throw new CannotRun(error instanceof Error ? error.message : String(error))
    }
  }
  return servers
}

async function readOptions(context: Context): Promise<Shared> {
  const { options } = context
  const given = {
    port: numberOption(context, 'port', { most: 65_535, whole: true }),
    host: options.text('host'),
    region: options.text('region'),
    key: options.text('key'),
    rules: await rulesOption(context),
    profile: profileOption(context),
    fault: faultOption(context),
    faultRate: numberOption(context, 'fault-rate', { most: 1 }),
    recording: recordingOption(context),
    split: splitOption(context),
    seed: numberOption(context, 'seed', { whole: true }),
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

function numberOption(
  { options }: Context,
  name: string,
  { most = Number.MAX_SAFE_INTEGER, whole = false }: { readonly most?: number; readonly whole?: boolean } = {},
): number | undefined {
  const text = options.text(name)
  if (text === undefined) return undefined
  const form = whole ? /^\d+$/ : /^\d+(?:\.\d+)?$/
  if (form.test(text) && Number(text) <= most) return Number(text)
  throw new WrongUsage(`--${name} must be a ${whole ? 'whole ' : ''}number from 0${most > 1e15 ? '' : ` to ${most}`}`)
}

function timeOption({ options }: Context, name: string): number | undefined {
  const text = options.text(name)
  const ms = text === undefined ? undefined : durationMs(text)
  if (text !== undefined && ms === undefined) throw new WrongUsage(`--${name} must be a time such as 200ms or 1.5s`)
  return ms
}

function profileOption(context: Context): Partial<Profile> {
  const given = {
    headersMs: timeOption(context, 'latency'),
    firstTokenMs: timeOption(context, 'first-token'),
    tokensPerSecond: numberOption(context, 'rate'),
    chunkTokens: numberOption(context, 'chunk', { whole: true }),
    jitter: numberOption(context, 'jitter', { most: 1 }),
  }
  if (given.tokensPerSecond === 0) throw new WrongUsage('--rate must be more than 0')
  if (given.chunkTokens === 0) throw new WrongUsage('--chunk must be 1 or more')
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

function faultOption({ options }: Context): Shared['fault'] {
  const text = options.text('fault')
  const fault = text === undefined ? undefined : parseFault(text)
  if (text !== undefined && fault === undefined)
    throw new WrongUsage(`--fault must be one of ${FAULT_FORMS.join(', ')}`)
  return fault
}

function splitOption({ options }: Context): Shared['split'] {
  const text = options.text('split')
  const split = text === undefined ? undefined : parseSplit(text)
  if (text !== undefined && split === undefined)
    throw new WrongUsage(`--split must be one of ${SPLIT_FORMS.join(', ')}`)
  return split
}

async function rulesOption(context: Context): Promise<Shared['rules']> {
  const file = context.options.text('script')
  if (file === undefined) return undefined
  const { parseScript } = await import('#simulator/script.ts')
  const parsed = parseScript(readText(context, file), file)
  if (!parsed.ok) throw new CannotRun(`${file}: ${parsed.message}`)
  return parsed.rules
}

function recordingOption(context: Context): Shared['recording'] {
  const file = context.options.text('recording')
  return file === undefined ? undefined : parseRecording(readText(context, file), file)
}

function readText({ cwd }: Context, file: string): string {
  try {
    return readFileSync(resolve(cwd, file), 'utf8')
  } catch (error) {
    throw new CannotRun(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

async function greet({ stdout, options }: Context, servers: readonly SimulatorServer[]): Promise<void> {
  const list = servers.map(({ url, simulator }) => ({ platform: simulator.platform.id, url }))
  if (options.flag('json')) {
    stdout.write(`${JSON.stringify(list)}\n`)
    return
  }
  const { exampleCall } = await import('#simulator/routes.ts')
  for (const { url, simulator } of servers) {
    const line = curl(url, exampleCall(simulator.platform), options.text('key'))
    stdout.write(`${simulator.platform.id}: ${url}\n  ${line}\n`)
  }
}

/** One line that works when pasted. */
function curl(url: string, call: { readonly path: string; readonly body: string }, key: string | undefined): string {
  const auth = key === undefined ? '' : ` -H 'authorization: Bearer ${key}'`
  return `curl -N '${url}${call.path}'${auth} -H 'content-type: application/json' -d '${call.body}'`
}
