import { DIALECTS } from '#wire/dialects.ts'
import type { Server } from 'node:http'
import { resolve } from 'node:path'
import { platforms } from '#catalog/index.ts'
import { admission } from '#engine/admit/admission.ts'
import { allowances } from '#engine/admit/allowance.ts'
import type { Config, ConfigProblem } from '#engine/config/config.ts'
import { packageBook } from '#engine/meter/packages.ts'
import type { Fetch, Log, Ports } from '#engine/ports.ts'
import { refusedTraces } from '#engine/refused.ts'
import type { Engine } from '#engine/run.ts'
import { tokens } from '#engine/send/authenticate/tokens.ts'
import { keyHealth, type KeyHealth, type Standings } from '#engine/send/key-health.ts'
import { createAdmin } from '#server/admin.ts'
import { type Gateway, httpServer } from '#server/http.ts'
import { checkJson } from '#server/ports/check-json.ts'
import { undiciFetch } from '#server/ports/fetch.ts'
import { safeFetch } from '#server/ports/safe-fetch.ts'
import { webSocketFetch } from '#server/ports/web-socket.ts'
import { pinoLog } from '#server/ports/log.ts'
import { prometheusMetrics } from '#server/ports/metrics.ts'
import { ALONE, type Peers } from '#server/peers.ts'
import { answerPeers } from '#server/operation.ts'
import { systemClock, systemRandom } from '#server/ports/system.ts'
import { type ConfigSource, loadFrom, nameClashes, problemText, type Reloader, reloader } from '#server/reload.ts'
import { atTurnEnd } from '#server/turn.ts'
import { openStore, type Store, type StoreOptions } from '#store/index.ts'

export interface StartOptions {
  /** Absent = embedded defaults. */
  readonly configFile?: string
  readonly dataDir?: string
  /** A catalog overlay, instead of the one that the configuration names. */
  readonly catalog?: string
  readonly host?: string
  readonly port?: number
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly log?: Log
  /** The other processes of this gateway, if there are any. */
  readonly peers?: Peers
}

/** Keys made at the very first start on a data folder. Shown once; only their hashes are kept. */
export interface FirstRun {
  readonly adminKey: string
  /** Absent where the configuration declares callers. */
  readonly callerKey?: string
}

export interface RunningGateway {
  /** `http://host:port` */
  readonly url: string
  readonly notes: readonly string[]
  readonly firstRun?: FirstRun
  /** Takes the file again; the problems that kept the last good configuration. */
  readonly reload: () => readonly ConfigProblem[]
  /** Takes no new requests, lets running ones finish up to the configured bound, writes the books, and closes. */
  readonly close: () => Promise<void>
}

/** Thrown by `startGateway` for what the operator has to mend. */
export class CannotStart extends Error {}

/** The composition root: the only place that knows every room. */
export async function startGateway(options: StartOptions = {}): Promise<RunningGateway> {
  const log = options.log ?? pinoLog()
  const source = sourceOf(options)
  const loaded = loadFrom(source)
  if (!loaded.ok) throw new CannotStart(loaded.problems.map((problem) => problemText(problem, source.file)).join('\n'))
  const memoryBytes = (): number => configuration.snapshot().config.memory.maxBytes
  const store = await openStore({ ...storePlace(loaded.config), log, memoryBytes })
  const clashes = nameClashes(loaded.config, store.vault)
  if (clashes.length > 0) {
    await store.close()
    throw new CannotStart(clashes.map((problem) => problemText(problem, source.file)).join('\n'))
  }
  const firstRun = await firstKeys(store, loaded.config)
  const configuration = reloader(loaded, source, { vault: store.vault, log })
  const network = networkFetch()
  const keys = keyHealth({ clock: systemClock, random: systemRandom, log })
  const metrics = prometheusMetrics({ open: () => gateway.open, keys: () => fares(configuration, keys) })
  const ports: Ports = {
    clock: systemClock,
    random: systemRandom,
    fetch: network.fetch,
    ledger: store.ledger,
    vault: store.vault,
    memory: store.memory,
    media: safeFetch(),
    checkJson,
    log,
    metrics,
  }
  const shares = allowances(store.shares, systemClock)
  const engine: Engine = {
    ports,
    dialects: DIALECTS,
    admission: admission(shares),
    packages: packageBook(),
    refused: refusedTraces(),
    tokens: tokens(ports.clock),
    keys,
    snapshot: configuration.snapshot,
  }
  const admin = createAdmin({ store, snapshot: configuration.snapshot, reload: configuration.reload })
  const writes = atTurnEnd((error) =>
    log.error({ reason: String(error) }, 'a write to a caller failed by a bug of ours'),
  )
  const { peers = ALONE } = options
  const gateway: Gateway = { engine, store, metrics, admin, atTurnEnd: writes, peers, draining: false, open: 0 }
  answerPeers(gateway)
  const server = httpServer(gateway)
  const url = await listen(server, loaded.config)
  return {
    url,
    notes: loaded.notes,
    ...(firstRun === undefined ? {} : { firstRun }),
    reload: configuration.reload,
    close: once(() =>
      close({ gateway, server, configuration, closeNetwork: network.close, closeShares: () => shares.close() }),
    ),
  }
}

