import type { Feature } from '#catalog/compare/feature.ts'
import { judgeField, lossOf } from '#catalog/compare/field.ts'
import { GATEWAY } from '#catalog/compare/gateway.ts'
import { can, type Target } from '#catalog/compare/target.ts'
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
import type { Quirks } from '#wire/quirks.ts'

type Choice = Quirks['toolChoices'][number]

function judgeTools(target: Target): Judged {
  const loss = lossOf(target, 'tools')
  if (can(target, 'tools') === false || loss?.verdict === 'degraded') {
    return blocked(
      words('the model takes no tools: refused', '模型不支持工具：拒绝请求'),
      words('another model', '换用其他模型'),
    )
  }
  if (can(target, 'tools') === undefined) return mayWork(BY_MODEL)
  return target.quirks.toolParametersRequired
    ? works(words('an empty schema is given to tools without parameters', '无参数的工具会补上空的参数定义'))
    : works()
}

/** Servers run what they are given. */
export const BY_MODEL: Words = words('depends on the model', '取决于所用模型')

/** What is about tools is blocked where there are none. */
function without(target: Target): Judged | undefined {
  const tools = judgeTools(target)
  return tools.verdict === 'blocked' ? tools : undefined
}

function judgeChoice(target: Target, choice: Choice): Judged {
  const loss = without(target) ?? lossOf(target, 'tool_choice')
  if (loss !== undefined && loss.verdict !== 'alias') return loss
  const { toolChoices } = target.quirks
  if (toolChoices.includes(choice)) return choice === 'required' || choice === 'named' ? judgeForced(target) : works()
  if (choice === 'auto') return works(words('said by saying nothing', '缺省即此'))
  if (choice === 'none') return emulated(words('the tools are left out', '由网关去掉工具'))
  const next = choice === 'named' && toolChoices.includes('required') ? 'required' : 'auto'
  return degraded(words(`not taken: ${next} instead`, `不支持：改为 ${next}`))
}

function judgeForced({ quirks }: Target): Judged {
  if (!quirks.toolChoiceFreeOnlyWhileThinking) return works()
  const free = words('only auto or none while it thinks', '思考时仅支持 auto 与 none')
  return quirks.thinkingDefault === 'off' ? works(free) : degraded(free, words('switch thinking off', '关闭思考'))
}

function judgeParallel(target: Target): Judged {
  const loss = without(target) ?? lossOf(target, 'parallel_tool_calls')
  if (loss !== undefined) return loss
  return target.quirks.parallelToolCallsSwitch
    ? works()
    : degraded(words('no such switch: left out', '没有该开关：丢弃'))
}

function judgeStrict(target: Target): Judged {
  const blocked = without(target)
  if (blocked !== undefined) return blocked
  return target.quirks.toolStrict
    ? works()
    : degraded(words('left out: arguments may break the schema', '丢弃：参数可能不符合定义'), CHECK_ARGUMENTS)
}

const CHECK_ARGUMENTS = words('check the arguments in the application', '在应用中校验参数')

function judgeFormat(target: Target, form: 'json' | 'json-schema'): Judged {
  const loss = lossOf(target, 'response_format')
  const { responseFormats, jsonWord } = target.quirks
  const lost = loss !== undefined && loss.verdict !== 'alias'
  if (lost || !responseFormats.includes(form)) return lost && !GATEWAY.schemas ? loss : judgeWithoutFormat(target, form)
  if (form === 'json-schema') return schemaDoubt(target) ?? works()
  return jsonWord === 'required' ? works(words('a message must hold the word "json"', '消息中须含“json”字样')) : works()
}

function judgeWithoutFormat({ quirks }: Target, form: 'json' | 'json-schema'): Judged {
  if (GATEWAY.schemas) {
    return emulated(words('told in words, checked, mended once', '由网关以文字说明、校验，必要时修正一次'), MAY_COST)
  }
  if (form === 'json-schema' && quirks.responseFormats.includes('json')) {
    return degraded(words('any JSON instead of the schema', '仅保证是 JSON，不保证符合定义'), CHECK_JSON)
  }
  return degraded(words('no such mode: left out', '没有该模式：丢弃'), CHECK_JSON)
}

const MAY_COST = words('a mended answer is paid for twice', '修正的应答会再次计费')
const CHECK_JSON = words(
  'say the form in the prompt, check it in the application',
  '在提示词中说明格式，并在应用中校验',
)

/** Where the catalog lists who has schemas, a model that is not listed has none; where it lists nobody, nobody knows. */
function schemaDoubt(target: Target): Judged | undefined {
  const { offer, offers, platform, dialect, documented } = target
  if (can(target, 'json-schema') === true || dialect !== 'openai-chat' || documented.fields === 'all') return undefined
  if (documented.schemas === true || platform.kind === 'self-hosted' || platform.quirks.responseFormats !== undefined) {
    return undefined
  }
  if (offer === undefined || offer.capabilitiesOpen === true) return mayWork(BY_MODEL)
  return offers.some(({ capabilities }) => capabilities.includes('json-schema'))
    ? degraded(
        words('sent on; the catalog does not list it for this model', '原样发送；目录未标明该模型支持'),
        CHECK_JSON,
      )
    : mayWork(words('the catalog does not say', '目录未说明'))
}

/** Tools and structured output. */
export const TOOLS: readonly Feature[] = [
  { id: 'tools', title: words('tool calls', '工具调用'), parameters: ['tools', 'functions'], judge: judgeTools },
  {
    id: 'tool-choice-auto',
    title: words('tool choice: auto', '工具选择：auto'),
    parameters: ['tool_choice', 'tool_choice.auto', 'function_call'],
    judge: (target) => judgeChoice(target, 'auto'),
  },
  {
    id: 'tool-choice-none',
    title: words('tool choice: none', '工具选择：none'),
    parameters: ['tool_choice.none'],
    judge: (target) => judgeChoice(target, 'none'),
  },
  {
    id: 'tool-choice-required',
    title: words('tool choice: required', '工具选择：required'),
    parameters: ['tool_choice.required'],
    judge: (target) => judgeChoice(target, 'required'),
  },
  {
    id: 'tool-choice-named',
    title: words('tool choice: one by name', '工具选择：指定工具'),
    parameters: ['tool_choice.function'],
    judge: (target) => judgeChoice(target, 'named'),
  },
  {
    id: 'parallel-tool-calls',
    title: words('switch for parallel calls', '并行调用开关'),
    parameters: ['parallel_tool_calls'],
    judge: judgeParallel,
  },
  {
    id: 'strict-tools',
    title: words('strict tool schemas', '严格的工具参数'),
    parameters: ['tools.function.strict'],
    judge: judgeStrict,
  },
  {
    id: 'json-object',
    title: words('JSON mode', 'JSON 模式'),
    parameters: ['response_format.json_object'],
    judge: (target) => judgeFormat(target, 'json'),
  },
  {
    id: 'json-schema',
    title: words('JSON by a schema', '按定义输出 JSON'),
    parameters: ['response_format', 'response_format.json_schema'],
    judge: (target) => judgeFormat(target, 'json-schema'),
  },
  {
    id: 'web-search',
    title: words("the platform's web search", '平台内置联网搜索'),
    parameters: ['web_search_options'],
    judge: (target) => judgeField(target, 'web_search_options'),
  },
]
