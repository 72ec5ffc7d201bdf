import { execFile, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as catalog from '#catalog/index.ts'
import { loadConfig } from '#engine/config/load.ts'
import { KEY, startTestGateway, type TestGateway } from '#test/support/gateway.ts'

const run = promisify(execFile)
const HAVE_CURL = spawnSync('curl', ['--version']).status === 0 && spawnSync('sh', ['-c', 'true']).status === 0
if (!HAVE_CURL) process.stderr.write('skipped: the curl examples need curl and sh\n')

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway({})
})
afterAll(() => gateway.stop())

/** What an example prints, run as its reader runs it. */
async function printed(command: string, file: string): Promise<string> {
  const env = { ...process.env, TONGWEN_URL: gateway.url, TONGWEN_KEY: KEY, TONGWEN_MODEL: 'simulator/echo' }
  const { stdout } = await run(command, [join('examples', file)], { env })
  return stdout
}

const SCRIPTS: readonly (readonly [file: string, prints: string])[] = [
  ['openai-js/chat.mjs', 'You said: Hello from the OpenAI SDK\nN + N tokens\n'],
  ['openai-js/tools.mjs', "calls weather { city: 'Hangzhou' }\nThe tool said: 25 °C, sunny\n"],
  [
    'anthropic-js/messages.mjs',
    'You said: Hello from the Anthropic SDK\nanswered by simulator/echo\nlost on the way: dropped:top_k\n',
  ],
  ['anthropic-js/stream.mjs', 'You said: Hello again\nend_turn, N + N tokens\n'],
]

describe('examples in JavaScript', () => {
  test.each(SCRIPTS)('%s', async (file, prints) => {
    const text = await printed(process.execPath, file)
    expect(text.replace(/\b\d+ \+ \d+ tokens/, 'N + N tokens')).toBe(prints)
  })

  test('each has its test', () => {
    const files = ['openai-js', 'anthropic-js'].flatMap((folder) =>
      readdirSync(join('examples', folder)).map((file) => `${folder}/${file}`),
    )
    expect(SCRIPTS.map(([file]) => file).sort()).toEqual(files.sort())
  })
})

describe.skipIf(!HAVE_CURL)('examples with curl', () => {
  test('chat.sh prints the answer and the trace of its request', async () => {
    const [answer = '', trace = ''] = (await printed('sh', 'curl/chat.sh')).split('\n')
    expect(JSON.parse(answer).choices[0].message).toEqual({ role: 'assistant', content: 'You said: Hello from curl' })
    expect(JSON.parse(trace)).toMatchObject({
      target: 'simulator/echo',
      outcome: 'completed',
      tags: { team: 'docs', app: 'example' },
    })
  })

  test('strict.sh prints what would have been lost', async () => {
    expect(JSON.parse(await printed('sh', 'curl/strict.sh')).error).toEqual({
      type: 'invalid_request_error',
      message: 'x-tongwen-strict is on, and simulator/echo would lose: dropped:top_k',
      param: 'top_k',
      code: 'lossy_translation',
    })
  })
})

test.each(readdirSync('examples/config'))('examples/config/%s is valid, every model known to the catalog', (file) => {
  const text = readFileSync(join('examples/config', file), 'utf8')
  const names = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name)
  const env = Object.fromEntries(names.map((name) => [name, `sk-example-${name.toLowerCase()}`]))
  const loaded = loadConfig({ text, file, env, catalog })
  expect(loaded.ok ? loaded.notes : loaded.problems).toEqual([])
})
