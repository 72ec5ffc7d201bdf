/** Languages that the command line speaks to people in. What scripts read (`--json`, ids, keys) is the same in all. */
export const LANGUAGES = ['en', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]

/** A text in each language. */
export type Words = Readonly<Record<Language, string>>

/** The language of the usual variables, in their usual order; English where they say nothing of Chinese. */
export function languageOf(env: Readonly<Record<string, string | undefined>>): Language {
  const locale = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((each) => each !== undefined && each !== '')
  return locale?.toLowerCase().startsWith('zh') === true ? 'zh' : 'en'
}

/** Name of a text in the catalogue. */
export type Message = keyof typeof MESSAGES

/** A text of the catalogue, its `{names}` filled in. */
export function say(
  language: Language,
  message: Message,
  values: Readonly<Record<string, string | number>> = {},
): string {
  const text: string = MESSAGES[message][language]
  return text.replace(/\{(\w+)\}/g, (form, name: string) => String(values[name] ?? form))
}

const MESSAGES = {
  about: { en: 'the self-hosted LLM gateway', zh: '自托管的大模型网关' },
  usage: { en: 'Usage', zh: '用法' },
  command: { en: 'command', zh: '命令' },
  options: { en: 'options', zh: '选项' },
  commands: { en: 'Commands', zh: '命令' },
  'options-heading': { en: 'Options', zh: '选项' },
  'common-options': { en: 'Common options', zh: '通用选项' },
  example: { en: 'Example', zh: '示例' },
  'exit-codes': {
    en: 'Exit codes: 0 done, 1 the answer is no, 2 wrong usage, 3 could not run.',
    zh: '退出码：0 完成，1 结论为否，2 用法错误，3 无法运行。',
  },
  'see-help': { en: 'See: tongwen --help', zh: '参见：tongwen --help' },

  listening: { en: 'Tongwen listens at {url}', zh: '同文已启动：{url}' },
  'first-start': {
    en: 'First start. These keys are shown once; only their hashes are kept.',
    zh: '首次启动。以下密钥只显示这一次，系统仅保存其哈希。',
  },
  'admin-key': { en: 'admin key', zh: '管理密钥' },
  'caller-key': { en: 'caller key', zh: '调用密钥' },
  'try-it': { en: 'Try it; the simulator answers offline:', zh: '试一试（由模拟器离线应答）：' },
  'try-stream': { en: 'The same as a stream:', zh: '流式输出：' },
  stopping: {
    en: '{signal}: no new requests; running ones may finish. A second signal ends at once.',
    zh: '{signal}：不再接收新请求，等待进行中的请求结束；再次发送信号则立即退出。',
  },
  note: { en: 'note', zh: '提示' },

  valid: { en: '{file} is valid.', zh: '{file} 有效。' },
  'valid-defaults': {
    en: 'No configuration file: the embedded defaults and the environment are used.',
    zh: '没有配置文件：使用内置默认值与环境变量。',
  },
  invalid: { en: '{file} is not valid: {count} problem(s).', zh: '{file} 无效：{count} 个问题。' },
  path: { en: 'PATH', zh: '路径' },
  value: { en: 'VALUE', zh: '取值' },
  from: { en: 'FROM', zh: '来源' },
  'from-default': { en: 'default', zh: '默认值' },
  'from-catalog': { en: 'catalog', zh: '目录' },
  'from-file': { en: 'line {line}', zh: '第 {line} 行' },
  'from-env': { en: '${names}', zh: '${names}' },
  routes: { en: 'Routes', zh: '路由' },
  'dialect-default': { en: 'dialect: {value}', zh: '方言默认：{value}' },
  'no-quirks': { en: 'none', zh: '无' },
  'not-in-catalog': { en: 'not in the catalog: no price, no limits', zh: '目录中没有：无价格、无上限' },

  id: { en: 'ID', zh: '标识' },
  name: { en: 'NAME', zh: '名称' },
  kind: { en: 'KIND', zh: '类别' },
  regions: { en: 'REGIONS', zh: '地域' },
  'key-variable': { en: 'KEY VARIABLE', zh: '密钥变量' },
  'models-heading': { en: 'MODELS', zh: '模型数' },
  unavailable: { en: 'unavailable', zh: '不可用' },
  'cannot-call': { en: 'Cannot be called:', zh: '无法调用：' },
  none: { en: 'none', zh: '无' },
  'no-platform': { en: 'no platform is called "{id}"', zh: '没有名为“{id}”的平台' },
  'no-model': { en: 'no model matches "{pattern}"', zh: '没有匹配“{pattern}”的模型' },
  'did-you-mean': { en: '; did you mean {names}?', zh: '；是否指 {names}？' },
  'hidden-models': {
    en: '{count} more are not active; --all shows them.',
    zh: '另有 {count} 个非在售模型，用 --all 显示。',
  },

  auth: { en: 'AUTH', zh: '鉴权' },
  or: { en: 'or', zh: '或' },
  'error-rules': { en: 'ERROR RULES', zh: '错误规则数' },
  checked: { en: 'CHECKED', zh: '核对日期' },
  'section-regions': { en: 'Regions', zh: '地域' },
  'section-endpoints': { en: 'Endpoints', zh: '接口' },
  'section-quirks': { en: 'Quirks', zh: '差异' },
  'section-residency': {
    en: 'Residency (as told by the sources; check before use)',
    zh: '数据驻留（据来源所述，使用前请核实）',
  },
  'section-unverified': { en: 'Unverified', zh: '未核实' },
  'section-sources': { en: 'Sources', zh: '来源' },

  model: { en: 'MODEL', zh: '模型' },
  context: { en: 'CONTEXT', zh: '上下文' },
  'can-do': { en: 'CAN', zh: '能力' },
  'price-now': { en: 'PRICE', zh: '单价' },
  'prices-are': {
    en: 'Prices: input/output per million tokens, now. + is dearer above some length or at some\nhours: see tongwen price.',
    zh: '单价：每百万词元，输入/输出，当前时刻。+ 表示超过一定长度或在某些时段更贵，\n详见 tongwen price。',
  },
  status: { en: 'STATUS', zh: '状态' },

  what: { en: 'WHAT', zh: '项目' },
  tokens: { en: 'TOKENS', zh: '词元' },
  'per-million': { en: 'PER MILLION', zh: '每百万单价' },
  cost: { en: 'COST', zh: '费用' },
  'leaf-input': { en: 'input', zh: '输入' },
  'leaf-cached': { en: 'cached input', zh: '缓存输入' },
  'leaf-cache-write': { en: 'cache write', zh: '写入缓存' },
  'leaf-input-audio': { en: 'audio input', zh: '音频输入' },
  'leaf-output': { en: 'output', zh: '输出' },
  'leaf-reasoning': { en: 'reasoning', zh: '推理' },
  'leaf-output-audio': { en: 'audio output', zh: '音频输出' },
  total: { en: 'total', zh: '合计' },
  rule: { en: 'rule', zh: '规则' },
  source: { en: 'source', zh: '来源' },
  'as-of': { en: 'as of', zh: '截至' },
  moment: { en: 'at', zh: '时间' },

  'key-created': {
    en: 'Key "{name}" is made. It is shown this once; only its hash is kept.',
    zh: '已创建密钥“{name}”。仅显示这一次，系统只保存其哈希。',
  },
  'key-revoked': { en: 'Key "{name}" ({id}) is revoked.', zh: '已吊销密钥“{name}”（{id}）。' },
  key: { en: 'KEY', zh: '密钥' },
  owner: { en: 'OWNER', zh: '归属' },
  role: { en: 'ROLE', zh: '角色' },
  'may-use': { en: 'MAY USE', zh: '可用模型' },
  bounds: { en: 'BOUNDS', zh: '限额' },
  everything: { en: 'everything', zh: '全部' },
  revoked: { en: 'revoked', zh: '已吊销' },
  'no-keys': { en: 'There are no keys yet.', zh: '还没有密钥。' },
  'hidden-keys': { en: '{count} revoked; --all shows them.', zh: '另有 {count} 个已吊销，用 --all 显示。' },

  requests: { en: 'REQUESTS', zh: '请求' },
  input: { en: 'INPUT', zh: '输入' },
  cached: { en: 'CACHED', zh: '缓存' },
  output: { en: 'OUTPUT', zh: '输出' },
  'no-usage': { en: 'Nothing was used.', zh: '没有用量。' },
  estimated: {
    en: '{count} request(s) are our estimate: the platform gave no figures.',
    zh: '其中 {count} 个请求为网关估算：平台未返回用量。',
  },
  unsettled: {
    en: '{count} request(s) never ended in the books and stand at their upper bound.',
    zh: '其中 {count} 个请求未正常结算，按上限计入。',
  },
} as const
