import { expect, test } from 'vitest'
import * as catalog from '#catalog/index.ts'
import type { ProviderConfig } from '#engine/config/config.ts'
import { explainConfig } from '#engine/config/explain.ts'
import { loadConfig, type Loaded, type LoadResult } from '#engine/config/load.ts'

const ACCOUNT = JSON.stringify({
  type: 'service_account',
  project_id: 'shop',
  client_email: 'gateway@shop.iam.gserviceaccount.com',
  private_key: '-----BEGIN PRIVATE KEY-----\nMIIsecret\n-----END PRIVATE KEY-----\n',
})

/** Files by where they are named and their path. */
const FILES: Readonly<Record<string, string>> = {
  'in-the-file google.json': ACCOUNT,
  'by-the-environment /run/google.json': ACCOUNT,
  'by-the-environment /run/user.json': '{"type":"authorized_user"}',
}

function load(text: string | undefined, env: Record<string, string> = {}): LoadResult {
  return loadConfig({
    ...(text === undefined ? {} : { text }),
    format: 'yaml',
    env,
    catalog,
    readFile: (path, named) => {
      const content = FILES[`${named} ${path}`]
      if (content === undefined) throw new Error(`no such file, ${path}`)
      return content
    },
  })
}

function loaded(text: string | undefined, env: Record<string, string> = {}): Loaded {
  const result = load(text, env)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result
}

/** What is known of providers beside their timeouts and headers, the simulator apart. */
function providers(text: string | undefined, env: Record<string, string> = {}): unknown[] {
  const { config } = loaded(text, env)
  return config.providers
    .filter(({ id }) => id !== 'simulator')
    .map(({ timeouts: _t, headers: _h, ...rest }: ProviderConfig) => rest)
}

/** `path message` of each problem. */
function problems(text: string, env: Record<string, string> = {}): string[] {
  const result = load(text, env)
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path} ${message}`)
}

test('words of a credential are taken from the file, with variables, for every platform that asks for them', () => {
  const text = `providers:
  aws:
    platform: bedrock
    region: eu-west-3
    credentials: { accessKeyId: AKIA1, secretAccessKey: \${AWS_SECRET}, sessionToken: t }
  hy: { platform: hunyuan, credentials: { secretId: a, secretKey: b } }
  az: { platform: azure, variables: { resource: mine }, credentials: { tenant: t.example, clientId: c, clientSecret: s } }
  gcp: { platform: gemini, variables: { location: europe-west4 }, credentials: { serviceAccount: google.json } }
  glm: { platform: zhipu, apiKey: id.secret, auth: zhipu-jwt }
`
  expect(providers(text, { AWS_SECRET: 'secret' })).toEqual([
    {
      id: 'aws',
      platform: 'bedrock',
      region: 'eu-west-3',
      apiKeys: [],
      credentials: { accessKeyId: 'AKIA1', secretAccessKey: 'secret', sessionToken: 't' },
    },
    { id: 'hy', platform: 'hunyuan', apiKeys: [], credentials: { secretId: 'a', secretKey: 'b' } },
    {
      id: 'az',
      platform: 'azure',
      apiKeys: [],
      credentials: { tenant: 't.example', clientId: 'c', clientSecret: 's' },
      variables: { resource: 'mine' },
    },
    {
      id: 'gcp',
      platform: 'gemini',
      apiKeys: [],
      credentials: { serviceAccount: ACCOUNT },
      variables: { location: 'europe-west4', project: 'shop' },
    },
    { id: 'glm', platform: 'zhipu', apiKeys: ['id.secret'], auth: 'zhipu-jwt' },
  ])
})

test('what is missing or too much is told by its name, with what the scheme takes', () => {
  const text = `providers:
  aws: { platform: bedrock, region: eu-west-3, credentials: { accessKeyId: AKIA1 } }
  none: { platform: bedrock, credentials: { accessKeyId: a, secretAccessKey: b } }
  both: { platform: bedrock, region: eu-west-3, apiKey: k, credentials: { accessKeyId: a, secretAccessKey: b } }
  hy: { platform: hunyuan, credentials: { secretId: a, secretKey: b, appId: c } }
  ds: { platform: deepseek, credentials: { secretId: a, secretKey: b } }
  empty: { platform: hunyuan, credentials: {} }
  glm: { platform: zhipu, apiKey: id.secret, auth: tc3 }
  typo: { platform: hunyuan, credentials: { secretID: a, secretKey: b } }
  space: { platform: hunyuan, credentials: { secretId: "a b", secretKey: b } }
  gem: { platform: gemini, region: ai-studio, credentials: { serviceAccount: google.json } }
  ver: { platform: gemini, region: vertex, apiKey: k, auth: bearer, variables: { projekt: shop } }
  lost: { platform: gemini, credentials: { serviceAccount: lost.json } }
  text: { platform: gemini, credentials: { serviceAccount: '{"type":"authorized_user"}' } }
