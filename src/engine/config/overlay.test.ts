import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type Catalog, released } from '#catalog/index.ts'
import { readOverlay } from '#engine/config/overlay.ts'

const FILE = 'overlay.yaml'
const EXAMPLE = readFileSync(new URL('../../../examples/catalog/overlay.yaml', import.meta.url), 'utf8')

function read(text: string, env: Record<string, string> = {}): { catalog: Catalog; notes: readonly string[] } {
  const result = readOverlay({ text, file: FILE, env, below: released })
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result
}

/** `line:column path: message` of each problem. */
function problems(text: string): string[] {
  const result = readOverlay({ text, file: FILE, env: {}, below: released })
  if (result.ok) return []
  expect(new Set(result.problems.map(({ file }) => file))).toEqual(new Set([FILE]))
  return result.problems.map(({ path, message, line = '-', column = '-' }) => `${line}:${column} ${path}: ${message}`)
}

test('the example is read: rows take source and date from the top of the file, and the note names what is added', () => {
  const { catalog, notes } = read(EXAMPLE)
  expect(notes).toEqual([
    'catalog overlay overlay.yaml corrects 2 rows and adds house, dashscope/qwen4-preview, house/qwen3-32b',
  ])
  const evidence = { asOf: '2026-11-20', overlay: FILE }
  const own = { ...evidence, source: 'framework contract 2026-117, annex B' }
  expect(catalog.findOffer('dashscope', 'qwen4-preview')).toMatchObject({
    ...own,
    prices: [{ ...evidence, source: 'https://help.aliyun.com/zh/model-studio/models', unit: 'million-tokens' }],
  })
  expect(catalog.platforms.get('house')).toMatchObject({
    checked: '2026-11-20',
    overlay: FILE,
    auth: { kind: 'bearer' },
  })
})

test('an empty file, and one of comments, change nothing', () => {
  for (const text of ['', '# nothing yet', 'platforms:\nmodels:\n']) {
    const { catalog, notes } = read(text)
    expect([...catalog.platforms]).toEqual([...released.platforms])
    expect(notes).toEqual(['catalog overlay overlay.yaml is empty'])
  }
})

test('variables are filled in as in the configuration', () => {
  const text = 'source: s\nasOf: 2026-11-20\nplatforms: { vllm: { regions: { local: { baseUrl: "${HOST_URL}/v1" } } } }'
  const { catalog } = read(text, { HOST_URL: 'http://10.0.0.9:8000' })
  expect(catalog.platforms.get('vllm')?.regions[0]?.baseUrl).toBe('http://10.0.0.9:8000/v1')
  expect(problems(text)).toEqual([
    '3:51 platforms.vllm.regions.local.baseUrl: environment variable HOST_URL is not set',
  ])
})

const TOP = 'source: s\nasOf: 2026-11-20\n'

