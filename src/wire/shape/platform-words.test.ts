import { expect, test } from 'vitest'
import { matchRule, readWords, retryHint, saysTooLong } from '#wire/shape/platform-words.ts'

test('an error is found in every shape that platforms give it', () => {
  const cases: [string, ReturnType<typeof readWords>][] = [
    ['', {}],
    [
      '{"error":{"message":"m","type":"t","param":"stop","code":"c"}}',
      { message: 'm', type: 't', code: 'c', param: 'stop' },
    ],
    ['{"error":{"message":"m","type":"t","param":null,"code":null}}', { message: 'm', type: 't' }],
    ['{"error":"m"}', { message: 'm' }],
    ['{"error":"Unauthorized","message":"m"}', { message: 'm' }],
    ['{"code":20015,"message":"m","data":null}', { code: '20015', message: 'm' }],
    [
      '{"object":"error","message":"m","type":"BadRequestError","code":400}',
      { message: 'm', type: 'BadRequestError', code: '400' },
    ],
    ['"Invalid token"', { message: 'Invalid token' }],
    ['{"base_resp":{"status_code":1008,"status_msg":"m"}}', { code: '1008', message: 'm' }],
    ['{"Response":{"Error":{"Code":"LimitExceeded","Message":"m"}}}', { code: 'LimitExceeded', message: 'm' }],
    ['{"error_code":110,"error_msg":"m"}', { code: '110', message: 'm' }],
    ['{"status":{"code":17,"message":"m"}}', { code: '17', message: 'm' }],
    [
      '[{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"m"}}]',
      { code: '429', type: 'RESOURCE_EXHAUSTED', message: 'm' },
    ],
    ['<html><head><title>502 Bad Gateway</title></head><body>x</body></html>', { message: '502 Bad Gateway' }],
    ['upstream connect error', { message: 'upstream connect error' }],
    ['17', {}],
    ['{"error":"m","error_type":"validation"}', { message: 'm', type: 'validation' }],
    ['data: {"error":{"code":"c","message":"m"}}\n\n', { code: 'c', message: 'm' }],
    [
      'id:1\r\nevent:error\r\n:HTTP_STATUS/400\r\ndata:{"code":"c","message":"m"}\r\n\r\ndata:[DONE]\r\n',
      { code: 'c', message: 'm' },
    ],
    ['data: [{"error":{"status":"INTERNAL","message":"m"}}]', { type: 'INTERNAL', message: 'm' }],
    ['data: overloaded', { message: 'overloaded' }],
    ['database is down', { message: 'database is down' }],
  ]
  expect(cases.map(([body]) => readWords(body))).toEqual(cases.map(([, words]) => words))
})

test('the wish to wait is found in headers and in words', () => {
  expect(retryHint({ 'retry-after-ms': '1500', 'retry-after': '9' }, undefined)).toBe(1500)
  expect(retryHint({ 'x-ms-retry-after-ms': '20' }, undefined)).toBe(20)
  expect(retryHint({ 'retry-after': '2.5' }, undefined)).toBe(2500)
  expect(retryHint({ 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }, undefined)).toBe(undefined)
  expect(retryHint({}, 'please try again after 3 seconds')).toBe(3000)
  expect(retryHint({}, 'Please try again in 6.2s. Visit')).toBe(6200)
  expect(retryHint({}, 'Please try again in 20ms.')).toBe(20)
  expect(retryHint({}, 'Please try again in 1m30.5s.')).toBe(90_500)
  expect(retryHint({}, '{"@type":"RetryInfo","retryDelay": "34s"}')).toBe(34_000)
  expect(retryHint({}, 'try again later')).toBe(undefined)
})

test('a rule matches when all that it names matches, and the first one wins', () => {
  const rules = [
    { status: 429, code: '1113', kind: 'quota' },
    { codePrefix: 'Invalid', message: 'EXCEEDS', kind: 'context-length' },
    { status: 429, kind: 'rate-limit' },
  ] as const
  expect(matchRule(rules, { status: 429, code: '1113' })?.kind).toBe('quota')
  expect(matchRule(rules, { status: 429, code: '1302' })?.kind).toBe('rate-limit')
  expect(matchRule(rules, { status: 400, code: 'InvalidParameter', message: 'input exceeds it' })?.kind).toBe(
    'context-length',
  )
  expect(matchRule(rules, { status: 400, code: 'InvalidParameter', message: 'no' })).toBe(undefined)
  expect(matchRule(rules, { status: 200, code: '1113' })?.kind).toBe('quota')
  expect(matchRule(rules, { status: 200, code: '9' })).toBe(undefined)
})

test('a prompt that does not fit is told by words, and other complaints about length are not taken for it', () => {
  const told = [
    "This model's maximum context length is 4096 tokens.",
    "The input (5000 tokens) is longer than the model's context length (4096 tokens).",
    'the request exceeds the available context size (4096 tokens)',
    'prompt is too long: 210000 tokens > 200000 maximum',
    'Input is too long for requested model',
    'Your request exceeded model token limit: 262144 (requested: 265359)',
    'Input token length too long',
    'Range of input length should be [1, 983616]',
    'invalid params, context window exceeds limit',
    '`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs` tokens',
  ]
  const others = [
    "Invalid 'user': string too long. Expected a string with maximum length 64",
    'max_tokens is too large: 99999',
    'the token is invalid',
  ]
  expect([...told, ...others].filter((message) => saysTooLong({ message }))).toEqual(told)
  expect(saysTooLong({})).toBe(false)
})
