import { describe, expect, test } from 'vitest'
import { platforms, resolve } from '#catalog/index.ts'
import { anthropicMessages } from '#wire/anthropic-messages/index.ts'
import type { DialectId, ReadContext } from '#wire/dialect.ts'
import type { Event } from '#wire/event.ts'
import type { FailureKind } from '#wire/failure.ts'
import { openaiChat } from '#wire/openai-chat/index.ts'

/* What platforms say when a prompt does not fit, money is out, or a filter steps in (platforms §2.5 to §2.7). */

type Refusal = readonly [platform: string, status: number, body: unknown, kind: FailureKind]

function contextOf(id: string, dialect: DialectId): ReadContext {
  const platform = platforms.get(id)
  if (platform === undefined) throw new Error(`no platform ${id}`)
  const resolved = resolve({ platform, model: 'm', dialect, baseUrl: 'http://here', region: regionOf(id) })
  if (!resolved.ok) throw new Error(resolved.reason)
  return { platform: id, quirks: resolved.value.quirks, errors: resolved.value.errors }
}

/** One that has every endpoint. */
function regionOf(id: string): string {
  return id === 'huawei-maas' ? 'ap-southeast-1' : (platforms.get(id)?.regions[0]?.id ?? '')
}

function said(error: object): object {
  return { error: { param: null, ...error } }
}
const openai = (message: string, code?: string | number, type?: string): object => said({ message, code, type })
const claude = (type: string, message: string): object => ({ type: 'error', error: { type, message } })
const google = (code: number, status: string, message: string): object[] => [{ error: { code, status, message } }]
const flat = (code: string | number, message: string): object => ({ code, message, data: null })
const vllm = (message: string): object => ({
  object: 'error',
  message,
  type: 'BadRequestError',
  param: null,
  code: 400,
})
const huawei = (error_code: string): object => ({ error_code, error_msg: 'no' })
const tgi = (error: string, error_type: string): object => ({ error, error_type })

const MAX_LENGTH = "This model's maximum context length is 4096 tokens. However, you requested 9000 tokens."
const SGLANG = "The input (9000 tokens) is longer than the model's context length (4096 tokens)."
const TGI = '`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 9000 `inputs` tokens and 20 `max_new_tokens`'
const LLAMA = 'the request exceeds the available context size'

