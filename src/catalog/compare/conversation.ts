import type { Feature } from '#catalog/compare/feature.ts'
import { judgeAnswerField, judgeField, lossOf } from '#catalog/compare/field.ts'
import type { Target } from '#catalog/compare/target.ts'
import { alias, emulated, type Judged, words, works } from '#catalog/compare/verdict.ts'

function judgeChat({ dialect }: Target): Judged {
  return dialect === 'openai-chat' ? works() : alias(words(`translated into ${dialect}`, `翻译为 ${dialect}`))
}

function judgeWhole({ quirks }: Target): Judged {
  switch (quirks.streamOnly) {
    case 'never':
      return works()
    case 'while-thinking':
      return emulated(words('refused while it thinks: streamed and put together', '思考时不支持：由网关流式获取后合并'))
    case 'always':
      return emulated(words('refused: streamed and put together', '不支持：由网关流式获取后合并'))
  }
}

function judgeStreamUsage({ quirks }: Target): Judged {
  return quirks.usageInStream === 'always' ? works(words('comes unasked', '无需请求即返回')) : works()
}

function judgeSystem({ quirks }: Target): Judged {
  const { systemRole, systemPlace } = quirks
  const role = systemRole === 'developer' ? words('sent as developer', '以 developer 发送') : undefined
  const place = systemPlace === 'first' ? words('merged in front', '合并置于开头') : undefined
  if (role === undefined && place === undefined) return works()
  return alias(
    words([role?.en, place?.en].filter(Boolean).join(', '), [role?.zh, place?.zh].filter(Boolean).join('，')),
  )
}

function judgeDeveloper({ quirks }: Target): Judged {
  return quirks.systemRole === 'system' ? alias(words('sent as system', '以 system 发送')) : works()
}

function judgeTurns({ quirks }: Target): Judged {
  const { turnsAlternate, firstTurnUser } = quirks
  if (firstTurnUser) {
    return emulated(
      words('the user must begin: a turn is put in front where he does not', '须由用户开头：否则由网关补一条'),
    )
  }
  return turnsAlternate ? alias(words('neighbours of one role are merged', '相邻同角色消息会合并')) : works()
}

function judgeEmpty({ quirks }: Target): Judged {
  return quirks.emptyContent === 'accepted' ? works() : alias(words('a space in its place', '以空格代替'))
}

function judgeFinish({ quirks }: Target): Judged {
  const own = Object.keys(quirks.finishReasons).filter((reason) => reason !== '')
  if (own.length > 0) {
    const list = own.map((reason) => `${reason} → ${quirks.finishReasons[reason]}`).join(', ')
    return alias(words(list, list))
  }
  // The empty word stands for a stream without any reason at its end.
  return quirks.finishReasons[''] === 'cut'
    ? alias(words('a stream without one counts as cut', '没有结束原因的流视为中断'))
    : works()
}

function judgeErrors({ quirks }: Target): Judged {
  return quirks.bodyError === 'none'
    ? works()
    : alias(
        words(
          `stand inside a 200 (${quirks.bodyError}): the gateway gives the status`,
          `位于 200 应答内（${quirks.bodyError}）：由网关转为状态码`,
        ),
      )
}

function judgeEnd({ quirks }: Target): Judged {
  return quirks.endMark === 'required' ? works() : works(words('a finish reason will do', '有结束原因即视为完整'))
}

/** A field that no other is like: whether the platform refuses what nobody has heard of. */
const UNHEARD = 'x_unknown_field'

function judgeUnknown(target: Target): Judged {
  const loss = lossOf(target, UNHEARD)
  return loss ?? works()
}

function judgeUser(target: Target): Judged {
  return lossOf(target, 'user') ?? works()
}

const PLAIN = (id: string, title: ReturnType<typeof words>): Feature => ({
  id: id.replaceAll('_', '-'),
  title,
  parameters: [id],
  judge: (target) => judgeField(target, id),
})

/** A conversation and its answer, whatever it is about. */
export const CONVERSATION: readonly Feature[] = [
  { id: 'chat', title: words('chat', '对话'), parameters: ['chat', 'model'], judge: judgeChat },
  { id: 'stream', title: words('streamed answers', '流式应答'), parameters: ['stream'], judge: judgeEnd },
  { id: 'whole', title: words('whole answers', '非流式应答'), parameters: ['stream.false'], judge: judgeWhole },
  {
    id: 'stream-usage',
    title: words('usage in streams', '流式用量'),
    parameters: ['stream_options', 'stream_options.include_usage', 'usage'],
    judge: judgeStreamUsage,
  },
  {
    id: 'finish-reason',
    title: words('finish reasons', '结束原因'),
    parameters: ['finish_reason'],
    judge: judgeFinish,
  },
  { id: 'errors', title: words('errors by status', '错误状态码'), parameters: ['error'], judge: judgeErrors },
  {
    id: 'system-role',
    title: words('system messages', 'system 消息'),
    parameters: ['messages.role.system'],
    judge: judgeSystem,
  },
  {
    id: 'developer-role',
    title: words('developer messages', 'developer 消息'),
    parameters: ['messages.role.developer'],
    judge: judgeDeveloper,
  },
  {
    id: 'message-order',
    title: words('messages in any order', '任意消息顺序'),
    parameters: ['messages.role'],
    judge: judgeTurns,
  },
  {
    id: 'empty-content',
    title: words('empty content', '空内容'),
    parameters: ['messages.content'],
    judge: judgeEmpty,
  },
  {
    id: 'user',
    title: words("the application's user", '终端用户标识'),
    parameters: ['user', 'safety_identifier'],
    judge: judgeUser,
  },
  PLAIN('metadata', words('metadata', '元数据')),
  PLAIN('store', words('stored completions', '存储应答')),
  PLAIN('service_tier', words('service tier', '服务等级')),
  PLAIN('prediction', words('predicted output', '预测输出')),
  PLAIN('verbosity', words('verbosity', '详细程度')),
  PLAIN('prompt_cache_key', words('cache key', '缓存键')),
  {
    id: 'audio-output',
    title: words('audio out', '音频输出'),
    parameters: ['modalities', 'audio'],
    judge: (target) => judgeAnswerField(target, 'modalities'),
  },
  {
    id: 'other-fields',
    title: words('fields of its own', '平台自有字段'),
    parameters: ['extra_body'],
    judge: judgeUnknown,
  },
]
