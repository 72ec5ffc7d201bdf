import { expect, test } from 'vitest'
import { findOffer, offersOf, platforms, resolve, type Wanted } from '#catalog/index.ts'
import type { DialectId } from '#wire/dialect.ts'
import { ANTHROPIC_MESSAGES_QUIRKS, OPENAI_CHAT_QUIRKS, type Quirks } from '#wire/quirks.ts'

type Ask = Omit<Wanted, 'platform' | 'model'> & { readonly model?: string }

const ask = (platformId: string, { model = 'm', ...more }: Ask = {}): ReturnType<typeof resolve> => {
  const platform = platforms.get(platformId)
  if (platform === undefined) throw new Error(`no platform ${platformId}`)
  return resolve({ platform, model, ...more })
}
const urlOf = (platformId: string, more: Ask = {}): string => {
  const resolved = ask(platformId, more)
  return resolved.ok ? resolved.value.url : resolved.reason
}
const quirksOf = (platformId: string, model: string, more: Ask = {}): Quirks => {
  const resolved = ask(platformId, { model, ...more })
  if (!resolved.ok) throw new Error(resolved.reason)
  return resolved.value.quirks
}

test('every platform is called at its own address by default', () => {
  expect(Object.fromEntries([...platforms.keys()].map((id) => [id, urlOf(id)]))).toEqual({
    openai: 'https://api.openai.com/v1/chat/completions',
    azure:
      'platform "azure": the base URL needs {resource}: give the provider variables.resource, or a baseUrl of its own',
    anthropic: 'https://api.anthropic.com/v1/messages',
    gemini: 'https://generativelanguage.googleapis.com/v1beta/models/m:generateContent',
    bedrock: 'platform "bedrock": the provider must name a region',
    'llama-api': 'https://api.llama.com/compat/v1/chat/completions',
    dashscope: 'https://dashscope.aliyuncs.com/compatible-mode/v1/chat/completions',
    qianfan: 'https://qianfan.baidubce.com/v2/chat/completions',
    hunyuan: 'https://tokenhub.tencentmaas.com/v1/chat/completions',
    ark: 'https://ark.cn-beijing.volces.com/api/v3/chat/completions',
    'huawei-maas': 'https://api.modelarts-maas.com/v1/chat/completions',
    sensenova: 'https://api.sensenova.cn/compatible-mode/v1/chat/completions',
    spark: 'https://spark-api-open.xf-yun.com/v1/chat/completions',
    zhipu: 'https://open.bigmodel.cn/api/paas/v4/chat/completions',
    baichuan: 'https://api.baichuan-ai.com/v1/chat/completions',
    minimax: 'https://api.minimax.io/v1/chat/completions',
    moonshot: 'https://api.moonshot.cn/v1/chat/completions',
    yi: 'https://api.lingyiwanwu.com/v1/chat/completions',
    deepseek: 'https://api.deepseek.com/chat/completions',
    stepfun: 'https://api.stepfun.com/v1/chat/completions',
    internlm: 'https://chat.intern-ai.org.cn/api/v1/chat/completions',
    skywork: expect.stringContaining('nobody has seen it answer'),
    siliconflow: 'https://api.siliconflow.cn/v1/chat/completions',
    modelscope: 'https://api-inference.modelscope.cn/v1/chat/completions',
    huggingface: 'https://router.huggingface.co/v1/chat/completions',
    vllm: 'http://localhost:8000/v1/chat/completions',
    sglang: 'http://localhost:30000/v1/chat/completions',
    ollama: 'http://localhost:11434/v1/chat/completions',
    'llama-cpp': 'http://localhost:8080/v1/chat/completions',
    lmdeploy: 'http://localhost:23333/v1/chat/completions',
    tgi: 'http://localhost:8080/v1/chat/completions',
    xinference: 'http://localhost:9997/v1/chat/completions',
    'openai-compatible': expect.stringContaining('give the provider a baseUrl'),
    'anthropic-compatible': expect.stringContaining('give the provider a baseUrl'),
    cloudwalk: expect.stringContaining('no API document'),
    kling: expect.stringContaining('video jobs are not served yet'),
    vidu: expect.stringContaining('video jobs are not served yet'),
    simulator: 'http://simulator.invalid/v1/chat/completions',
  })
})

