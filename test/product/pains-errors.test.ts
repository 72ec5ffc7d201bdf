import { afterAll, beforeAll, describe, test } from 'vitest'
import { everyPlatform } from '#test/support/callers.ts'
import { startTestGateway, type TestGateway } from '#test/support/gateway.ts'
import { expectShown, saying, type Shown, SHOWN } from '#test/support/refusals.ts'
import { sendJson, startUpstream, type Upstream } from '#test/support/upstream.ts'

let upstream: Upstream
let gateway: TestGateway

beforeAll(async () => {
  upstream = await startUpstream()
  gateway = await startTestGateway({ providers: everyPlatform(upstream.url) })
})
afterAll(async () => {
  await gateway.stop()
  await upstream.close()
})

const { credentials, upstream: failed, rate, tooLong, filter, invalid, overloaded, timeout, notFound } = SHOWN
const claude = (type: string, message: string): unknown => ({
  type: 'error',
  error: { type, message },
  request_id: 'r',
})
const google = (code: number, status: string, message: string): unknown => [{ error: { code, message, status } }]
const flat = (code: unknown, message: string): unknown => ({ code, message, data: null })

type Case = [model: string, status: number, body: unknown, shown: Shown]

const ABROAD: Case[] = [
  ['openai/gpt-4o', 401, saying('Incorrect API key provided: sk-x***', 'invalid_api_key'), credentials],
  ['openai/gpt-4o', 400, saying('maximum context length is 128000', 'context_length_exceeded'), tooLong],
  ['openai/gpt-4o', 429, saying('You exceeded your quota', 'insufficient_quota', 'insufficient_quota'), credentials],
  ['openai/gpt-4o', 404, saying('The model does not exist', 'model_not_found'), notFound],
  ['openai/gpt-4o', 403, saying('not supported', 'unsupported_country_region_territory'), credentials],
  ['openai/gpt-4o', 503, saying('The engine is currently overloaded'), overloaded],
  ['openai/gpt-4o', 400, saying('Unknown parameter: x', 'unknown_parameter', 'invalid_request_error'), invalid],
  ['azure/gpt-4o', 400, saying('The response was filtered', 'content_filter'), filter],
  ['azure/gpt-4o', 404, saying('The API deployment does not exist', 'DeploymentNotFound'), notFound],
  ['azure/gpt-4o', 429, { statusCode: 429, message: 'Rate limit is exceeded. Try again in 6 seconds.' }, rate],
  ['anthropic/claude-sonnet-4-5', 529, claude('overloaded_error', 'Overloaded'), overloaded],
  ['anthropic/claude-sonnet-4-5', 400, claude('invalid_request_error', 'prompt is too long: 210000 tokens'), tooLong],
  ['anthropic/claude-sonnet-4-5', 400, claude('invalid_request_error', 'Your credit balance is too low'), credentials],
  ['anthropic/claude-sonnet-4-5', 429, claude('rate_limit_error', 'slow down'), rate],
  ['anthropic/claude-sonnet-4-5', 401, claude('authentication_error', 'invalid x-api-key'), credentials],
  ['gemini/gemini-2.5-flash', 400, google(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass one.'), credentials],
  ['gemini/gemini-2.5-flash', 400, google(400, 'INVALID_ARGUMENT', 'exceeds the maximum number of tokens'), tooLong],
  ['gemini/gemini-2.5-flash', 429, google(429, 'RESOURCE_EXHAUSTED', 'Resource has been exhausted'), rate],
  [
    'gemini/gemini-2.5-flash',
    429,
    google(429, 'RESOURCE_EXHAUSTED', 'check your plan and billing details'),
    credentials,
  ],
]

const CHINA: Case[] = [
  [
    'dashscope/qwen-plus',
    400,
    saying('Range of input length should be [1, 983616]', 'invalid_parameter_error'),
    tooLong,
  ],
  ['dashscope/qwen-plus', 400, saying('<400> InternalError.Algo: Range of input length should be [1, 9]'), tooLong],
  ['dashscope/qwen-plus', 400, flat('Arrearage', 'make sure your account is in good standing.'), credentials],
  ['dashscope/qwen-plus', 400, saying('may contain inappropriate content.', 'data_inspection_failed'), filter],
  ['dashscope/qwen-plus', 400, 'data: {"error":{"code":"DataInspectionFailed","message":"inappropriate"}}\n\n', filter],
  ['dashscope/qwen-plus', 429, flat('Throttling.RateQuota', 'Requests rate limit exceeded'), rate],
  [
    'deepseek/deepseek-v4-pro',
    402,
    saying('Insufficient Balance', 'invalid_request_error', 'unknown_error'),
    credentials,
  ],
  ['deepseek/deepseek-v4-pro', 400, saying("This model's maximum context length is 1048576 tokens."), tooLong],
  ['deepseek/deepseek-v4-pro', 503, saying('Service is too busy'), overloaded],
  ['moonshot/kimi-k3', 400, saying('exceeded model token limit: 262144', undefined, 'invalid_request_error'), tooLong],
  ['moonshot/kimi-k3', 400, saying('considered high risk', undefined, 'content_filter'), filter],
  ['moonshot/kimi-k3', 401, saying('Invalid Authentication', undefined, 'invalid_authentication_error'), credentials],
  ['moonshot/kimi-k3', 429, saying('overloaded, try again later', undefined, 'engine_overloaded_error'), overloaded],
  ['moonshot/kimi-k3', 429, saying('is suspended', undefined, 'exceeded_current_quota_error'), credentials],
  ['moonshot/kimi-k3', 504, '<html><head><title>504 Gateway Time-out</title></head></html>', timeout],
  ['zhipu/glm-4.6', 429, saying('您的账户已欠费，请充值后重试。', '1113'), credentials],
  ['zhipu/glm-4.6', 429, saying('您当前使用该API的并发数过高', '1302'), rate],
  [
    'zhipu/glm-4.6',
    400,
    { ...(saying('敏感内容', '1301') as object), contentFilter: [{ role: 'user', level: 1 }] },
    filter,
  ],
  ['zhipu/glm-4.6', 400, saying('Prompt 超长', '1261'), tooLong],
  ['qianfan/x', 429, saying('Rate limit reached for RPM', 'rpm_rate_limit_exceeded', 'rate_limit_exceeded'), rate],
  ['qianfan/x', 403, saying('unsafe', 'system_unsafe', 'unsafe_request'), filter],
  ['qianfan/x', 400, saying('the max input characters is 1', 'tokens_too_long', 'invalid_request_error'), tooLong],
  ['ark/doubao-seed-2-1-pro-260915', 403, saying('overdue', 'AccountOverdueError', 'Forbidden'), credentials],
  ['ark/doubao-seed-2-1-pro-260915', 400, saying('sensitive', 'SensitiveContentDetected', 'BadRequest'), filter],
  ['stepfun/step-3.7-flash', 451, saying('The content is blocked.', undefined, 'censorship_blocked'), filter],
  ['stepfun/step-3.7-flash', 429, 'concurrent limit exceeded (running=7 max=6)', rate],
  ['siliconflow/x', 401, '"Invalid token"', credentials],
  ['siliconflow/x', 403, flat(30001, 'Sorry, your account balance is insufficient'), credentials],
  ['siliconflow/x', 429, { message: 'Request was rejected. Details:TPM limit reached.', data: null }, rate],
  ['siliconflow/x', 503, flat(50505, 'Model service overloaded. Please try again later.'), overloaded],
  ['siliconflow/x', 400, flat(20015, 'length of prompt_tokens must be less than max_seq_len'), tooLong],
  ['spark/lite', 400, saying('invalid param model:x (sid: cha2)', '10005', 'invalid_request_error'), invalid],
  ['spark/lite', 403, saying('AppIdNoAuthError (sid: cha3)', '11200', 'api_error'), credentials],
  ['modelscope/x', 429, { errors: { message: "You have exceeded today's quota" }, request_id: 'r' }, credentials],
  ['huawei-maas/x', 403, { error_code: 'ModelArts.81011', error_msg: 'May contain inappropriate content' }, filter],
]

const OTHERS: Case[] = [
  ['vllm/x', 400, saying("This model's maximum context length is 4096 tokens.", 400, 'BadRequestError'), tooLong],
  ['vllm/x', 401, { error: 'Unauthorized' }, credentials],
  ['huggingface/x', 402, { error: 'You have exceeded your monthly included credits.' }, credentials],
  ['ollama/x', 404, saying('model "x" not found, try pulling it first'), notFound],
  ['openai-compatible/m', 500, '', failed],
  ['openai-compatible/m', 502, '<html><title>Bad Gateway</title></html>', failed],
  ['openai-compatible/m', 418, { detail: 'I am a teapot' }, invalid],
]

describe("a platform's refusal in the words of the caller, raised by the SDK as its own class", () => {
  test.each([...ABROAD, ...CHINA, ...OTHERS])('%s %d %j', async (...[model, status, body, shown]) => {
    upstream.answer = (_seen, response) => sendJson(response, body, status)
    await expectShown(gateway, model, [shown, { platform: model.slice(0, model.indexOf('/')), status }])
  })
})
