/** OpenAI's request fields that platforms take or leave without a quirk saying so: only their documents tell. */
export const OPTIONAL_FIELDS = [
  'n',
  'seed',
  'logprobs',
  'top_logprobs',
  'logit_bias',
  'presence_penalty',
  'frequency_penalty',
  'parallel_tool_calls',
  'user',
  'safety_identifier',
  'metadata',
  'store',
  'service_tier',
  'prediction',
  'verbosity',
  'prompt_cache_key',
  'web_search_options',
  'modalities',
  'audio',
] as const
export type OptionalField = (typeof OPTIONAL_FIELDS)[number]

/**
 * How an unfinished assistant's turn at the end of the messages is continued: by a mark on it, by a field of the
 * request, without any mark, or not at all.
 */
export type Continuation = 'partial' | 'prefix' | 'continue_final_message' | 'unmarked' | 'none'

/** Work beside chat that a platform may have an API for, whether or not the gateway serves it. */
export type Work =
  | 'completions'
  | 'responses'
  | 'files'
  | 'batches'
  | 'fine-tuning'
  | 'images'
  | 'speech'
  | 'transcription'
  | 'realtime'
  | 'video'
  | 'token-count'
  | 'assistants'

/** What a platform's documents say beyond the quirks; what is absent was not found there. */
export interface Documented {
  /** Of `OPTIONAL_FIELDS`; `all` = it is the reference; absent = its documents name no closed list, or it depends on the model. */
  readonly fields?: 'all' | readonly OptionalField[]
  readonly continuation?: Continuation
  /** Where continuation holds, or what is not settled about it. */
  readonly continuationNote?: { readonly en: string; readonly zh: string }
  /** `response_format` takes schemas, whatever rows of models say. */
  readonly schemas?: true
  /** Serves repeated beginnings of prompts from a cache unasked; price rows with a cached rate say so too. */
  readonly cachesUnasked?: true
  /** Paths below the base URL, or the name of the call. */
  readonly work: Readonly<Partial<Record<Work, string>>>
}

const OPENAI_WORK: Documented['work'] = {
  completions: '/completions',
  responses: '/responses',
  files: '/files',
  batches: '/batches',
  'fine-tuning': '/fine_tuning/jobs',
  images: '/images/generations',
  speech: '/audio/speech',
  transcription: '/audio/transcriptions',
  realtime: '/realtime',
  assistants: '/vector_stores',
}

/**
 * By platform. From the documents that the platforms' rows name as their sources, read at the date that the rows
 * give as `checked`. Data for people who compare: no writer reads it.
 */