const OVERFLOW: readonly Refusal[] = [
  ['openai', 400, openai(MAX_LENGTH, 'context_length_exceeded', 'invalid_request_error'), 'context-length'],
  ['azure', 400, openai(MAX_LENGTH, 'context_length_exceeded', 'invalid_request_error'), 'context-length'],
  [
    'gemini',
    400,
    google(400, 'INVALID_ARGUMENT', 'The input token count (9) exceeds the maximum number of tokens allowed (4).'),
    'context-length',
  ],
  ['bedrock', 400, openai('Input is too long for requested model', 'ValidationException'), 'context-length'],
  ['bedrock', 400, { message: 'Input is too long for requested model' }, 'context-length'],
  ['deepseek', 400, openai(MAX_LENGTH, 'invalid_request_error', 'invalid_request_error'), 'context-length'],
  [
    'dashscope',
    400,
    openai('Range of input length should be [1, 983616]', 'invalid_parameter_error'),
    'context-length',
  ],
  ['dashscope', 400, flat('InvalidParameter', 'Range of input length should be [1, 202745]'), 'context-length'],
  [
    'dashscope',
    500,
    flat('InternalError.Algo.InvalidParameter', 'Range of input length should be [1, 9]'),
    'context-length',
  ],
  ['qianfan', 400, openai('too many', 'tokens_too_long', 'invalid_request_error'), 'context-length'],
  ['qianfan', 400, openai('too many', 'characters_too_long', 'invalid_request_error'), 'context-length'],
  [
    'ark',
    400,
    openai('Input length 9000 exceeds the maximum length 4096', 'InvalidParameter', 'BadRequest'),
    'context-length',
  ],
  [
    'ark',
    400,
    openai('Total tokens of image and text exceeds max message tokens', 'InvalidParameter', 'BadRequest'),
    'context-length',
  ],
  ['ark', 400, openai('max_tokens exceeds the maximum', 'InvalidParameter', 'BadRequest'), 'invalid-request'],
  ['huawei-maas', 400, vllm(MAX_LENGTH), 'context-length'],
  ['sensenova', 400, openai('input is long', 17), 'context-length'],
  ['spark', 400, openai('no (sid: cha1)', '10907', 'invalid_request_error'), 'context-length'],
  ['zhipu', 400, openai('Prompt 超长', '1261'), 'context-length'],
  [
    'moonshot',
    400,
    openai(
      'Invalid request: Your request exceeded model token limit: 262144 (requested: 265359)',
      undefined,
      'invalid_request_error',
    ),
    'context-length',
  ],
  ['moonshot', 400, openai('Input token length too long', undefined, 'invalid_request_error'), 'context-length'],
  ['siliconflow', 400, flat(20_015, 'length of prompt_tokens must be less than max_seq_len'), 'context-length'],
  ['siliconflow', 400, flat(20_015, 'The parameter is invalid'), 'invalid-request'],
  ['stepfun', 400, openai(MAX_LENGTH, undefined, 'request_params_invalid'), 'context-length'],
  ['vllm', 400, vllm(MAX_LENGTH), 'context-length'],
  ['vllm', 400, openai(MAX_LENGTH, 400, 'BadRequestError'), 'context-length'],
  ['sglang', 400, vllm(SGLANG), 'context-length'],
  ['sglang', 400, openai(SGLANG, 400, 'BadRequestError'), 'context-length'],
  ['llama-cpp', 400, openai(LLAMA, 400, 'exceed_context_size_error'), 'context-length'],
  ['tgi', 422, tgi(`Input validation error: ${TGI}`, 'validation'), 'context-length'],
  ['tgi', 422, tgi('Input validation error: `temperature` must be strictly positive', 'validation'), 'invalid-request'],
  ['openai-compatible', 400, openai(MAX_LENGTH, 'context_length_exceeded'), 'context-length'],
  ['openai-compatible', 400, openai(SGLANG), 'context-length'],
  ['openai-compatible', 400, openai('string too long', 'string_above_max_length'), 'invalid-request'],
]

const MONEY: readonly Refusal[] = [
  ['openai', 429, openai('You exceeded your quota', 'insufficient_quota', 'insufficient_quota'), 'quota'],
  ['openai', 429, openai('limit', 'billing_hard_limit_reached'), 'quota'],
  ['gemini', 429, google(429, 'RESOURCE_EXHAUSTED', 'Your prepay credits are depleted.'), 'quota'],
  ['deepseek', 402, openai('Insufficient Balance', 'invalid_request_error', 'unknown_error'), 'quota'],
  ['dashscope', 400, flat('Arrearage', 'Access denied.'), 'quota'],
  ['dashscope', 403, flat('AllocationQuota.FreeTierOnly', 'The free tier of the model has been exhausted.'), 'quota'],
  ['dashscope', 429, openai('You exceeded your current quota', 'insufficient_quota', 'insufficient_quota'), 'quota'],
  [
    'dashscope',
    429,
    openai('Allocated quota exceeded, please increase your quota limit.', 'insufficient_quota'),
    'rate-limit',
  ],
  ['qianfan', 403, openai('no', 'account_overdue'), 'quota'],
  ['ark', 403, openai('overdue', 'AccountOverdueError', 'Forbidden'), 'quota'],
  ['ark', 429, openai('used up', 'QuotaExceeded', 'TooManyRequests'), 'quota'],
  ['ark', 429, openai('own limit', 'SetLimitExceeded', 'TooManyRequests'), 'quota'],
  ...[5, 6, 14, 19, 21, 22].map((last): Refusal => {
    const code = `ModelArts.810${String(last).padStart(2, '0')}`
    return ['huawei-maas', 403, huawei(code), 'quota']
  }),
  ['spark', 403, openai('AppIdNoAuthError', '11200', 'api_error'), 'quota'],
  ['spark', 403, openai('daily limit', '11201', 'api_error'), 'quota'],
  ...['1113', '1304', '1308', '1309', '1310'].map((code): Refusal => ['zhipu', 429, openai('欠费', code), 'quota']),
  ['moonshot', 429, openai('is suspended', undefined, 'exceeded_current_quota_error'), 'quota'],
  ['moonshot', 403, openai('Your account has insufficient balance'), 'quota'],
  ['stepfun', 402, openai('no money'), 'quota'],
  ['siliconflow', 402, flat(30_001, 'Sorry, your account balance is insufficient'), 'quota'],
  ['siliconflow', 403, flat(30_001, 'Sorry, your account balance is insufficient'), 'quota'],
  ['huggingface', 402, { error: 'You have exceeded your monthly included credits.' }, 'quota'],
  ['modelscope', 429, { errors: { message: "You have exceeded today's quota" }, request_id: 'r' }, 'quota'],
  ['openai-compatible', 429, openai('You exceeded your quota', 'insufficient_quota'), 'quota'],
  ['openai-compatible', 429, openai('slow down'), 'rate-limit'],
]

