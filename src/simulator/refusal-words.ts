import type { RefusalKind } from '#simulator/fault.ts'
import type { DialectId } from '#wire/dialect.ts'

type RefusalWords = Readonly<
  Record<RefusalKind, readonly [status: number, type: string | undefined, code: string | undefined, message: string]>
>

/** Status, type, code and message of each kind where the platform's table has none: OpenAI's. */
const OPENAI_WORDS: RefusalWords = {
  'invalid-request': [400, 'invalid_request_error', undefined, 'The request is invalid.'],
  'context-length': [
    400,
    'invalid_request_error',
    'context_length_exceeded',
    "This model's maximum context length is 8192 tokens. However, you requested 9001 tokens.",
  ],
  'content-filter': [400, 'invalid_request_error', 'content_filter', 'The prompt was refused by the content filter.'],
  credentials: [401, 'invalid_request_error', 'invalid_api_key', 'Incorrect API key provided.'],
  quota: [429, 'insufficient_quota', 'insufficient_quota', 'You exceeded your current quota: insufficient balance.'],
  'not-found': [404, 'invalid_request_error', 'model_not_found', 'The model does not exist.'],
  'too-large': [413, 'invalid_request_error', undefined, 'The request is too large.'],
  'rate-limit': [429, 'requests', 'rate_limit_exceeded', 'Rate limit reached.'],
  upstream: [500, 'server_error', undefined, 'The server had an error while processing the request.'],
  overloaded: [503, 'server_error', undefined, 'The engine is currently overloaded, please try again later.'],
  timeout: [504, 'server_error', undefined, 'The request timed out.'],
}

/** The same in Anthropic's words, which have no codes. */
const ANTHROPIC_WORDS: RefusalWords = {
  'invalid-request': [400, 'invalid_request_error', undefined, 'The request is invalid.'],
  'context-length': [400, 'invalid_request_error', undefined, 'prompt is too long: 210000 tokens > 200000 maximum'],
  'content-filter': [400, 'invalid_request_error', undefined, 'Output blocked by content filtering policy'],
  credentials: [401, 'authentication_error', undefined, 'invalid x-api-key'],
  quota: [400, 'invalid_request_error', undefined, 'Your credit balance is too low to access the Anthropic API.'],
  'not-found': [404, 'not_found_error', undefined, 'model: not found'],
  'too-large': [413, 'request_too_large', undefined, 'Request exceeds the maximum allowed number of bytes.'],
  'rate-limit': [429, 'rate_limit_error', undefined, 'This request would exceed your rate limit.'],
  upstream: [500, 'api_error', undefined, 'Internal server error'],
  overloaded: [529, 'overloaded_error', undefined, 'Overloaded'],
  timeout: [504, 'timeout_error', undefined, 'The request timed out.'],
}

/** The same in Google's words, which stand in `status` and are read as types. */
const GEMINI_WORDS: RefusalWords = {
  'invalid-request': [400, 'INVALID_ARGUMENT', undefined, 'Request contains an invalid argument.'],
  'context-length': [
    400,
    'INVALID_ARGUMENT',
    undefined,
    'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
  ],
  'content-filter': [400, 'INVALID_ARGUMENT', undefined, 'The request was blocked by a content filter.'],
  credentials: [400, 'INVALID_ARGUMENT', undefined, 'API key not valid. Please pass a valid API key.'],
  quota: [429, 'RESOURCE_EXHAUSTED', undefined, 'Your prepay balance is used up: check your plan and billing details.'],
  'not-found': [404, 'NOT_FOUND', undefined, 'The model is not found for this API version.'],
  'too-large': [413, 'INVALID_ARGUMENT', undefined, 'Request payload size exceeds the limit.'],
  'rate-limit': [429, 'RESOURCE_EXHAUSTED', undefined, 'Resource has been exhausted (e.g. check quota).'],
  upstream: [500, 'INTERNAL', undefined, 'An internal error has occurred.'],
  overloaded: [503, 'UNAVAILABLE', undefined, 'The model is overloaded. Please try again later.'],
  timeout: [504, 'DEADLINE_EXCEEDED', undefined, 'Deadline expired before operation could complete.'],
}

/** The same in the names of AWS exceptions, which are read as codes. */
const BEDROCK_WORDS: RefusalWords = {
  'invalid-request': [400, undefined, 'ValidationException', 'The provided request is not valid.'],
  'context-length': [400, undefined, 'ValidationException', 'Input is too long for requested model.'],
  'content-filter': [400, undefined, 'ValidationException', 'The request was blocked by content filtering policy.'],
  credentials: [
    403,
    undefined,
    'UnrecognizedClientException',
    'The security token included in the request is invalid.',
  ],
  quota: [400, undefined, 'ServiceQuotaExceededException', 'Your request exceeds the service quota for your account.'],
  'not-found': [404, undefined, 'ResourceNotFoundException', 'The specified model is not found.'],
  'too-large': [413, undefined, 'ValidationException', 'The request is too large.'],
  'rate-limit': [429, undefined, 'ThrottlingException', 'Too many requests, please wait before trying again.'],
  upstream: [500, undefined, 'InternalServerException', 'The system encountered an unexpected error.'],
  overloaded: [503, undefined, 'ServiceUnavailableException', 'The service is not currently available.'],
  timeout: [408, undefined, 'ModelTimeoutException', 'The model took too long to respond.'],
}

/** What a kind of refusal is called where the platform's own table says nothing. */
export function plainRefusal(dialect: DialectId, says: RefusalKind): RefusalWords[RefusalKind] {
  switch (dialect) {
    case 'anthropic-messages':
      return ANTHROPIC_WORDS[says]
    case 'gemini':
      return GEMINI_WORDS[says]
    case 'bedrock-converse':
      return BEDROCK_WORDS[says]
    default:
      return OPENAI_WORDS[says]
  }
}
