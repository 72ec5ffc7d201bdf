import type { Feature } from '#catalog/compare/feature.ts'
import { GATEWAY } from '#catalog/compare/gateway.ts'
import { can, type Target } from '#catalog/compare/target.ts'
import { BY_MODEL } from '#catalog/compare/tools.ts'
import { alias, blocked, degraded, emulated, type Judged, mayWork, words, works } from '#catalog/compare/verdict.ts'
import type { ThinkingControl } from '#wire/quirks.ts'
import { type Effort, EFFORTS } from '#wire/request.ts'
import { nearestEffort } from '#wire/shape/effort.ts'

function judgeReasoning(target: Target): Judged {
  const known = can(target, 'reasoning')
  if (known === false)
    return blocked(words('the model does not think', '模型不思考'), words('another model', '换用其他模型'))
  return known === undefined ? mayWork(BY_MODEL) : works()
}

/** What a degree of effort becomes, by how the target is told to think. */
const DEGREES: Readonly<Record<ThinkingControl, 'words' | 'words-if-any' | 'budget' | 'switch' | 'none'>> = {
  none: 'none',
  'reasoning-effort': 'words',
  'anthropic-effort': 'words',
  'gemini-level': 'words',
  'nova-effort': 'words',
  'thinking-type': 'words-if-any',
  'thinking-adaptive': 'switch',
  'template-switch': 'switch',
  'enable-thinking': 'budget',
  'anthropic-budget': 'budget',
  'gemini-budget': 'budget',
}

/** The efforts that OpenAI's models have in common. */
const USUAL: readonly Effort[] = ['low', 'medium', 'high']

function judgeEffort(target: Target): Judged {
  const { thinking, efforts } = target.quirks
  const none = Object.keys(efforts).length === 0
  const kind = DEGREES[thinking]
  switch (kind === 'words-if-any' ? (none ? 'switch' : 'words') : kind) {
    case 'none':
      return degraded(words('it cannot be told how to think: left out', '无法指定：丢弃'))
    case 'switch':
      return degraded(words('on or off, in no degree', '只能开关，没有程度'))
    case 'budget':
      return emulated(words('as a budget of tokens', '换算为思考词元预算'))
    case 'words':
      return none ? works() : judgeWords(target)
  }
}

function judgeWords({ quirks: { efforts, thinking } }: Target): Judged {
  const heard = USUAL.map((effort) => [effort, nearestEffort(effort, efforts)] as const)
  const moved = heard.filter(([effort, nearest]) => effort !== nearest)
  if (moved.length > 0) {
    const list = moved.map(([effort, nearest]) => `${effort} → ${nearest ?? '-'}`).join(', ')
    return degraded(words(list, list))
  }
  const renamed = EFFORTS.filter((effort) => efforts[effort] !== undefined && efforts[effort] !== effort)
  const list = renamed.map((effort) => `${effort} → ${efforts[effort]}`).join(', ')
  if (renamed.length > 0) return alias(words(list, list))
  return thinking === 'reasoning-effort' ? works() : alias(words(`as ${thinking}`, `以 ${thinking} 表达`))
}

function judgeOff(target: Target): Judged {
  const { thinking, thinkingDefault, efforts } = target.quirks
  if (can(target, 'reasoning') === false || thinkingDefault === 'off') return works()
  if (thinkingDefault === 'always') return degraded(words('it always thinks', '始终思考，无法关闭'))
  if (thinking === 'none') return degraded(words('it thinks, and cannot be told', '默认思考，且无法关闭'))
  if (thinking !== 'reasoning-effort' || Object.keys(efforts).length === 0 || efforts.none !== undefined) return works()
  return degraded(words('no effort "none": the lowest instead', '没有 none：改为最低程度'))
}

function judgeVisible(target: Target): Judged {
  const { reasoningField, reasoningSplit } = target.quirks
  if (can(target, 'reasoning') === false) return blocked(words('the model does not think', '模型不思考'))
  if (target.dialect !== 'openai-chat')
    return alias(words(`as ${target.dialect} has it`, `按 ${target.dialect} 的形式`))
  switch (reasoningField) {
    case 'none':
      return blocked(words('thinks without showing it', '思考内容不返回'))
    case 'think-tags':
      return alias(words('<think> inside the content: taken out of it', '位于正文的 <think> 中：由网关分离'))
    case 'reasoning_content':
    case 'reasoning':
    case 'reasoning_details':
      return reasoningSplit
        ? alias(words(`asked for apart, as ${reasoningField}`, `要求分离返回，位于 ${reasoningField}`))
        : works(words(reasoningField, reasoningField))
  }
}

function judgeReturned({ quirks }: Target): Judged {
  switch (quirks.reasoningReturn) {
    case 'accepted':
      return quirks.sealScope === 'platform' ? works() : works(OWN_ACCOUNT)
    case 'refused':
      return degraded(words('refused in earlier turns: left out', '拒绝历史思考内容：丢弃'))
    case 'required':
      return GATEWAY.remembersReasoning
        ? emulated(words('needed after tool calls: the gateway keeps it', '工具调用后必须回传：由网关保存并补上'))
        : emulated(
            words('needed after tool calls: an empty one where it is missing', '工具调用后必须回传：缺失时补空'),
            KEEP,
          )
  }
}

const OWN_ACCOUNT = words('encrypted: only with the account that it was made for', '加密内容仅限生成它的账号')
const KEEP = words('send reasoning_content of earlier turns back', '在历史消息中带回 reasoning_content')

/** Thinking: whether, how hard, and what of it is seen. */
export const REASONING: readonly Feature[] = [
  { id: 'reasoning', title: words('reasoning', '推理思考'), parameters: ['reasoning'], judge: judgeReasoning },
  {
    id: 'reasoning-effort',
    title: words('reasoning effort', '思考程度'),
    parameters: ['reasoning_effort'],
    judge: judgeEffort,
  },
  {
    id: 'reasoning-off',
    title: words('reasoning off', '关闭思考'),
    parameters: ['reasoning_effort.none'],
    judge: judgeOff,
  },
  {
    id: 'reasoning-visible',
    title: words('reasoning is shown', '返回思考内容'),
    parameters: ['message.reasoning_content'],
    judge: judgeVisible,
  },
  {
    id: 'reasoning-returned',
    title: words('reasoning of earlier turns', '历史思考内容'),
    parameters: ['messages.reasoning_content'],
    judge: judgeReturned,
  },
]
