import { GATEWAY } from '#catalog/compare/gateway.ts'
import type { Feature } from '#catalog/compare/feature.ts'
import { carries, judgeAnswerField, judgeField, lossOf } from '#catalog/compare/field.ts'
import { covers, rangeWords } from '#catalog/compare/number.ts'
import type { Target } from '#catalog/compare/target.ts'
import { alias, degraded, emulated, type Judged, words, works } from '#catalog/compare/verdict.ts'
import type { NumberRule } from '#wire/quirks.ts'

/** A number that has to lie in OpenAI's range. */
function judgeNumber(target: Target, field: string, [rule, min, max]: readonly [NumberRule, number, number]): Judged {
  const loss = lossOf(target, field)
  if (loss !== undefined) return loss
  if (rule === 'fixed') {
    return degraded(words("only the model's own value is taken: left out", '只接受模型默认值：丢弃'))
  }
  if (rule === 'any') return works()
  const range = rangeWords(rule)
  if (covers(rule, { min, max })) return range === `${min}..${max}` ? works() : works(words(range, range))
  return degraded(words(`${range}: moved to the nearest value`, `${range}：取最接近的值`))
}

function judgeTemperature(target: Target): Judged {
  return judgeNumber(target, 'temperature', [target.quirks.temperature, 0, 2])
}

function judgeTopP(target: Target): Judged {
  return judgeNumber(target, 'top_p', [target.quirks.topP, 0, 1])
}

function judgePair(target: Target): Judged {
  const single = [judgeTemperature(target), judgeTopP(target)].find(({ verdict }) => verdict === 'degraded')
  if (single !== undefined) return single
  return target.quirks.temperatureOrTopP
    ? degraded(words('refused together: top_p is left out', '不可同用：丢弃 top_p'))
    : works()
}

function judgeStop(target: Target): Judged {
  const loss = lossOf(target, 'stop')
  if (loss !== undefined) return loss
  const { stopMax, stopBytesMax } = target.quirks
  if (stopMax === 0) return degraded(words('not taken: the answer goes on past it', '不支持：输出不会在此停止'), CUT)
  const long = Number.isFinite(stopBytesMax)
    ? words(`, of ${stopBytesMax} bytes at most`, `，每个不超过 ${stopBytesMax} 字节`)
    : NONE
  if (stopMax >= OPENAI_STOPS && long === NONE) return works()
  const most = Number.isFinite(stopMax)
    ? words(`at most ${stopMax}`, `最多 ${stopMax} 个`)
    : words('any number', '不限个数')
  return degraded(words(`${most.en}${long.en}: others are left out`, `${most.zh}${long.zh}：其余丢弃`))
}

const OPENAI_STOPS = 4
const NONE = words('', '')
const CUT = words('cut the answer in the application', '在应用中自行截断')

function judgeMaxTokens(target: Target): Judged {
  const { quirks, offer } = target
  const loss = lossOf(target, 'max_tokens')
  if (loss !== undefined && !carries(target.dialect, 'max_tokens')) return loss
  const { maxTokensField, maxTokensRequired } = quirks
  const most = offer?.maxOutput
  const bound = most === undefined ? undefined : words(`at most ${most}`, `最多 ${most}`)
  const filled = maxTokensRequired ? words('needed: filled in where absent', '必填：缺省时由网关补上') : undefined
  const detail = joined([bound, filled])
  const amount = most === undefined ? {} : { amount: most }
  if (maxTokensField === 'either') return { ...works(detail), ...amount }
  const name = words(`sent as ${maxTokensField}`, `以 ${maxTokensField} 发送`)
  return { ...alias(joined([name, detail]) ?? name), ...amount }
}

function joined(parts: readonly (ReturnType<typeof words> | undefined)[]): ReturnType<typeof words> | undefined {
  const there = parts.filter((part) => part !== undefined)
  if (there.length === 0) return undefined
  return words(there.map(({ en }) => en).join('; '), there.map(({ zh }) => zh).join('；'))
}

/** The gateway asks several times where a platform gives fewer answers at once. */
function judgeAnswers(target: Target): Judged {
  const { answersMax } = target.quirks
  const loss = answersMax > 1 ? lossOf(target, 'n') : undefined
  if (loss !== undefined) return loss
  if (answersMax >= OPENAI_ANSWERS) return works()
  const most = words(`at most ${answersMax} at once`, `一次最多 ${answersMax} 个`)
  return GATEWAY.fanOut
    ? emulated(words(`${most.en}: asked several times`, `${most.zh}：由网关多次请求`), PAID_AGAIN)
    : degraded(words(`${most.en}: fewer answers come`, `${most.zh}：返回数量减少`), ASK_AGAIN)
}

const OPENAI_ANSWERS = 128
const PAID_AGAIN = words('the input is paid for each time', '输入按次计费')
const ASK_AGAIN = words('ask several times', '请多次请求')

/** How answers are drawn, and how long they may be. */
export const SAMPLING: readonly Feature[] = [
  {
    id: 'max-tokens',
    title: words('output bound', '输出上限'),
    parameters: ['max_tokens', 'max_completion_tokens'],
    judge: judgeMaxTokens,
  },
  {
    id: 'temperature',
    title: words('temperature', '温度'),
    parameters: ['temperature'],
    judge: judgeTemperature,
  },
  {
    id: 'top-p',
    title: words('top_p', 'top_p'),
    parameters: ['top_p'],
    judge: judgeTopP,
  },
  {
    id: 'temperature-with-top-p',
    title: words('temperature and top_p together', 'temperature 与 top_p 同用'),
    parameters: ['temperature+top_p'],
    judge: judgePair,
  },
  {
    id: 'presence-penalty',
    title: words('presence penalty', '存在惩罚'),
    parameters: ['presence_penalty'],
    judge: (target) => judgeNumber(target, 'presence_penalty', [target.quirks.penalties, -2, 2]),
  },
  {
    id: 'frequency-penalty',
    title: words('frequency penalty', '频率惩罚'),
    parameters: ['frequency_penalty'],
    judge: (target) => judgeNumber(target, 'frequency_penalty', [target.quirks.penalties, -2, 2]),
  },
  { id: 'stop', title: words('stop sequences', '停止序列'), parameters: ['stop'], judge: judgeStop },
  { id: 'n', title: words('several answers', '多个候选'), parameters: ['n', 'best_of'], judge: judgeAnswers },
  {
    id: 'seed',
    title: words('seed', '随机种子'),
    parameters: ['seed'],
    judge: (target) => judgeField(target, 'seed'),
  },
  {
    id: 'logit-bias',
    title: words('token bias', 'token 偏置'),
    parameters: ['logit_bias'],
    judge: (target) => judgeField(target, 'logit_bias'),
  },
  {
    id: 'logprobs',
    title: words('log probabilities', '对数概率'),
    parameters: ['logprobs'],
    judge: (target) => judgeAnswerField(target, 'logprobs'),
  },
  {
    id: 'top-logprobs',
    title: words('likeliest alternatives', '候选对数概率'),
    parameters: ['top_logprobs'],
    judge: (target) => judgeAnswerField(target, 'top_logprobs'),
  },
]
