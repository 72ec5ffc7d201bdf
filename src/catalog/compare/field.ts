import type { Target } from '#catalog/compare/target.ts'
import { alias, blocked, degraded, type Judged, type Words, words, works } from '#catalog/compare/verdict.ts'
import { OPTIONAL_FIELDS } from '#catalog/documented.ts'
import type { DialectId } from '#wire/dialect.ts'

/** Request fields of OpenAI's chat completions that a dialect has a place for. `any` = its own, and whatever is invented. */
const CARRIED: Readonly<Record<DialectId, 'any' | readonly string[]>> = {
  'openai-chat': 'any',
  'openai-responses': [
    'max_tokens',
    'temperature',
    'top_p',
    'tools',
    'tool_choice',
    'parallel_tool_calls',
    'response_format',
    'reasoning_effort',
    'user',
  ],
  'openai-completions': ['temperature', 'top_p', 'stop', 'n', 'seed', 'presence_penalty', 'frequency_penalty', 'user'],
  'anthropic-messages': [
    'max_tokens',
    'temperature',
    'top_p',
    'stop',
    'tools',
    'tool_choice',
    'parallel_tool_calls',
    'response_format',
    'reasoning_effort',
    'user',
  ],
  gemini: [
    'max_tokens',
    'temperature',
    'top_p',
    'stop',
    'n',
    'seed',
    'presence_penalty',
    'frequency_penalty',
    'tools',
    'tool_choice',
    'response_format',
    'reasoning_effort',
  ],
  'bedrock-converse': [
    'max_tokens',
    'temperature',
    'top_p',
    'stop',
    'tools',
    'tool_choice',
    'response_format',
    'reasoning_effort',
  ],
  'tencent-chat': ['temperature', 'top_p', 'stop', 'seed', 'tools', 'tool_choice'],
  'spark-chat': ['max_tokens', 'temperature', 'top_p', 'presence_penalty', 'frequency_penalty', 'tools', 'user'],
  'sensenova-chat': ['max_tokens', 'temperature', 'top_p', 'tools', 'tool_choice', 'user'],
  'wenxin-chat': ['max_tokens', 'temperature', 'top_p', 'stop', 'tools', 'tool_choice', 'response_format', 'user'],
}

/** Fields that a dialect has a place for and takes in another sense. */
const OTHERWISE: Readonly<Partial<Record<DialectId, Readonly<Record<string, Words>>>>> = {
  'tencent-chat': { stop: words('the answer ends with it, not before it', '应答以其结尾，而非在其之前停止') },
}

/** Whether a dialect has a place for a field of OpenAI's chat completions. */
export function carries(dialect: DialectId, field: string): boolean {
  const carried = CARRIED[dialect]
  return carried === 'any' || carried.includes(field)
}

/** What becomes of a field at the top of a chat request; of one that nobody has heard of too. */
export function judgeField(target: Target, field: string): Judged {
  return lossOf(target, field) ?? works()
}

/** The same for a field whose answer the application reads: without it the application is blocked. */
export function judgeAnswerField(target: Target, field: string): Judged {
  const loss = lossOf(target, field)
  return loss?.verdict === 'degraded' && loss.detail !== undefined ? blocked(loss.detail) : (loss ?? works())
}

/** What is lost of a field on the way; undefined = nothing. */
export function lossOf(target: Target, field: string): Judged | undefined {
  const { dialect, quirks } = target
  if (!carries(dialect, field)) {
    return degraded(words(`${dialect} has no place for it: left out`, `${dialect} 协议没有对应字段：丢弃`))
  }
  const otherwise = OTHERWISE[dialect]?.[field]
  if (otherwise !== undefined) return degraded(otherwise)
  if (CARRIED[dialect] !== 'any') return undefined
  if (quirks.refusedFields.includes(field)) {
    return degraded(words('the platform refuses it: left out', '平台拒绝该字段：丢弃'))
  }
  if (quirks.knownFields !== 'any' && !quirks.knownFields.includes(quirks.renamedFields[field] ?? field)) {
    return degraded(words('the platform refuses fields that it does not know: left out', '平台拒绝未知字段：丢弃'))
  }
  const name = quirks.renamedFields[field]
  if (name !== undefined) return alias(words(`sent as ${name}`, `以 ${name} 发送`))
  if (quirks.ignoredFields.includes(field)) {
    return degraded(words('the platform takes no notice of it', '平台接受但不生效'))
  }
  return isDocumented(target, field) ? undefined : UNDOCUMENTED
}

const UNDOCUMENTED: Judged = degraded(
  words('sent on; the documents that were found do not name it', '原样发送；已查到的文档未提及，可能不生效'),
  words('try it, or do without', '请实测，或不依赖它'),
)

const OPTIONAL: ReadonlySet<string> = new Set(OPTIONAL_FIELDS)

/** Fields that every speaker of the dialect takes need not be named; nor any where no closed list is known. */
function isDocumented({ documented: { fields } }: Target, field: string): boolean {
  if (fields === undefined || fields === 'all' || !OPTIONAL.has(field)) return true
  return fields.some((each) => each === field)
}
