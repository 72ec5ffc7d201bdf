import { expect, test } from 'vitest'
import { bceAuthorization } from '#engine/send/authenticate/baidu.ts'
import { jwtHs256 } from '#engine/send/authenticate/jwt.ts'
import { worldAt } from '#engine/send/authenticate/test-world.ts'

/** 2026-01-01T00:00:00Z */
const NEW_YEAR = 1_767_225_600_000

test("Tencent's own example of TC3 comes out, its key being the asterisks that it prints", async () => {
  const credential = { secretId: `AKID${'*'.repeat(32)}`, secretKey: '*'.repeat(32) }
  const proof = await worldAt(1_551_113_065_000).prove({ kind: 'tc3', service: 'cvm' }, credential, {
    url: 'https://cvm.tencentcloudapi.com/',
    headers: { 'content-type': 'application/json; charset=utf-8', 'x-tc-action': 'DescribeInstances' },
    body: String.raw`{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}`,
  })
  expect(proof).toEqual({
    ok: true,
    headers: {
      'x-tc-timestamp': '1551113065',
      authorization: `TC3-HMAC-SHA256 Credential=AKID${'*'.repeat(32)}/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host;x-tc-action, Signature=10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f`,
    },
  })
})

test.each([
  {
    service: 'hunyuan',
    action: 'ChatCompletions',
    body: '{"Model":"hunyuan-lite","Messages":[{"Role":"user","Content":"ping"}]}',
    signature: '05d2997d73b042ba058f4b237d498fc791e1771b221c30fec443acd7616bb7ca',
  },
  {
    service: 'vclm',
    action: 'SubmitHunyuanToVideoJob',
    body: '{"Prompt":"ping"}',
    signature: '7052aac7bf9b22af939983d0732b12f99bde45f48fb4aa23dd66a9bb0a8f9684',
  },
])('TC3 signs calls of $service, with a token for temporary keys', async ({ service, action, body, signature }) => {
  const credential = { secretId: 'AKIDtest0000', secretKey: 'testsecret0000', sessionToken: 'temporary' }
  const proof = await worldAt(NEW_YEAR).prove({ kind: 'tc3', service }, credential, {
    url: `https://${service}.tencentcloudapi.com/`,
    headers: { 'content-type': 'application/json', 'x-tc-action': action, 'x-tc-version': '2023-09-01' },
    body,
  })
  expect(proof).toEqual({
    ok: true,
    headers: {
      'x-tc-timestamp': '1767225600',
      'x-tc-token': 'temporary',
      authorization: `TC3-HMAC-SHA256 Credential=AKIDtest0000/2026-01-01/${service}/tc3_request, SignedHeaders=content-type;host;x-tc-action, Signature=${signature}`,
    },
  })
})

test("iFlytek's own example of a signed URL comes out", async () => {
  const credential = {
    appId: 'a1b2c3d4',
    apiKey: 'addd2272b6d8b7c8abdd79531420ca3b',
    apiSecret: 'MjlmNzkzNmZkMDQ2OTc0ZDdmNGE2ZTZi',
  }
  const world = worldAt('2023-05-05T10:43:39Z')
  const proof = await world.prove({ kind: 'hmac-url' }, credential, {
    url: 'wss://spark-api.xf-yun.com/v1.1/chat',
    body: '{"payload":{}}',
  })
  const url = new URL(proof.ok ? (proof.url ?? '') : '')
  expect({
    at: `${url.protocol}//${url.host}${url.pathname}`,
    date: url.searchParams.get('date'),
    host: url.searchParams.get('host'),
    authorization: Buffer.from(url.searchParams.get('authorization') ?? '', 'base64').toString(),
  }).toEqual({
    at: 'wss://spark-api.xf-yun.com/v1.1/chat',
    date: 'Fri, 05 May 2023 10:43:39 GMT',
    host: 'spark-api.xf-yun.com',
    authorization:
      'api_key="addd2272b6d8b7c8abdd79531420ca3b", algorithm="hmac-sha256", headers="host date request-line", signature="z5gHdu3pxVV4ADMyk467wOWDQ9q6BQzR3nfMTjc/DaQ="',
  })
})

test('a signed URL carries host, date and authorization, and the body the id of the application', async () => {
  const credential = { appId: 'a1b2c3d4', apiKey: 'testkey', apiSecret: 'testsecret' }
  const world = worldAt(NEW_YEAR)
  const send = (body: string) =>
    world.prove({ kind: 'hmac-url' }, credential, { url: 'wss://spark-api.xf-yun.com/v1/x1', body })
  const url =
    'wss://spark-api.xf-yun.com/v1/x1?authorization=YXBpX2tleT0idGVzdGtleSIsIGFsZ29yaXRobT0iaG1hYy1zaGEyNTYiLCBoZWFkZXJzPSJob3N0IGRhdGUgcmVxdWVzdC1saW5lIiwgc2lnbmF0dXJlPSJ5ZXFyY3FVNnloT1hsd2tqY3NtOFl2ZlhsaDVndytFcnRIMXhmSGFwYVJnPSI%3D&date=Thu%2C+01+Jan+2026+00%3A00%3A00+GMT&host=spark-api.xf-yun.com'
  expect([await send('{"header":{"uid":"u"},"n":1.0}'), await send('{"n":12345678901234567890}')]).toEqual([
    { ok: true, headers: {}, url, body: '{"header":{"uid":"u","app_id":"a1b2c3d4"},"n":1.0}' },
    { ok: true, headers: {}, url, body: '{"n":12345678901234567890,"header":{"app_id":"a1b2c3d4"}}' },
  ])
})

