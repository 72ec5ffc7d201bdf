import { typed } from '#catalog/platforms/parts.ts'
import type { AuthWays, Endpoint, Platform } from '#catalog/schema.ts'

/** Vertex AI. */
const VERTEX: AuthWays = [
  {
    kind: 'google-service-account',
    tokenUrl: 'https://oauth2.googleapis.com/token',
    scope: 'https://www.googleapis.com/auth/cloud-platform',
  },
  { kind: 'bearer' },
]

/** Where the OpenAI layers are: base URLs that end so were written for them. */
const LAYERS = ['/v1beta/openai', '/endpoints/openapi'] as const

/** The paths of generateContent below a place of models. */
function generateContent(models: string): Omit<Endpoint, 'regions' | 'auth'> {
  return {
    dialect: 'gemini',
    path: `${models}/{model}:generateContent`,
    streamPath: `${models}/{model}:streamGenerateContent?alt=sse`,
    countPath: `${models}/{model}:countTokens`,
    otherBases: LAYERS,
  }
}

const VERTEX_REGIONS = ['vertex', 'vertex-global']

/** What both OpenAI layers do. */
const LAYER: Endpoint['quirks'] = {
  stopMax: 5,
  answersMax: 8,
  // The layer makes `thinkingLevel` (3.x) or `thinkingBudget` (2.5) of it.
  thinking: 'reasoning-effort',
  efforts: { low: 'low', medium: 'medium', high: 'high' },
}

/** Google Gemini by generateContent, on AI Studio or Vertex AI; each has a layer in OpenAI's dialect beside it. */
export const gemini: Platform = {
  id: 'gemini',
  name: 'Google Gemini (AI Studio and Vertex AI)',
  kind: 'cloud',
  regions: [
    { id: 'ai-studio', baseUrl: 'https://generativelanguage.googleapis.com' },
    {
      id: 'vertex',
      baseUrl: 'https://{location}-aiplatform.googleapis.com/v1/projects/{project}/locations/{location}',
      note: 'a service account, or an OAuth access token as the key',
      auth: VERTEX,
    },
    {
      id: 'vertex-global',
      baseUrl: 'https://aiplatform.googleapis.com/v1/projects/{project}/locations/global',
      note: 'location `global`',
      auth: VERTEX,
    },
  ],
  keyVariables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
  credentialVariables: { 'google-service-account': { serviceAccount: ['GOOGLE_APPLICATION_CREDENTIALS'] } },
  variables: {
    project: {
      meaning: "Google Cloud project; a service account's own where nobody says another",
      environment: ['GOOGLE_CLOUD_PROJECT', 'GCLOUD_PROJECT'],
      serviceAccount: 'project_id',
    },
    location: {
      meaning: 'location of Vertex AI',
      environment: ['GOOGLE_CLOUD_LOCATION'],
      standard: 'us-central1',
      inRegion: { vertex: { global: 'vertex-global' } },
    },
  },
  auth: { kind: 'bearer' },
  endpoints: [
    {
      ...generateContent('/v1beta/models'),
      regions: ['ai-studio'],
      auth: [{ kind: 'header', name: 'x-goog-api-key' }, { kind: 'bearer' }],
    },
    {
      ...generateContent('/publishers/google/models'),
      countBare: true,
      regions: VERTEX_REGIONS,
      // "Unknown name "id" at 'contents[].parts[].function_call'": Vertex AI's FunctionCall has no id (v1, 2026-11).
      quirks: { refusedFields: ['functionCall.id'] },
    },
    { dialect: 'openai-chat', path: '/v1beta/openai/chat/completions', regions: ['ai-studio'], quirks: LAYER },
    { dialect: 'openai-chat', path: '/endpoints/openapi/chat/completions', regions: VERTEX_REGIONS, quirks: LAYER },
  ],
  services: {
    // https://ai.google.dev/api/embeddings (2026); a batch of more than 100 is refused
    embeddings: [
      {
        form: 'gemini',
        path: '/v1beta/models/{model}:batchEmbedContents',
        fromRoot: true,
        regions: ['ai-studio'],
        auth: { kind: 'header', name: 'x-goog-api-key' },
        batchMax: 100,
      },
      // gemini-embedding-001 takes one text a call on Vertex.
      {
        form: 'vertex-predict',
        path: '/v1/projects/{project}/locations/{location}/publishers/google/models/{model}:predict',
        fromRoot: true,
        regions: ['vertex'],
        batchMax: 1,
      },
      {
        form: 'vertex-predict',
        path: '/v1/projects/{project}/locations/global/publishers/google/models/{model}:predict',
        fromRoot: true,
        regions: ['vertex-global'],
        batchMax: 1,
      },
    ],
  },
  // What differs between models stands in the families.
  quirks: {},
  // `error.code` is the HTTP status; Google's word stands in `error.status`, which readers take for the type.
  errors: [
    { type: 'INVALID_ARGUMENT', message: 'API key', kind: 'credentials' },
    { type: 'INVALID_ARGUMENT', message: 'exceeds the maximum number of tokens', kind: 'context-length' },
    { type: 'INVALID_ARGUMENT', message: 'input token count', kind: 'context-length' },
    { type: 'FAILED_PRECONDITION', message: 'User location is not supported', kind: 'credentials' },
    { type: 'FAILED_PRECONDITION', message: 'billing', kind: 'quota' },
    { type: 'RESOURCE_EXHAUSTED', message: 'billing', kind: 'quota' },
    { type: 'RESOURCE_EXHAUSTED', message: 'prepay', kind: 'quota' },
    ...typed(400, { 'invalid-request': ['INVALID_ARGUMENT', 'FAILED_PRECONDITION'] }),
    ...typed(401, { credentials: ['UNAUTHENTICATED'] }),
    ...typed(403, { credentials: ['PERMISSION_DENIED'] }),
    ...typed(404, { 'not-found': ['NOT_FOUND'] }),
    ...typed(429, { 'rate-limit': ['RESOURCE_EXHAUSTED'] }),
    ...typed(500, { upstream: ['INTERNAL'] }),
    ...typed(503, { overloaded: ['UNAVAILABLE'] }),
    ...typed(504, { timeout: ['DEADLINE_EXCEEDED'] }),
  ],
  residency: {
    dataRegion: 'global; Vertex regional',
    mainlandChina: false,
    restOfWorld: true,
    registration: 'not registered in PRC; Hong Kong and mainland not supported',
  },
  unverified: [],
  sources: [
    'https://ai.google.dev/gemini-api/docs/generate-content/api-errors',
    'https://ai.google.dev/gemini-api/docs/whats-new-gemini-3.6',
    'vercel/ai:packages/google, google-vertex',
    'songquanpeng/one-api gemini',
    'Portkey-AI/gateway:src/providers/google*',
    'pydantic/genai-prices:prices/providers/google.yml (commit 47df840, 2026-08-21)',
    'BerriAI/litellm discussion 39357; vercel.com/ai-gateway/models/gemini-3.8-flash; docs.apiyi.com gemini-3-8-flash',
  ],
  checked: '2026-11-22',
}
