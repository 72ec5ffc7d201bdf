import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { type RunningGateway, startGateway } from '#server/start.ts'
import { sendJson, startUpstream, type Upstream } from '#test/support/upstream.ts'

const KEY = 'sk-tw-test-0123456789abcdef'
const ADMIN = 'sk-tw-admin-0123456789abcdef'

let upstream: Upstream | undefined
let gateway: RunningGateway | undefined
const logged: string[] = []
const folders: string[] = []

afterEach(async () => {
  await gateway?.close()
  await upstream?.close()
  gateway = upstream = undefined
  logged.length = 0
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const ANSWER = {
  id: 'c',
  object: 'chat.completion',
  created: 0,
  model: 'house-1',
  choices: [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1000, completion_tokens: 1000, total_tokens: 2000 },
}

const CONFIG = `catalog: ./prices/overlay.yaml
keys:
  - { name: shop, key: ${KEY}, budget: { amount: "1.00", currency: CNY, period: month } }
  - { name: admin, key: ${ADMIN}, role: admin }
providers:
  ours: { platform: house, apiKey: sk-house }
routes:
  any: { targets: [ours/house-1] }
`

const overlay = (url: string, input: string): string => `source: price list of the data centre
asOf: 2026-11-20
platforms:
  house: { like: openai-compatible, regions: { rack: { baseUrl: "${url}/v1" } } }
models:
  house/house-1:
    prices: [{ currency: CNY, input: "${input}", output: "10" }]
`

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tongwen-overlay-'))
  folders.push(folder)
  return folder
}

/** A gateway on a folder with these files. */
async function begin(files: Readonly<Record<string, string>>, more: { catalog?: string } = {}): Promise<string> {
  const dir = newFolder()
  mkdirSync(join(dir, 'prices'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text)
  const write = (fields: unknown, message: string): void => void logged.push(`${message} ${JSON.stringify(fields)}`)
  gateway = await startGateway({
    configFile: join(dir, 'tongwen.yaml'),
    dataDir: join(dir, 'data'),
    port: 0,
    env: {},
    log: { info: write, warn: write, error: write },
    ...more,
  })
  return dir
}

function ask(): Promise<Response> {
  return fetch(`${gateway?.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` },
    body: JSON.stringify({ model: 'any', messages: [{ role: 'user', content: 'go' }] }),
  })
}

const costs = async (): Promise<string | null> => (await ask()).headers.get('x-tongwen-cost')

test('a platform, a model and a price that only the overlay knows are served, charged and shown as such', async () => {
  upstream = await startUpstream((_seen, response) => sendJson(response, ANSWER))
  await begin({ 'tongwen.yaml': CONFIG, 'prices/overlay.yaml': overlay(upstream.url, '2') })
  expect(gateway?.notes).toContain('catalog overlay ./prices/overlay.yaml adds house, house/house-1')
  const response = await ask()
  expect([response.status, response.headers.get('x-tongwen-cost')]).toEqual([200, '0.012 CNY'])
  expect(upstream.seen[0]).toMatchObject({ path: '/v1/chat/completions', json: { model: 'house-1' } })
  const admin = { headers: { authorization: `Bearer ${ADMIN}` } }
  const shown = await (await fetch(`${gateway?.url}/api/platforms/house`, admin)).json()
  expect(shown).toMatchObject({
    origin: 'overlay',
    overlay: './prices/overlay.yaml',
    checked: '2026-11-20',
    models: [{ model: 'house-1', origin: 'overlay' }],
  })
  const models: any = await (await fetch(`${gateway?.url}/v1/models`, admin)).json()
  expect(models.data.map(({ id }: { id: string }) => id)).toContain('ours/house-1')
})

test('a changed overlay is taken within a second; a bad one is refused whole, and the last good one stays', async () => {
  upstream = await startUpstream((_seen, response) => sendJson(response, ANSWER))
  const dir = await begin({ 'tongwen.yaml': CONFIG, 'prices/overlay.yaml': overlay(upstream.url, '2') })
  const file = join(dir, 'prices/overlay.yaml')
  writeFileSync(file, overlay(upstream.url, '4'))
  await expect.poll(costs, { timeout: 3_000 }).toBe('0.014 CNY')
  writeFileSync(file, overlay(upstream.url, '6').replace('output:', 'outpt:'))
  await expect
    .poll(() => logged.join('\n'), { timeout: 3_000 })
    .toContain(
      './prices/overlay.yaml:7:43 models.house/house-1.prices.0.outpt: unknown key \\"outpt\\"; did you mean \\"output\\"?',
    )
  expect(await costs()).toBe('0.014 CNY')
  expect(gateway?.reload()).toMatchObject([{ file: './prices/overlay.yaml', line: 7, column: 43 }])
  writeFileSync(file, overlay(upstream.url, '8'))
  await expect.poll(costs, { timeout: 3_000 }).toBe('0.018 CNY')
})

test('the start refuses a bad overlay with its file, line and column, and one that is not there', async () => {
  const bad = overlay('http://127.0.0.1:9', 'two')
  await expect(begin({ 'tongwen.yaml': CONFIG, 'prices/overlay.yaml': bad })).rejects.toThrow(
    /^\.\/prices\/overlay\.yaml:7:38 models\.house\/house-1\.prices\.0\.input: must be a decimal number like "0\.50"$/,
  )
  await expect(begin({ 'tongwen.yaml': CONFIG })).rejects.toThrow(
    /^\.\/prices\/overlay\.yaml the catalog overlay cannot be read: ENOENT/,
  )
})

test('the one on the command line counts instead of the one that the configuration names', async () => {
  upstream = await startUpstream((_seen, response) => sendJson(response, ANSWER))
  const { url } = upstream
  const other = join(newFolder(), 'mine.yaml')
  writeFileSync(other, overlay(url, '100'))
  await begin({ 'tongwen.yaml': CONFIG, 'prices/overlay.yaml': overlay(url, '2') }, { catalog: other })
  expect(await costs()).toBe('0.11 CNY')
})
