import { anthropicLayer, byStatus, completionsBeside, responsesBeside } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** DeepSeek. Thinks by default; prices have peak hours (offers). */
export const deepseek: Platform = {
  id: 'deepseek',
  name: 'DeepSeek',
  nameZh: '深度求索',
  kind: 'cloud',
  regions: [
    { id: 'global', baseUrl: 'https://api.deepseek.com', residency: 'CN', note: '/v1 behind it means the same' },
    {
      id: 'beta',
      baseUrl: 'https://api.deepseek.com/beta',
      residency: 'CN',
      note: 'prefix completion and strict tools',
    },
  ],
  keyVariables: ['DEEPSEEK_API_KEY'],
  auth: { kind: 'bearer' },
  endpoints: [
    { dialect: 'openai-chat', path: '/chat/completions', regions: ['global'] },
    { dialect: 'openai-chat', path: '/chat/completions', regions: ['beta'], quirks: { toolStrict: true } },
    anthropicLayer({
      auth: { kind: 'header', name: 'x-api-key' },
      baseUrls: { global: 'https://api.deepseek.com/anthropic' },
      // Every tool_choice is taken, thinking or not; that Anthropic's rule holds in the layer is written nowhere. "The
      // `content[].thinking` in the thinking mode must be passed back" (400; esengine/DeepSeek-Reasonix#8927, 2026-08-15).
      quirks: { toolChoiceFreeOnlyWhileThinking: false, reasoningReturn: 'required' },
    }),
    responsesBeside({ regions: ['global'] }),
    // Fills in the middle (`suffix`); the other base URLs mean the same host.
    completionsBeside({ path: '/beta/completions', otherBases: ['/v1', '/beta'] }),
  ],
  // https://api-docs.deepseek.com, 2026-10 and 2026-11
  quirks: {
    maxTokensField: 'max_tokens',
    topP: { min: 0, minOpen: true, max: 1 },
    stopMax: 16,
    answersMax: 1,
    // Named as not supported; temperature and penalties too have no effect while it thinks.
    ignoredFields: ['seed', 'logit_bias', 'parallel_tool_calls'],
    renamedFields: { user: 'user_id' },
    parallelToolCallsSwitch: false,
    // Only at /beta.
    toolStrict: false,
    responseFormats: ['json'],
    // https://api-docs.deepseek.com/guides/json_mode: the prompt must say it, or the model writes blanks without end.
    jsonWord: 'required',
    // With tools in thinking mode the turn must bring its reasoning back, or 400. R1 in 2025 was the opposite (pain T19).
    reasoningReturn: 'required',
    thinking: 'thinking-type',
    // The documented map of October 2026; in June low and medium meant high, xhigh meant max.
    efforts: { minimal: 'low', low: 'low', medium: 'high', high: 'high', xhigh: 'high', max: 'max' },
    finishReasons: { insufficient_system_resource: 'overloaded' },
  },
  errors: [
    { status: 400, message: 'maximum context length', kind: 'context-length' },
    { status: 402, message: 'Insufficient Balance', kind: 'quota' },
    ...byStatus({
      400: 'invalid-request',
      401: 'credentials',
      422: 'invalid-request',
      429: 'rate-limit',
      500: 'upstream',
      503: 'overloaded',
    }),
  ],
  residency: {
    dataRegion: 'CN (Hangzhou)',
    mainlandChina: true,
    restOfWorld: true,
    registration:
      'model Beijing-DeepseekChat-202404280016; algorithm 网信算备110108970550101240011号; as quoted on Alibaba Bailian public page 模型备案信息公示, quoted in public repositories 2026',
  },
  unverified: [
    'exact paths and bodies of the Oct-Nov 2026 Search/Fetch/OCR/TTS APIs',
    'whether strict json_schema response_format is accepted',
    'wording of context overflow message',
  ],
  sources: [
    'https://api-docs.deepseek.com/zh-cn/quick_start/pricing/',
    'https://api-docs.deepseek.com/quick_start/rate_limit.md',
    'https://api-docs.deepseek.com/quick_start/error_codes.md',
    'https://api-docs.deepseek.com/guides/thinking_mode.md',
    'https://api-docs.deepseek.com/guides/kv_cache/',
    'vercel/ai:packages/deepseek/src (commit ed857f5)',
    'deepseek-ai/deepseek-harness:packages/llm/llm-deepseek/README.md (commit b150a55)',
  ],
  checked: '2026-11-22',
}
