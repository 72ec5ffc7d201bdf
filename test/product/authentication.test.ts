import { afterEach, expect, test } from 'vitest'
import { resolve } from '#catalog/index.ts'
import type { Platform } from '#catalog/schema.ts'
import { outgoing } from '#engine/send/outgoing.ts'
import { tokens } from '#engine/send/authenticate/tokens.ts'
import { undiciFetch } from '#server/ports/fetch.ts'
import { systemClock, systemRandom } from '#server/ports/system.ts'
import { KEY, startTestGateway, type TestGateway } from '#test/support/gateway.ts'
import { awsVerifier, tc3Verifier, type Verifier } from '#test/support/signatures.ts'
import { sendJson, startUpstream, type Upstream } from '#test/support/upstream.ts'

const CHAT = { choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }] }
const CONVERSE = { output: { message: { role: 'assistant', content: [{ text: 'ok' }] } }, stopReason: 'end_turn' }
const HELLO = { messages: [{ role: 'user', content: 'hello 你好' }] }
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'

const open: { stop: () => Promise<void> }[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.stop()
})

async function upstreamThat(answer: Upstream['answer']): Promise<Upstream> {
  const upstream = await startUpstream(answer)
  open.unshift({ stop: () => upstream.close() })
  return upstream
}

async function gatewayWith(providers: Record<string, unknown>): Promise<TestGateway> {
  const gateway = await startTestGateway({ providers })
  open.push(gateway)
  return gateway
}

/** Status, error code and message, and how many attempts it took. */
async function asked(gateway: TestGateway, model: string): Promise<unknown> {
  const answer = await gateway.post('/v1/chat/completions', { model, ...HELLO })
  const body: any = await answer.json()
  const attempts = answer.headers.get('x-tongwen-attempts')
  return answer.status === 200 ? [200, attempts] : [answer.status, body.error.code, body.error.message, attempts]
}

/** Answers whoever signed well, and refuses others in AWS's manner. */
function guarded(verify: Verifier): Upstream['answer'] {
  return (seen, response) => {
    const wrong = verify(seen)
    if (wrong === undefined) sendJson(response, seen.path.endsWith('/converse') ? CONVERSE : CHAT)
    else sendJson(response, { message: wrong }, 403, { 'x-amzn-errortype': `${wrong}:` })
  }
}

const AWS = { id: 'AKIDEXAMPLE', secret: SECRET, region: 'us-east-1', service: 'bedrock', now: () => Date.now() }

function bedrock(upstream: Upstream, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    platform: 'bedrock',
    region: 'us-east-1',
    // A path with an encoded sign in it is signed encoded once more.
    baseUrl: `${upstream.url}/a%3Ab/openai/v1`,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET, sessionToken: 'a-session-token' },
    ...more,
  }
}

