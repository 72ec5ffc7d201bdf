import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CannotRun, type Context, WrongUsage } from '#cli/command.ts'
import { readLine } from '#cli/parse.ts'
import { simulateCommand } from '#cli/simulate.ts'

interface Run {
  readonly code: Promise<number>
  /** What was printed once the simulators listen. */
  readonly printed: Promise<string>
  readonly stop: () => void
}

/** Runs the command in process, as from a folder. */
function run(line: readonly string[], cwd = '.'): Run {
  const stopped = Promise.withResolvers<string>()
  const printed = Promise.withResolvers<string>()
  let text = ''
  const { words, options } = readLine(line, simulateCommand)
  const context: Context = {
    words,
    options,
    language: 'en',
    stdout: {
      write(more) {
        text += more
      },
    },
    stderr: { write: () => undefined },
    env: {},
    cwd,
    isTTY: false,
    columns: 80,
    now: () => 0,
    stopped() {
      printed.resolve(text)
      return stopped.promise
    },
    onHangUp: () => undefined,
  }
  return { code: simulateCommand.run(context), printed: printed.promise, stop: () => stopped.resolve('SIGINT') }
}

describe('tongwen simulate', () => {
  it('prints a URL and a line that works when pasted, and stops when it is asked to', async () => {
    const { code, printed, stop } = run(['--platform', 'deepseek', '--platform', 'anthropic', '--key', 'sk-1'])
    const lines = (await printed).trimEnd().split('\n')
    expect(lines.map((line) => line.replace(/:\d{4,5}/, ':PORT'))).toEqual([
      'deepseek: http://127.0.0.1:PORT',
      `  curl -N 'http://127.0.0.1:PORT/chat/completions' -H 'authorization: Bearer sk-1' -H 'content-type: application/json' -d '{"model":"deepseek-flash","stream":true,"messages":[{"role":"user","content":"Hello"}]}'`,
      'anthropic: http://127.0.0.1:PORT',
      expect.stringContaining('"max_tokens":100'),
    ])
    const [, url = '', body = ''] = /'(http[^']+)'.*-d '([^']+)'/.exec(lines[3] ?? '') ?? []
    const answer = await fetch(url, { method: 'POST', headers: { authorization: 'Bearer sk-1' }, body })
    expect(await answer.text()).toContain('message_stop')
    stop()
    expect(await code).toBe(0)
    await expect(fetch(url)).rejects.toThrow()
  })

  it('answers by a script, a recording, faults and their rate', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tongwen-simulate-'))
    writeFileSync(join(folder, 'script.yaml'), 'text: scripted')
    writeFileSync(join(folder, 'a.json'), '{"recorded":true}')
    const body = JSON.stringify({ model: 'any', messages: [{ role: 'user', content: 'Hi' }] })
    async function answerOf(...line: readonly string[]): Promise<string> {
      const { code, printed, stop } = run(['--json', ...line], folder)
      const [{ url }] = JSON.parse(await printed)
      const answer = await fetch(`${url}/v1/chat/completions`, { method: 'POST', body })
      const text = `${answer.status} ${await answer.text()}`
      stop()
      await code
      return text
    }
    expect(await answerOf('--script', 'script.yaml')).toContain('"content":"scripted"')
    expect(await answerOf('--recording', 'a.json', '--split', 'byte')).toBe('200 {"recorded":true}')
    expect(await answerOf('--fault', '503')).toMatch(/^503 /)
    expect(await answerOf('--fault', '503', '--fault-rate', '0', '--latency', '1ms', '--rate', '500')).toMatch(/^200 /)
  })

  it.each([
    [['--fault', 'flood'], /--fault must be one of cut:TOKENS, /],
    [['--split', 'half'], /--split must be one of frame, byte, utf8, all, random:SEED/],
    [['--latency', 'soon'], '--latency must be a time such as 200ms or 1.5s'],
    [['--port', '70000'], '--port must be a whole number from 0 to 65535'],
    [['--fault-rate', '2'], '--fault-rate must be a number from 0 to 1'],
    [['--rate', '0'], '--rate must be more than 0'],
  ])('refuses %j', async (line, words) => {
    const refusal = run(line).code
    await expect(refusal).rejects.toThrow(WrongUsage)
    await expect(refusal).rejects.toThrow(words)
  })

  it('says what stands in the way', async () => {
    await expect(run(['--platform', 'opnai']).code).rejects.toThrow(new CannotRun('no platform is called "opnai"'))
    await expect(run(['--script', 'none.yaml']).code).rejects.toThrow(/^cannot read none.yaml: /)
  })
})
