import { released } from '#catalog/index.ts'
import { type State, statesOf } from '#catalog/compare/compare.ts'
import { cachesUnasked } from '#catalog/compare/content.ts'
import { type Target, targetsOf } from '#catalog/compare/target.ts'
import { CALLABLE } from '#test/support/every-platform.ts'
import { codes, table } from './markdown.ts'
import { RECORDED } from './recorded.ts'

/** A system as the market names it, and where it is reached. */
interface System {
  readonly en: string
  readonly zh: string
  /** Ids of the catalog. */
  readonly platforms: readonly string[]
  /** Of their models only these: a part of the id. Absent = all. */
  readonly models?: RegExp
  /** The platforms' other work is not this system's. */
  readonly chatOnly?: true
}

/** In the order in which the market names them. */
export const MARKET: readonly System[] = [
  { en: 'OpenAI', zh: 'OpenAI', platforms: ['openai'] },
  { en: 'Azure OpenAI', zh: 'Azure OpenAI', platforms: ['azure'] },
  { en: 'Anthropic Claude', zh: 'Anthropic Claude', platforms: ['anthropic'] },
  { en: 'Google Gemini', zh: 'Google Gemini', platforms: ['gemini'] },
  { en: 'AWS Bedrock', zh: 'AWS Bedrock', platforms: ['bedrock'] },
  {
    en: 'Meta Llama',
    zh: 'Meta Llama',
    platforms: ['llama-api', 'bedrock', 'azure', 'huggingface'],
    models: /llama/i,
    chatOnly: true,
  },
  { en: 'Alibaba Tongyi Qianwen', zh: '阿里通义千问', platforms: ['dashscope'], models: /^(qwen|qwq|qvq)/i },
  { en: 'Baidu Wenxin (ERNIE)', zh: '百度文心一言', platforms: ['qianfan'], models: /ernie/i },
  { en: 'Tencent Hunyuan', zh: '腾讯混元', platforms: ['hunyuan'] },
  { en: 'ByteDance Doubao', zh: '字节豆包', platforms: ['ark'], models: /doubao|seed/i },
  { en: 'Huawei Pangu', zh: '华为盘古', platforms: ['huawei-maas'] },
  { en: 'SenseTime SenseNova', zh: '商汤日日新', platforms: ['sensenova'] },
  { en: 'CloudWalk Congrong', zh: '云从从容', platforms: ['cloudwalk'] },
  { en: 'iFlytek Spark', zh: '讯飞星火', platforms: ['spark'] },
  { en: 'Zhipu GLM', zh: '智谱 GLM', platforms: ['zhipu'], models: /^(?!charglm|emohaa)/i },
  { en: 'Baichuan', zh: '百川', platforms: ['baichuan'] },
  { en: 'MiniMax', zh: 'MiniMax', platforms: ['minimax'] },
  { en: 'Moonshot Kimi', zh: '月之暗面 Kimi', platforms: ['moonshot'] },
  { en: '01.AI Yi', zh: '零一万物 Yi', platforms: ['yi'] },
  { en: 'DeepSeek', zh: 'DeepSeek', platforms: ['deepseek'] },
  { en: 'StepFun', zh: '阶跃星辰', platforms: ['stepfun'] },
  { en: 'Shanghai AI Lab InternLM', zh: '上海人工智能实验室 书生', platforms: ['internlm'] },
  { en: 'Kunlun Skywork', zh: '昆仑万维 天工', platforms: ['skywork'] },
  {
    en: 'Lingxin CharacterGLM',
    zh: '聆心智能 CharacterGLM',
    platforms: ['zhipu'],
    models: /^charglm/i,
    chatOnly: true,
  },
  { en: 'SiliconFlow', zh: '硅基流动', platforms: ['siliconflow'] },
  { en: 'ModelScope', zh: '魔搭 ModelScope', platforms: ['modelscope'] },
  { en: 'Hugging Face', zh: 'Hugging Face', platforms: ['huggingface'] },
  { en: 'vLLM', zh: 'vLLM', platforms: ['vllm'] },
  { en: 'SGLang', zh: 'SGLang', platforms: ['sglang'] },
  { en: 'Ollama', zh: 'Ollama', platforms: ['ollama'] },
  { en: 'llama.cpp', zh: 'llama.cpp', platforms: ['llama-cpp'] },
  { en: 'LMDeploy', zh: 'LMDeploy', platforms: ['lmdeploy'] },
  { en: 'TGI', zh: 'TGI', platforms: ['tgi'] },
  { en: 'Xinference', zh: 'Xinference', platforms: ['xinference'] },
  { en: 'any OpenAI-like server', zh: '任意 OpenAI 兼容服务', platforms: ['openai-compatible'] },
  { en: 'any Anthropic-like server', zh: '任意 Anthropic 兼容服务', platforms: ['anthropic-compatible'] },
]

