import cluster from 'node:cluster'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { CATALOG_OPTION, CannotRun, type Command, type Context, type ExitCode, WrongUsage } from '#cli/command.ts'
import { configFile } from '#cli/configuration.ts'
import { say } from '#cli/language.ts'
import type { Peers, Started, ToPeer } from '#server/peers.ts'
import type { FirstRun, RunningGateway, StartOptions } from '#server/start.ts'

/** Runs the gateway until it is asked to stop. */
export const serve: Command = {
  name: 'serve',
  summary: { en: 'run the gateway', zh: '运行网关' },
  usage: 'serve [options]',
  example: 'tongwen serve --port 8787',
  options: [
    {
      name: 'host',
      kind: 'text',
      value: 'HOST',
      about: { en: "address to listen on, instead of the configuration's", zh: '监听地址，优先于配置文件' },
    },
    {
      name: 'port',
      kind: 'text',
      value: 'PORT',
      about: {
        en: "port, instead of the configuration's; 0 = any free one",
        zh: '端口，优先于配置文件；0 表示任意空闲端口',
      },
    },
    {
      name: 'workers',
      kind: 'text',
      value: 'N',
      about: {
        en: 'processes that share the port; `auto` = one for each core',
        zh: '共享端口的进程数；`auto` 表示每个核一个',
      },
    },
    CATALOG_OPTION,
  ],
  async run(context) {
    const count = workerCount(context.options.text('workers'))
    if (cluster.isWorker) return runAsWorker(context)
    if (count > 1) return runWorkers(context, count)
    const gateway = await start(context)
    greet(context, gateway)
    context.onHangUp(() => void gateway.reload())
    const signal = await context.stopped()
    context.stderr.write(`${say(context.language, 'stopping', { signal })}\n`)
    await gateway.close()
    return 0
  },
}

function workerCount(text: string | undefined): number {
  if (text === undefined) return 1
  if (text === 'auto') return availableParallelism()
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new WrongUsage('--workers must be a whole number from 1 to 999, or `auto`')
  return Number(text)
}

/** The primary: starts the others, passes signals on, serves nothing itself. */
async function runWorkers(context: Context, count: number): Promise<ExitCode> {
  const { startWorkers, WorkerFailed } = await import('#server/workers.ts')
  try {
    const workers = await startWorkers(count, (message) => context.stderr.write(`${message}\n`))
    greet(context, workers.started)
    context.onHangUp(() => workers.reload())
    const signal = await context.stopped()
    context.stderr.write(`${say(context.language, 'stopping', { signal })}\n`)
    await workers.close()
    return 0
  } catch (error) {
    // It has said why on stderr, which it shares with us.
    if (error instanceof WorkerFailed) return error.code === 2 ? 2 : 3
    throw error
  }
}

async function runAsWorker(context: Context): Promise<ExitCode> {
  const { tell, workerPeers } = await import('#server/peers.ts')
  const gateway = await start(context, workerPeers())
  const { url, notes, firstRun } = gateway
  tell({ kind: 'listening', started: { url, notes, ...(firstRun === undefined ? {} : { firstRun }) } })
  process.on('message', (message: ToPeer) => {
    if (message.kind === 'reload') gateway.reload()
  })
  // A primary that was killed leaves workers that nobody can stop: they stop by themselves.
  const orphaned = new Promise<void>((done) => {
    process.once('disconnect', done)
  })
  await Promise.race([context.stopped(), orphaned])
  await gateway.close()
  if (process.connected) process.disconnect()
  return 0
}

async function start(context: Context, peers?: Peers): Promise<RunningGateway> {
  const options = { ...startOptions(context), ...(peers === undefined ? {} : { peers }) }
  const { CannotStart, startGateway } = await import('#server/start.ts')
  try {
    return await startGateway(options)
  } catch (error) {
    throw error instanceof CannotStart ? new CannotRun(error.message) : error
  }
}

function startOptions(context: Context): StartOptions {
  const { options, cwd, env } = context
  const file = configFile(context)
  const data = options.text('data')
  const catalog = options.text('catalog')
  const host = options.text('host')
  const port = options.text('port')
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) {
    throw new WrongUsage('--port must be a whole number from 0 to 65535')
  }
  return {
    env,
    ...(file === undefined ? {} : { configFile: resolve(cwd, file) }),
    ...(data === undefined ? {} : { dataDir: resolve(cwd, data) }),
    ...(catalog === undefined ? {} : { catalog: resolve(cwd, catalog) }),
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port: Number(port) }),
  }
}

function greet({ stdout, stderr, options, language }: Context, gateway: Started): void {
  const { url, notes, firstRun } = gateway
  if (options.flag('json')) {
    stdout.write(`${JSON.stringify({ url, notes, ...(firstRun === undefined ? {} : { firstRun }) })}\n`)
    return
  }
  for (const note of notes) stderr.write(`${say(language, 'note')}: ${note}\n`)
  stdout.write(`${say(language, 'listening', { url })}\n`)
  if (firstRun !== undefined) stdout.write(welcome(firstRun, url, language))
}

function welcome({ adminKey, callerKey }: FirstRun, url: string, language: Context['language']): string {
  const lines = ['', say(language, 'first-start'), `  ${say(language, 'admin-key')}: ${adminKey}`]
  if (callerKey === undefined) return `${lines.join('\n')}\n`
  lines.push(
    `  ${say(language, 'caller-key')}: ${callerKey}`,
    '',
    say(language, 'try-it'),
    curl({ url, key: callerKey, stream: false }),
    '',
    say(language, 'try-stream'),
    curl({ url, key: callerKey, stream: true }),
  )
  return `${lines.join('\n')}\n`
}

/** One line, no line breaks inside: what is pasted runs in every shell that knows single quotes. */
function curl({ url, key, stream }: { url: string; key: string; stream: boolean }): string {
  const body = {
    model: FIRST_MODEL,
    messages: [{ role: 'user', content: 'Hello' }],
    ...(stream ? { stream: true } : {}),
  }
  const reachable = url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:')
  return [
    `curl ${stream ? '-N ' : ''}${reachable}/v1/chat/completions`,
    `-H 'authorization: Bearer ${key}'`,
    "-H 'content-type: application/json'",
    `-d '${JSON.stringify(body)}'`,
  ].join(' ')
}

/** The simulator is always there, takes any model's name, and says back what it hears. */
const FIRST_MODEL = 'simulator/echo'
