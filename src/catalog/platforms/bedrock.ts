import { coded } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** Amazon Bedrock by its OpenAI endpoint and a Bedrock API key; Converse with SigV4 comes with its dialect. */
export const bedrock: Platform = {
  id: 'bedrock',
  name: 'Amazon Bedrock',
  kind: 'cloud',
  regions: [
    { id: 'aws', baseUrl: 'https://bedrock-runtime.{region}.amazonaws.com/openai/v1', note: 'region: us-east-1, ...' },
  ],
  keyVariables: ['AWS_BEARER_TOKEN_BEDROCK'],
  auth: { kind: 'bearer' },
  endpoints: [{ dialect: 'openai-chat', path: '/chat/completions' }],
  // The refusals of Converse (n, seed, penalties, temperature above 1) are not known to hold here.
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
