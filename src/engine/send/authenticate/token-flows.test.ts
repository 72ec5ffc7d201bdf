import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Auth } from '#catalog/index.ts'
import type { Proof, Words } from '#engine/send/authenticate/proof.ts'
import { refusal, TIMEOUTS, type World, worldAt } from '#engine/send/authenticate/test-world.ts'
import { failure } from '#wire/failure.ts'

const NEW_YEAR = '2026-01-01T00:00:00Z'
const DEADLINES = { ...TIMEOUTS, firstByteMs: 15_000, idleMs: 15_000, totalMs: 15_000 }

const BAIDU: Auth = { kind: 'baidu-token', tokenUrl: 'https://aip.baidubce.com/oauth/2.0/token' }
const BAIDU_KEYS = { apiKey: 'the-api-key', secretKey: 'the-secret-key' }
const ENTRA: Auth = {
  kind: 'client-credentials',
  tokenUrl: 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token',
  scope: 'https://cognitiveservices.azure.com/.default',
}
const ENTRA_KEYS = { tenant: 'contoso.example', clientId: 'the-client', clientSecret: 'the~client+secret' }
const IAM: Auth = { kind: 'huawei-iam', tokenUrl: 'https://iam.cn-southwest-2.myhuaweicloud.com/v3/auth/tokens' }
const IAM_KEYS = { domain: 'the-domain', user: 'the-user', password: 'pass word!', project: 'cn-southwest-2' }

/** What a proof adds, without the function that it may hold. */
function shown(proof: Proof): unknown {
  const { renew: _, ...rest } = proof.ok ? proof : { ...proof, renew: undefined }
  return rest
}

/** The failure of a proof that must not come about. */
async function failed(world: World, auth: Auth, words: Words): Promise<unknown> {
  const proof = await world.prove(auth, words)
  return proof.ok ? 'a proof' : proof.failure
}

test("Baidu's token is asked for in the query, goes into the query, and is fetched once", async () => {
  const world = worldAt(NEW_YEAR)
  world.answer = () => ({ body: { access_token: '24.a+b', expires_in: 2_592_000, refresh_token: 'x' } })
  const proofs = [await world.prove(BAIDU, BAIDU_KEYS), await world.prove(BAIDU, BAIDU_KEYS)]
  const proof = { ok: true, headers: {}, query: 'access_token=24.a%2Bb' }
  expect([proofs.map(shown), world.asked]).toEqual([
    [proof, proof],
    [
      {
        method: 'POST',
        url: 'https://aip.baidubce.com/oauth/2.0/token?grant_type=client_credentials&client_id=the-api-key&client_secret=the-secret-key',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: '',
        timeouts: DEADLINES,
      },
    ],
  ])
})

test.each(['110', '111'])('error %s of Baidu makes the token be fetched anew, once', async (code) => {
  const world = worldAt(NEW_YEAR)
  let made = 0
  world.answer = () => ({ body: { access_token: `t${++made}`, expires_in: 2_592_000 } })
  const first = await world.prove(BAIDU, BAIDU_KEYS)
  const renewed = first.ok && first.renew?.(refusal(200, code))
  const second = await world.prove(BAIDU, BAIDU_KEYS)
  const again = second.ok && second.renew?.(refusal(200, code))
  const other = second.ok && second.renew?.(refusal(200, '6'))
  expect([renewed, shown(second), again, other, world.asked.length]).toEqual([
    true,
    { ok: true, headers: {}, query: 'access_token=t2' },
    false,
    false,
    2,
  ])
})

test("Baidu's token is renewed before its thirty days are over", async () => {
  const world = worldAt(NEW_YEAR)
  let made = 0
  world.answer = () => ({ body: { access_token: `t${++made}`, expires_in: 2_592_000 } })
  const queries: unknown[] = []
  for (const ms of [0, 2_592_000_000 - 300_001, 1, 1]) {
    world.pass(ms)
    const proof = await world.prove(BAIDU, BAIDU_KEYS)
    queries.push(proof.ok && proof.query)
    await new Promise(setImmediate)
  }
  expect(queries).toEqual(['access_token=t1', 'access_token=t1', 'access_token=t1', 'access_token=t2'])
})