`
  expect(problems(text)).toEqual([
    'providers.aws.credentials.secretAccessKey is needed: aws-sigv4 (accessKeyId, secretAccessKey; optional: sessionToken)',
    'providers.none.region is needed: it is part of the signature (aws-sigv4)',
    'providers.both.apiKey stands beside "credentials": give one of the two',
    'providers.hy.credentials.appId is not asked for: tc3 (secretId, secretKey; optional: sessionToken)',
    'providers.ds.credentials is not what is asked for: bearer (apiKey), or header (apiKey)',
    'providers.empty.credentials is not what is asked for: bearer (apiKey), or tc3 (secretId, secretKey; optional: sessionToken)',
    'providers.glm.auth platform "zhipu" does not take "tc3"; it takes bearer, zhipu-jwt',
    'providers.typo.credentials.secretId is needed: tc3 (secretId, secretKey; optional: sessionToken)',
    'providers.typo.credentials.secretID unknown key "secretID"; did you mean "secretId"?',
    'providers.space.credentials.secretId must be visible ASCII characters only, without spaces or line breaks',
    'providers.gem.credentials region "ai-studio" of platform "gemini" takes something else: bearer (apiKey), or header (apiKey)',
    'providers.ver.variables.projekt platform "gemini" has no variable "projekt"; did you mean "project"?',
    'providers.lost.credentials.serviceAccount cannot be read: no such file, lost.json',
    'providers.text.credentials.serviceAccount the service account\'s key is of type "authorized_user", not of type "service_account"',
  ])
})

test('without anything given, the ways to give it are told, with their variables', () => {
  expect(
    problems(
      'providers: { aws: { platform: bedrock, region: us-east-1 }, hy: { platform: hunyuan, dialect: tencent-chat } }',
    ),
  ).toEqual([
    'providers.aws.apiKey is needed: there is none here, nor is environment variable AWS_BEARER_TOKEN_BEDROCK set; or give credentials: aws-sigv4 (accessKeyId, secretAccessKey; optional: sessionToken)',
    'providers.hy.credentials is needed: tc3 (secretId, secretKey; optional: sessionToken); there is none here, nor is environment variable HUNYUAN_SECRET_ID, TENCENTCLOUD_SECRET_ID, HUNYUAN_SECRET_KEY, TENCENTCLOUD_SECRET_KEY, TENCENTCLOUD_SESSION_TOKEN, TENCENTCLOUD_TOKEN set',
  ])
})

test('a declared provider takes from the environment what fits the place that it names', () => {
  const env = {
    HUNYUAN_API_KEY: 'sk-hy',
    TENCENTCLOUD_SECRET_ID: 'AKID',
    TENCENTCLOUD_SECRET_KEY: 'secret',
    AWS_ACCESS_KEY_ID: 'AKIA',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_REGION: 'us-west-2',
  }
  const text = `providers:
  a: { platform: hunyuan }
  b: { platform: hunyuan, dialect: tencent-chat }
  c: { platform: bedrock }
