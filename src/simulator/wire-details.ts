import type { RefusalKind } from '#simulator/fault.ts'

/**
 * What platforms are known to put on the wire beyond what quirks carry: readers need not know it, so the catalog does
 * not say it, but a platform that is played should look like itself. Evidence: live captures and documents of 2026
 * as cited in the catalog's platform rows.
 */
export interface WireDetails {
  /** Where usage rides in a stream: a chunk of its own, the finish chunk or its choice, every chunk. */
  readonly usagePlace: 'own-chunk' | 'finish-chunk' | 'finish-choice' | 'every-chunk'
  /** `usage: null` on the chunks that have none. */
  readonly usageNull: boolean
  /** More names in the usage object, and which count each repeats. */
  readonly usageNames: Readonly<Record<string, 'cached' | 'fresh' | 'zero'>>
  /** Thinks without showing the text. */
  readonly hidesReasoning: boolean
  /** A comment before the first chunk, and as many blank lines before a whole answer. */
  readonly keepAlive: string | undefined
  /** Between `data:` and the payload. */
  readonly space: '' | ' '
  /** Fields beside `choices` in every chunk and whole answer. `{id}` is filled with the answer's id. */
  readonly beside: Readonly<Record<string, unknown>>
  /** The same in the last chunk and in whole answers only. */
  readonly besideLast: Readonly<Record<string, unknown>>
  /** Never says why it stopped: the last chunk is one more with text. */
  readonly noFinishReason: boolean
  /** First chunk without choices: the prompt's filter results. */
  readonly promptFilter: boolean
  /** Arguments in one piece; or fragments that repeat an empty id. */
  readonly toolFragments: 'plain' | 'whole' | 'empty-id'
  readonly errorShape: ErrorShape
  /** The code that it gives most often, where its table has several of a kind. */
  readonly usualCodes: Readonly<Partial<Record<RefusalKind, string>>>
  /** How it tells a caller to wait. */
  readonly retryHint: 'seconds' | 'milliseconds' | 'message' | 'none'
  /** Takes model names that the catalog cannot list: deployments, endpoint ids. */
  readonly anyModel: boolean
}

/**
 * The form of an error's body: OpenAI's with all four fields; only those that say something; with a number as code
 * (vLLM: the HTTP status); flat; flat with bare strings for some statuses; MiniMax's; a list under `errors`; a text.
 */
export type ErrorShape =
  | 'full'
  | 'short'
  | 'number'
  | 'status-number'
  | 'flat-object'
  | 'siliconflow'
  | 'base-resp'
  | 'errors'
  | 'text'
  | 'detail'

/** The dialect's own ways. */
export const PLAIN_DETAILS: WireDetails = {
  usagePlace: 'own-chunk',
  usageNull: false,
  usageNames: {},
  hidesReasoning: false,
  keepAlive: undefined,
  space: ' ',
  beside: {},
  besideLast: {},
  noFinishReason: false,
  promptFilter: false,
  toolFragments: 'plain',
  errorShape: 'full',
  usualCodes: {},
  retryHint: 'seconds',
  anyModel: false,
}

const FINGERPRINT = { system_fingerprint: 'fp_simulator' }

const DETAILS: Readonly<Record<string, Partial<WireDetails>>> = {
  openai: {
    usageNull: true,
    hidesReasoning: true,
    beside: { service_tier: 'default', ...FINGERPRINT },
    retryHint: 'milliseconds',
  },
  azure: { promptFilter: true, hidesReasoning: true, retryHint: 'milliseconds', anyModel: true },
  deepseek: {
    usagePlace: 'finish-chunk',
    usageNull: true,
    usageNames: { prompt_cache_hit_tokens: 'cached', prompt_cache_miss_tokens: 'fresh' },
    keepAlive: 'keep-alive',
    beside: FINGERPRINT,
  },
  dashscope: { usageNull: true, toolFragments: 'empty-id', retryHint: 'none' },
  moonshot: {
    usagePlace: 'finish-choice',
    usageNames: { cached_tokens: 'cached' },
    beside: FINGERPRINT,
    errorShape: 'short',
    retryHint: 'message',
  },
  zhipu: {
    usagePlace: 'finish-chunk',
    toolFragments: 'whole',
    beside: { request_id: '{id}' },
    errorShape: 'short',
    usualCodes: { 'invalid-request': '1210', 'not-found': '1211', quota: '1113', 'content-filter': '1301' },
    retryHint: 'none',
  },
  minimax: {
    usagePlace: 'finish-chunk',
    usageNull: true,
    usageNames: { total_characters: 'zero' },
    beside: { input_sensitive: false, output_sensitive: false, input_sensitive_type: 0, output_sensitive_type: 0 },
    besideLast: { base_resp: { status_code: 0, status_msg: '' } },
    errorShape: 'base-resp',
    usualCodes: { 'invalid-request': '2013' },
    retryHint: 'none',
  },
  spark: {
    usagePlace: 'finish-chunk',
    space: '',
    beside: { code: 0, message: 'Success', sid: '{id}' },
    noFinishReason: true,
    usualCodes: { 'invalid-request': '10005', 'rate-limit': '11202' },
    retryHint: 'none',
  },
  siliconflow: {
    usagePlace: 'every-chunk',
    errorShape: 'siliconflow',
    usualCodes: { 'not-found': '20012' },
    retryHint: 'none',
  },
  baichuan: { usagePlace: 'finish-chunk' },
  yi: { usagePlace: 'finish-chunk', besideLast: { lastOne: true } },
  stepfun: { errorShape: 'short' },
  qianfan: { errorShape: 'short' },
  'huawei-maas': { errorShape: 'short' },
  ark: { anyModel: true },
  huggingface: { errorShape: 'text', anyModel: true },
  modelscope: { errorShape: 'errors' },
  sensenova: { errorShape: 'number' },
  vllm: { errorShape: 'status-number' },
  'llama-cpp': { errorShape: 'status-number' },
  sglang: { errorShape: 'flat-object' },
  lmdeploy: { errorShape: 'flat-object' },
  tgi: { errorShape: 'text' },
  xinference: { errorShape: 'detail' },
}

/** What is known of a platform's wire in OpenAI's dialect; the dialect's own ways where nothing is. */
export function wireDetails(platformId: string): WireDetails {
  return { ...PLAIN_DETAILS, ...(Object.hasOwn(DETAILS, platformId) ? DETAILS[platformId] : {}) }
}
