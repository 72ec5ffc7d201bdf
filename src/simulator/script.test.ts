import { describe, expect, it } from 'vitest'
import { FAULT_FORMS, parseFault } from '#simulator/fault.ts'
import { durationMs } from '#simulator/profile.ts'
import { sampleOf } from '#simulator/sample.ts'
import { parseScript } from '#simulator/script.ts'
import { countTokens, tokensOf } from '#simulator/tokens.ts'

describe('a script file', () => {
  it('is YAML, JSON or a JSON object a line', () => {
    const rules = [
      { match: { contains: 'a' }, answer: { text: 'A' } },
      { match: {}, answer: { toolCalls: [{ name: 'f', arguments: '{}' }] } },
    ]
    const yaml = '- match: {contains: a}\n  answer: {text: A}\n- toolCalls: [{name: f}]\n'
    const lines = '{"match":{"contains":"a"},"answer":{"text":"A"}}\n\n{"toolCalls":[{"name":"f"}]}\n'
    expect(parseScript(yaml, 's.yaml')).toEqual({ ok: true, rules })
    expect(parseScript(JSON.stringify(rules), 's.json')).toEqual({ ok: true, rules })
    expect(parseScript(lines, 's.jsonl')).toEqual({ ok: true, rules })
  })

  it('says where it is wrong', () => {
    expect(parseScript('{"answer":{"txt":"A"}}', 's.json')).toEqual({
      ok: false,
      message: 'rule 1: ✖ Unrecognized key: "txt"\n  → at answer',
    })
    expect(parseScript('{}\nno', 's.jsonl')).toEqual({ ok: false, message: 'line 2 is no JSON' })
    expect(parseScript('a: [', 's.yaml')).toMatchObject({ ok: false })
  })
})

describe('a fault', () => {
  it.each([
    ['cut:20', { kind: 'cut', afterTokens: 20 }],
    ['close', { kind: 'close', afterTokens: 0 }],
    ['stall:5', { kind: 'stall', afterTokens: 5 }],
    ['stall:5:2s', { kind: 'stall', afterTokens: 5, ms: 2_000 }],
    ['malformed:1', { kind: 'malformed', afterTokens: 1 }],
    ['error:3', { kind: 'error', afterTokens: 3, says: 'overloaded' }],
    ['error:3:content-filter', { kind: 'error', afterTokens: 3, says: 'content-filter' }],
    ['429', { kind: 'refuse', says: 'rate-limit', status: 429, retryAfterMs: 1_000 }],
    ['429:0.5', { kind: 'refuse', says: 'rate-limit', status: 429, retryAfterMs: 500 }],
    ['503', { kind: 'refuse', says: 'overloaded', status: 503 }],
    ['overflow', { kind: 'refuse', says: 'context-length' }],
    ['filter', { kind: 'refuse', says: 'content-filter' }],
    ['usage:zero', { kind: 'usage', how: 'zero' }],
    ['slow-headers:100ms', { kind: 'slow-headers', ms: 100 }],
    ['huge-line', { kind: 'huge-line', bytes: 10_000_000 }],
    ['html:504', { kind: 'html', status: 504 }],
    ['endless', { kind: 'endless' }],
    ['empty', { kind: 'empty' }],
    ['garbage', { kind: 'garbage' }],
  ])('%s is read', (text, fault) => {
    expect(parseFault(text)).toEqual(fault)
  })

  it.each([
    '',
    'cut:x',
    'stall:1:soon',
    'error:1:boredom',
    '418',
    '429:soon',
    'usage',
    'endless:1',
    'html:abc',
    'toString',
  ])('"%s" is none', (text) => {
    expect(parseFault(text)).toBeUndefined()
  })

  it('has every form that the help shows', () => {
    const filled = FAULT_FORMS.map((form) =>
      form.replace('TOKENS', '1').replace('KIND', 'quota').replace('usage:missing|zero|doubled', 'usage:zero'),
    )
    const plain = filled.map((form) => form.replace(/\[.*\]/, ''))
    expect(plain.filter((form) => parseFault(form) === undefined)).toEqual([])
  })
})

it('a duration has a unit or is in milliseconds', () => {
  expect(['200ms', '1.5s', '2m', '250', 'soon', ''].map(durationMs)).toEqual([
    200,
    1_500,
    120_000,
    250,
    undefined,
    undefined,
  ])
})

describe('tokens', () => {
  it.each(['', 'Hello, world!', '  你好，世界 🙂🙂 ', 'a\nb\t\tc', 'supercalifragilistic', '한국어 テスト'])(
    'of %j are the text',
    (text) => {
      expect(tokensOf(text).join('')).toBe(text)
    },
  )

  it('count a wide character as one and letters by five', () => {
    expect(['你好', 'Hello', 'Hello world', 'abcdefgh'].map(countTokens)).toEqual([2, 1, 2, 2])
  })
})

describe('a sample of a schema', () => {
  it('has a value for each kind of schema', () => {
    const schema = {
      type: 'object',
      properties: {
        name: { type: 'string' },
        day: { type: 'string', format: 'date' },
        code: { type: 'string', minLength: 6 },
        count: { type: 'integer', minimum: 3 },
        part: { type: 'number', exclusiveMinimum: 0 },
        done: { type: 'boolean' },
        kind: { enum: ['a', 'b'] },
        fixed: { const: null },
        some: { type: ['null', 'string'] },
        either: { anyOf: [{ type: 'integer' }, { type: 'string' }] },
        list: { type: 'array', minItems: 2, items: { $ref: '#/$defs/item' } },
      },
      $defs: { item: { type: 'object', properties: { id: { type: 'integer' } } } },
    }
    expect(sampleOf(schema)).toEqual({
      name: 'name',
      day: '2026-01-31',
      code: 'code..',
      count: 3,
      part: 1,
      done: true,
      kind: 'a',
      fixed: null,
      some: 'some',
      either: 1,
      list: [{ id: 1 }, { id: 1 }],
    })
  })

  it('ends where a schema holds itself', () => {
    const schema = {
      $ref: '#/$defs/node',
      $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } } } },
    }
    expect(JSON.stringify(sampleOf(schema)).length).toBeLessThan(100)
  })
})
