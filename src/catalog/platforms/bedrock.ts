import { coded } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** Amazon Bedrock by Converse or its OpenAI endpoint, with a Bedrock API key or an access key that signs (SigV4). */
export const bedrock: Platform = {
  id: 'bedrock',
  name: 'Amazon Bedrock',
  kind: 'cloud',
  regions: [{ id: 'aws', baseUrl: 'https://bedrock-runtime.{region}.amazonaws.com', note: 'region: us-east-1, ...' }],
  keyVariables: ['AWS_BEARER_TOKEN_BEDROCK'],
  credentialVariables: {
    'aws-sigv4': {
      accessKeyId: ['AWS_ACCESS_KEY_ID'],
      secretAccessKey: ['AWS_SECRET_ACCESS_KEY'],
      sessionToken: ['AWS_SESSION_TOKEN'],
    },
  },
  variables: { region: { meaning: 'AWS region', environment: ['AWS_REGION', 'AWS_DEFAULT_REGION'] } },
  // The name of the service is `bedrock` for the runtime's hosts, too.
  auth: [{ kind: 'bearer' }, { kind: 'aws-sigv4', service: 'bedrock' }],
  endpoints: [
    {
      dialect: 'bedrock-converse',
      path: '/model/{model}/converse',
      streamPath: '/model/{model}/converse-stream',
      countPath: '/model/{model}/count-tokens',
      otherBases: ['/openai/v1'],
    },
    // The refusals of Converse (n, seed, penalties, temperature above 1) are not known to hold here.
    { dialect: 'openai-chat', path: '/openai/v1/chat/completions' },
  ],
  services: {
    // InvokeModel: the body is the maker's own. The first row is for models that the catalog does not know.
    embeddings: [
      { form: 'titan', path: '/model/{model}/invoke', fromRoot: true, batchMax: 1 },
      { form: 'titan-image', path: '/model/{model}/invoke', fromRoot: true, batchMax: 1 },
      {
        form: 'cohere',
        path: '/model/{model}/invoke',
        fromRoot: true,
        batchMax: 96,
        quirks: {
          taskWords: {
            query: 'search_query',
            document: 'search_document',
            classification: 'classification',
            clustering: 'clustering',
          },
          taskDefault: 'search_document',
        },
      },
    ],
    // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent-runtime_Rerank.html: up to 1000 sources
    rerank: [
      {
        form: 'bedrock',
        base: 'https://bedrock-agent-runtime.{region}.amazonaws.com',
        path: '/rerank',
        batchMax: 1000,
      },
    ],
  },
  // What differs between models stands in the families.
  quirks: {},
  errors: [
    { status: 400, code: 'ValidationException', message: 'Input is too long', kind: 'context-length' },
    ...coded(400, { 'invalid-request': ['ValidationException'], quota: ['ServiceQuotaExceededException'] }),
    ...coded(403, {
      credentials: [
        'UnrecognizedClientException',
        'InvalidSignatureException',
        'ExpiredTokenException',
        'AccessDeniedException',
      ],
    }),
    ...coded(404, { 'not-found': ['ResourceNotFoundException'] }),
    ...coded(408, { timeout: ['ModelTimeoutException'] }),
    ...coded(424, { upstream: ['ModelErrorException'] }),
    ...coded(429, { 'rate-limit': ['ThrottlingException'], overloaded: ['ModelNotReadyException'] }),
    ...coded(500, { upstream: ['InternalServerException'] }),
    ...coded(503, { overloaded: ['ServiceUnavailableException'] }),
  ],
  residency: {
    dataRegion: 'AWS region, cross-region inference profiles (us., eu., apac., global.)',
    mainlandChina: false,
    restOfWorld: true,
    registration: 'not offered in aws-cn',
  },
  unverified: [
    'mantle host',
    'which models the OpenAI endpoint serves beyond gpt-oss',
    'bounds of the OpenAI endpoint',
  ],
  sources: [
    'vercel/ai:packages/amazon-bedrock/src',
    'alibaba/higress bedrock.go',
    'Portkey-AI/gateway:src/providers/bedrock',
    'songquanpeng/one-api:relay/adaptor/aws',
    'anomalyco/models.dev:providers/amazon-bedrock (commit f3fc692, 2026-07-02)',
  ],
  checked: '2026-11-22',
}
