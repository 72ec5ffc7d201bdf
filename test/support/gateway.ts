import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { stringify } from 'yaml'
import type { Log } from '#engine/ports.ts'
import { type RunningGateway, startGateway } from '#server/start.ts'

export const KEY = 'sk-tw-test-0123456789abcdef'

export interface TestGateway extends RunningGateway {
  readonly dir: string
  readonly configFile: string
  /** What was logged, as one text a line. */
  readonly logged: string[]
  openai(options?: Partial<ConstructorParameters<typeof OpenAI>[0]>): OpenAI
  anthropic(options?: Partial<ConstructorParameters<typeof Anthropic>[0]>): Anthropic
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>
  get(path: string, headers?: Record<string, string>): Promise<Response>
  stop(): Promise<void>
}

/** A real gateway on a real socket, in this process, on a folder of its own. */
export async function startTestGateway(config: Record<string, unknown>): Promise<TestGateway> {
  const dir = mkdtempSync(join(tmpdir(), 'tongwen-test-'))
  const configFile = join(dir, 'tongwen.yaml')
  writeFileSync(configFile, stringify({ keys: [{ name: 'test', key: KEY }], ...config }))
  const logged: string[] = []
  const write = (fields: unknown, message: string): void => {
    logged.push(`${message} ${JSON.stringify(fields)}`)
  }
  const log: Log = { info: write, warn: write, error: write }
  const running = await startGateway({ configFile, dataDir: join(dir, 'data'), port: 0, env: {}, log })
  const { url } = running
  return {
    ...running,
    dir,
    configFile,
    logged,
    openai: (options) => new OpenAI({ baseURL: `${url}/v1`, apiKey: KEY, maxRetries: 0, ...options }),
    anthropic: (options) => new Anthropic({ baseURL: url, apiKey: KEY, maxRetries: 0, ...options }),
    post: (path, body, headers = {}) =>
      fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}`, ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    get: (path, headers = {}) => fetch(url + path, { headers: { authorization: `Bearer ${KEY}`, ...headers } }),
    stop: async () => {
      await running.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** A gateway whose `openai-like` and `anthropic-like` routes lead to one upstream in the two dialects. */
export function gatewayTo(upstream: string, more: Record<string, unknown> = {}): Promise<TestGateway> {
  return startTestGateway({
    providers: {
      o: { platform: 'openai-compatible', baseUrl: `${upstream}/v1`, apiKey: 'sk-upstream-openai' },
      a: { platform: 'anthropic-compatible', baseUrl: upstream, apiKey: 'sk-upstream-anthropic' },
    },
    routes: { 'openai-like': { targets: ['o/some-model'] }, 'anthropic-like': { targets: ['a/some-claude'] } },
    ...more,
  })
}
