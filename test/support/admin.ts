import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { released } from '#catalog/index.ts'
import type { Caller } from '#engine/admit/keyring.ts'
import type { Config, ConfigProblem } from '#engine/config/config.ts'
import type { Snapshot } from '#engine/run.ts'
import { createAdmin } from '#server/admin.ts'
import type { AdminParts } from '#server/admin/call.ts'
import { StoreFailure, type StoredKey, type UsageQuery, type UsageRow } from '#store/index.ts'

export const NOW: number = Date.UTC(2026, 10, 22, 12)
const ADMIN: Caller = { id: 'key-a', name: 'admin', role: 'admin', hash: new Uint8Array(32), models: [], limits: {} }
export const SHOP: Caller = {
  ...ADMIN,
  id: 'key-s',
  name: 'shop',
  role: 'caller',
  models: ['qwen/*'],
  budget: { amount: '100.00', currency: 'CNY', period: 'month' },
}

const CONFIG: Config = {
  file: 'tongwen.yaml',
  server: {
    host: '127.0.0.1',
    port: 8787,
    limits: {
      bodyBytes: 1_000_000,
      jsonDepth: 64,
      headersMs: 1_000,
      bodyMs: 1_000,
      stalledCallerMs: 1_000,
      frameBytes: 1_000,
      answerBytes: 1_000,
    },
    keepAliveMs: 0,
    drainMs: 0,
  },
  data: './data',
  replicas: { leaseDoubtMs: 60_000, redisDeadlineMs: 50, whenUnreachable: 'refuse' },
  memory: { responsesMs: 0, reasoningMs: 0, maxBytes: 1_000 },
  media: { allowHosts: [], maxBytes: 1_000, timeoutMs: 1_000 },
  refuse: [],
  providers: [
    {
      id: 'qwen',
      platform: 'dashscope',
      apiKeys: ['sk-0123456789abcdef0123456789'],
      timeouts: { connectMs: 1, firstByteMs: 2, idleMs: 3, totalMs: 4 },
      headers: { 'x-team': 'shop', 'x-auth-token': 'tok-0123456789abcdef0123456789' },
    },
  ],
  routes: [{ name: 'gpt-4o', targets: [{ target: 'qwen/qwen3.8-max', weight: 1 }], strategy: 'priority' }],
  keys: [{ name: 'declared', key: 'sk-declared-0123456789abcd', role: 'caller', models: [], limits: {} }],
  groups: [{ kind: 'team', name: 'fixed', models: [], limits: {} }],
}

const STORED: StoredKey = { ...SHOP, preview: 'sk-tw-…abcd', createdAt: Date.UTC(2026, 0, 1) }

export const TOKENS: UsageRow['tokens'] = {
  inputFresh: 10,
  inputCached: 0,
  cacheWriteShort: 0,
  cacheWriteLong: 0,
  inputAudio: 0,
  outputText: 5,
  outputReasoning: 0,
  outputAudio: 0,
}
const ROW: UsageRow = {
  group: ['key-s', undefined],
  requests: 2,
  released: 0,
  estimated: 0,
  unsettled: 0,
  adjustments: 0,
  tokens: TOKENS,
  costs: [{ nanos: 1_500_000_000n, currency: 'CNY' }],
}

interface World {
  readonly problems?: readonly ConfigProblem[]
  readonly asked?: UsageQuery[]
}

function parts({ problems = [], asked = [] }: World): AdminParts {
  return {
    now: () => NOW,
    snapshot: () => ({ config: CONFIG, catalog: released }) as Snapshot,
    reload: () => problems,
    store: {
      ledger: { spent: async () => 30_500_000_000n },
      usage: async (query) => {
        asked.push(query)
        return [ROW]
      },
      keys: {
        list: async () => [STORED],
        create: async (wanted) => {
          if (wanted.name === 'shop') throw new StoreFailure('name-taken', "there is a key named 'shop' already")
          return {
            key: 'sk-tw-fresh',
            record: { ...wanted, id: 'key-n', hash: new Uint8Array(32), preview: 'sk-tw-…resh', createdAt: NOW },
          }
        },
        revoke: async (id) => {
          if (id !== 'key-s') throw new StoreFailure('no-such-key', `no key has the id or name '${id}'`)
          return { ...STORED, revokedAt: NOW }
        },
        update: async (id, { team }) => {
          if (id !== 'key-s') throw new StoreFailure('no-such-key', `no live key has the id or name '${id}'`)
          return { ...STORED, ...(typeof team === 'string' ? { team } : {}) }
        },
      },
      shares: { draw: async () => ({ granted: 0n, left: 60_000_000_000n, others: 0n, scarce: false }) },
      adjust: async (wanted) => ({ ...wanted, bookedAt: NOW }),
      groups: {
        list: async () => [{ kind: 'organisation', name: 'acme', models: [], limits: {}, createdAt: NOW }],
        create: async (wanted) => ({ ...wanted, createdAt: NOW }),
        update: async (group, { models = [] }) => ({ ...group, models, limits: {}, createdAt: NOW }),
        remove: async (group) => {
          if (group.name === 'full') throw new StoreFailure('in-use', "keys belong to the team 'full': shop")
          return { ...group, models: [], limits: {}, createdAt: NOW }
        },
      },
    },
  }
}

/** One call of the admin API. */
export interface Asked {
  readonly caller?: Caller
  readonly body?: string
  readonly key?: string
  readonly world?: World
}

/** One call through the admin API: status and JSON, or the failure's kind, code, param and message. */
export async function ask(line: string, { caller = ADMIN, body = '', key, world = {} }: Asked = {}): Promise<unknown> {
  const [method, url = ''] = line.split(' ')
  const [path = '', query = ''] = url.split('?')
  const request = Object.assign(Readable.from([Buffer.from(body)]), { method, headers: {} }) as unknown
  const operation = { request: request as IncomingMessage, path, query, key }
  const reply = await createAdmin(parts(world)).answer(caller, operation)
  if (reply.kind === 'refused') {
    const { kind, code, param, message } = reply.failure
    return { kind, code, param, message }
  }
  if (reply.kind === 'stream') throw new Error('not expected')
  return { status: reply.status, body: JSON.parse(String(reply.body)) as unknown }
}

export const SHOP_INFO: object = {
  id: 'key-s',
  name: 'shop',
  role: 'caller',
  preview: 'sk-tw-…abcd',
  owner: 'store',
  models: ['qwen/*'],
  limits: {},
  budget: { amount: '100.00', currency: 'CNY', period: 'month' },
  createdAt: '2026-01-01T00:00:00.000Z',
}
