import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folderWith, run, type Ran } from '#cli/test-world.ts'
import { isObject } from '#wire/json.ts'

// The server's own log would be mixed into the report of the tests.
process.env['TONGWEN_LOG'] = 'silent'

/** Serves until `meanwhile` is done with what was printed. */
async function serveWhile(
  line: readonly string[],
  world: { readonly cwd: string; readonly env?: Record<string, string> },
  meanwhile: (stdout: string) => Promise<void>,
): Promise<Ran> {
  let seen = ''
  let failed: unknown
  let stop = (_: string): void => {}
  const stopped = new Promise<string>((resolve) => {
    stop = resolve
  })
  const stdout = {
    write(text: string) {
      seen += text
    },
  }
  const ran = await run(['serve', '--port', '0', ...line], {
    ...world,
    stdout,
    stopped: async () => {
      try {
        await meanwhile(seen)
      } catch (error) {
        failed = error
      }
      stop('SIGTERM')
      return stopped
    },
  })
  if (failed !== undefined) throw failed
  return { ...ran, stdout: seen }
}

/** A curl line as `fetch` would send it: what a shell makes of the single quotes. */
function fetchOf(curl: string): Promise<Response> {
  const [, url = '', key = '', body = ''] =
    /^curl (?:-N )?(\S+) -H 'authorization: Bearer (\S+)' -H 'content-type: application\/json' -d '(.*)'$/.exec(curl) ??
    []
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  return fetch(url, { method: 'POST', headers, body })
}

function line(stdout: string, beginning: string): string {
  const found = stdout.split('\n').find((each) => each.startsWith(beginning))
  if (found === undefined) throw new Error(`no line begins with "${beginning}" in:\n${stdout}`)
  return found
}

test('the very first start prints keys and curl lines that work when pasted; the second start prints none', async () => {
  const cwd = folderWith()
  const data = ['--data', 'data']
  const first = await serveWhile(data, { cwd }, async (stdout) => {
    expect(line(stdout, 'Tongwen listens at ')).toMatch(/^Tongwen listens at http:\/\/127\.0\.0\.1:\d+$/)
    const whole: unknown = await (await fetchOf(line(stdout, 'curl http'))).json()
    expect(whole).toMatchObject({ choices: [{ message: { content: 'You said: Hello' } }] })
    const streamed = await (await fetchOf(line(stdout, 'curl -N'))).text()
    expect(streamed).toMatch(/^data: \{[^]*data: \[DONE\]\n\n$/)
    const [, adminKey = ''] = line(stdout, '  admin key: ').split(': ')
    const [url = ''] = /http:\S+/.exec(stdout) ?? []
    const keys: unknown = await (await fetch(`${url}/api/keys`, { headers: { 'x-api-key': adminKey } })).json()
    expect(isObject(keys) && keys['keys']).toMatchObject([{ role: 'admin' }, { role: 'caller' }])
  })
  expect(first).toMatchObject({ code: 0, stderr: expect.stringContaining('SIGTERM: no new requests') as unknown })
  const second = await serveWhile(data, { cwd }, async () => {})
  expect(second.code).toBe(0)
  expect(second.stdout).toMatch(/^Tongwen listens at \S+\n$/)
})

test('--json prints one line for machines, --data says where the store is', async () => {
  const cwd = folderWith()
  const { stdout } = await serveWhile(['--json', '--data', 'elsewhere'], { cwd }, async (text) => {
    const { url, firstRun } = JSON.parse(text) as { url: string; firstRun: { adminKey: string } }
    const made = await run(['keys', 'list', '--data', join(cwd, 'elsewhere'), '--json'], { cwd })
    expect(JSON.parse(made.stdout)).toMatchObject({ keys: [{ preview: `sk-tw-…${firstRun.adminKey.slice(-4)}` }, {}] })
    expect((await fetch(`${url}/livez`)).status).toBe(200)
  })
  expect(stdout.trim().split('\n')).toHaveLength(1)
})

test('a configuration that is not valid cannot be served: exit code 3, with file and line', async () => {
  const cwd = folderWith({ 'tongwen.yaml': 'server: { port: high }\n' })
  const { code, stderr } = await run(['serve'], { cwd })
  expect(code).toBe(3)
  expect(stderr).toMatch(/^tongwen: .*tongwen\.yaml:1:17.*server\.port: must be a whole number/)
})

test('a port that is none is wrong usage', async () => {
  expect(await run(['serve', '--port', '70000'])).toEqual({
    code: 2,
    stdout: '',
    stderr: 'tongwen: --port must be a whole number from 0 to 65535\nSee: tongwen --help\n',
  })
})
