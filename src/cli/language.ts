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
  'section-credentials': { en: 'Credentials of several words', zh: '多字段凭证' },
  'section-variables': { en: 'Variables in addresses', zh: '地址中的变量' },
  'section-quirks': { en: 'Quirks', zh: '差异' },
  'section-residency': {
    en: 'Residency (as told by the sources; check before use)',
    zh: '数据驻留（据来源所述，使用前请核实）',
  },
  'section-unverified': {
    en: 'Unverified (the sources do not settle these; check before you rely on them)',
    zh: '未核实（来源未能确定，依赖之前请自行核实）',
  },
  unverified: { en: 'UNVERIFIED', zh: '未核实' },
  'facts-below': { en: '{count} fact(s), see below', zh: '{count} 项，见下' },
  origin: { en: 'ORIGIN', zh: '出处' },
  overlay: { en: 'overlay', zh: '覆盖文件' },
  row: { en: 'ROW', zh: '条目' },
  'as-of-heading': { en: 'AS OF', zh: '截至' },
  days: { en: 'DAYS', zh: '天数' },
  'source-heading': { en: 'SOURCE', zh: '来源' },
  stale: { en: '{count} row(s) are older than {age}.', zh: '{count} 个条目早于 {age}。' },
  'nothing-stale': { en: 'No row is older than {age}.', zh: '没有早于 {age} 的条目。' },
  'stale-history': {
    en: '{count} old row(s) are history and left out: prices that have ended, models that no longer answer.',
    zh: '另有 {count} 个旧条目属于历史（已失效的价格或已下线的模型），未列出。',
  },
  'section-sources': { en: 'Sources', zh: '来源' },

  feature: { en: 'FEATURE', zh: '特性' },
  detail: { en: 'DETAIL', zh: '说明' },
  remedy: { en: 'remedy: {remedy}', zh: '对策：{remedy}' },
  'verdict-works': { en: 'works', zh: '可用' },
  'verdict-alias': { en: 'alias', zh: '改写' },
  'verdict-emulated': { en: 'emulated', zh: '模拟' },
  'verdict-degraded': { en: 'degraded', zh: '降级' },
  'verdict-blocked': { en: 'blocked', zh: '不可用' },
  'verdicts-mean': {
    en: 'works: as it is. alias: fully, in another form. emulated: by other means. degraded: answered, but not as wished. blocked: refused, or missing. N/M: in so many of the models.',
    zh: '可用：无需改动。改写：换一种写法，完整保留。模拟：由网关以其他方式实现。降级：能应答，但要求未完全满足。 不可用：被拒绝或缺失。N/M：符合的模型数。',
  },
  'diff-summary': {
    en: 'From {from} to {to}: {lost} lost, {gained} gained, {other} in another form, {same} the same.',
    zh: '从 {from} 迁至 {to}：失去 {lost} 项，获得 {gained} 项，形式不同 {other} 项，相同 {same} 项。',
  },
  'diff-lost': { en: 'Lost', zh: '失去' },
  'diff-gained': { en: 'Gained', zh: '获得' },
  'diff-other': { en: 'In another form', zh: '形式不同' },
  'diff-same': { en: 'The same', zh: '相同' },
  'diff-hidden': { en: '{count} are the same; --all shows them.', zh: '另有 {count} 项相同，用 --all 显示。' },
  'cannot-compare': { en: 'nothing to compare: {reason}', zh: '无法比较：{reason}' },
  'no-model-at': { en: 'no model is called "{id}"', zh: '没有名为“{id}”的模型' },

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
  'leaf-cached-explicit': { en: 'cached input, marked', zh: '显式缓存输入' },
  'leaf-cache-write-long': { en: 'cache write, long', zh: '写入长效缓存' },
  'leaf-input-image': { en: 'image input', zh: '图像输入' },
  'leaf-output-image': { en: 'image output', zh: '图像输出' },
  'leaf-output': { en: 'output', zh: '输出' },
  'leaf-reasoning': { en: 'reasoning', zh: '推理' },
  'leaf-output-audio': { en: 'audio output', zh: '音频输出' },
  'counted-web-search': { en: 'web searches', zh: '联网搜索' },
  'counted-web-fetch': { en: 'pages fetched', zh: '网页抓取' },
  'counted-file-search': { en: 'file searches', zh: '文件检索' },
  'counted-code-session': { en: 'code sessions', zh: '代码会话' },
  'counted-search': { en: 'searches', zh: '排序次数' },
  'counted-image': { en: 'images', zh: '图片张数' },
  'counted-second': { en: 'seconds', zh: '秒数' },
  'counted-video': { en: 'films', zh: '视频条数' },
  'counted-credit': { en: 'credits', zh: '点数' },
  'counted-character': { en: 'characters', zh: '字符数' },
  'counted-page': { en: 'pages', zh: '页数' },
  'at-rate': { en: '{what} (at the rate of {rate})', zh: '{what}（按 {rate} 计价）' },
  'per-count': { en: '{price} for {per}', zh: '{price} / {per}' },
  package: { en: 'package', zh: '资源包' },
  'package-left': { en: 'paid by {id}: {amount}, worth {covered}', zh: '由 {id} 抵扣：{amount}，价值 {covered}' },
  'package-tokens': { en: '{count} tokens', zh: '{count} 词元' },
  'to-pay': { en: 'to pay', zh: '应付' },
  'step-row': { en: 'price row', zh: '价目' },
  'step-tier': { en: 'tier', zh: '阶梯' },
  'step-window': { en: 'hours', zh: '时段' },
  'step-variant': { en: 'kind', zh: '类别' },
  'step-lane': { en: 'service tier', zh: '服务档' },
  'step-discount': { en: 'discount', zh: '折扣' },
  'step-fee': { en: 'fee', zh: '次费' },
  'step-time': { en: 'counted by', zh: '计价时刻' },
  estimate: { en: 'estimate', zh: '估算' },
  rounding: { en: 'rounding', zh: '舍入' },
  'rounding-rule': {
    en: 'each line is exact and rounded once, half up, to a billionth',
    zh: '每行精确计算，仅在十亿分位四舍五入一次',
  },
  total: { en: 'total', zh: '合计' },
  source: { en: 'source', zh: '来源' },
  'as-of': { en: 'as of', zh: '截至' },
  moment: { en: 'at', zh: '时间' },

  'key-created': {
    en: 'Key "{name}" is made. It is shown this once; only its hash is kept.',
    zh: '已创建密钥“{name}”。仅显示这一次，系统只保存其哈希。',
  },
  'key-revoked': { en: 'Key "{name}" ({id}) is revoked.', zh: '已吊销密钥“{name}”（{id}）。' },
  adjusted: { en: 'Correction {id} of {amount} is booked.', zh: '已记入更正 {id}：{amount}。' },
  'books-agree': {
    en: 'The books agree: postings balance, and sums, budgets and open intents are those of the ledger.',
    zh: '账目一致：分录平衡，汇总、预算与未结意向均与账本相符。',
  },
  converted: { en: 'IN {currency}', zh: '折合 {currency}' },
  corrections: { en: '{count} correction(s) are in these figures.', zh: '含 {count} 笔更正。' },
  'no-rate': {
    en: '* not converted, for lack of a rate: {list}',
    zh: '* 缺少汇率、未折算：{list}',
  },
  'bill-agrees': { en: 'The bill and the ledger agree: {all} compared.', zh: '账单与账本一致：共核对 {all} 项。' },
  'bill-differs': {
    en: '{count} of {all} days, models and currencies differ.',
    zh: '共 {all} 项（日期、模型、币种），其中 {count} 项不一致。',
  },
  'bill-booked': { en: '{count} correction(s) are booked.', zh: '已记入 {count} 笔更正。' },
  'key-changed': { en: 'Key "{name}" is changed.', zh: '已修改密钥“{name}”。' },
  'kind-team': { en: 'Team', zh: '团队' },
  'kind-organisation': { en: 'Organisation', zh: '组织' },
  'group-created': { en: '{kind} "{name}" is made.', zh: '已创建{kind}“{name}”。' },
  'group-changed': { en: '{kind} "{name}" is changed.', zh: '已修改{kind}“{name}”。' },
  'group-removed': { en: '{kind} "{name}" is removed.', zh: '已删除{kind}“{name}”。' },
  'no-groups': { en: 'There are none yet.', zh: '尚无。' },
  team: { en: 'TEAM', zh: '团队' },
  organisation: { en: 'ORGANISATION', zh: '组织' },
  'key-forgotten': {
    en: '{count} thing(s) that were remembered for "{name}" are erased.',
    zh: '已清除为“{name}”记住的 {count} 条内容。',
  },
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