test("Baidu's bearer for a day is asked for with a signature, and lives as long as the answer says", async () => {
  const world = worldAt(NEW_YEAR)
  const auth: Auth = { kind: 'baidu-bearer', tokenUrl: 'https://iam.bj.baidubce.com/v1/BCE-BEARER/token' }
  const words = { accessKey: 'testak', secretKey: 'testsk' }
  world.answer = () => ({
    body: { token: 'bce-v3/ALTAK-x/y', createTime: NEW_YEAR, expireTime: '2026-01-01T01:00:00Z' },
  })
  const proof = await world.prove(auth, words)
  world.pass(3_590_000)
  await world.prove(auth, words)
  expect([shown(proof), proof.ok && proof.renew?.(refusal(401, 'invalid_iam_token')), world.asked.length]).toEqual([
    { ok: true, headers: { authorization: 'Bearer bce-v3/ALTAK-x/y' } },
    true,
    2,
  ])
  expect(world.asked[0]).toEqual({
    method: 'GET',
    url: 'https://iam.bj.baidubce.com/v1/BCE-BEARER/token?expireInSeconds=86400',
    headers: {
      accept: 'application/json',
      authorization: expect.stringMatching(/^bce-auth-v1\/testak\/2026-01-01T00:00:00Z\/1800\/host\/[0-9a-f]{64}$/),
    },
    body: '',
    timeouts: DEADLINES,
  })
})

test('Entra gives a bearer for the secret of an application, at the tenant, for the scope', async () => {
  const world = worldAt(NEW_YEAR)
  world.answer = () => ({ body: { token_type: 'Bearer', expires_in: 3599, access_token: 'entra' } })
  const proof = await world.prove(ENTRA, ENTRA_KEYS)
  expect([shown(proof), world.asked]).toEqual([
    { ok: true, headers: { authorization: 'Bearer entra' } },
    [
      {
        method: 'POST',
        url: 'https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token',
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body: 'grant_type=client_credentials&client_id=the-client&client_secret=the%7Eclient%2Bsecret&scope=https%3A%2F%2Fcognitiveservices.azure.com%2F.default',
        timeouts: DEADLINES,
      },
    ],
  ])
})

test('the operator may name another scope and another address for tokens', async () => {
  const world = worldAt(NEW_YEAR)
  world.answer = () => ({ body: { expires_in: 3599, access_token: 'entra' } })
  const tokenUrl = 'http://127.0.0.1:9/token'
  await world.prove(ENTRA, { ...ENTRA_KEYS, scope: 'https://ai.azure.com/.default', tokenUrl })
  expect([world.asked[0]?.url, new URLSearchParams(world.asked[0]?.body).get('scope')]).toEqual([
    tokenUrl,
    'https://ai.azure.com/.default',
  ])
})

test("Huawei's token stands in a header of the answer and goes out as X-Auth-Token", async () => {
  const world = worldAt(NEW_YEAR)
  world.answer = () => ({
    status: 201,
    headers: { 'x-subject-token': 'MIIx' },
    body: { token: { expires_at: '2026-01-02T00:00:00.000000Z' } },
  })
  const proof = await world.prove(IAM, IAM_KEYS)
  world.pass(86_390_000)
  await world.prove(IAM, IAM_KEYS)
  expect([shown(proof), world.asked.length, world.asked[0]]).toEqual([
    { ok: true, headers: { 'x-auth-token': 'MIIx' } },
    2,
    {
      method: 'POST',
      url: 'https://iam.cn-southwest-2.myhuaweicloud.com/v3/auth/tokens',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: '{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"the-user","password":"pass word!","domain":{"name":"the-domain"}}}},"scope":{"project":{"name":"cn-southwest-2"}}}}',
      timeouts: DEADLINES,
    },
  ])
})

const PAIR = generateKeyPairSync('rsa', { modulusLength: 2048 })
const PRIVATE_KEY = PAIR.privateKey.export({ type: 'pkcs8', format: 'pem' })
const GOOGLE: Auth = {
  kind: 'google-service-account',
  tokenUrl: 'https://oauth2.googleapis.com/token',
  scope: 'https://www.googleapis.com/auth/cloud-platform',
}
const ACCOUNT = {
  type: 'service_account',
  project_id: 'shop',
  private_key_id: 'key-1',
  private_key: PRIVATE_KEY,
  client_email: 'gateway@shop.iam.gserviceaccount.com',
}

