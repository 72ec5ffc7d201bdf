import { type Context, type Option, WrongUsage } from '#cli/command.ts'
import type { Words } from '#cli/language.ts'
import { COUNTED, type Counted, type Counts, NO_USAGE, type Usage } from '#wire/usage.ts'

const COUNTS: readonly { readonly name: string; readonly about: Words }[] = [
  { name: 'input', about: { en: 'input tokens, cached ones included', zh: '输入词元数，含缓存' } },
  { name: 'output', about: { en: 'output tokens, reasoning included', zh: '输出词元数，含推理' } },
  { name: 'cached', about: { en: 'of the input: read from a cache', zh: '输入中命中缓存的部分' } },
  {
    name: 'cached-explicit',
    about: { en: 'of the input: read from a cache that was marked', zh: '输入中命中显式缓存的部分' },
  },
  { name: 'cache-write', about: { en: 'of the input: written to a cache', zh: '输入中写入缓存的部分' } },
  {
    name: 'cache-write-long',
    about: { en: 'of the input: written to a cache that lasts long', zh: '输入中写入长效缓存的部分' },
  },
  { name: 'audio', about: { en: 'of the input: sounds', zh: '输入中的音频部分' } },
  { name: 'image', about: { en: 'of the input: pictures and films', zh: '输入中的图像和视频部分' } },
  { name: 'reasoning', about: { en: 'of the output: reasoning', zh: '输出中推理的部分' } },
  { name: 'output-audio', about: { en: 'of the output: sounds', zh: '输出中的音频部分' } },
  { name: 'output-image', about: { en: 'of the output: pictures', zh: '输出中的图像部分' } },
]

/** Options that say what a request used. */
export const USAGE_OPTIONS: readonly Option[] = [
  ...COUNTS.map(({ name, about }) => ({ name, kind: 'text' as const, value: 'N', about })),
  {
    name: 'count',
    kind: 'list',
    value: 'NAME=N',
    about: { en: `counted beside tokens: ${COUNTED.join(', ')}`, zh: `词元之外的计数：${COUNTED.join('、')}` },
  },
  {
    name: 'trait',
    kind: 'list',
    value: 'NAME=VALUE',
    about: { en: 'what else a price hangs on, like resolution=1080p', zh: '影响价格的其他条件，如 resolution=1080p' },
  },
  { name: 'batch', kind: 'flag', about: { en: 'as a batch job', zh: '按批处理计价' } },
  {
    name: 'tier',
    kind: 'text',
    value: 'NAME',
    about: { en: 'service tier, like flex or priority', zh: '服务档，如 flex 或 priority' },
  },
]

/** The line's counts as kinds that do not overlap. */
export function usageOf(context: Context): Usage {
  const [input, output] = [countOf(context, 'input'), countOf(context, 'output')]
  const counts = countsOf(context)
  if (input + output === 0 && counts === undefined) throw new WrongUsage('price needs --input or --output, or --count')
  const inputCached = countOf(context, 'cached')
  const inputCachedExplicit = countOf(context, 'cached-explicit')
  const [cacheWriteShort, cacheWriteLong] = [countOf(context, 'cache-write'), countOf(context, 'cache-write-long')]
  const [inputAudio, inputImage] = [countOf(context, 'audio'), countOf(context, 'image')]
  const inputParts = inputCached + inputCachedExplicit + cacheWriteShort + cacheWriteLong + inputAudio + inputImage
  if (inputParts > input) {
    throw new WrongUsage('--cached and --cache-write are parts of --input: together at most that, with the others')
  }
  const outputReasoning = countOf(context, 'reasoning')
  const [outputAudio, outputImage] = [countOf(context, 'output-audio'), countOf(context, 'output-image')]
  const outputParts = outputReasoning + outputAudio + outputImage
  if (outputParts > output) throw new WrongUsage('--reasoning is a part of --output: at most that, with the others')
  return {
    ...NO_USAGE,
    inputFresh: input - inputParts,
    inputCached,
    inputCachedExplicit,
    cacheWriteShort,
    cacheWriteLong,
    inputAudio,
    inputImage,
    outputText: output - outputParts,
    outputReasoning,
    outputAudio,
    outputImage,
    ...(counts === undefined ? {} : { counts }),
    ...laneOf(context),
    ...traitsOf(context),
  }
}

function countOf({ options }: Context, name: string): number {
  const held = options.text(name)
  if (held === undefined) return 0
  if (!/^\d{1,12}$/.test(held)) throw new WrongUsage(`--${name} must be a whole number`)
  return Number(held)
}

function countsOf({ options }: Context): Counts | undefined {
  const counts: Partial<Record<Counted, number>> = {}
  for (const each of options.list('count')) {
    const [, name, digits] = /^([a-z-]+)=(\d{1,12})$/.exec(each) ?? []
    const what = COUNTED.find((counted) => counted === name)
    if (what === undefined) {
      throw new WrongUsage(`--count must be NAME=N, like web-search=3; names are ${COUNTED.join(', ')}`)
    }
    counts[what] = Number(digits)
  }
  return Object.keys(counts).length === 0 ? undefined : counts
}

function laneOf({ options }: Context): Pick<Usage, 'lane'> {
  const lane = options.text('tier')
  const batch = options.flag('batch')
  if (batch && lane !== undefined) throw new WrongUsage('--batch and --tier exclude each other')
  return batch ? { lane: 'batch' } : lane === undefined ? {} : { lane }
}

function traitsOf({ options }: Context): Pick<Usage, 'traits'> {
  const given = options.list('trait').map((each): [string, string | boolean] => {
    const [, name, value] = /^([A-Za-z]+)=(.+)$/.exec(each) ?? []
    if (name === undefined || value === undefined)
      throw new WrongUsage('--trait must be NAME=VALUE, like resolution=1080p')
    return [name, value === 'true' ? true : value === 'false' ? false : value]
  })
  return given.length === 0 ? {} : { traits: Object.fromEntries(given) }
}
