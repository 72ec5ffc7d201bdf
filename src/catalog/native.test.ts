import { expect, test } from 'vitest'
import { offersOf, platforms, resolve, type Resolved, type Wanted } from '#catalog/index.ts'
import { sensenovaChat } from '#wire/sensenova-chat/index.ts'
import { sparkChat } from '#wire/spark-chat/index.ts'
import { tencentChat } from '#wire/tencent-chat/index.ts'
import { wenxinChat } from '#wire/wenxin-chat/index.ts'

/* The older interfaces of their makers: picked by dialect, or by what the operator has to prove who he is. */

type Ask = Omit<Wanted, 'platform'>

function found(platformId: string, ask: Ask): Resolved | string {
  const platform = platforms.get(platformId)
  if (platform === undefined) throw new Error(`no platform ${platformId}`)
  const resolved = resolve({ platform, ...ask })
  return resolved.ok ? resolved.value : resolved.reason
}

function place(platformId: string, ask: Ask): readonly string[] {
  const at = found(platformId, ask)
  return typeof at === 'string' ? [at] : [at.dialect, at.auth.kind, at.region.id, at.url]
}

function given(...words: string[]): Pick<Wanted, 'given'> {
  return { given: { key: false, words } }
}

test('a dialect of its own is called at its own address', () => {
  expect([
    place('hunyuan', { model: 'hunyuan-lite', dialect: 'tencent-chat' }),
    place('spark', { model: '4.0Ultra', dialect: 'spark-chat' }),
    place('sensenova', { model: 'SenseChat-5', dialect: 'sensenova-chat' }),
    place('qianfan', { model: 'ERNIE-4.0-8K', dialect: 'wenxin-chat' }),
  ]).toEqual([
    ['tencent-chat', 'tc3', 'tokenhub-cn-gz', 'https://hunyuan.tencentcloudapi.com/'],
    ['spark-chat', 'hmac-url', 'http', 'wss://spark-api.xf-yun.com/v4.0/chat'],
    ['sensenova-chat', 'bearer', 'cn-compat', 'https://api.sensenova.cn/v1/llm/chat-completions'],
    [
      'wenxin-chat',
      'baidu-token',
      'cn',
      'https://aip.baidubce.com/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/completions_pro',
    ],
  ])
})

test('what the operator gives picks the interface that takes it', () => {
  expect([
    place('hunyuan', { model: 'hunyuan-lite', ...given('secretId', 'secretKey') }),
    place('spark', { model: 'lite', ...given('appId', 'apiKey', 'apiSecret') }),
    place('sensenova', { model: 'SenseChat-5', ...given('accessKey', 'secretKey') }),
    place('qianfan', { model: 'ernie-lite-8k', ...given('apiKey', 'secretKey') }),
    place('hunyuan', { model: 'hunyuan-lite', given: { key: true, words: [] } }),
  ]).toEqual([
    ['tencent-chat', 'tc3', 'tokenhub-cn-gz', 'https://hunyuan.tencentcloudapi.com/'],
    ['spark-chat', 'hmac-url', 'http', 'wss://spark-api.xf-yun.com/v1.1/chat'],
    ['sensenova-chat', 'access-key-jwt', 'cn-compat', 'https://api.sensenova.cn/v1/llm/chat-completions'],
    [
      'wenxin-chat',
      'baidu-token',
      'cn',
      'https://aip.baidubce.com/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/ernie-lite-8k',
    ],
    ['openai-chat', 'bearer', 'tokenhub-cn-gz', 'https://tokenhub.tencentmaas.com/v1/chat/completions'],
  ])
})

test('models of Spark and of Baidu have paths of their own', () => {
  const paths = (platformId: string, dialect: 'spark-chat' | 'wenxin-chat', models: readonly string[]): string[] =>
    models.map(
      (model) =>
        place(platformId, { model, dialect })
          .at(-1)
          ?.replace(/^.*(?:\.com|wenxinworkshop)/, '') ?? '',
    )
  expect(
    paths('spark', 'spark-chat', ['lite', 'generalv3', 'generalv3.5', '4.0Ultra', 'max-32k', 'pro-128k', 'x1']),
  ).toEqual(['/v1.1/chat', '/v3.1/chat', '/v3.5/chat', '/v4.0/chat', '/chat/max-32k', '/chat/pro-128k', '/v1/x1'])
  expect(
    paths('qianfan', 'wenxin-chat', [
      'ERNIE-3.5-8K',
      'ernie-speed-8k',
      'ernie-speed-128k',
      'ERNIE-Character-8K',
      'eb-instant',
    ]),
  ).toEqual([
    '/chat/completions',
    '/chat/ernie_speed',
    '/chat/ernie-speed-128k',
    '/chat/ernie-char-8k',
    '/chat/eb-instant',
  ])
})

test('no ERNIE goes out in upper case, since names in paths never are', () => {
  const models = offersOf('qianfan').flatMap(({ model }) => (model.startsWith('ERNIE') ? [model] : []))
  const urls = models.map((model) => place('qianfan', { model, dialect: 'wenxin-chat' }).at(-1) ?? '')
  expect(urls.filter((url) => url !== url.toLowerCase())).toEqual([])
})