test.each([
  ['plattforms: {}', ['3:1 plattforms: unknown key "plattforms"; did you mean "platforms"?']],
  [
    'models:\n  deepseek/deepseek-flash: { maxoutput: 10 }',
    ['4:30 models.deepseek/deepseek-flash.maxoutput: unknown key "maxoutput"; did you mean "maxOutput"?'],
  ],
  [
    'models:\n  deepseek/m:\n    prices:\n      - { currency: CNY, inpt: "1" }',
    ['6:26 models.deepseek/m.prices.0.inpt: unknown key "inpt"; did you mean "input"?'],
  ],
  [
    'models:\n  deepseek/m: { prices: [{ currency: CNY, input: 1.5 }] }',
    ['4:50 models.deepseek/m.prices.0.input: must be quoted, so that no digit is lost: "0.50"'],
  ],
  [
    'models:\n  deepseek/m: { prices: [{ currency: RMB¥, input: "1,5" }] }',
    [
      '4:38 models.deepseek/m.prices.0.currency: must be the three capital letters of ISO 4217, like CNY or USD',
      '4:51 models.deepseek/m.prices.0.input: must be a decimal number like "0.50"',
    ],
  ],
  [
    'models:\n  deepseek/m: { prices: [{ currency: CNY, input: "1", from: 2026-12-01 }] }',
    ['4:61 models.deepseek/m.prices.0.from: must be an instant with its offset, like 2026-12-01T00:00:00+08:00'],
  ],
  [
    'models:\n  deepseek/m: { asOf: 2026-02-30, context: 0, capabilities: [tols] }',
    [
      '4:23 models.deepseek/m.asOf: must be a date like 2026-12-01; 2026-12 where the day is not known',
      '4:44 models.deepseek/m.context: must be more than zero',
      '4:62 models.deepseek/m.capabilities.0: "tols" is not one of tools, vision, reasoning, json-object, json-schema, prefix, fim, prompt-cache, web-search, pdf-input, audio-input, video-input, document-input; did you mean "tools"?',
    ],
  ],
  ['models:\n  deepsek/m: {}', ['4:3 models.deepsek/m: no platform is called "deepsek"; did you mean "deepseek"?']],
  ['models:\n  qwen: {}', ['4:3 models.qwen: a model is named as platform/model']],
  ['models:\n  spark/x1: {}', ['4:3 models.spark/x1: is another name of "spark/spark-x": correct that one']],
  [
    'models:\n  deepseek/m: { family: deepseek-v5, aliases: [deepseek-v4-pro], regions: [globl] }',
    [
      '4:25 models.deepseek/m.family: no family of models is called "deepseek-v5"; did you mean "deepseek-v4"?',
      '4:48 models.deepseek/m.aliases.0: already means "deepseek/deepseek-v4-pro"',
      '4:76 models.deepseek/m.regions.0: there is no region "globl"; did you mean "global"?',
    ],
  ],
  [
    'models:\n  deepseek/m: { aliases: [x] }\n  deepseek/x: {}',
    ['4:27 models.deepseek/m.aliases.0: already means "deepseek/x"'],
  ],
  [
    'models:\n  deepseek/m:\n    prices:\n      - { currency: CNY, input: "1" }\n      - { currency: CNY, input: "2", from: 2026-12-01T00:00:00Z, until: 2026-11-01T00:00:00Z }',
    ['7:73 models.deepseek/m.prices.1.until: must be later than `from`'],
  ],
  [
    'models:\n  deepseek/m:\n    prices:\n      - { currency: CNY, input: "1" }\n      - { currency: CNY, input: "2", from: 2026-12-01T00:00:00Z }',
    ['7:9 models.deepseek/m.prices.1: holds at the same time as row 1 of this list'],
  ],
  [
    'models:\n  deepseek/m:\n    prices:\n      - { currency: CNY, input: "1", windows: [{ multiplier: "2", from: "22:00", until: "06:00", timeZone: Asia/Shanghi }] }',
    [
      '6:108 models.deepseek/m.prices.0.windows.0.timeZone: "Asia/Shanghi" is not one of UTC, Asia/Shanghai; did you mean "Asia/Shanghai"?',
    ],
  ],
  [
    'models:\n  deepseek/m:\n    prices:\n      - { currency: CNY, windows: [{ multiplier: "2", from: "22:00", until: "06:00", timeZone: UTC }] }',
    [
      '6:9 models.deepseek/m.prices.0: says no price: it needs `input` or another rate',
      '6:77 models.deepseek/m.prices.0.windows.0.until: must be later than `from`: two windows reach past midnight',
    ],
  ],
  [
    'platforms:\n  deepsek: { name: x }',
    ['4:3 platforms.deepsek.like: is needed: the catalog has no platform "deepsek"; did you mean "deepseek"?'],
  ],
  [
    'platforms:\n  Our House: { like: vllm }\n  house: { like: vlm }\n  dead: { like: cloudwalk }\n  vllm: { like: sglang }',
    [
      '4:3 platforms.Our House: an id is small letters, digits, ".", "_" and "-", at most 64 of them',
      '5:18 platforms.house.like: no platform is called "vlm"; did you mean "vllm"?',
      expect.stringMatching(
        /^6:17 platforms\.dead\.like: platform "cloudwalk" cannot be called: /,
      ) as unknown as string,
      '7:17 platforms.vllm.like: is only for a new platform: the catalog has this one',
    ],
  ],
  [
    'platforms:\n  deepseek:\n    regions: { globl: { note: x } }\n    endpoints: { gemini: { baseUrls: { cn: https://g.example } } }',
    [
      '5:16 platforms.deepseek.regions.globl.baseUrl: is needed: this region is new; did you mean "global"?',
      '6:18 platforms.deepseek.endpoints.gemini.path: is needed: this endpoint is new',
      '6:40 platforms.deepseek.endpoints.gemini.baseUrls.cn: there is no region "cn"; there is global, beta, globl',
    ],
  ],
  [
    'platforms:\n  deepseek:\n    regions: { lab: { baseUrl: "api.example/v1" } }\n    endpoints: { gemini: { headers: { X: y } } }\n    quirks: { stopMax: lots, answersMx: 1 }\n    auth: { kind: tc3 }',
    [
      '5:32 platforms.deepseek.regions.lab.baseUrl: must be an http(s) or ws(s) URL, without query and fragment',
      '6:42 platforms.deepseek.endpoints.gemini.headers.X: must be a header name in lower case',
      '7:24 platforms.deepseek.quirks.stopMax: must be a whole number, or unlimited',
      '7:30 platforms.deepseek.quirks.answersMx: unknown key "answersMx"; did you mean "answersMax"?',
      '8:11 platforms.deepseek.auth: must be { kind: none | bearer }, or { kind: header | query, name }; others come with `like`',
    ],
  ],
])('%j is refused with the place and the reason', (text, expected) => {
  expect(problems(TOP + text)).toEqual(expected)
})

test('a row without source and date is refused where the top of the file has none either', () => {
  expect(problems('asOf: 2026-11\nmodels: { deepseek/m: { prices: [{ currency: CNY, input: "1" }] } }')).toEqual([
    '2:11 models.deepseek/m.source: is needed: neither this row nor the top of the file has one',
  ])
})

test('a torn file is refused at the tear', () => {
  expect(problems(`${TOP}models: {`)).toEqual([expect.stringMatching(/^3:\d+ : /)])
})
