import { type Step, stepWords } from '#catalog/index.ts'
import { type Language, type Message, say } from '#cli/language.ts'

/** A rule of a price as a row of two cells: what it is about, and its words. */
export function stepRow(language: Language, step: Step): readonly [string, string] {
  return [say(language, LABELS[step.kind]), language === 'zh' ? zhWords(step) : stepWords(step)]
}

const LABELS: Readonly<Record<Step['kind'], Message>> = {
  row: 'step-row',
  'counted-at-end': 'step-time',
  tier: 'step-tier',
  graduated: 'step-tier',
  thinking: 'step-variant',
  variant: 'step-variant',
  window: 'step-window',
  lane: 'step-lane',
  'lane-unknown': 'step-lane',
  discount: 'step-discount',
  'fee-unknown': 'step-fee',
  'fee-free': 'step-fee',
}

function zhWords(step: Step): string {
  switch (step.kind) {
    case 'row':
      return rowWords(step.row)
    case 'counted-at-end':
      return '按请求结束时刻'
    case 'tier':
      return tierWords(step.tier)
    case 'graduated':
      return '分段计价，各段按所在阶梯'
    case 'thinking':
      return '思考模式的输出单价'
    case 'variant':
      return `条件：${whenWords(step)}`
    case 'window':
    case 'lane':
    case 'discount':
      return factorWords(step)
    default:
      return doubtWords(step)
  }
}

function doubtWords(step: Extract<Step, { kind: 'lane-unknown' | 'fee-unknown' | 'fee-free' }>): string {
  switch (step.kind) {
    case 'lane-unknown':
      return `不知道 ${step.lane} 档的价格，按标准档计`
    case 'fee-unknown':
      return `不知道 ${step.what} 的次费`
    case 'fee-free':
      return `未计入 ${step.what} 的免费额度（${step.free}）`
  }
}

function whenWords({ variant }: Extract<Step, { kind: 'variant' }>): string {
  return Object.entries(variant.when)
    .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join('/') : String(value)}`)
    .join('，')
}

function factorWords(step: Extract<Step, { kind: 'window' | 'lane' | 'discount' }>): string {
  switch (step.kind) {
    case 'window':
      return windowWords(step)
    case 'lane':
      return step.multiplier === undefined ? `${step.lane} 档单价` : `× ${step.multiplier}（${step.lane}）`
    case 'discount':
      return `× ${step.multiplier}（${step.note ?? '合同折扣'}）`
  }
}

const UNITS: Readonly<Record<string, string>> = {
  'million-tokens': '每百万词元',
  'million-characters': '每百万字符',
  search: '每次',
  image: '每张',
  second: '每秒',
  video: '每条',
  credit: '每点',
}

function rowWords({ currency, unit, asOf, from, until }: Extract<Step, { kind: 'row' }>['row']): string {
  const dates = `${from === undefined ? '' : `，自 ${from}`}${until === undefined ? '' : `，至 ${until}`}`
  return `${currency} ${UNITS[unit] ?? unit}，截至 ${asOf}${dates}`
}

function tierWords({ inputAbove, outputAbove }: Extract<Step, { kind: 'tier' }>['tier']): string {
  const above = inputAbove > 0 ? [`输入超过 ${inputAbove} 词元`] : []
  if (outputAbove !== undefined) above.push(`输出超过 ${outputAbove} 词元`)
  return `${above.join('且')}，整个请求按此档`
}

const DAYS = ['', '一', '二', '三', '四', '五', '六', '日']

function windowWords({ window, state }: Extract<Step, { kind: 'window' }>): string {
  const { multiplier, weekdays, from, until, timeZone, holidays = '', exempt } = window
  const days = weekdays === undefined ? '每日' : `周${weekdays.map((day) => DAYS[day]).join('')}`
  const hours = `${days} ${from}-${until} ${timeZone}`
  switch (state) {
    case 'open':
      if (exempt !== undefined) return `× ${multiplier}（${hours}，未计入豁免：${exempt}）`
      return `× ${multiplier}（${hours}${holidays === '' ? '' : `，${holidays} 日历：非节假日`}）`
    case 'assumed':
      return `× ${multiplier}（${hours}，${holidays} 日历未覆盖该日，按较贵一方计）`
    case 'holiday':
      return `不乘 ${multiplier}（${hours}）：${holidays} 日历的法定节假日`
    case 'made-up':
      return `不乘 ${multiplier}（${hours}）：${holidays} 日历的调休上班日，仍是周末`
  }
}