type Language = 'en' | 'zh'

const HEADS: Readonly<Record<Language, readonly string[]>> = {
  en: [
    'system',
    'platform',
    'chat',
    'reasoning',
    'vision',
    'tools',
    'structured output',
    'embeddings',
    'prefix continuation',
    'context caching',
    'checked',
  ],
  zh: ['系统', '平台标识', '对话', '推理', '视觉', '工具', '结构化输出', '向量', '前缀续写', '上下文缓存', '核对方式'],
}

const WORDS: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  en: {},
  zh: {
    yes: '支持',
    some: '部分模型',
    partly: '降级',
    emulated: '模拟',
    'by model': '视模型',
    'not callable': '不可调用',
    schema: '按定义',
    JSON: 'JSON',
    automatic: '自动',
    marks: '标记',
    recorded: '实录',
    simulated: '模拟器',
    documented: '文档',
  },
}

/** One row a system: what works there through the gateway, and how that was checked. */
export function marketTable(language: Language): string {
  const say: Say = (word) => WORDS[language][word] ?? word
  return table(
    HEADS[language],
    MARKET.map((system) => {
      const targets = targetsFor(system)
      const cells = targets.length === 0 ? [say('not callable'), ...NOTHING] : cellsOf(targets, system, say)
      return [system[language], codes(system.platforms), ...cells, checksOf(system).map(say).join(', ')]
    }),
  )
}

function targetsFor({ platforms, models }: System): readonly Target[] {
  return platforms.flatMap((id) => {
    const platform = released.platforms.get(id)
    const targets = platform === undefined ? [] : targetsOf(released, platform)
    if ('reason' in targets) return []
    return targets.filter(({ offer }) => models === undefined || offer === undefined || models.test(offer.model))
  })
}

/** The cells after the first one of a system that cannot be called. */
const NOTHING = ['–', '–', '–', '–', '–', '–', '–']

type Say = (word: string) => string

function cellsOf(targets: readonly Target[], { chatOnly }: System, say: Say): string[] {
  const states = statesOf(targets)
  const state = (id: string): State | undefined => states.get(id)
  return [
    plain(state('chat'), say),
    plain(state('reasoning'), say),
    plain(state('vision'), say),
    plain(state('tools'), say),
    structured(state('json-schema'), state('json-object'), say),
    chatOnly === true ? '–' : plain(state('embeddings'), say),
    continuation(targets, state('continuation'), say),
    caching(targets, say),
  ]
}

/** A verdict in one word; some of a platform's models are worse off where it says so. */
function plain(state: State | undefined, say: Say): string {
  if (state === undefined || state.verdict === 'blocked') return '–'
  if (state.guess === true) return say('by model')
  if (state.verdict === 'emulated') return say('emulated')
  if (state.verdict === 'degraded') return say('partly')
  return say(state.models === undefined ? 'yes' : 'some')
}

function structured(schema: State | undefined, json: State | undefined, say: Say): string {
  const word = (state: State | undefined, name: string): string[] =>
    (state?.verdict === 'works' || state?.verdict === 'alias') && state.guess !== true ? [say(name)] : []
  const found = [...word(schema, 'schema'), ...word(json, 'JSON')]
  return found.length > 0 ? found.join(', ') : plain(schema, say)
}

function continuation(targets: readonly Target[], state: State | undefined, say: Say): string {
  const marks = [...new Set(targets.flatMap(({ documented }) => documented.continuation ?? []))]
  const named = marks.filter((mark) => mark !== 'none' && mark !== 'unmarked')
  return named.length > 0 ? codes(named) : plain(state, say)
}

function caching(targets: readonly Target[], say: Say): string {
  const ways = [
    ...(targets.some(cachesUnasked) ? ['automatic'] : []),
    ...(targets.some(({ quirks }) => quirks.cacheMarks) ? ['marks'] : []),
  ]
  return ways.length === 0 ? '–' : ways.map(say).join(', ')
}

/** `recorded`: answers of the first platform, its home, go through tests; `simulated`: it is played in front of the official SDK. */
export function checksOf({ platforms }: Pick<System, 'platforms'>): string[] {
  const callable = new Set(CALLABLE.map(({ id }) => id))
  const checks = [
    ...(RECORDED[platforms[0] ?? ''] === undefined ? [] : ['recorded']),
    ...(platforms.some((id) => callable.has(id)) ? ['simulated'] : []),
  ]
  return checks.length === 0 ? ['documented'] : checks
}
