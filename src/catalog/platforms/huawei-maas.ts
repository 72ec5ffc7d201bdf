import { anthropicLayer, coded, typed } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** Sites with models of many operators; the others are deployments of one. */
const SHARED = ['cn-southwest-2', 'cn-southwest-2-v2', 'ap-southeast-1']

/** Huawei Cloud ModelArts MaaS, and an operator's own deployments of Pangu. */
export const huaweiMaas: Platform = {
  id: 'huawei-maas',
  name: 'Huawei Cloud ModelArts MaaS / Pangu',
  nameZh: '华为云 MaaS / 盘古',
  kind: 'cloud',
  regions: [
    { id: 'cn-southwest-2', baseUrl: 'https://api.modelarts-maas.com/v1', residency: 'CN' },
    {
      id: 'cn-southwest-2-v2',
      baseUrl: 'https://api.modelarts-maas.com/v2',
      residency: 'CN',
      note: 'some newer models; unverified',
    },
    { id: 'ap-southeast-1', baseUrl: 'https://api-ap-southeast-1.modelarts-maas.com/v1', residency: 'HK' },
    {
      id: 'pangu',
      baseUrl: 'https://pangu.{panguRegion}.myhuaweicloud.com/v1/{projectId}/deployments/{deploymentId}',
      residency: 'CN',
      note: 'a deployment of your own; its model is what the deployment runs',
    },
    {
      id: 'pangu-v2',
      baseUrl: 'https://pangu.{panguRegion}.myhuaweicloud.com/api/v2',
      residency: 'CN',
      note: 'the same by the name of its model',
    },
  ],
  // Names of Huawei Cloud's own SDKs and its Terraform provider.
  credentialVariables: {
    'huawei-signature': {
      accessKey: ['HUAWEICLOUD_SDK_AK', 'HW_ACCESS_KEY'],
      secretKey: ['HUAWEICLOUD_SDK_SK', 'HW_SECRET_KEY'],
      sessionToken: ['HW_SECURITY_TOKEN'],
    },
    'huawei-iam': {
      domain: ['HW_DOMAIN_NAME'],
      user: ['HW_USER_NAME'],
      password: ['HW_USER_PASSWORD'],
      project: ['HW_PROJECT_NAME'],
    },
  },
  variables: {
    panguRegion: {
      meaning: 'region of Huawei Cloud that holds the deployment',
      environment: ['HW_REGION_NAME'],
      standard: 'cn-southwest-2',
    },
    projectId: { meaning: 'id of the project that holds the deployment', environment: ['HW_PROJECT_ID'] },
    deploymentId: { meaning: 'id of the deployment' },
  },
  keyVariables: ['HUAWEI_MAAS_API_KEY', 'MAAS_API_KEY'],
  auth: { kind: 'bearer' },
  endpoints: [
    { dialect: 'openai-chat', path: '/chat/completions', regions: SHARED },
    {
      dialect: 'openai-chat',
      path: '/chat/completions',
      regions: ['pangu', 'pangu-v2'],
      auth: [
        { kind: 'huawei-iam', tokenUrl: 'https://iam.{panguRegion}.myhuaweicloud.com/v3/auth/tokens' },
        { kind: 'huawei-signature' },
        { kind: 'header', name: 'x-apig-appcode' },
      ],
      quirks: {
        temperature: { min: 0, max: 1 },
        thinking: 'none',
        finishReasons: { insufficient_system_resource: 'overloaded' },
      },
    },
    anthropicLayer({
      auth: { kind: 'header', name: 'x-api-key' },
      baseUrls: { 'ap-southeast-1': 'https://api-ap-southeast-1.modelarts-maas.com/anthropic' },
    }),
  ],
  services: {
    // Unknown fields are refused, as in chat.
    embeddings: [
      { form: 'openai', path: '/embeddings', quirks: { encodings: ['float'], user: false, openFields: false } },
    ],
    rerank: [{ form: 'common', path: '/rerank', quirks: { user: false, openFields: false } }],
  },
  quirks: {
    topP: { min: 0, minOpen: true, max: 1 },
    // Models behind its own engine answer 400 extra_forbidden to every other field.
    knownFields: [
      'model',
      'messages',
      'stream',
      'stream_options',
      'temperature',
      'top_p',
      'top_k',
      'max_tokens',
      'stop',
      'tools',
      'tool_choice',
      'response_format',
      'frequency_penalty',
      'presence_penalty',
      'chat_template_kwargs',
      'thinking',
      'n',
      'seed',
      'use_beam_search',
      'repetition_penalty',
    ],
    maxTokensField: 'max_tokens',
    thinking: 'template-switch',
  },
  errors: [
    { status: 400, type: 'BadRequestError', message: 'maximum context length', kind: 'context-length' },
    { status: 405, message: 'Method Not Allowed', kind: 'invalid-request' },
    ...coded(400, {
      'invalid-request': ['ModelArts.81001'],
      credentials: ['ModelArts.81002'],
      'content-filter': ['ModelArts.81013'],
    }),
    ...coded(401, { credentials: ['ModelArts.81003', 'ModelArts.81015'] }),
    ...coded(403, {
      credentials: ['ModelArts.81004', 'ModelArts.81023', 'ModelArts.81109'],
      quota: [
        'ModelArts.81005',
        'ModelArts.81006',
        'ModelArts.81014',
        'ModelArts.81019',
        'ModelArts.81021',
        'ModelArts.81022',
      ],
      'content-filter': ['ModelArts.81011'],
    }),
    ...coded(404, { 'not-found': ['ModelArts.81009', 'ModelArts.81108', 'APIG.0101'] }),
    ...coded(429, { 'rate-limit': ['ModelArts.81101', 'ModelArts.81103', 'APIG.0308'] }),
    ...coded(undefined, { timeout: ['APIG.0203'], 'invalid-request': ['PANGU.0010'], upstream: ['PANGU.0001'] }),
    ...typed(400, { 'invalid-request': ['BadRequestError'] }),
    ...typed(404, { 'not-found': ['NotFoundError'] }),
  ],
  residency: {
    dataRegion: 'CN (Guiyang) or Hong Kong',
    mainlandChina: true,
    restOfWorld: 'HK region',
    registration: '盘古 on CAC list, number unverified',
  },
  unverified: [
    'v2 path',
    'Pangu: whether a deployment takes the field `model`, and fields beside those of its page of 2025-09',
    'Pangu: whether /api/v2 takes the same proofs',
  ],
  sources: [
    'https://support.huaweicloud.com/model-call-maas/model-call-035.html',
    'https://support.huaweicloud.com/Token-plan-maas/tokenplan-maas-0013.html',
    'https://support.huaweicloud.com/intl/th-th/model-call-maas/model-call-022.html (2026-08-07)',
    'open-compass/opencompass:opencompass/models/pangu_api.py',
    'https://support.huaweicloud.com/api-pangulm/pangulm_05_0012.html (2025-09-16)',
    'huaweicloud-sdk-python-v3 huaweicloudsdkpangulargemodels: regions',
    'langgenius/dify-official-plugins:models/huaweicloud_maas (commit 7af2283, 2026-08-21)',
    'support.huaweicloud.com MaaS error table of 2025-10-28 (mirrored in a public repository + model-call-maas-035 (2026)',
  ],
  checked: '2026-11-22',
}