test('the verifier of these tests takes the answers that AWS and Tencent published, and no others', () => {
  const at = (instant: string) => () => Date.parse(instant)
  const aws = awsVerifier({ ...AWS, service: 'service', now: at('2015-08-30T12:36:00Z') })
  const vanilla = (signature: string) => ({
    method: 'GET',
    path: '/',
    text: '',
    headers: {
      host: 'example.amazonaws.com',
      'x-amz-date': '20150830T123600Z',
      authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`,
    },
  })
  const stars = '*'.repeat(32)
  const tencent = tc3Verifier({
    id: `AKID${stars}`,
    secret: stars,
    service: 'cvm',
    now: at('2019-02-25T16:44:25Z'),
  })
  const example = (signature: string) => ({
    method: 'POST',
    path: '/',
    text: String.raw`{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}`,
    headers: {
      host: 'cvm.tencentcloudapi.com',
      'content-type': 'application/json; charset=utf-8',
      'x-tc-action': 'DescribeInstances',
      'x-tc-version': '2017-03-12',
      'x-tc-timestamp': '1551113065',
      authorization: `TC3-HMAC-SHA256 Credential=AKID${stars}/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host;x-tc-action, Signature=${signature}`,
    },
  })
  expect([
    aws(vanilla('5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31')),
    aws(vanilla('0')),
    tencent(example('10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f')),
    tencent(example('0')),
  ]).toEqual([undefined, 'InvalidSignatureException', undefined, 'AuthFailure.SignatureFailure'])
})

test('requests signed by SigV4 are taken by a server that verifies them', async () => {
  const upstream = await upstreamThat(guarded(awsVerifier(AWS)))
  const layer = bedrock(upstream, { dialect: 'openai-chat' })
  const gateway = await gatewayWith({ aws: bedrock(upstream), layer })
  expect([await asked(gateway, 'aws/a.b-v1:0'), await asked(gateway, 'layer/m')]).toEqual([
    [200, '1'],
    [200, '1'],
  ])
  expect(upstream.seen.map(({ path, headers }) => [path, headers['x-amz-security-token']])).toEqual([
    ['/a%3Ab/model/a.b-v1%3A0/converse', 'a-session-token'],
    ['/a%3Ab/openai/v1/chat/completions', 'a-session-token'],
  ])
})

test('a wrong secret and a wrong clock are told in the words of the platform, and no secret is told', async () => {
  const upstream = await upstreamThat(guarded(awsVerifier(AWS)))
  const late = await upstreamThat(guarded(awsVerifier({ ...AWS, now: () => Date.now() + 301_000 })))
  const wrong = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'another-secret-of-somebody' }
  const gateway = await gatewayWith({ wrong: bedrock(upstream, { credentials: wrong }), late: bedrock(late) })
  const answers = [await asked(gateway, 'wrong/m'), await asked(gateway, 'late/m')]
  expect(answers).toEqual([
    [502, 'upstream_credentials', expect.stringContaining('InvalidSignatureException'), '1'],
    [502, 'upstream_credentials', expect.stringContaining('Signature expired'), '1'],
  ])
  const told = JSON.stringify([answers, gateway.logged])
  expect([SECRET, wrong.secretAccessKey, 'a-session-token'].filter((secret) => told.includes(secret))).toEqual([])
})

test('requests signed by TC3 are taken by a server that verifies them, and not by one whose clock is elsewhere', async () => {
  const account = { id: 'AKIDtest0000', secret: 'testsecret0000', service: 'hunyuan' }
  const network = undiciFetch()
  open.push({ stop: network.close })
  const statusAt = async (now: () => number): Promise<unknown> => {
    const verify = tc3Verifier({ ...account, now })
    const upstream = await upstreamThat((seen, response) => {
      const wrong = verify(seen)
      const refusal = { Response: { Error: { Code: wrong, Message: 'no' }, RequestId: 'r' } }
      sendJson(response, wrong === undefined ? { Response: {} } : refusal)
    })
    const target = targetOf({ platform: SIGNED, baseUrl: upstream.url })
    const { headers, url } = target.resolved
    const request = { method: 'POST', url, body: '{"Model":"混元"}' } as const
    const context = {
      ports: { clock: systemClock, random: systemRandom, fetch: network.fetch },
      tokens: tokens(systemClock),
      apiKey: undefined,
    }
    const leaving = await outgoing(
      target,
      { ...request, headers: { 'content-type': 'application/json', ...headers } },
      context,
    )
    if (!leaving.ok) return leaving
    const answer = await network.fetch(
      { ...leaving, method: 'POST', timeouts: target.provider.timeouts },
      new AbortController().signal,
    )
    if (!answer.ok) return answer
    let text = ''
    for await (const chunk of answer.body) text += Buffer.from(chunk).toString()
    return [JSON.parse(text).Response.Error?.Code, upstream.seen[0]?.headers['x-tc-region']]
  }
  expect([await statusAt(() => Date.now()), await statusAt(() => Date.now() - 301_000)]).toEqual([
    [undefined, undefined],
    ['AuthFailure.SignatureExpire', undefined],
  ])
})

const SIGNED: Platform = {
  id: 'signed',
  name: 'Signed',
  kind: 'cloud',
  regions: [{ id: 'only', baseUrl: 'https://hunyuan.tencentcloudapi.com' }],
  keyVariables: [],
  auth: { kind: 'tc3', service: 'hunyuan' },
  variables: { zone: { meaning: 'the zone' } },
  endpoints: [
    {
      dialect: 'openai-chat',
      path: '/',
      headers: { 'x-tc-action': 'ChatCompletions', 'x-tc-version': '2023-09-01', 'x-tc-region': '{zone}' },
    },
  ],
  quirks: {},
  errors: [],
  residency: { mainlandChina: true, restOfWorld: true },
  unverified: [],
  sources: [],
  checked: '2026-11-22',
}

function targetOf({ platform, baseUrl }: { platform: Platform; baseUrl: string }) {
  const credentials = { secretId: 'AKIDtest0000', secretKey: 'testsecret0000' }
  const given = { key: false, words: Object.keys(credentials) }
  const resolved = resolve({ platform, model: 'm', baseUrl, given })
  if (!resolved.ok) throw new Error(resolved.reason)
  const timeouts = { connectMs: 1_000, firstByteMs: 5_000, idleMs: 5_000, totalMs: 5_000 }
  const provider = { id: 'p', platform: platform.id, baseUrl, apiKeys: [], credentials, timeouts, headers: {} }
  return { id: 'p/m', provider, resolved: resolved.value, weight: 1 }
}

/** A tenant's token endpoint and a deployment behind it: gives token after token, and takes only those not revoked. */
async function entra(): Promise<{ upstream: Upstream; revoked: Set<string>; given: () => number }> {
  let given = 0
  const revoked = new Set<string>()
  const upstream = await upstreamThat((seen, response) => {
    if (seen.path.startsWith('/token')) {
      const form = new URLSearchParams(seen.text)
      if (form.get('client_secret') !== SECRET) {
        const error_description = `AADSTS7000215: Invalid client secret provided: ${form.get('client_secret')}`
        sendJson(response, { error: 'invalid_client', error_description }, 401)
      } else sendJson(response, { token_type: 'Bearer', expires_in: 3599, access_token: `token-${++given}` })
      return
    }
    const token = seen.headers.authorization?.replace('Bearer ', '') ?? ''
    if (revoked.has(token)) sendJson(response, { error: { code: '401', message: 'Unauthorized' } }, 401)
    else sendJson(response, CHAT)
  })
  return { upstream, revoked, given: () => given }
}

function azure(upstream: Upstream, more: Record<string, unknown> = {}): Record<string, unknown> {
  const credentials = { tenant: 't', clientId: 'c', clientSecret: SECRET, tokenUrl: `${upstream.url}/token` }
  return {
    platform: 'azure',
    baseUrl: upstream.url,
    credentials,
    variables: { apiVersion: '2025-04-01-preview' },
    ...more,
  }
}

test('a token is fetched once for many requests, and again where the platform says that it is worn out', async () => {
  const { upstream, revoked, given } = await entra()
  const gateway = await gatewayWith({ az: azure(upstream) })
  const first = await Promise.all([1, 2, 3].map(() => asked(gateway, 'az/gpt')))
  const once = given()
  revoked.add('token-1')
  const second = await asked(gateway, 'az/gpt')
  revoked.add('token-2')
  const third = await asked(gateway, 'az/gpt')
  expect({ first, once, second, third, given: given(), path: upstream.seen.at(-1)?.path }).toEqual({
    first: [
      [200, '1'],
      [200, '1'],
      [200, '1'],
    ],
    once: 1,
    second: [200, '2'],
    // Right after a token was replaced another refusal is not about tokens.
    third: [502, 'upstream_credentials', expect.stringContaining('Unauthorized'), '1'],
    given: 2,
    path: '/openai/deployments/gpt/chat/completions?api-version=2025-04-01-preview',
  })
})

test('a refused secret is told in the words of the token endpoint, without the secret', async () => {
  const { upstream } = await entra()
  const wrong = { tenant: 't', clientId: 'c', clientSecret: 'not-the-secret', tokenUrl: `${upstream.url}/token` }
  const gateway = await gatewayWith({ az: azure(upstream, { credentials: wrong }) })
  const answer = await asked(gateway, 'az/gpt')
  expect(answer).toEqual([502, 'upstream_credentials', expect.stringContaining('invalid_client: AADSTS7000215'), '1'])
  expect(JSON.stringify([answer, gateway.logged])).not.toContain('not-the-secret')
})

test('the configuration in force shows which credential a provider has, and none of its secrets', async () => {
  const credentials = { tenant: 't.example', clientId: 'the-client', clientSecret: SECRET }
  const gateway = await startTestGateway({
    providers: { az: { platform: 'azure', variables: { resource: 'mine' }, credentials } },
    keys: [{ name: 'operator', key: KEY, role: 'admin' }],
  })
  open.push(gateway)
  const shown: any = await (await gateway.get('/api/config')).json()
  const health: any = await (await gateway.get('/health')).json()
  expect([shown.providers[0], health.providers[0]]).toEqual([
    expect.objectContaining({
      apiKeys: [],
      credentials: { tenant: 't.example', clientId: 'the-client', clientSecret: 'wJa…EKEY' },
      variables: { resource: 'mine' },
    }),
    { id: 'az', platform: 'azure', credentials: 1, keys: { healthy: 1, cooling: 0, out: 0 } },
  ])
  expect(JSON.stringify([shown, health])).not.toContain(SECRET)
})
