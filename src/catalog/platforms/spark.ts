import { coded } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** iFlytek Spark over HTTP; with the three words of an application, over its signed WebSocket. Each path has its own models. */
export const spark: Platform = {
  id: 'spark',
  name: 'iFlytek Spark',
  nameZh: '讯飞星火',
  kind: 'cloud',
  regions: [
    { id: 'http', baseUrl: 'https://spark-api-open.xf-yun.com/v1', residency: 'CN', note: 'lite, pro, max, ultra' },
    { id: 'http-x1', baseUrl: 'https://spark-api-open.xf-yun.com/v2', residency: 'CN', note: 'X1.5' },
    { id: 'http-x2-flash', baseUrl: 'https://spark-api-open.xf-yun.com/agent/v1', residency: 'CN', note: 'X2 Flash' },
  ],
  keyVariables: ['SPARK_API_PASSWORD', 'SPARK_API_KEY'],
  auth: { kind: 'bearer' },
  // Names of iFlytek's own spark-ai-python.
  credentialVariables: {
    'hmac-url': { appId: ['SPARKAI_APP_ID'], apiKey: ['SPARKAI_API_KEY'], apiSecret: ['SPARKAI_API_SECRET'] },
  },
  endpoints: [
    { dialect: 'openai-chat', path: '/chat/completions' },
    {
      dialect: 'spark-chat',
      // max-32k and pro-128k stand in the path as they are called.
      path: '/chat/{model}',
      paths: {
        lite: '/v1.1/chat',
        generalv3: '/v3.1/chat',
        'generalv3.5': '/v3.5/chat',
        '4.0Ultra': '/v4.0/chat',
        'spark-x': '/v1/x1',
      },
      baseUrls: { http: 'wss://spark-api.xf-yun.com', 'http-x1': 'wss://spark-api.xf-yun.com' },
      auth: { kind: 'hmac-url' },
    },
  ],
  services: {
    // https://www.xfyun.cn/doc/spark/Embedding_api.html, by way of langchain_community.embeddings.sparkllm (2026):
    // one text a call, 2560 dimensions, as base64 of little-endian float32
    embeddings: [
      {
        form: 'spark',
        base: 'https://emb-cn-huabei-1.xf-yun.com',
        path: '/',
        auth: { kind: 'hmac-url' },
        batchMax: 1,
        quirks: { taskDefault: 'para' },
      },
    ],
  },
  quirks: {
    maxTokensField: 'max_tokens',
    stopMax: 0,
    answersMax: 1,
    refusedFields: ['stop', 'seed', 'logprobs', 'top_logprobs'],
    responseFormats: ['json'],
    thinking: 'thinking-type',
    // Rides on the last content chunk.
    usageInStream: 'always',
    // Every chunk carries code, message and sid; code 0 is success.
    bodyError: 'code',
  },
  errors: [
    { status: 401, message: 'HMAC signature', kind: 'credentials' },
    { status: 403, message: 'HMAC signature cannot be verified', kind: 'credentials' },
    ...coded(undefined, {
      upstream: ['10000', '10001', '10002', '10010', '10011', '10012', '10017', '10222'],
      'invalid-request': ['10003', '10004', '10005', '10163', '10404'],
      'rate-limit': ['10006', '10007', '11202', '11203'],
      overloaded: ['10008', '10009', '10110'],
      'content-filter': ['10013', '10014', '10019', '10021'],
      credentials: ['10015', '10016'],
      'context-length': ['10907'],
      quota: ['11200', '11201'],
    }),
  ],
  residency: {
    dataRegion: 'CN',
    mainlandChina: true,
    restOfWorld: 'reachable; intl Spark unverified',
    registration: '星火 on CAC list, number unverified',
  },
  unverified: [
    'HTTP parameter bounds',
    'X2 prices and context length',
    'at which path X2 answers',
    'functions over the WebSocket: the page of 2026 sends callers to HTTP for them',
    'fine-tuned models over the WebSocket: they need a patch_id in the header, which nobody fills in here',
  ],
  sources: [
    'https://www.xfyun.cn/doc/spark/X1ws.html',
    'https://www.xfyun.cn/doc/spark/Web.html',
    'https://www.xfyun.cn/doc/spark/SparkAssistantAPI.html',
    'songquanpeng/one-api:relay/adaptor/{xunfei,xunfeiv2}',
    'alibaba/higress spark.go',
    'open-compass/opencompass:xunfei_api.py',
    'iflytek/spark-ai-python',
    'https://xfyun.cn/doc/spark/接口说明.html',
    'https://www.xfyun.cn/doc/spark/TokenPlan.html',
  ],
  checked: '2026-11-22',
}
