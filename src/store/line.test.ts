import { expect, test } from 'vitest'
import { endLine, intentLine, readLine } from '#store/line.ts'
import { sampleIntent, sampleSettlement } from '#store/testing/samples.ts'
import { NO_USAGE } from '#wire/usage.ts'

const reread = (line: string): unknown => {
  expect(line.indexOf('\n')).toBe(line.length - 1)
  return readLine(line.slice(0, -1))
}

test('an intent comes back from its line as it was', () => {
  const priced = sampleIntent('r1', { model: 'a "b"\n同文\u2028', bound: { nanos: 2n ** 63n - 1n, currency: 'CNY' } })
  expect(reread(intentLine(priced))).toEqual({ kind: 'intent', ...priced })
  const { bound: _, ...free } = priced
  expect(reread(intentLine(free))).toEqual({ kind: 'intent', ...free })
})

test('a settlement comes back from its line as it was, whether or not its trace says the same', () => {
  const settlement = sampleSettlement('r1', { estimated: 'cut stream' })
  const more = { above: [], pools: [], begunAt: settlement.trace.at }
  const expected = { ...settlement, ...more, trace: JSON.stringify(settlement.trace) }
  expect(reread(endLine(settlement))).toEqual(expected)

  const { usage, tags } = settlement
  const trace = { ...settlement.trace, usage, tags }
  const shared = endLine({ ...settlement, trace })
  expect(reread(shared)).toEqual({ ...expected, trace: JSON.stringify(trace) })
  expect(shared.split('"prompt_tokens"')).toHaveLength(2)
})

test('figures that the gateway counted itself are marked, also when nobody says why', () => {
  const usage = { ...NO_USAGE, outputText: 3, estimated: true }
  const line = reread(endLine(sampleSettlement('r1', { usage })))
  expect(line).toMatchObject({ usage, estimated: 'usage counted by the gateway' })
})

test('a line that is not ours says why', () => {
  const reason = (text: string): string => {
    const line = readLine(text)
    return line.kind === 'malformed' ? line.reason : 'read'
  }
  const intent = intentLine(sampleIntent('r1')).trimEnd()
  const end = endLine(sampleSettlement('r1')).trimEnd()
  expect(reason('')).toMatch(/JSON/)
  expect(reason(intent.slice(0, -1))).toMatch(/JSON/)
  expect(reason('[]')).toBe('line: expected an object, got a list')
  expect(reason(intent.replace('intent', 'hope'))).toMatch(/^kind: expected intent, settled or released/)
  expect(reason(intent.replace('"at":1764000000000', '"at":null'))).toMatch(/^at: expected a whole number/)
  expect(reason(intent.replace('90000000', '9223372036854775808'))).toMatch(/^nanos: expected an amount/)
  expect(reason(intent.replace('90000000', '0.5'))).toMatch(/BigInt/)
  expect(reason(intent.replace('"currency":"CNY"', '"x":1'))).toMatch(/^currency: expected a string/)
  expect(reason(end.replace('"outputText":5', '"outputText":null'))).toMatch(/^outputText: expected a whole number/)
  expect(reason(end.replace('"outputText":5', '"outputText":-5'))).toMatch(/^outputText: expected a whole number/)
  expect(reason(end.replace('"trace":', '"tracé":'))).toBe('trace: expected an object, got nothing')
})