test("Huawei's own example of SDK-HMAC-SHA256 comes out, though its path does not end in a slash", async () => {
  const credential = { accessKey: 'QTWAOYTTINDUT2QVKYUC', secretKey: 'MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc' }
  const proof = await worldAt('2019-11-15T03:36:55Z').prove({ kind: 'huawei-signature' }, credential, {
    method: 'GET',
    url: 'https://service.region.example.com/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs?marker=13551d6b-755d-4757-b956-536f674975c0&limit=2',
    body: '',
  })
  expect(proof).toEqual({
    ok: true,
    headers: {
      'x-sdk-date': '20191115T033655Z',
      authorization:
        'SDK-HMAC-SHA256 Access=QTWAOYTTINDUT2QVKYUC, SignedHeaders=content-type;host;x-sdk-date, Signature=7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe',
    },
  })
})

test("Baidu's own example of bce-auth-v1 comes out", () => {
  const authorization = bceAuthorization(
    {
      method: 'PUT',
      url: 'https://bj.bcebos.com/v1/test/myfolder/readme.txt?partNumber=9&uploadId=a44cc9bab11cbd156984767aad637851',
      headers: {
        'content-type': 'text/plain',
        'content-length': '8',
        'content-md5': 'NFzcPqhviddjRNnSOGo4rw==',
        'x-bce-date': '2015-04-27T08:23:49Z',
      },
    },
    {
      accessKey: 'a'.repeat(32),
      secretKey: 'b'.repeat(32),
      at: Date.parse('2015-04-27T08:23:49Z'),
      seconds: 1800,
    },
  )
  expect(authorization).toBe(
    `bce-auth-v1/${'a'.repeat(32)}/2015-04-27T08:23:49Z/1800/content-length;content-md5;content-type;host;x-bce-date/d74a04362e6a848f5b39b15421cb449427f419c95a480fd6b8cf9fc783e2999e`,
  )
})

test('bce-auth-v1 signs the call for a bearer token', () => {
  const url = 'https://iam.bj.baidubce.com/v1/BCE-BEARER/token?expireInSeconds=3600'
  const scope = { accessKey: 'testak', secretKey: 'testsk', at: NEW_YEAR, seconds: 1800 }
  expect(bceAuthorization({ method: 'GET', url }, scope)).toBe(
    'bce-auth-v1/testak/2026-01-01T00:00:00Z/1800/host/3cc0e01fb98babcd0dfb0cfda091f61aa9c14491b6ce9ba39fc0a90870079a6f',
  )
})

test("Zhipu's token counts in milliseconds, and its header says SIGN", async () => {
  const world = worldAt(NEW_YEAR)
  expect([
    await world.prove({ kind: 'zhipu-jwt' }, 'testid.testsecret'),
    await world.prove({ kind: 'zhipu-jwt' }, 'without-a-point'),
  ]).toMatchObject([
    {
      ok: true,
      headers: {
        authorization:
          'Bearer eyJhbGciOiJIUzI1NiIsInNpZ25fdHlwZSI6IlNJR04ifQ.eyJhcGlfa2V5IjoidGVzdGlkIiwiZXhwIjoxNzY3MjI1ODEwMDAwLCJ0aW1lc3RhbXAiOjE3NjcyMjU2MDAwMDB9.KdOySrMsOyhkdYpL-EtzMz6W3jMdnkqpd2_6i4aC8W0',
      },
    },
    { ok: false, failure: { kind: 'credentials', message: expect.stringContaining('{id}.{secret}') } },
  ])
})

test("SenseNova's and Kling's token counts in seconds, and begins a little before now", async () => {
  const credential = { accessKey: 'testak', secretKey: 'testsk' }
  expect(await worldAt(NEW_YEAR).prove({ kind: 'access-key-jwt' }, credential)).toEqual({
    ok: true,
    headers: {
      authorization:
        'Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJ0ZXN0YWsiLCJleHAiOjE3NjcyMjc0MDAsIm5iZiI6MTc2NzIyNTU5NX0.zNc_211w5bYWIbuJaA20ToDyIdpfHVhAvZjkUr7gjvo',
    },
  })
})

test('the example of jwt.io comes out under HS256', () => {
  const claims = { sub: '1234567890', name: 'John Doe', iat: 1_516_239_022 }
  expect(jwtHs256({ alg: 'HS256', typ: 'JWT' }, claims, 'your-256-bit-secret')).toBe(
    'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c',
  )
})

test('the two signatures of MD5 come out', async () => {
  const world = worldAt(NEW_YEAR)
  expect([
    await world.prove(
      { kind: 'md5-sign' },
      { appKey: 'testkey', appSecret: 'testsecret' },
      { headers: { accept: 'text/event-stream' } },
    ),
    await world.prove({ kind: 'baichuan-md5' }, { apiKey: 'sk-a', secretKey: 'testsecret' }, { body: '{"a":1}' }),
  ]).toEqual([
    {
      ok: true,
      headers: {
        app_key: 'testkey',
        timestamp: '1767225600',
        sign: '7273d5549d9b1e4f6089ec129c016b4f',
        stream: 'true',
      },
    },
    {
      ok: true,
      headers: {
        authorization: 'Bearer sk-a',
        'x-bc-timestamp': '1767225600',
        'x-bc-signature': '0e72a2e5f6f0168c135a7f2c45f463f9',
        'x-bc-sign-algo': 'MD5',
      },
    },
  ])
})