test('platforms that speak Anthropic too are called there on request', () => {
  const layers = [...platforms.values()]
    .filter((platform) => platform.endpoints.some((endpoint) => endpoint.dialect === 'anthropic-messages'))
    .map((platform) => [platform.id, urlOf(platform.id, { dialect: 'anthropic-messages' })])
  expect(Object.fromEntries(layers)).toEqual({
    anthropic: 'https://api.anthropic.com/v1/messages',
    dashscope: 'https://dashscope.aliyuncs.com/apps/anthropic/v1/messages',
    hunyuan: 'https://tokenhub.tencentmaas.com/v1/messages',
    'huawei-maas':
      'platform "huawei-maas": region "cn-southwest-2" does not speak anthropic-messages, only openai-chat',
    zhipu: 'https://open.bigmodel.cn/api/anthropic/v1/messages',
    minimax: 'https://api.minimax.io/anthropic/v1/messages',
    moonshot: 'https://api.moonshot.cn/anthropic/v1/messages',
    deepseek: 'https://api.deepseek.com/anthropic/v1/messages',
    stepfun: 'https://api.stepfun.com/v1/messages',
    siliconflow: 'https://api.siliconflow.cn/v1/messages',
    modelscope: 'https://api-inference.modelscope.cn/v1/messages',
    vllm: 'http://localhost:8000/v1/messages',
    sglang: 'http://localhost:30000/v1/messages',
    ollama: 'http://localhost:11434/v1/messages',
    'llama-cpp': 'http://localhost:8080/v1/messages',
    'anthropic-compatible': expect.stringContaining('give the provider a baseUrl'),
    simulator: 'http://simulator.invalid/v1/messages',
  })
})

test('regions, own base URLs and deployments make the URL that the operator means', () => {
  const baseUrl = 'http://127.0.0.1:9101/compatible-mode/v1'
  expect([
    urlOf('dashscope', { baseUrl }),
    urlOf('dashscope', { region: 'ap-southeast-1' }),
    urlOf('dashscope', { region: 'eu-central-1' }),
    urlOf('dashscope', { region: 'mars' }),
    urlOf('bedrock', { region: 'us-east-1' }),
    urlOf('bedrock', { region: 'evil.example/' }),
    urlOf('azure', { baseUrl: 'https://mine.openai.azure.com/', model: 'my gpt/4' }),
    urlOf('azure', { baseUrl: 'https://mine.openai.azure.com/openai/v1', region: 'v1' }),
    urlOf('anthropic', { baseUrl: 'http://127.0.0.1:9102/v1/' }),
    urlOf('moonshot', { baseUrl: 'http://127.0.0.1:9103/anthropic', dialect: 'anthropic-messages' }),
    urlOf('vllm', { baseUrl: 'https://gpu.example/v1?x=1' }),
    urlOf('deepseek', { dialect: 'gemini' }),
    urlOf('spark', { model: 'spark-x' }),
    urlOf('spark', { model: 'spark-x2-flash' }),
  ]).toEqual([
    'http://127.0.0.1:9101/compatible-mode/v1/chat/completions',
    'https://dashscope-intl.aliyuncs.com/compatible-mode/v1/chat/completions',
    'platform "dashscope": the base URL needs {workspace}: give the provider variables.workspace, or a baseUrl of its own',
    'platform "dashscope": it has no region "mars", only cn-beijing, ap-southeast-1, us-east-1, cn-hongkong, ap-northeast-1, eu-central-1',
    'https://bedrock-runtime.us-east-1.amazonaws.com/model/m/converse',
    'platform "bedrock": "evil.example/" is no name of a region',
    'https://mine.openai.azure.com/openai/deployments/my%20gpt%2F4/chat/completions?api-version=2024-10-21',
    'https://mine.openai.azure.com/openai/v1/chat/completions',
    'http://127.0.0.1:9102/v1/messages',
    'http://127.0.0.1:9103/anthropic/v1/messages',
    'platform "vllm": "https://gpu.example/v1?x=1" is no base URL: it must be http(s) or ws(s), without query and fragment',
    'platform "deepseek": region "global" does not speak gemini, only openai-chat, anthropic-messages, openai-responses, openai-completions',
    'https://spark-api-open.xf-yun.com/v2/chat/completions',
    'https://spark-api-open.xf-yun.com/agent/v1/chat/completions',
  ])
})