export const DOCUMENTED: Readonly<Record<string, Documented>> = {
  openai: { fields: 'all', continuation: 'none', work: OPENAI_WORK },
  azure: {
    fields: 'all',
    continuation: 'none',
    work: {
      responses: '/openai/v1/responses',
      files: '/openai/files',
      batches: '/openai/batches',
      'fine-tuning': '/openai/fine_tuning/jobs',
      images: '/images/generations',
      speech: '/audio/speech',
      transcription: '/audio/transcriptions',
    },
  },
  anthropic: {
    continuation: 'unmarked',
    continuationNote: {
      en: 'refused by Opus 4.6 and later, and while it thinks',
      zh: '思考时与 Opus 4.6 及以后的模型不支持',
    },
    work: { files: '/v1/files (beta)', batches: '/v1/messages/batches', 'token-count': '/v1/messages/count_tokens' },
  },
  gemini: {
    continuation: 'unmarked',
    continuationNote: { en: 'on some models; unverified on 3.x', zh: '部分模型支持；3.x 未核实' },
    work: {
      files: '/upload/v1beta/files',
      batches: ':batchGenerateContent',
      images: ':generateContent with responseModalities IMAGE',
      realtime: 'BidiGenerateContent',
      video: ':predictLongRunning',
      'token-count': ':countTokens',
    },
  },
  bedrock: {
    continuation: 'unmarked',
    continuationNote: { en: 'where the model allows it', zh: '取决于模型' },
    work: {
      batches: '/model-invocation-job',
      images: '/invoke',
      video: '/async-invoke',
      'token-count': '/count-tokens',
    },
  },
  'llama-api': { fields: [], work: {} },
  dashscope: {
    fields: ['n', 'seed', 'logprobs', 'top_logprobs', 'presence_penalty', 'parallel_tool_calls', 'modalities', 'audio'],
    continuation: 'partial',
    continuationNote: {
      en: 'while it does not think: Qwen Max, Plus, Flash, Coder, VL, Turbo, Math, and the open ones',
      zh: '非思考模式：Qwen Max、Plus、Flash、Coder、VL、Turbo、Math 及开源版',
    },
    work: {
      completions: '/completions (qwen2.5-coder)',
      responses: '/responses',
      files: '/files',
      batches: '/batches',
      'fine-tuning': '/api/v1/fine-tunes',
      images: '/api/v1/services/aigc/text2image/image-synthesis',
      speech: '/api/v1/services/aigc/multimodal-generation/generation',
      realtime: '/api-ws/v1/realtime',
      video: '/api/v1/services/aigc/video-generation/video-synthesis',
    },
  },
  qianfan: {
    fields: ['seed', 'frequency_penalty', 'presence_penalty', 'parallel_tool_calls'],
    schemas: true,
    work: { images: '/v2/images/generations' },
  },
  hunyuan: {
    fields: ['seed'],
    work: {
      responses: '/v1/responses',
      files: 'Actions FilesUploads, FilesList, FilesDeletions',
      images: 'Action SubmitHunyuanImageJob',
      video: 'Action SubmitHunyuanToVideoJob',
      'token-count': 'Action GetTokenCount',
    },
  },
  ark: {
    fields: [
      'frequency_penalty',
      'presence_penalty',
      'logit_bias',
      'logprobs',
      'top_logprobs',
      'parallel_tool_calls',
      'service_tier',
    ],
    continuation: 'unmarked',
    continuationNote: { en: 'on listed models; unverified for Seed 2.x', zh: '仅限所列模型；Seed 2.x 未核实' },
    work: {
      responses: '/responses',
      files: '/files',
      batches: '/batch/chat/completions',
      images: '/images/generations',
      video: '/contents/generations/tasks',
      'token-count': '/tokenization',
    },
  },
  'huawei-maas': { fields: ['frequency_penalty', 'presence_penalty', 'n', 'seed'], work: {} },
  sensenova: {
    fields: ['n'],
    work: { 'fine-tuning': '/v1/llm/fine-tunes', images: '/v1/images/generations' },
  },
  spark: {
    fields: ['user', 'presence_penalty', 'frequency_penalty'],
    work: { images: '/v2.1/tti (signed)' },
  },
  zhipu: {
    fields: ['user'],
    work: {
      files: '/files',
      batches: '/batches',
      'fine-tuning': '/fine_tuning/jobs',
      images: '/images/generations',
      speech: '/audio/speech',
      transcription: '/audio/transcriptions',
      realtime: '/realtime',
      video: '/videos/generations',
      'token-count': '/tokenizer',
    },
  },
  baichuan: { fields: ['metadata'], work: { files: '/v1/files', assistants: '/v1/assistants' } },
  minimax: {
    fields: [],
    work: {
      files: '/v1/files/upload',
      images: '/v1/image_generation',
      speech: '/v1/t2a_v2',
      video: '/v1/video_generation',
    },
  },
  moonshot: {
    fields: ['n', 'presence_penalty', 'frequency_penalty', 'prompt_cache_key', 'safety_identifier'],
    continuation: 'partial',
    continuationNote: { en: 'not together with json_object', zh: '不可与 json_object 同用' },
    work: {
      responses: '/v1/responses (kimi-k3)',
      files: '/v1/files',
      batches: '/v1/batches',
      'token-count': '/v1/tokenizers/estimate-token-count',
    },
  },
  yi: { fields: [], work: {} },
  deepseek: {
    fields: ['logprobs', 'top_logprobs', 'frequency_penalty', 'presence_penalty', 'user'],
    continuation: 'prefix',
    continuationNote: { en: 'at the region "beta"', zh: '在地域“beta”' },
    work: { completions: '/beta/completions', responses: '/responses', files: '/files' },
  },
  stepfun: {
    fields: ['n', 'seed', 'frequency_penalty', 'presence_penalty'],
    work: {
      responses: '/v1/responses (step-3.7-flash)',
      files: '/v1/files',
      images: '/v1/images/generations',
      speech: '/v1/audio/speech',
      transcription: '/v1/audio/transcriptions',
      realtime: '/v1/realtime',
      'token-count': '/v1/token/count',
      assistants: '/v1/vector_stores',
    },
  },
  internlm: { fields: ['n'], work: {} },
  siliconflow: {
    fields: ['n', 'frequency_penalty'],
    continuation: 'prefix',
    continuationNote: { en: 'DeepSeek models; unverified', zh: 'DeepSeek 模型；未核实' },
    work: {
      files: '/files',
      batches: '/batches',
      images: '/images/generations',
      speech: '/audio/speech',
      transcription: '/audio/transcriptions',
      video: '/video/submit',
    },
  },
  modelscope: { fields: [], work: { images: '/images/generations' } },
  huggingface: { work: { responses: '/v1/responses (beta)' } },
  vllm: {
    fields: [
      'n',
      'seed',
      'logprobs',
      'top_logprobs',
      'frequency_penalty',
      'presence_penalty',
      'logit_bias',
      'parallel_tool_calls',
    ],
    continuation: 'continue_final_message',
    continuationNote: { en: 'with add_generation_prompt: false', zh: '同时 add_generation_prompt: false' },
    cachesUnasked: true,
    work: {
      completions: '/v1/completions',
      responses: '/v1/responses',
      transcription: '/v1/audio/transcriptions',
      'token-count': '/tokenize',
    },
  },
  sglang: {
    fields: ['n', 'seed', 'logit_bias', 'logprobs', 'parallel_tool_calls'],
    continuation: 'continue_final_message',
    cachesUnasked: true,
    work: { completions: '/v1/completions', responses: '/v1/responses', 'token-count': '/tokenize' },
  },
  ollama: {
    fields: ['seed', 'frequency_penalty', 'presence_penalty', 'logprobs', 'top_logprobs'],
    continuation: 'unmarked',
    continuationNote: { en: 'by most templates', zh: '多数模板支持' },
    cachesUnasked: true,
    work: { completions: '/v1/completions', responses: '/v1/responses' },
  },
  'llama-cpp': {
    continuation: 'unmarked',
    continuationNote: { en: 'unless started with --no-prefill-assistant', zh: '除非以 --no-prefill-assistant 启动' },
    cachesUnasked: true,
    work: { completions: '/v1/completions', responses: '/v1/responses', 'token-count': '/tokenize' },
  },
  lmdeploy: { fields: ['seed', 'logprobs', 'top_logprobs', 'logit_bias'], work: { completions: '/v1/completions' } },
  tgi: {
    fields: ['seed', 'logprobs', 'top_logprobs', 'frequency_penalty', 'presence_penalty'],
    continuation: 'none',
    work: { completions: '/v1/completions', 'token-count': '/tokenize' },
  },
  xinference: {
    fields: ['n', 'seed'],
    work: {
      completions: '/v1/completions',
      images: '/v1/images/generations',
      speech: '/v1/audio/speech',
      transcription: '/v1/audio/transcriptions',
      video: '/v1/video/generations',
    },
  },
}