`
  expect(providers(text, env)).toEqual([
    { id: 'a', platform: 'hunyuan', apiKeys: ['sk-hy'] },
    {
      id: 'b',
      platform: 'hunyuan',
      dialect: 'tencent-chat',
      apiKeys: [],
      credentials: { secretId: 'AKID', secretKey: 'secret' },
    },
    {
      id: 'c',
      platform: 'bedrock',
      region: 'us-west-2',
      apiKeys: [],
      credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret' },
    },
  ])
})

test('without a file the platforms own variables make providers', () => {
  const env = {
    AWS_ACCESS_KEY_ID: 'AKIA',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'session',
    AWS_DEFAULT_REGION: 'us-west-2',
    AZURE_OPENAI_API_KEY: 'azure-key',
    AZURE_OPENAI_ENDPOINT: 'https://mine.openai.azure.com/',
    OPENAI_API_VERSION: '2025-04-01-preview',
    GOOGLE_APPLICATION_CREDENTIALS: '/run/google.json',
    GOOGLE_CLOUD_LOCATION: 'global',
    QIANFAN_AK: 'ak',
    QIANFAN_SK: 'sk',
  }
  const { notes } = loaded(undefined, env)
  expect([providers(undefined, env), notes]).toEqual([
    [
      {
        id: 'azure',
        platform: 'azure',
        baseUrl: 'https://mine.openai.azure.com',
        apiKeys: ['azure-key'],
        variables: { apiVersion: '2025-04-01-preview' },
      },
      {
        id: 'gemini',
        platform: 'gemini',
        region: 'vertex-global',
        apiKeys: [],
        credentials: { serviceAccount: ACCOUNT },
        variables: { project: 'shop', location: 'global' },
      },
      {
        id: 'bedrock',
        platform: 'bedrock',
        region: 'us-west-2',
        apiKeys: [],
        credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret', sessionToken: 'session' },
      },
      { id: 'qianfan', platform: 'qianfan', apiKeys: [], credentials: { apiKey: 'ak', secretKey: 'sk' } },
    ],
    [
      'provider "azure" is there because AZURE_OPENAI_API_KEY is set',
      'provider "gemini" is there because GOOGLE_APPLICATION_CREDENTIALS is set',
      'provider "bedrock" is there because AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN are set',
      'provider "qianfan" is there because QIANFAN_AK and QIANFAN_SK are set',
    ],
  ])
})

test('what the environment holds for other programs is a note at most, never an error', () => {
  const env = {
    AWS_ACCESS_KEY_ID: 'AKIA',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AZURE_OPENAI_API_KEY: 'azure-key',
    GOOGLE_APPLICATION_CREDENTIALS: '/run/user.json',
    TENCENTCLOUD_SECRET_ID: 'without its key',
  }
  expect([providers(undefined, env), loaded(undefined, env).notes]).toEqual([
    [],
    [
      'AZURE_OPENAI_API_KEY is set, but azure has no address of its own: set AZURE_OPENAI_ENDPOINT or AZURE_RESOURCE_NAME, or declare a provider to use it',
      'GOOGLE_APPLICATION_CREDENTIALS is set, but gemini cannot use that: the service account\'s key is of type "authorized_user", not of type "service_account"',
      'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are set, but bedrock has no address of its own: set AWS_REGION or AWS_DEFAULT_REGION, or declare a provider to use it',
    ],
  ])
})

test('a secret of the environment that cannot travel is refused by the name of its variable', () => {
  const env = { HUNYUAN_SECRET_ID: 'AKID', HUNYUAN_SECRET_KEY: 'line\nbreak' }
  expect(problems('providers: { hy: { platform: hunyuan } }', env)).toEqual([
    'providers.hy.credentials.secretKey environment variable HUNYUAN_SECRET_KEY must hold visible ASCII characters only, without spaces or line breaks',
  ])
})

test('the way that is used is shown, its words masked, what fills addresses with where it comes from', () => {
  const text = `providers:
  az:
    platform: azure
    variables: { resource: mine }
    credentials: { tenant: t.example, clientId: 0123456789-client, clientSecret: 0123456789-secret-abcd }
  gcp: { platform: gemini }
`
  const result = loaded(text, { GOOGLE_APPLICATION_CREDENTIALS: '/run/google.json', GOOGLE_CLOUD_PROJECT: 'other' })
  const rows = explainConfig(result, catalog)
    .filter(({ path }) => /auth|credentials|variables|apiKey/.test(path) && !path.includes('simulator'))
    .map(({ path, value, from }) => `${path} = ${value} (${JSON.stringify(from)})`)
  expect(rows).toEqual([
    'providers.az.auth = client-credentials ({"kind":"catalog"})',
    'providers.az.variables.resource = mine ({"kind":"file","line":4,"column":28})',
    'providers.az.variables.apiVersion = 2024-10-21 ({"kind":"catalog"})',
    'providers.az.credentials.tenant = t.example ({"kind":"file","line":5,"column":28})',
    'providers.az.credentials.clientId = 0123456789-client ({"kind":"file","line":5,"column":49})',
    'providers.az.credentials.clientSecret = 012…abcd ({"kind":"file","line":5,"column":82})',
    'providers.gcp.auth = google-service-account ({"kind":"catalog"})',
    'providers.gcp.variables.project = other ({"kind":"environment","variables":["GOOGLE_CLOUD_PROJECT"]})',
    'providers.gcp.variables.location = us-central1 ({"kind":"catalog"})',
    'providers.gcp.credentials.serviceAccount = key of gateway@shop.iam.gserviceaccount.com ({"kind":"environment","variables":["GOOGLE_APPLICATION_CREDENTIALS"]})',
  ])
})
