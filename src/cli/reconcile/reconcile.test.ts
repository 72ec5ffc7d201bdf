import { expect, test } from 'vitest'
import { folderWith, run, runJson } from '#cli/test-world.ts'
import { openStore } from '#store/index.ts'
import { join } from 'node:path'
import { readBill } from '#cli/reconcile/bill.ts'
import { decoded, parseCsv } from '#cli/reconcile/csv.ts'
import { VENDORS } from '#cli/reconcile/vendors.ts'
import { listeningLog, sampleIntent, sampleSettlement } from '#store/testing/samples.ts'
import { NO_USAGE } from '#wire/usage.ts'

const HEAD = '账单日期,实例ID,计费项,用量,用量单位,币种,应付金额'

/** A ledger with a request on 3 October (China) that cost 1.5 CNY for 1,500 tokens. */
async function books(files: Record<string, string>): Promise<string> {
  const cwd = folderWith(files)
  const store = await openStore({ dataDir: join(cwd, 'data'), log: listeningLog() })
  const at = Date.UTC(2026, 9, 2, 17)
  const target = 'qwen/qwen-max'
  await store.ledger.intend(sampleIntent('r1', { at, target }))
  const usage = { ...NO_USAGE, inputFresh: 1_000, outputText: 500 }
  store.ledger.settle(sampleSettlement('r1', { at, target, usage, cost: { nanos: 1_500_000_000n, currency: 'CNY' } }))
  await store.close()
  return cwd
}

const LINE = ['reconcile', 'bill.csv', '--vendor', 'alibaba', '--month', '2026-10']

test('a bill that says the same ends with 0, by the days of its vendor', async () => {
  const rows = [
    '20261003,ws;qwen-max;input_token,输入,1,千tokens,CNY,1.2',
    '2026-10-03,ws;qwen-max;output,输出,0.5,千tokens,CNY,0.3',
  ]
  const cwd = await books({ 'bill.csv': [HEAD, ...rows].join('\n') })
  expect(await run(LINE, { cwd })).toMatchObject({ code: 0, stdout: 'The bill and the ledger agree: 1 compared.\n' })
})

test('what differs is listed, booked where asked to, and then agrees; the same bill again books nothing', async () => {
  const rows = ['2026-10-03,qwen-max,输入,1500,token,CNY,1.9', '2026-10-04,qwen-plus,输入,10,token,CNY,0.7']
  const cwd = await books({ 'bill.csv': [HEAD, ...rows].join('\r\n') })
  const line = [...LINE, '--provider', 'qwen']
  expect((await run(line, { cwd })).code).toBe(1)
  expect(await runJson([...line, '--apply'], { cwd })).toEqual({
    compared: 2,
    differences: [
      {
        day: '2026-10-03',
        model: 'qwen-max',
        currency: 'CNY',
        verdict: 'amount',
        bill: { amount: '1.9', tokens: 1_500 },
        ledger: { amount: '1.5', tokens: 1_500 },
        difference: '0.4',
      },
      {
        day: '2026-10-04',
        model: 'qwen-plus 输入',
        currency: 'CNY',
        verdict: 'only-in-bill',
        bill: { amount: '0.7', tokens: 10 },
        ledger: null,
        difference: '0.7',
      },
    ],
    booked: 2,
  })
  const again = await runJson([...line, '--apply'], { cwd })
  expect(again).toMatchObject({ booked: 0, differences: [{ verdict: 'tokens', model: 'qwen-plus 输入' }] })
  expect((await run(['usage', 'verify'], { cwd })).code).toBe(0)
})

test('what only the ledger has is listed', async () => {
  const cwd = await books({ 'bill.csv': 'date,model,amount,currency\n2026-10-02,other,0,CNY\n' })
  const found = await runJson(['reconcile', 'bill.csv', '--vendor', 'generic'], { cwd })
  expect(found).toMatchObject({ differences: [{ day: '2026-10-02', model: 'qwen-max', verdict: 'only-in-ledger' }] })
})

test.each([
  ['', 1, 1, 'the file is empty'],
  ['a,b\n', 1, 1, 'no column for the day'],
  [`${HEAD}\n2026-13-03,x,y,1,token,CNY,1`, 2, 1, '"2026-13-03" is no day'],
  [`${HEAD}\n2026-10-03,x,y,1,token,CNY,much`, 2, 28, '"much" is no amount'],
  [`${HEAD}\n2026-10-03,"x,y,1`, 2, 12, 'never closed'],
  [`${HEAD}\n2026-10-03,"x"y,1`, 2, 15, 'text follows a closing quote'],
])('%j is refused at %i:%i: %s', async (text, line, column, words) => {
  const cwd = await books({ 'bill.csv': text })
  const { code, stderr } = await run(LINE, { cwd })
  expect({
    code,
    told: stderr.includes(`bill.csv:${line}:${column}: `) && stderr.includes(words),
    stderr,
  }).toMatchObject({ code: 3, told: true })
})

test.each([
  [
    'volcano',
    '消费日期,配置名称,用量,单位,币种,应付金额\n2026/10/3,Doubao-seed-1.6,2,百万tokens,人民币,3.25',
    ['2026-10-03', 3_250_000_000n, 'CNY', 2_000_000],
  ],
  [
    'tencent',
    'Transaction Time,Component Name,Component Usage,Component Usage Unit,Total Cost,Currency\n2026-10-03 10:00:00,hunyuan,3,ktokens,0.5,USD',
    ['2026-10-03', 500_000_000n, 'USD', 3_000],
  ],
  [
    'openai',
    'start_time,line_item,amount_value,amount_currency\n1790985600,"gpt-5, input",1.25e-05,usd',
    ['2026-10-03', 12_500n, 'USD', undefined],
  ],
])('a bill of %s', (vendor, text, wanted) => {
  const known = VENDORS[vendor]
  if (known === undefined) throw new Error(vendor)
  const [line] = readBill(text, known)
  expect([line?.day, line?.nanos, line?.currency, line?.tokens]).toEqual(wanted)
})

test('cells with quotes, commas and line breaks; a file in GB 18030', () => {
  expect(parseCsv('\uFEFFa,"b ""c"", d\ne",\r\nf').map((row) => row.map(({ text }) => text))).toEqual([
    ['a', 'b "c", d\ne', ''],
    ['f'],
  ])
  expect(decoded(new Uint8Array([0xd5, 0xcb, 0xb5, 0xa5]))).toBe('账单')
})