test('a model that the catalog does not know has the quirks of its platform and nothing else', () => {
  const resolved = ask('baichuan', { model: 'tomorrow' })
  const { quirks } = platforms.get('baichuan') ?? { quirks: {} }
  expect(resolved.ok && resolved.value).toMatchObject({ model: 'tomorrow', capabilities: [], region: { id: 'cn' } })
  expect(resolved.ok && resolved.value.offer).toBe(undefined)
  expect(quirksOf('baichuan', 'tomorrow')).toEqual({ ...OPENAI_CHAT_QUIRKS, ...quirks })
  expect(quirksOf('anthropic', 'tomorrow')).toEqual(ANTHROPIC_MESSAGES_QUIRKS)
})

test('what a writer has to know of the model is in the wire target; what is unknown stays open', () => {
  const wireOf = (platformId: string, model: string): unknown => {
    const resolved = ask(platformId, { model })
    if (!resolved.ok) throw new Error(resolved.reason)
    const { quirks, ...wire } = resolved.value.wire
    expect(quirks).toBe(resolved.value.quirks)
    return wire
  }
  expect([wireOf('dashscope', 'qwen3-max'), wireOf('ark', 'glm-5-2-260617'), wireOf('vllm', 'mine')]).toEqual([
    { model: 'qwen3-max', maxOutputTokens: 65536, vision: false, tools: true },
    { model: 'glm-5-2-260617', maxOutputTokens: undefined, vision: undefined, tools: undefined },
    { model: 'mine', maxOutputTokens: undefined, vision: undefined, tools: undefined },
  ])
  expect(wireOf('spark', 'spark-x2-flash')).toMatchObject({ model: 'spark-x' })
})

test('layers lie in order: dialect, family, platform, endpoint, offer, operator', () => {
  const pick = (quirks: Quirks, ...names: (keyof Quirks)[]): unknown =>
    Object.fromEntries(names.map((name) => [name, quirks[name]]))
  // Family over dialect.
  expect(pick(quirksOf('openai', 'gpt-5.5'), 'temperature', 'maxTokensField', 'efforts', 'thinkingDefault')).toEqual({
    temperature: 'fixed',
    maxTokensField: 'max_completion_tokens',
    efforts: { none: 'none', low: 'low', medium: 'medium', high: 'high', xhigh: 'xhigh' },
    thinkingDefault: 'on',
  })
  // The row's efforts over the family's.
  expect(quirksOf('openai', 'gpt-5-pro').efforts).toEqual({ high: 'high' })
  // Platform over family, offer over platform.
  expect(pick(quirksOf('moonshot', 'kimi-k2.6'), 'thinking', 'toolChoices', 'thinkingDefault')).toEqual({
    thinking: 'thinking-type',
    toolChoices: ['auto', 'none'],
    thinkingDefault: 'on',
  })
  expect(pick(quirksOf('moonshot', 'kimi-k3'), 'thinking', 'efforts', 'temperature', 'images')).toEqual({
    thinking: 'reasoning-effort',
    efforts: { low: 'low', high: 'high', max: 'max' },
    temperature: 'fixed',
    images: 'inline-only',
  })
  // Endpoint over platform.
  expect([quirksOf('deepseek', 'm').toolStrict, quirksOf('deepseek', 'm', { region: 'beta' }).toolStrict]).toEqual([
    false,
    true,
  ])
  // Operator over all; maps key by key.
  const mine = { toolStrict: true, finishReasons: { tired: 'stop' }, efforts: { high: 'max' } } as const
  expect(pick(quirksOf('deepseek', 'm', { quirks: mine }), 'toolStrict', 'finishReasons', 'efforts')).toEqual({
    toolStrict: true,
    finishReasons: { '': 'stop', insufficient_system_resource: 'overloaded', tired: 'stop' },
    efforts: { minimal: 'low', low: 'low', medium: 'high', high: 'max', xhigh: 'high', max: 'max' },
  })
})

