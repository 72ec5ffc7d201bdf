import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { call, chunk, everyPlatform, WAYS, type Way } from '#test/support/callers.ts'
import { startTestGateway, type TestGateway } from '#test/support/gateway.ts'
import { openaiStream, sendJson, sendStream, startUpstream, type Upstream } from '#test/support/upstream.ts'

let upstream: Upstream
let gateway: TestGateway

beforeAll(async () => {
  upstream = await startUpstream()
  gateway = await startTestGateway({ providers: everyPlatform(upstream.url) })
})
afterEach(() => {
  upstream.seen.length = 0
})
afterAll(async () => {
  await gateway.stop()
  await upstream.close()
})

/** What the caller is told: interfaces §5. */
type Shown = readonly [status: number, type: string, code: string]
const CREDENTIALS: Shown = [502, 'api_error', 'upstream_credentials']
const UPSTREAM: Shown = [502, 'api_error', 'upstream_error']
const RATE: Shown = [429, 'rate_limit_error', 'rate_limit_exceeded']
const TOO_LONG: Shown = [400, 'invalid_request_error', 'context_length_exceeded']
const FILTER: Shown = [400, 'invalid_request_error', 'content_filter']
const INVALID: Shown = [400, 'invalid_request_error', null as unknown as string]
const OVERLOADED: Shown = [503, 'overloaded_error', 'no_target_available']
const TIMEOUT: Shown = [504, 'api_error', 'upstream_timeout']
const NOT_FOUND: Shown = [404, 'not_found_error', 'model_not_found']

const CLASSES = {
  openai: {
    400: OpenAI.BadRequestError,
    404: OpenAI.NotFoundError,
    429: OpenAI.RateLimitError,
    502: OpenAI.InternalServerError,
    503: OpenAI.InternalServerError,
    504: OpenAI.InternalServerError,
  },
  anthropic: {
    400: Anthropic.BadRequestError,
    404: Anthropic.NotFoundError,
    429: Anthropic.RateLimitError,
    502: Anthropic.InternalServerError,
    503: Anthropic.InternalServerError,
    504: Anthropic.InternalServerError,
  },
} as const

/** The error that the SDK of a way raises. */
async function raised(way: Way, model: string): Promise<{ thrown: any; error: any }> {
  const thrown: any = await call(gateway, way, { model }).then(
    (answer) => expect.unreachable(`an answer: ${JSON.stringify(answer.heard)}`),
    (error: unknown) => error,
  )
  return { thrown, error: way.door === 'openai' ? thrown.error : thrown.error?.error }
}

async function expectShown(
  model: string,
  [status, type, code]: Shown,
  provider?: Record<string, unknown>,
): Promise<void> {
  for (const way of WAYS) {
    const { thrown, error } = await raised(way, model)
    expect({ ...way, status: thrown.status, type: error?.type, code: error?.code ?? null }).toEqual({
      ...way,
      status,
      type,
      code,
    })
    expect(thrown).toBeInstanceOf(CLASSES[way.door][status as 400])
    if (provider !== undefined) expect(error.provider).toMatchObject(provider)
  }
}