const FILTERED: readonly Refusal[] = [
  ['openai', 400, openai('no', 'content_policy_violation'), 'content-filter'],
  ['openai', 400, openai('no', 'moderation_blocked', 'invalid_request_error'), 'content-filter'],
  ['azure', 400, openai('The response was filtered', 'content_filter'), 'content-filter'],
  ['dashscope', 400, flat('DataInspectionFailed', 'Input data may contain inappropriate content.'), 'content-filter'],
  ['dashscope', 400, openai('no', 'data_inspection_failed'), 'content-filter'],
  ['qianfan', 400, openai('no', 'other_word', 'unsafe_request'), 'content-filter'],
  ['qianfan', 403, openai('no', 'system_unsafe', 'unsafe_request'), 'content-filter'],
  ['qianfan', 400, openai('no', 'image_url_unsafe', 'unsafe_request'), 'content-filter'],
  ['ark', 400, openai('no', 'SensitiveContentDetected', 'BadRequest'), 'content-filter'],
  ['ark', 400, openai('no', 'InputTextSensitiveContentDetected.PolicyViolation', 'BadRequest'), 'content-filter'],
  ['ark', 400, openai('no', 'OutputTextRiskDetection', 'BadRequest'), 'content-filter'],
  ['huawei-maas', 403, huawei('ModelArts.81011'), 'content-filter'],
  ['huawei-maas', 400, huawei('ModelArts.81013'), 'content-filter'],
  ['sensenova', 400, openai('no', 18), 'content-filter'],
  ['zhipu', 400, { ...openai('敏感', '1301'), contentFilter: [{ role: 'user', level: 1 }] }, 'content-filter'],
  ['zhipu', 400, openai('no', '1300'), 'content-filter'],
  ['moonshot', 400, openai('considered high risk', undefined, 'content_filter'), 'content-filter'],
  ['stepfun', 451, openai('The content is blocked.', undefined, 'censorship_blocked'), 'content-filter'],
  ['stepfun', 451, '', 'content-filter'],
]

describe('refusals', () => {
  test.each([...OVERFLOW, ...MONEY, ...FILTERED])('%s %d %j is %s', (id, status, body, kind) => {
    const answer = { status, headers: {}, body: typeof body === 'string' ? body : JSON.stringify(body) }
    expect(openaiChat.readFailure(answer, contextOf(id, 'openai-chat')).kind).toBe(kind)
  })
})

