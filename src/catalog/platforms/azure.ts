import { byStatus, coded, completionsBeside, responsesBeside } from '#catalog/platforms/parts.ts'
import type { Platform } from '#catalog/schema.ts'

/** Azure OpenAI: OpenAI's bodies, other URLs. The model is the name of the operator's deployment. */
export const azure: Platform = {
  id: 'azure',
  name: 'Azure OpenAI (Microsoft Foundry)',
  kind: 'cloud',
  regions: [
    { id: 'resource', baseUrl: 'https://{resource}.openai.azure.com', note: 'the deployment stands in the path' },
    {
      id: 'v1',
      baseUrl: 'https://{resource}.openai.azure.com/openai/v1',
      note: 'the deployment is the model of the body',
    },
    {
      id: 'cn',
      baseUrl: 'https://{resource}.openai.azure.cn',
      residency: 'CN',
      note: '21Vianet, unverified',
      auth: [
        { kind: 'header', name: 'api-key' },
        {
          kind: 'client-credentials',
          tokenUrl: 'https://login.partner.microsoftonline.cn/{tenant}/oauth2/v2.0/token',
          scope: 'https://cognitiveservices.azure.cn/.default',
        },
        { kind: 'bearer' },
      ],
    },
  ],
  keyVariables: ['AZURE_OPENAI_API_KEY'],
  credentialVariables: {
    'client-credentials': {
      tenant: ['AZURE_TENANT_ID'],
      clientId: ['AZURE_CLIENT_ID'],
      clientSecret: ['AZURE_CLIENT_SECRET'],
    },
  },
  baseUrlVariables: ['AZURE_OPENAI_ENDPOINT'],
  variables: {
    resource: { meaning: 'name of the Azure OpenAI resource', environment: ['AZURE_RESOURCE_NAME'] },
    apiVersion: {
      meaning: 'api-version of deployment URLs; a wrong one answers 404 with code "404"',
      environment: ['OPENAI_API_VERSION'],
      // The newest stable version that was read.
      standard: '2024-10-21',
    },
  },
  // The last takes a token of Entra that was fetched elsewhere, where the operator asks for it by name.
  auth: [
    { kind: 'header', name: 'api-key' },
    {
      kind: 'client-credentials',
      tokenUrl: 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token',
      scope: 'https://cognitiveservices.azure.com/.default',
    },
    { kind: 'bearer' },
  ],
  endpoints: [
    {
      dialect: 'openai-chat',
      path: '/openai/deployments/{model}/chat/completions?api-version={apiVersion}',
      regions: ['resource', 'cn'],
    },
    { dialect: 'openai-chat', path: '/chat/completions', regions: ['v1'] },
    responsesBeside({ path: '/openai/v1/responses', quirks: { jsonWord: 'required', keepsAnswers: true } }),
    completionsBeside({
      path: '/openai/deployments/{model}/completions?api-version={apiVersion}',
      regions: ['resource', 'cn'],
    }),
    completionsBeside({ regions: ['v1'] }),
  ],
  services: {
    embeddings: [
      {
        form: 'openai',
        path: '/openai/deployments/{model}/embeddings?api-version={apiVersion}',
        regions: ['resource', 'cn'],
        batchMax: 2048,
        quirks: { tokenInputs: true },
      },
      { form: 'openai', path: '/embeddings', regions: ['v1'], batchMax: 2048, quirks: { tokenInputs: true } },
    ],
  },
  // OpenAI's bodies, and OpenAI's checks of them.
  quirks: { jsonWord: 'required' },
  errors: [
    { status: 401, code: '401', message: 'Access denied due to invalid subscription key', kind: 'credentials' },
    ...coded(400, { 'content-filter': ['content_filter'], 'context-length': ['context_length_exceeded'] }),
    ...coded(401, { credentials: ['PermissionDenied'] }),
    ...coded(404, { 'not-found': ['DeploymentNotFound', '404'] }),
    ...coded(408, { timeout: ['Timeout'] }),
    ...coded(429, { 'rate-limit': ['429', 'RateLimitReached'] }),
    ...coded(403, { quota: ['QuotaExceeded'] }),
    ...byStatus({ 403: 'credentials', 503: 'overloaded', 424: 'overloaded', 500: 'upstream' }),
  ],
  residency: {
    dataRegion: 'deployment region; Global / DataZone / Regional SKUs',
    mainlandChina: 'through international Azure from China enterprises; 21Vianet unverified',
    restOfWorld: true,
    registration: 'reported registered via 21Vianet partner: unverified',
  },
  unverified: [
    'newest api-version',
    '21Vianet endpoint, and its scope for tokens',
    'the services.ai.azure.com/models form: its api-version was not read',
  ],
  sources: [
    'vercel/ai:packages/azure',
    'Portkey-AI/gateway:src/providers/azure-openai',
    'anomalyco/models.dev:providers/azure (commit f3fc692, 2026-07-02)',
  ],
  checked: '2026-11-22',
}