describe("a platform's refusal in the words of the caller", () => {
  const openai = (message: string, more: Record<string, unknown> = {}): unknown => ({
    error: { message, type: 'invalid_request_error', param: null, ...more },
  })
  const CASES: [model: string, status: number, body: unknown, shown: Shown][] = [
    ['openai/gpt-4o', 401, openai('Incorrect API key provided: sk-x***', { code: 'invalid_api_key' }), CREDENTIALS],
    [
      'openai/gpt-4o',
      400,
      openai("This model's maximum context length is 128000 tokens", { code: 'context_length_exceeded' }),
      TOO_LONG,
    ],
    [
      'openai/gpt-4o',
      429,
      openai('You exceeded your current quota', { type: 'insufficient_quota', code: 'insufficient_quota' }),
      CREDENTIALS,
    ],
    ['openai/gpt-4o', 404, openai('The model does not exist', { code: 'model_not_found' }), NOT_FOUND],
    [
      'openai/gpt-4o',
      403,
      openai('Country, region, or territory not supported', { code: 'unsupported_country_region_territory' }),
      CREDENTIALS,
    ],
    ['openai/gpt-4o', 503, openai('The engine is currently overloaded'), OVERLOADED],
    [
      'azure/gpt-4o',
      400,
      {
        error: {
          message: 'The response was filtered',
          type: null,
          param: 'prompt',
          code: 'content_filter',
          status: 400,
          innererror: { code: 'ResponsibleAIPolicyViolation' },
        },
      },
      FILTER,
    ],
    ['azure/gpt-4o', 429, { statusCode: 429, message: 'Rate limit is exceeded. Try again in 6 seconds.' }, RATE],
    [
      'anthropic/claude-sonnet-4-5',
      529,
      { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' }, request_id: 'req_1' },
      OVERLOADED,
    ],
    [
      'anthropic/claude-sonnet-4-5',
      400,
      {
        type: 'error',
        error: { type: 'invalid_request_error', message: 'prompt is too long: 210000 tokens > 200000 maximum' },
      },
      TOO_LONG,
    ],
    [
      'anthropic/claude-sonnet-4-5',
      400,
      {
        type: 'error',
        error: {
          type: 'invalid_request_error',
          message: 'Your credit balance is too low to access the Anthropic API.',
        },
      },
      CREDENTIALS,
    ],
    [
      'anthropic/claude-sonnet-4-5',
      429,
      { type: 'error', error: { type: 'rate_limit_error', message: 'slow down' } },
      RATE,
    ],
    [
      'dashscope/qwen-plus',
      400,
      {
        error: {
          code: 'invalid_parameter_error',
          param: null,
          message: 'Range of input length should be [1, 983616]',
          type: 'invalid_request_error',
        },
      },
      TOO_LONG,
    ],
    [
      'dashscope/qwen-plus',
      400,
      {
        error: {
          message: '<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 202745]',
          type: 'invalid_request_error',
          code: 'invalid_parameter_error',
        },
      },
      TOO_LONG,
    ],
    [
      'dashscope/qwen-plus',
      400,
      {
        code: 'Arrearage',
        message: 'Access denied, please make sure your account is in good standing.',
        request_id: 'r1',
      },
      CREDENTIALS,
    ],
    [
      'dashscope/qwen-plus',
      400,
      {
        error: {
          code: 'data_inspection_failed',
          message: 'Input data may contain inappropriate content.',
          type: 'data_inspection_failed',
        },
      },
      FILTER,
    ],
    [
      'dashscope/qwen-plus',
      429,
      { code: 'Throttling.RateQuota', message: 'Requests rate limit exceeded', request_id: 'r1' },
      RATE,
    ],
    [
      'deepseek/deepseek-v4-pro',
      402,
      { error: { message: 'Insufficient Balance', type: 'unknown_error', param: null, code: 'invalid_request_error' } },
      CREDENTIALS,
    ],
    [
      'deepseek/deepseek-v4-pro',
      400,
      {
        error: {
          message: "This model's maximum context length is 1048576 tokens. However, you requested 2000000 tokens",
          type: 'invalid_request_error',
          code: 'invalid_request_error',
        },
      },
      TOO_LONG,
    ],
    [
      'deepseek/deepseek-v4-pro',
      503,
      { error: { message: 'Service is too busy', type: 'service_unavailable_error' } },
      OVERLOADED,
    ],
    [
      'moonshot/kimi-k3',
      400,
      {
        error: {
          message: 'Invalid request: Your request exceeded model token limit: 262144 (requested: 265359)',
          type: 'invalid_request_error',
        },
      },
      TOO_LONG,
    ],
    [
      'moonshot/kimi-k3',
      400,
      { error: { message: 'The request was rejected because it was considered high risk', type: 'content_filter' } },
      FILTER,
    ],
    [
      'moonshot/kimi-k3',
      401,
      { error: { message: 'Invalid Authentication', type: 'invalid_authentication_error' } },
      CREDENTIALS,
    ],
    [
      'moonshot/kimi-k3',
      429,
      {
        error: {
          message: 'The engine is currently overloaded, please try again later',
          type: 'engine_overloaded_error',
        },
      },
      OVERLOADED,
    ],
    ['moonshot/kimi-k3', 504, '<html><head><title>504 Gateway Time-out</title></head></html>', TIMEOUT],
    ['zhipu/glm-4.6', 429, { error: { code: '1113', message: '您的账户已欠费，请充值后重试。' } }, CREDENTIALS],
    ['zhipu/glm-4.6', 429, { error: { code: '1302', message: '您当前使用该API的并发数过高' } }, RATE],
    [
      'zhipu/glm-4.6',
      400,
      {
        error: { code: '1301', message: '系统检测到输入或生成内容可能包含不安全或敏感内容' },
        contentFilter: [{ role: 'user', level: 1 }],
      },
      FILTER,
    ],
    ['zhipu/glm-4.6', 400, { error: { code: '1261', message: 'Prompt 超长' } }, TOO_LONG],
    [
      'qianfan/x',
      429,
      {
        error: { code: 'rpm_rate_limit_exceeded', message: 'Rate limit reached for RPM', type: 'rate_limit_exceeded' },
        id: 'as-1',
      },
      RATE,
    ],
    [
      'qianfan/x',
      403,
      { error: { code: 'system_unsafe', message: 'unsafe', type: 'unsafe_request' }, id: 'as-1' },
      FILTER,
    ],
    [
      'qianfan/x',
      400,
      {
        error: { code: 'tokens_too_long', message: 'the max input characters is 1', type: 'invalid_request_error' },
        id: 'as-1',
      },
      TOO_LONG,
    ],
    [
      'ark/doubao-seed-2-1-pro-260915',
      403,
      { error: { code: 'AccountOverdueError', message: 'overdue', param: '', type: 'Forbidden' } },
      CREDENTIALS,
    ],
    [
      'ark/doubao-seed-2-1-pro-260915',
      400,
      { error: { code: 'SensitiveContentDetected', message: 'sensitive', param: '', type: 'BadRequest' } },
      FILTER,
    ],
    [
      'stepfun/step-3.7-flash',
      451,
      { error: { message: 'The content you provided or machine outputted is blocked.', type: 'censorship_blocked' } },
      FILTER,
    ],
    ['stepfun/step-3.7-flash', 429, 'concurrent limit exceeded (running=7 max=6)', RATE],
    ['siliconflow/deepseek-ai/DeepSeek-V3', 401, '"Invalid token"', CREDENTIALS],
    [
      'siliconflow/deepseek-ai/DeepSeek-V3',
      403,
      { code: 30001, message: 'Sorry, your account balance is insufficient', data: null },
      CREDENTIALS,
    ],
    [
      'siliconflow/deepseek-ai/DeepSeek-V3',
      429,
      { message: 'Request was rejected due to rate limiting. Details:TPM limit reached.', data: null },
      RATE,
    ],
    [
      'siliconflow/deepseek-ai/DeepSeek-V3',
      503,
      { code: 50505, message: 'Model service overloaded. Please try again later.', data: null },
      OVERLOADED,
    ],
    [
      'siliconflow/deepseek-ai/DeepSeek-V3',
      400,
      { code: 20015, message: 'length of prompt_tokens (40000) must be less than max_seq_len (32768).', data: null },
      TOO_LONG,
    ],
    [
      'spark/lite',
      400,
      {
        error: {
          message: 'invalid param model:x (sid: cha2)',
          type: 'invalid_request_error',
          param: null,
          code: '10005',
        },
      },
      INVALID,
    ],
    [
      'spark/lite',
      403,
      { error: { message: 'AppIdNoAuthError (sid: cha3)', type: 'api_error', param: null, code: '11200' } },
      CREDENTIALS,
    ],
    [
      'vllm/x',
      400,
      {
        error: {
          message: "This model's maximum context length is 4096 tokens.",
          type: 'BadRequestError',
          param: null,
          code: 400,
        },
      },
      TOO_LONG,
    ],
    ['vllm/x', 401, { error: 'Unauthorized' }, CREDENTIALS],
    [
      'huggingface/x',
      402,
      { error: 'You have exceeded your monthly included credits for Inference Providers.' },
      CREDENTIALS,
    ],
    [
      'modelscope/x',
      429,
      { errors: { message: "You have exceeded today's quota for model x" }, request_id: 'r' },
      CREDENTIALS,
    ],
    [
      'huawei-maas/x',
      403,
      { error_code: 'ModelArts.81011', error_msg: 'Input may contain inappropriate content' },
      FILTER,
    ],
    [
      'gemini/gemini-2.5-flash',
      400,
      [
        {
          error: { code: 400, message: 'API key not valid. Please pass a valid API key.', status: 'INVALID_ARGUMENT' },
        },
      ],
      CREDENTIALS,
    ],
    [
      'gemini/gemini-2.5-flash',
      429,
      [{ error: { code: 429, message: 'Resource has been exhausted', status: 'RESOURCE_EXHAUSTED' } }],
      RATE,
    ],
    ['openai-compatible/m', 500, '', UPSTREAM],
    ['openai-compatible/m', 502, '<html><title>Bad Gateway</title></html>', UPSTREAM],
    ['openai-compatible/m', 418, { detail: 'I am a teapot' }, INVALID],
  ]
  test.each(CASES)('%s %d %j', async (model, status, body, shown) => {
    upstream.answer = (_seen, response) => sendJson(response, body, status)
    await expectShown(model, shown, { platform: model.slice(0, model.indexOf('/')), status })
  })
})

describe('errors inside a 200', () => {
  const minimax = (status_code: number, status_msg: string): unknown => ({ base_resp: { status_code, status_msg } })
  const spark = (code: number, message: string): unknown => ({ code, message, sid: 'cha1' })
  const CASES: [model: string, body: unknown, shown: Shown, code: string | undefined][] = [
    ['minimax/MiniMax-M2.5', minimax(1008, 'insufficient balance'), CREDENTIALS, '1008'],
    ['minimax/MiniMax-M2.5', minimax(1026, 'input new_sensitive'), FILTER, '1026'],
    ['minimax/MiniMax-M2.5', minimax(1027, 'output new_sensitive'), FILTER, '1027'],
    ['minimax/MiniMax-M2.5', minimax(1002, 'rate limit'), RATE, '1002'],
    ['minimax/MiniMax-M2.5', minimax(1004, 'login fail'), CREDENTIALS, '1004'],
    ['minimax/MiniMax-M2.5', minimax(1001, 'timeout'), TIMEOUT, '1001'],
    [
      'minimax/MiniMax-M2.5',
      minimax(2013, 'invalid params, context window exceeds limit: too many tokens'),
      TOO_LONG,
      '2013',
    ],
    ['spark/lite', spark(10013, 'input content audit failed'), FILTER, '10013'],
    ['spark/lite', spark(10907, 'token count exceeds the limit'), TOO_LONG, '10907'],
    ['spark/lite', spark(11200, 'AppIdNoAuthError'), CREDENTIALS, '11200'],
    ['spark/lite', spark(10007, 'busy'), RATE, '10007'],
    ['qianfan/x', { error_code: 110, error_msg: 'Access token invalid or no longer valid' }, CREDENTIALS, '110'],
    ['qianfan/x', { error_code: 336007, error_msg: 'the max length of current question is 1' }, TOO_LONG, '336007'],
    [
      'hunyuan/hy3',
      { Response: { Error: { Code: 'LimitExceeded', Message: 'slow' }, RequestId: 'q1' } },
      RATE,
      'LimitExceeded',
    ],
    ['sensenova/x', { error: { code: 18, message: 'unsafe', details: [] } }, FILTER, '18'],
    [
      'vllm/x',
      { error: { message: 'maximum context length is 4096', type: 'BadRequestError', code: 400 } },
      TOO_LONG,
      '400',
    ],
    ['vllm/x', { object: 'error', message: 'boom', type: 'InternalServerError', code: 500 }, UPSTREAM, '500'],
    [
      'dashscope/qwen-plus',
      { code: 'Throttling.AllocationQuota', message: 'Free allocated quota exceeded.', request_id: 'r1' },
      RATE,
      'Throttling.AllocationQuota',
    ],
    ['openai-compatible/m', { error: 'model is loading' }, UPSTREAM, undefined],
  ]
  test.each(CASES)('%s %j', async (model, body, shown, code) => {
    upstream.answer = (seen, response) =>
      seen.json.stream ? sendStream(response, [openaiStream([body], '')]) : sendJson(response, body)
    await expectShown(model, shown, {
      platform: model.slice(0, model.indexOf('/')),
      status: 200,
      ...(code === undefined ? {} : { code }),
    })
  })
  test.each(CASES.filter(([, , , code]) => code !== undefined))(
    'after text: %s %j is an event, then the end',
    async (model, body, [, type, code]) => {
      upstream.answer = (_seen, response) =>
        sendStream(response, [openaiStream([chunk({ role: 'assistant', content: 'Ye' }), body])])
      for (const way of WAYS.filter(({ stream }) => stream)) {
        const { error } = await raised(way, model)
        expect(error).toMatchObject({ type, code })
      }
    },
  )
  test('a stream that was asked for and comes as a whole error', async () => {
    upstream.answer = (_seen, response) => sendJson(response, minimax(1008, 'insufficient balance'))
    await expectShown('minimax/MiniMax-M2.5', CREDENTIALS)
  })
})

describe('hints to wait', () => {
  const CASES: [model: string, status: number, headers: Record<string, string>, body: unknown, ms: number][] = [
    ['openai/gpt-4o', 429, { 'retry-after': '20' }, { error: { message: 'x', code: 'rate_limit_exceeded' } }, 20_000],
    [
      'azure/gpt-4o',
      429,
      { 'retry-after-ms': '1500', 'retry-after': '2' },
      { error: { code: '429', message: 'x' } },
      1_500,
    ],
    ['azure/gpt-4o', 429, {}, { statusCode: 429, message: 'Rate limit is exceeded. Try again in 6 seconds.' }, 6_000],
    [
      'moonshot/kimi-k3',
      429,
      {},
      { error: { type: 'rate_limit_reached_error', message: 'max RPM: 3, please try again after 5 seconds' } },
      5_000,
    ],
    [
      'anthropic/claude-sonnet-4-5',
      529,
      { 'retry-after': '3' },
      { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
      3_000,
    ],
    [
      'gemini/gemini-2.5-flash',
      429,
      {},
      [
        {
          error: {
            code: 429,
            message: 'x',
            status: 'RESOURCE_EXHAUSTED',
            details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34s' }],
          },
        },
      ],
      34_000,
    ],
  ]
  test.each(CASES)('%s %d %j', async (model, status, headers, body, ms) => {
    upstream.answer = (_seen, response) => sendJson(response, body, status, headers)
    for (const way of WAYS) {
      const { thrown } = await raised(way, model)
      expect([thrown.headers.get('retry-after'), thrown.headers.get('retry-after-ms')]).toEqual([
        String(Math.ceil(ms / 1000)),
        String(ms),
      ])
    }
  })
  test('the SDK waits as long as it is told, and then gets its answer', async () => {
    let asked = 0
    upstream.answer = (_seen, response) =>
      ++asked === 1
        ? sendJson(response, { error: { message: 'x', code: 'rate_limit_exceeded' } }, 429, { 'retry-after-ms': '300' })
        : sendJson(response, {
            id: 'c',
            object: 'chat.completion',
            created: 1,
            model: 'm',
            choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }],
          })
    const started = performance.now()
    const client = gateway.openai({ maxRetries: 1 })
    const answer = await client.chat.completions.create({
      model: 'openai/gpt-4o',
      messages: [{ role: 'user', content: 'x' }],
    })
    expect([answer.choices[0]?.message.content, asked]).toEqual(['ok', 2])
    expect(performance.now() - started).toBeGreaterThan(290)
  })
  test('an account without money is no reason to ask again: x-should-retry', async () => {
    upstream.answer = (_seen, response) =>
      sendJson(response, { error: { message: 'too long: context_length', code: 'context_length_exceeded' } }, 400)
    const client = gateway.openai({ maxRetries: 2 })
    await expect(
      client.chat.completions.create({ model: 'openai/gpt-4o', messages: [{ role: 'user', content: 'x' }] }),
    ).rejects.toBeInstanceOf(OpenAI.BadRequestError)
    expect(upstream.seen).toHaveLength(1)
  })
})

