import type { Feature } from '#catalog/compare/feature.ts'
import { GATEWAY } from '#catalog/compare/gateway.ts'
import type { Target } from '#catalog/compare/target.ts'
import { alias, blocked, emulated, type Judged, type Words, words, works } from '#catalog/compare/verdict.ts'
import type { Work } from '#catalog/documented.ts'
import type { OfferKind } from '#catalog/schema.ts'
import type { DialectId } from '#wire/dialect.ts'
import type { ServiceOperation } from '#wire/service.ts'

const KINDS: Readonly<Record<ServiceOperation, OfferKind>> = {
  embeddings: 'embedding',
  rerank: 'rerank',
  moderations: 'moderation',
}

/** Forms that are OpenAI's own, or the one that everybody has. */
const PLAIN_FORMS: ReadonlySet<string> = new Set(['openai', 'common'])

/** Work whose answer is one value: does the platform have an API for it, and a model? */
function judgeService(target: Target, operation: ServiceOperation): Judged {
  const [row] = target.platform.services?.[operation] ?? []
  if (row === undefined) return blocked(words('the platform has no API for it', '平台没有该接口'), ELSEWHERE)
  const models = target.offers.filter(({ kind, status }) => kind === KINDS[operation] && status === 'active')
  const list = models
    .slice(0, MOST_NAMES)
    .map(({ model }) => model)
    .join(', ')
  const more = models.length > MOST_NAMES ? ', …' : ''
  const names = models.length === 0 ? undefined : words(`${list}${more}`, `${list}${more}`)
  if (PLAIN_FORMS.has(row.form)) return works(names)
  const form = words(`form ${row.form}`, `形式 ${row.form}`)
  return alias(names === undefined ? form : words(`${form.en}; ${names.en}`, `${form.zh}；${names.zh}`))
}

const MOST_NAMES = 3
const ELSEWHERE = words('a route to another platform', '另设路由到其他平台')

type EmbeddingsRow = NonNullable<NonNullable<Target['platform']['services']>['embeddings']>[number]

/** How the platform's first form of embeddings takes a part of the call. */
function embeddingPart(judge: (row: EmbeddingsRow) => Judged): Feature['judge'] {
  return ({ platform }) => {
    const [row] = platform.services?.embeddings ?? []
    return row === undefined
      ? blocked(words('the platform has no API for it', '平台没有该接口'), ELSEWHERE)
      : judge(row)
  }
}

function judgeDimensions({ quirks }: EmbeddingsRow): Judged {
  return quirks?.dimensions === false
    ? blocked(words('only its own length of vector', '只有固定维度'), words('another model', '换用其他模型'))
    : works()
}

function judgeEncoding({ form, quirks }: EmbeddingsRow): Judged {
  const taken = PLAIN_FORMS.has(form) && quirks?.encodings?.includes('base64') !== false
  return taken ? works() : alias(words('coded by the gateway', '由网关编码'))
}

function judgeTokenInputs({ form, quirks }: EmbeddingsRow): Judged {
  return PLAIN_FORMS.has(form) && quirks?.tokenInputs === true
    ? works()
    : blocked(words('texts only, no token ids', '仅接受文本，不接受 token 编号'), words('send texts', '改为发送文本'))
}

/** An API that the gateway speaks to callers, whatever the platform speaks. */
function judgeDoor(target: Target, dialect: DialectId): Judged {
  if (target.dialects.includes(dialect)) return works()
  return alias(words(`translated into ${target.dialect}`, `翻译为 ${target.dialect}`))
}

function directDoor(dialect: DialectId, work?: Work): (target: Target) => Judged {
  return (target) => {
    if (target.dialects.includes(dialect)) return works()
    return work === undefined ? blocked(NOT_THERE) : directWork(target, work)
  }
}

/** The gateway keeps what `previous_response_id` names, so that any platform serves it. */
function judgeState(target: Target): Judged {
  return target.quirks.keepsAnswers ? works() : emulated(words('the gateway keeps the conversation', '由网关保存会话'))
}

const NOT_THERE = words('not documented', '文档未提及')

function directWork({ documented }: Target, work: Work): Judged {
  const path = documented.work[work]
  return path === undefined ? blocked(NOT_THERE) : works(words(path, path))
}