/** How the keys of each provider fare. */
function fares({ snapshot }: Reloader, keys: KeyHealth): readonly ({ readonly id: string } & Standings)[] {
  return snapshot().config.providers.map((provider) => ({ id: provider.id, ...keys.standings(provider) }))
}

/** Where the books are, and how replicas share them. */
function storePlace({ data, database, redis, replicas }: Config): Omit<StoreOptions, 'log'> {
  const { leaseDoubtMs, redisDeadlineMs: deadlineMs, whenUnreachable } = replicas
  return {
    dataDir: resolve(data),
    ...(database === undefined ? {} : { database, leaseDoubtMs }),
    ...(redis === undefined ? {} : { redis: { url: redis, deadlineMs, whenUnreachable } }),
  }
}

/** Where the configuration comes from, as this start was told. */
function sourceOf(options: StartOptions): ConfigSource {
  return {
    file: options.configFile === undefined ? undefined : resolve(options.configFile),
    env: options.env ?? process.env,
    dataDir: options.dataDir,
    catalog: options.catalog === undefined ? undefined : resolve(options.catalog),
    host: options.host,
    port: options.port,
  }
}

/** Sockets for real platforms; the built-in simulator is answered in process, and loaded when it is first asked. */
function networkFetch(): { fetch: Fetch; close: () => Promise<void> } {
  const sockets = undiciFetch()
  const origins = [...platforms.values()]
    .filter(({ kind }) => kind === 'simulator')
    .flatMap(({ regions }) => regions.map(({ baseUrl }) => baseUrl))
  let simulator: Promise<Fetch> | undefined
  const load = async (): Promise<Fetch> => (await import('#simulator/in-process.ts')).builtInSimulator().fetch
  const simulate: Fetch = async (request, signal) => {
    simulator ??= load()
    return (await simulator)(request, signal)
  }
  const fetch: Fetch = (request, signal) => {
    if (request.url.startsWith('ws')) return webSocketFetch(request, signal)
    return origins.some((origin) => request.url.startsWith(origin))
      ? simulate(request, signal)
      : sockets.fetch(request, signal)
  }
  return { fetch, close: sockets.close }
}

/** Makes an admin key, and a caller key where none is declared, on a store that has never had any. */
async function firstKeys(store: Store, config: Config): Promise<FirstRun | undefined> {
  if ((await store.keys.list()).length > 0) return undefined
  const declared = new Set(config.keys.map(({ name }) => name))
  if (declared.has('admin')) return undefined
  const admin = await store.keys.create({ name: 'admin', role: 'admin', models: [], limits: {} })
  if (declared.size > 0) return { adminKey: admin.key }
  const caller = await store.keys.create({ name: 'first', role: 'caller', models: [], limits: {} })
  return { adminKey: admin.key, callerKey: caller.key }
}

function listen(server: Server, config: Config): Promise<string> {
  const { host, port } = config.server
  return new Promise((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const words =
        error.code === 'EADDRINUSE' ? `port ${port} on ${host} is taken: choose another with --port` : String(error)
      fail(new CannotStart(words))
    })
    server.listen({ host, port, backlog: 4096 }, () => {
      const address = server.address()
      const actual = typeof address === 'object' && address !== null ? address.port : port
      done(`http://${host.includes(':') ? `[${host}]` : host}:${actual}`)
    })
  })
}

interface Running {
  readonly gateway: Gateway
  readonly server: Server
  readonly configuration: Reloader
  readonly closeNetwork: () => Promise<void>
  readonly closeShares: () => void
}

async function close({ gateway, server, configuration, closeNetwork, closeShares }: Running): Promise<void> {
  const { engine, store } = gateway
  gateway.draining = true
  configuration.close()
  const closed = new Promise<void>((done) => {
    server.close(() => done())
  })
  server.closeIdleConnections()
  const { drainMs } = engine.snapshot().config.server
  const cut = setTimeout(() => {
    engine.ports.log.warn({ open: gateway.open }, 'drain bound reached: the rest is cut off')
    server.closeAllConnections()
  }, drainMs)
  // A connection that has not asked anything yet is not idle in Node's eyes, and would hold up the end.
  const idle = setInterval(
    () => (gateway.open === 0 ? server.closeAllConnections() : server.closeIdleConnections()),
    100,
  )
  await closed
  clearTimeout(cut)
  clearInterval(idle)
  while (gateway.open > 0) {
    await new Promise((done) => {
      setTimeout(done, 5)
    })
  }
  closeShares()
  await store.close()
  await closeNetwork()
}

function once(action: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return () => (running ??= action())
}