test("a service account's signed claims are exchanged for a bearer", async () => {
  const world = worldAt(NEW_YEAR)
  world.answer = () => ({ body: { access_token: 'ya29.x', expires_in: 3599, token_type: 'Bearer' } })
  const proof = await world.prove(GOOGLE, { serviceAccount: JSON.stringify(ACCOUNT) })
  const { url, headers, body } = world.asked[0] ?? {}
  const form = new URLSearchParams(body)
  const [header = '', claims = '', signature = ''] = form.get('assertion')?.split('.') ?? []
  const json = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString())
  expect({
    proof: shown(proof),
    url,
    headers,
    grant: form.get('grant_type'),
    header: json(header),
    claims: json(claims),
    signed: verify(
      'RSA-SHA256',
      Buffer.from(`${header}.${claims}`),
      createPublicKey(PAIR.publicKey.export({ type: 'spki', format: 'pem' })),
      Buffer.from(signature, 'base64url'),
    ),
  }).toEqual({
    proof: { ok: true, headers: { authorization: 'Bearer ya29.x' } },
    url: 'https://oauth2.googleapis.com/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    grant: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    header: { alg: 'RS256', typ: 'JWT', kid: 'key-1' },
    claims: {
      iss: 'gateway@shop.iam.gserviceaccount.com',
      scope: 'https://www.googleapis.com/auth/cloud-platform',
      aud: 'https://oauth2.googleapis.com/token',
      iat: 1_767_225_600,
      exp: 1_767_229_200,
    },
    signed: true,
  })
})

test('a key that cannot sign is told without showing it', async () => {
  const world = worldAt(NEW_YEAR)
  const broken = '-----BEGIN PRIVATE KEY-----\nsecretsecret\n-----END PRIVATE KEY-----\n'
  const said = await failed(world, GOOGLE, { serviceAccount: JSON.stringify({ ...ACCOUNT, private_key: broken }) })
  expect([said, await failed(world, GOOGLE, { serviceAccount: '{"type":"authorized_user"}' })]).toEqual([
    expect.objectContaining({ kind: 'credentials', message: expect.stringMatching(/^the credentials cannot sign: /) }),
    failure('credentials', 'the service account\'s key is of type "authorized_user", not of type "service_account"'),
  ])
  expect(JSON.stringify(said)).not.toContain('secretsecret')
})

test("a refused call for a token tells the vendor's own words, without secrets", async () => {
  const world = worldAt(NEW_YEAR)
  const answers = [
    { status: 401, body: { error: 'invalid_client', error_description: 'AADSTS7000215: the~client+secret is wrong' } },
    { status: 401, body: { error: 'invalid_client', error_description: 'unknown client id' } },
    {
      status: 401,
      body: { error: { code: 401, message: 'The username or password is wrong.', title: 'Unauthorized' } },
    },
    { status: 200, body: { surprise: true } },
    { status: 502, body: '<html><title>Bad gateway</title></html>' },
  ]
  world.answer = () => answers.shift() ?? {}
  expect([
    await failed(world, ENTRA, ENTRA_KEYS),
    await failed(world, BAIDU, BAIDU_KEYS),
    await failed(world, IAM, IAM_KEYS),
    await failed(world, BAIDU, { ...BAIDU_KEYS, apiKey: 'another' }),
    await failed(world, ENTRA, { ...ENTRA_KEYS, tenant: 'another' }),
  ]).toEqual([
    failure(
      'credentials',
      'login.microsoftonline.com gave no token (HTTP 401): invalid_client: AADSTS7000215: *** is wrong',
      {
        platform: {
          platform: 'the-platform',
          status: 401,
          code: 'invalid_client',
          message: 'AADSTS7000215: *** is wrong',
        },
      },
    ),
    failure('credentials', 'aip.baidubce.com gave no token (HTTP 401): invalid_client: unknown client id', {
      platform: { platform: 'the-platform', status: 401, code: 'invalid_client', message: 'unknown client id' },
    }),
    failure(
      'credentials',
      'iam.cn-southwest-2.myhuaweicloud.com gave no token (HTTP 401): 401: The username or password is wrong.',
      {
        platform: { platform: 'the-platform', status: 401, code: '401', message: 'The username or password is wrong.' },
      },
    ),
    failure('credentials', 'aip.baidubce.com gave no token (HTTP 200)', {
      platform: { platform: 'the-platform', status: 200 },
    }),
    failure('credentials', 'login.microsoftonline.com gave no token (HTTP 502): Bad gateway', {
      platform: { platform: 'the-platform', status: 502, message: 'Bad gateway' },
    }),
  ])
})

test('a token endpoint that cannot be reached is told as what it is', async () => {
  const world = worldAt(NEW_YEAR)
  world.answer = () => ({ ok: false, failure: failure('timeout', 'the platform sent no answer within 15000 ms') })
  expect(await failed(world, BAIDU, BAIDU_KEYS)).toEqual(
    failure('credentials', 'aip.baidubce.com gave no token: the platform sent no answer within 15000 ms'),
  )
})