/** Work that the platform may do, and the gateway does not pass on. */
function unserved(id: Work, title: Words, parameters: readonly string[]): Feature {
  return {
    id,
    title,
    parameters,
    judge: (target) => {
      const path = target.documented.work[id]
      if (path !== undefined && GATEWAY.operations.has(id)) return works(words(path, path))
      const missing = words('not served by the gateway in this version', '此版本网关未提供')
      if (path === undefined) {
        return blocked(words(`${missing.en}, nor documented there`, `${missing.zh}，平台文档亦未提及`))
      }
      return blocked(missing, words(`call the platform itself: ${path}`, `直接调用平台：${path}`))
    },
    direct: (target) => directWork(target, id),
  }
}

/** Work beside chat, and APIs beside chat completions. */
export const OPERATIONS: readonly Feature[] = [
  {
    id: 'responses',
    title: words('Responses API', 'Responses API'),
    parameters: ['responses'],
    judge: (target) => judgeDoor(target, 'openai-responses'),
    direct: directDoor('openai-responses', 'responses'),
  },
  {
    id: 'response-state',
    title: words('previous_response_id', 'previous_response_id'),
    parameters: ['previous_response_id'],
    judge: judgeState,
    direct: directDoor('openai-responses', 'responses'),
  },
  {
    id: 'background',
    title: words('background responses', '后台应答'),
    parameters: ['background'],
    judge: () => blocked(words('refused by the gateway', '网关拒绝')),
    direct: directDoor('openai-responses'),
  },
  {
    id: 'messages-api',
    title: words("Anthropic's Messages API", 'Anthropic Messages API'),
    parameters: ['messages.create'],
    judge: (target) => judgeDoor(target, 'anthropic-messages'),
    direct: directDoor('anthropic-messages'),
  },
  {
    id: 'gemini-api',
    title: words("Gemini's generateContent", 'Gemini generateContent'),
    parameters: ['generateContent'],
    judge: (target) => judgeDoor(target, 'gemini'),
    direct: directDoor('gemini'),
  },
  {
    id: 'completions',
    title: words('legacy completions', '旧版补全接口'),
    parameters: ['completions', 'prompt'],
    judge: (target) => {
      const door = judgeDoor(target, 'openai-completions')
      return door.verdict === 'works' ? door : emulated(words('as a chat with one message', '以一条对话消息实现'))
    },
    direct: directDoor('openai-completions', 'completions'),
  },
  {
    id: 'embeddings',
    title: words('embeddings', '向量'),
    parameters: ['embeddings', 'input'],
    judge: (target) => judgeService(target, 'embeddings'),
  },
  {
    id: 'embedding-dimensions',
    title: words('embeddings: dimensions', '向量：维度'),
    parameters: ['dimensions'],
    judge: embeddingPart(judgeDimensions),
  },
  {
    id: 'embedding-encoding',
    title: words('embeddings: base64', '向量：base64'),
    parameters: ['encoding_format'],
    judge: embeddingPart(judgeEncoding),
  },
  {
    id: 'embedding-tokens',
    title: words('embeddings of token ids', '向量：token 编号输入'),
    parameters: ['input.tokens'],
    judge: embeddingPart(judgeTokenInputs),
  },
  {
    id: 'rerank',
    title: words('rerank', '重排'),
    parameters: ['rerank'],
    judge: (target) => judgeService(target, 'rerank'),
  },
  {
    id: 'moderations',
    title: words('moderations', '内容审核'),
    parameters: ['moderations'],
    judge: (target) => judgeService(target, 'moderations'),
  },
  unserved('files', words('Files', '文件'), ['files', 'uploads']),
  unserved('batches', words('Batch', '批处理'), ['batches']),
  unserved('fine-tuning', words('fine-tuning', '微调'), ['fine_tuning', 'fine_tuning.jobs']),
  unserved('images', words('images made', '图像生成'), ['images']),
  unserved('speech', words('speech', '语音合成'), ['audio.speech']),
  unserved('transcription', words('transcription', '语音识别'), ['audio.transcriptions', 'audio.translations']),
  unserved('video', words('video jobs', '视频任务'), ['videos']),
  unserved('realtime', words('realtime', '实时'), ['realtime']),
  {
    id: 'token-count',
    title: words('token counting', '词元计数'),
    parameters: ['count_tokens'],
    judge: () =>
      emulated(words('an estimate, marked as such, where the platform does not count', '平台不计数时由网关估算并标明')),
    direct: (target) => directWork(target, 'token-count'),
  },
  unserved('assistants', words('assistants and vector stores', '助手与向量库'), [
    'assistants',
    'threads',
    'vector_stores',
  ]),
]