describe("secrets in a platform's words stay here", () => {
  const CASES: [model: string, status: number, body: unknown, secret: string][] = [
    [
      'openai/gpt-4o',
      401,
      { error: { message: 'Incorrect API key provided: sk-upstream-0123456789abcdef.', code: 'invalid_api_key' } },
      'sk-upstream',
    ],
    [
      'moonshot/kimi-k3',
      429,
      {
        error: {
          type: 'exceeded_current_quota_error',
          message: 'Your account org-0a1b2c3d4e5f <ak-f1a2b3c4d5e6f7g8h9> is suspended due to insufficient balance',
        },
      },
      'ak-f1a2b3c4d5e6f7g8h9',
    ],
    [
      'openai-compatible/m',
      400,
      { error: { message: 'bad header authorization: Bearer sk-upstream-0123456789abcdef' } },
      'sk-upstream-0123',
    ],
    ['openai-compatible/m', 500, '<html>x-api-key: sk-upstream-0123456789abcdef</html>', 'sk-upstream-0123'],
  ]
  test.each(CASES)('%s %d', async (model, status, body, secret) => {
    upstream.answer = (_seen, response) => sendJson(response, body, status)
    for (const way of WAYS) {
      const { thrown, error } = await raised(way, model)
      expect(JSON.stringify([thrown.message, error])).not.toContain(secret)
      expect(error.provider).toMatchObject({ status, message: expect.stringContaining('***') })
    }
    expect(gateway.logged.join('\n')).not.toContain(secret)
  })
})
