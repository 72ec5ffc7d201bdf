import type { Feature } from '#catalog/compare/feature.ts'
import { GATEWAY } from '#catalog/compare/gateway.ts'
import { can, type Target } from '#catalog/compare/target.ts'
import { BY_MODEL } from '#catalog/compare/tools.ts'
import {
  blocked,
  degraded,
  emulated,
  type Judged,
  mayWork,
  type Words,
  words,
  works,
} from '#catalog/compare/verdict.ts'
import type { Capability } from '#catalog/schema.ts'

const ANOTHER_MODEL = words('another model', '换用其他模型')

function judgeVision(target: Target): Judged {
  if (target.quirks.images === 'refused' || can(target, 'vision') === false) {
    return blocked(words('no images: refused', '不支持图像：拒绝请求'), ANOTHER_MODEL)
  }
  return can(target, 'vision') === undefined ? mayWork(BY_MODEL) : works()
}

function judgeImageUrls(target: Target): Judged {
  const vision = judgeVision(target)
  if (vision.verdict === 'blocked' || target.quirks.images !== 'inline-only') return vision
  const inside = words('taken only inside the request', '仅接受内嵌图像')
  return GATEWAY.fetchesImages
    ? emulated(words(`${inside.en}: the gateway fetches them`, `${inside.zh}：由网关下载后内嵌`))
    : blocked(words(`${inside.en}: refused`, `${inside.zh}：拒绝请求`), words('send data: URLs', '改用 data: URL'))
}

/** Content that a model takes or does not; the dialects that have a form for it are named. */
function judgeMedia(target: Target, [capability, ...more]: readonly [Capability, ...Capability[]]): Judged {
  const known = [capability, ...more].map((each) => can(target, each))
  if (known.includes(true)) return works()
  return known.includes(undefined)
    ? mayWork(BY_MODEL)
    : blocked(words('the model does not take it', '模型不支持'), ANOTHER_MODEL)
}

function judgeCacheMarks({ quirks }: Target): Judged {
  return quirks.cacheMarks ? works() : degraded(words('no marks: left out', '不支持标记：丢弃'))
}

/** A cached rate in the price list says that a platform caches unasked; of servers their documents say it. */
export function cachesUnasked({ offer, documented }: Target): boolean {
  return documented.cachesUnasked === true || (offer?.prices.some((row) => row.cachedInput !== undefined) ?? false)
}

function judgeCaching(target: Target): Judged {
  if (cachesUnasked(target)) return works()
  if (target.quirks.cacheMarks) return works(words('only what is marked', '仅缓存带标记的内容'))
  return degraded(words('no cached price is known', '未见缓存价格'))
}

const MARKS: Readonly<Record<string, Words>> = {
  partial: words('last assistant message with partial: true', '最后一条助手消息带 partial: true'),
  prefix: words('last assistant message with prefix: true', '最后一条助手消息带 prefix: true'),
  continue_final_message: words('request with continue_final_message: true', '请求带 continue_final_message: true'),
  unmarked: words('last assistant message, without a mark', '最后一条为助手消息，无需标记'),
}

function judgeContinuation(target: Target): Judged {
  const { continuation, continuationNote } = target.documented
  const mark = continuation === undefined ? undefined : MARKS[continuation]
  if (mark !== undefined) {
    if (continuationNote === undefined) return works(mark)
    return works(words(`${mark.en} (${continuationNote.en})`, `${mark.zh}（${continuationNote.zh}）`))
  }
  if (can(target, 'prefix') === true) return works()
  return continuation === 'none'
    ? blocked(words('not there', '不支持'))
    : blocked(words('not documented', '文档未提及'))
}

function judgeFim(target: Target): Judged {
  if (can(target, 'fim') === true || target.dialects.includes('openai-completions')) return works()
  return blocked(words('no filling in the middle', '不支持中间填充'), ANOTHER_MODEL)
}

function judgeContext({ offer }: Target): Judged {
  const tokens = offer?.context ?? offer?.maxInput
  if (tokens === undefined) return mayWork(BY_MODEL)
  return { ...works(words(`${tokens} tokens`, `${tokens} 词元`)), amount: tokens }
}

/** What messages may hold, and what is kept of them. */
export const CONTENT: readonly Feature[] = [
  {
    id: 'context',
    title: words('context window', '上下文窗口'),
    parameters: ['messages'],
    judge: judgeContext,
  },
  {
    id: 'vision',
    title: words('images', '图像输入'),
    parameters: ['messages.content.image_url'],
    judge: judgeVision,
  },
  {
    id: 'image-urls',
    title: words('images by URL', '以 URL 给出图像'),
    parameters: ['messages.content.image_url.url'],
    judge: judgeImageUrls,
  },
  {
    id: 'pdf',
    title: words('PDF and other documents', 'PDF 与文档'),
    parameters: ['messages.content.file'],
    judge: (target) => judgeMedia(target, ['pdf-input', 'document-input']),
  },
  {
    id: 'audio-input',
    title: words('audio in', '音频输入'),
    parameters: ['messages.content.input_audio'],
    judge: (target) => judgeMedia(target, ['audio-input']),
  },
  {
    id: 'video-input',
    title: words('video in', '视频输入'),
    parameters: ['messages.content.video_url'],
    judge: (target) => judgeMedia(target, ['video-input']),
  },
  {
    id: 'continuation',
    title: words('prefix continuation', '前缀续写'),
    parameters: ['messages.prefix', 'messages.partial'],
    judge: judgeContinuation,
  },
  { id: 'fim', title: words('fill in the middle', '中间填充'), parameters: ['suffix'], judge: judgeFim },
  {
    id: 'caching',
    title: words('cheaper repeated beginnings', '上下文缓存'),
    parameters: ['usage.prompt_tokens_details.cached_tokens'],
    judge: judgeCaching,
  },
  {
    id: 'cache-marks',
    title: words('cache marks', '缓存标记'),
    parameters: ['messages.content.cache_control'],
    judge: judgeCacheMarks,
  },
]