test('quirks of the first dialect of a platform do not leak into its other layers', () => {
  const layer = { dialect: 'anthropic-messages' as DialectId }
  expect(quirksOf('deepseek', 'deepseek-v4-pro', layer)).toEqual({
    ...ANTHROPIC_MESSAGES_QUIRKS,
    toolChoiceFreeOnlyWhileThinking: false,
    reasoningReturn: 'required',
    thinkingDefault: 'on',
  })
  expect(quirksOf('anthropic', 'claude-opus-4-8').thinking).toBe('anthropic-effort')
  expect(quirksOf('anthropic', 'claude-opus-4-8', { dialect: 'openai-chat' }).thinking).toBe('none')
})

test('a model that is known not to think is not told to', () => {
  expect([
    quirksOf('dashscope', 'qwen3-max').thinking,
    quirksOf('dashscope', 'qwen3-32b').thinking,
    quirksOf('dashscope', 'qwen3.8-max').thinking,
    quirksOf('dashscope', 'unheard-of').thinking,
  ]).toEqual(['none', 'enable-thinking', 'reasoning-effort', 'enable-thinking'])
})

test('the offer of a region has the prices of that region', () => {
  const currencies = (region: string): unknown => {
    const resolved = ask('moonshot', { model: 'kimi-k3', region })
    return resolved.ok && resolved.value.offer?.prices.map((row) => `${row.currency} ${row.input}`)
  }
  expect([currencies('cn'), currencies('intl')]).toEqual([['CNY 20'], ['USD 3']])
})

test('what resolve gives is frozen to its depth', () => {
  const resolved = ask('dashscope', { model: 'qwen3-max' })
  if (!resolved.ok) throw new Error(resolved.reason)
  const loose: string[] = []
  const walk = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return
    if (!Object.isFrozen(value)) loose.push(path)
    for (const [key, inner] of Object.entries(value)) walk(inner, `${path}.${key}`)
  }
  walk(resolved.value, '')
  expect(loose).toEqual([])
})

test('an offer is found by its id first, then by an alias, and only on its platform', () => {
  expect([
    findOffer('spark', 'x1')?.model,
    findOffer('deepseek', 'qwen3-max'),
    findOffer('nowhere', 'qwen3-max'),
    findOffer('constructor', 'name'),
    offersOf('vllm'),
  ]).toEqual(['spark-x', undefined, undefined, undefined, []])
})

test('variables fill addresses, the api-version and token endpoints; what is missing is named', () => {
  const AZURE = { resource: 'mine', apiVersion: '2025-04-01-preview' }
  expect([
    urlOf('azure', { variables: { resource: 'mine' }, model: 'gpt' }),
    urlOf('azure', { variables: AZURE, model: 'gpt' }),
    urlOf('azure', { variables: AZURE, region: 'v1' }),
    urlOf('gemini', { region: 'vertex', variables: { project: 'shop' } }),
    urlOf('gemini', { region: 'vertex', variables: { project: 'example.com:shop', location: 'europe-west4' } }),
    urlOf('gemini', { region: 'vertex-global', variables: { project: 'shop' } }),
    urlOf('gemini', { region: 'vertex' }),
    urlOf('dashscope', { region: 'eu-central-1', variables: { workspace: 'ws-1' } }),
  ]).toEqual([
    'https://mine.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=2024-10-21',
    'https://mine.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=2025-04-01-preview',
    'https://mine.openai.azure.com/openai/v1/chat/completions',
    'https://us-central1-aiplatform.googleapis.com/v1/projects/shop/locations/us-central1/publishers/google/models/m:generateContent',
    'https://europe-west4-aiplatform.googleapis.com/v1/projects/example.com%3Ashop/locations/europe-west4/publishers/google/models/m:generateContent',
    'https://aiplatform.googleapis.com/v1/projects/shop/locations/global/publishers/google/models/m:generateContent',
    'platform "gemini": the base URL needs {project}: give the provider variables.project, or a baseUrl of its own',
    'https://ws-1.eu-central-1.maas.aliyuncs.com/compatible-mode/v1/chat/completions',
  ])
})