const RANGE = 'Range of input length should be [1, 983616]'
const LAYERS: readonly Refusal[] = [
  [
    'anthropic',
    400,
    claude('invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum'),
    'context-length',
  ],
  [
    'anthropic',
    400,
    claude('invalid_request_error', 'input length and `max_tokens` exceed context limit: 9'),
    'context-length',
  ],
  ['anthropic', 400, claude('invalid_request_error', 'Your credit balance is too low'), 'quota'],
  ['anthropic', 402, claude('billing_error', 'no'), 'quota'],
  ['anthropic', 400, claude('invalid_request_error', 'Output blocked by content filtering policy'), 'content-filter'],
  ['anthropic', 400, claude('invalid_request_error', 'messages: roles must alternate'), 'invalid-request'],
  [
    'anthropic-compatible',
    400,
    claude('invalid_request_error', 'prompt is too long: 9 tokens > 4 maximum'),
    'context-length',
  ],
  ['anthropic-compatible', 400, claude('invalid_request_error', 'Your credit balance is too low'), 'quota'],
  ['anthropic-compatible', 403, claude('billing_error', 'no'), 'quota'],
  ['dashscope', 400, claude('invalid_request_error', RANGE), 'context-length'],
  ['deepseek', 400, claude('invalid_request_error', MAX_LENGTH), 'context-length'],
  ['deepseek', 402, claude('invalid_request_error', 'Insufficient Balance'), 'quota'],
  ['moonshot', 400, claude('invalid_request_error', 'Your request exceeded model token limit: 9'), 'context-length'],
  ['moonshot', 400, claude('content_filter', 'considered high risk'), 'content-filter'],
  [
    'minimax',
    400,
    claude('bad_request_error', 'invalid params, context window exceeds limit (2013)'),
    'context-length',
  ],
  ['stepfun', 400, claude('invalid_request_error', MAX_LENGTH), 'context-length'],
  ['siliconflow', 400, flat(20_015, 'length of prompt_tokens must be less than max_seq_len'), 'context-length'],
  ['huawei-maas', 400, vllm(MAX_LENGTH), 'context-length'],
  ['vllm', 400, claude('BadRequestError', MAX_LENGTH), 'context-length'],
  ['sglang', 400, claude('invalid_request_error', SGLANG), 'context-length'],
  ['llama-cpp', 400, claude('invalid_request_error', LLAMA), 'context-length'],
]

test.each(LAYERS)('refusals of Anthropic-like layers: %s %d %j is %s', (id, status, body, kind) => {
  const answer = { status, headers: {}, body: JSON.stringify(body) }
  expect(anthropicMessages.readFailure(answer, contextOf(id, 'anthropic-messages')).kind).toBe(kind)
})

const minimax = (status_code: number, status_msg: string): object => ({ base_resp: { status_code, status_msg } })
const spark = (code: number): object => ({ code, message: 'no', sid: 'cha1' })
const tencent = (Code: string): object => ({ Response: { Error: { Code, Message: 'no' }, RequestId: 'q1' } })
const baidu = (error_code: number): object => ({ error_code, error_msg: 'no' })