test('an interface that a site does not have is refused with what it has', () => {
  expect([
    found('hunyuan', { model: 'hunyuan-lite', dialect: 'tencent-chat', region: 'tokenhub-intl-sg' }),
    found('spark', { model: 'spark-x2-flash', dialect: 'spark-chat' }),
  ]).toEqual([
    'platform "hunyuan": region "tokenhub-intl-sg" does not speak tencent-chat, only openai-chat, anthropic-messages, openai-responses',
    'platform "spark": region "http-x2-flash" does not speak spark-chat, only openai-chat',
  ])
})

test('an action of Tencent Cloud stands in headers, and an error inside a 200 belongs to that form alone', () => {
  const native = found('hunyuan', { model: 'm', dialect: 'tencent-chat' })
  const compatible = found('hunyuan', { model: 'm' })
  if (typeof native === 'string' || typeof compatible === 'string') throw new Error('not found')
  expect([native.headers, native.quirks.bodyError, compatible.quirks.bodyError]).toEqual([
    { 'x-tc-action': 'ChatCompletions', 'x-tc-version': '2023-09-01' },
    'status',
    'none',
  ])
})

test('a deployment of Pangu is called where the operator has it, with any of its proofs', () => {
  const variables = { projectId: 'p1', deploymentId: 'd 1', panguRegion: 'cn-east-3' }
  const iam = found('huawei-maas', {
    model: 'm',
    region: 'pangu',
    variables,
    ...given('domain', 'user', 'password', 'project'),
  })
  expect(typeof iam === 'string' ? iam : [iam.url, iam.auth, iam.quirks.thinking]).toEqual([
    'https://pangu.cn-east-3.myhuaweicloud.com/v1/p1/deployments/d%201/chat/completions',
    { kind: 'huawei-iam', tokenUrl: 'https://iam.cn-east-3.myhuaweicloud.com/v3/auth/tokens' },
    'none',
  ])
  expect([
    place('huawei-maas', { model: 'm', region: 'pangu-v2', ...given('accessKey', 'secretKey') }),
    place('huawei-maas', { model: 'm', region: 'pangu', variables, given: { key: true, words: [] } }),
    place('huawei-maas', { model: 'm', region: 'pangu', ...given('accessKey', 'secretKey') }),
    place('huawei-maas', { model: 'm', given: { key: true, words: [] } }),
  ]).toEqual([
    [
      'openai-chat',
      'huawei-signature',
      'pangu-v2',
      'https://pangu.cn-southwest-2.myhuaweicloud.com/api/v2/chat/completions',
    ],
    [
      'openai-chat',
      'header',
      'pangu',
      'https://pangu.cn-east-3.myhuaweicloud.com/v1/p1/deployments/d%201/chat/completions',
    ],
    [
      'platform "huawei-maas": the base URL needs {projectId}: give the provider variables.projectId, or a baseUrl of its own',
    ],
    ['openai-chat', 'bearer', 'cn-southwest-2', 'https://api.modelarts-maas.com/v1/chat/completions'],
  ])
})

const tencent = (Code: string): object => ({ Response: { Error: { Code, Message: 'no' }, RequestId: 'r' } })
const spark = (code: number): object => ({ header: { code, message: 'no', sid: 's', status: 2 } })
const baidu = (error_code: number): object => ({ error_code, error_msg: 'no' })
const sense = (code: number): object => ({ error: { code, message: 'no', details: [] } })

test.each([
  ['hunyuan', tencentChat, 200, tencent('FailedOperation.ServiceNotActivated'), 'credentials'],
  ['hunyuan', tencentChat, 200, tencent('ResourceUnavailable.NotExist'), 'credentials'],
  ['hunyuan', tencentChat, 200, tencent('ResourceInsufficient.ChargeResourceExhaust'), 'quota'],
  ['hunyuan', tencentChat, 200, tencent('InvalidParameterValue.Model'), 'not-found'],
  ['hunyuan', tencentChat, 200, tencent('LimitExceeded.ConcurrencyLimit'), 'rate-limit'],
  ['hunyuan', tencentChat, 200, { ErrorMsg: { Msg: 'late', Code: 4001 } }, 'timeout'],
  ['spark', sparkChat, 401, { message: 'HMAC signature does not match' }, 'credentials'],
  ['spark', sparkChat, 200, spark(10_404), 'not-found'],
  ['spark', sparkChat, 200, spark(10_008), 'overloaded'],
  ['spark', sparkChat, 200, spark(10_163), 'invalid-request'],
  ['spark', sparkChat, 200, spark(11_201), 'quota'],
  ['sensenova', sensenovaChat, 429, sense(8), 'rate-limit'],
  ['sensenova', sensenovaChat, 200, { data: null, status: { code: 8, message: 'no' } }, 'rate-limit'],
  ['sensenova', sensenovaChat, 400, sense(17), 'context-length'],
  ['qianfan', wenxinChat, 200, baidu(4), 'overloaded'],
  ['qianfan', wenxinChat, 200, baidu(19), 'quota'],
  ['qianfan', wenxinChat, 200, baidu(336_502), 'rate-limit'],
  ['qianfan', wenxinChat, 200, baidu(336_007), 'context-length'],
] as const)("%s's own interface refuses as its table says: %#", (id, dialect, status, body, kind) => {
  const at = found(id, { model: 'm', dialect: dialect.id })
  if (typeof at === 'string') throw new Error(at)
  const { quirks, errors } = at
  const answer = { status, headers: {}, body: JSON.stringify(body) }
  expect(dialect.readFailure(answer, { platform: id, quirks, errors }).kind).toBe(kind)
})