test('what the operator has to prove who he is decides on the way, the endpoint and the region', () => {
  const authOf = (platformId: string, words: readonly string[], more: Ask = {}): unknown => {
    const resolved = ask(platformId, { given: { key: words.length === 0, words }, ...more })
    if (!resolved.ok) return resolved.reason
    const { auth, dialect, region } = resolved.value
    return [auth, dialect, region.id]
  }
  expect([
    authOf('gemini', ['serviceAccount'], { variables: { project: 'shop' } }),
    authOf('gemini', [], { region: 'vertex', variables: { project: 'shop' } }),
    authOf('hunyuan', ['secretId', 'secretKey']),
    authOf('qianfan', ['apiKey', 'secretKey']),
    authOf('qianfan', ['accessKey', 'secretKey']),
    authOf('bedrock', ['accessKeyId', 'secretAccessKey'], { region: 'us-east-1' }),
    authOf('bedrock', ['accessKeyId', 'secretAccessKey'], { baseUrl: 'https://proxy.example' }),
    authOf('deepseek', ['secretId', 'secretKey']),
  ]).toEqual([
    [
      {
        kind: 'google-service-account',
        tokenUrl: 'https://oauth2.googleapis.com/token',
        scope: 'https://www.googleapis.com/auth/cloud-platform',
      },
      'gemini',
      'vertex',
    ],
    [{ kind: 'bearer' }, 'gemini', 'vertex'],
    [{ kind: 'tc3', service: 'hunyuan' }, 'tencent-chat', 'tokenhub-cn-gz'],
    [{ kind: 'baidu-token', tokenUrl: 'https://aip.baidubce.com/oauth/2.0/token' }, 'wenxin-chat', 'cn'],
    [{ kind: 'baidu-bearer', tokenUrl: 'https://iam.bj.baidubce.com/v1/BCE-BEARER/token' }, 'openai-chat', 'cn'],
    [{ kind: 'aws-sigv4', service: 'bedrock' }, 'bedrock-converse', 'us-east-1'],
    'platform "bedrock": the provider must name a region: it is part of the signature (aws-sigv4)',
    'platform "deepseek": region "global" asks for bearer (apiKey): what was given is something else',
  ])
})

test('a token endpoint is in the place of its platform, and a header that nobody fills is left out', () => {
  const given = { key: false, words: ['domain', 'user', 'password', 'project'] }
  const variables = { projectId: 'p', deploymentId: 'd', panguRegion: 'ap-southeast-1' }
  const pangu = ask('huawei-maas', { given, variables })
  expect(pangu.ok && [pangu.value.url, pangu.value.auth]).toEqual([
    'https://pangu.ap-southeast-1.myhuaweicloud.com/v1/p/deployments/d/chat/completions',
    { kind: 'huawei-iam', tokenUrl: 'https://iam.ap-southeast-1.myhuaweicloud.com/v3/auth/tokens' },
  ])
  const platform = platforms.get('deepseek')
  if (platform === undefined) throw new Error('no platform')
  const headers = { 'x-fixed': 'a', 'x-zone': '{zone}', 'x-none': '{none}' }
  const varied = {
    ...platform,
    variables: { zone: { meaning: '', standard: 'z' }, none: { meaning: '' } },
    endpoints: [{ dialect: 'openai-chat' as DialectId, path: '/c', headers }],
  }
  const resolved = resolve({ platform: varied, model: 'm' })
  expect(resolved.ok && resolved.value.headers).toEqual({ 'x-fixed': 'a', 'x-zone': 'z' })
})