const INSIDE: readonly (readonly [platform: string, payload: unknown, kind: FailureKind])[] = [
  ['minimax', minimax(2013, 'invalid params, context window exceeds limit'), 'context-length'],
  ['minimax', minimax(2013, 'the number of input tokens is over 204800'), 'context-length'],
  ['minimax', minimax(2013, 'invalid params, max_tokens is out of range'), 'invalid-request'],
  ['minimax', minimax(2013, 'invalid params'), 'invalid-request'],
  ['minimax', minimax(1008, 'insufficient balance'), 'quota'],
  ['minimax', minimax(2056, 'usage limit exceeded'), 'rate-limit'],
  ['minimax', minimax(1026, 'input new_sensitive'), 'content-filter'],
  ['minimax', minimax(1027, 'output new_sensitive'), 'content-filter'],
  ['spark', spark(10_907), 'context-length'],
  ['spark', spark(11_200), 'quota'],
  ['spark', spark(11_201), 'quota'],
  ...[10_013, 10_014, 10_019, 10_021].map((code) => ['spark', spark(code), 'content-filter'] as const),
  ['qianfan', baidu(336_007), 'context-length'],
  ['qianfan', baidu(17), 'quota'],
  ['qianfan', baidu(19), 'quota'],
  ...['ResourcePackExhausted', 'FreeResourcePackExhausted', 'ServiceStopArrears', 'ServiceStop'].map(
    (code) => ['hunyuan', tencent(`FailedOperation.${code}`), 'quota'] as const,
  ),
  ['hunyuan', tencent('OperationDenied.TextIllegalDetected'), 'content-filter'],
  ['hunyuan', tencent('OperationDenied.ImageIllegalDetected'), 'content-filter'],
  ['hunyuan', { ErrorMsg: { Msg: 'no', Code: 'LimitExceeded' } }, 'rate-limit'],
  ['openai-compatible', tencent('InternalError'), 'upstream'],
  ['sensenova', said({ code: 17, message: 'no' }), 'context-length'],
  ['sensenova', { status: { code: 18, message: 'no' } }, 'content-filter'],
  ['vllm', vllm(MAX_LENGTH), 'context-length'],
  ['vllm', openai(MAX_LENGTH, 400, 'BadRequestError'), 'context-length'],
  ['gemini', google(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.'), 'credentials'],
]

const chunk = (content: string, finish_reason: string | null = null): object => ({
  id: 'a-1',
  choices: [{ index: 0, delta: { content }, finish_reason }],
})

function streamed(id: string, payloads: readonly unknown[]): Event[] {
  const { readEvents } = openaiChat
  const state = readEvents.start(contextOf(id, 'openai-chat'))
  const frames = [...payloads.map((payload) => JSON.stringify(payload)), '[DONE]']
  return [...frames.flatMap((data) => readEvents.step(state, { data })), ...readEvents.end(state)]
}

const kindsOf = (events: readonly Event[]): string[] =>
  events.flatMap((event) => (event.type === 'failure' ? [event.failure.kind] : event.type === 'end' ? ['end'] : []))

describe('errors inside a 200, alone, after text, and whole', () => {
  test.each(INSIDE)('%s %j is %s', (id, payload, kind) => {
    const whole = openaiChat.readEvents.whole(contextOf(id, 'openai-chat'), { data: JSON.stringify(payload) })
    const told = [streamed(id, [payload]), streamed(id, [chunk('Ye'), payload]), whole].map(kindsOf)
    expect(told).toEqual([[kind], [kind], [kind]])
  })
})

const ENDS: readonly (readonly [platform: string, word: string, told: string])[] = [
  ['openai', 'content_filter', 'content-filter'],
  ['hunyuan', 'sensitive', 'content-filter'],
  ['ark', 'content_filter', 'content-filter'],
  ['sensenova', 'sensitive', 'content-filter'],
  ['zhipu', 'sensitive', 'content-filter'],
  ['deepseek', 'content_filter', 'content-filter'],
  ['sensenova', 'context', 'failure context-length'],
  ['zhipu', 'model_context_window_exceeded', 'failure context-length'],
]

test.each(ENDS)('a finish reason: %s, %s is %s', (id, word, told) => {
  const words = streamed(id, [chunk('Ye'), chunk('', word)]).flatMap((event) => {
    if (event.type === 'finish') return [event.reason]
    return event.type === 'failure' ? [`failure ${event.failure.kind}`] : []
  })
  expect(words).toEqual([told])
})

test("Anthropic's refusal is a filtered answer", () => {
  const message = { id: 'm', type: 'message', role: 'assistant', model: 'm', content: [], stop_reason: 'refusal' }
  const answer = { ...message, stop_sequence: null, usage: { input_tokens: 1, output_tokens: 1 } }
  const events = anthropicMessages.readEvents.whole(contextOf('anthropic', 'anthropic-messages'), {
    data: JSON.stringify(answer),
  })
  expect(events.find((event) => event.type === 'finish')).toMatchObject({ reason: 'content-filter', native: 'refusal' })
})
