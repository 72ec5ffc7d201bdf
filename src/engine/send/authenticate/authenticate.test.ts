import { expect, test } from 'vitest'
import type { Auth } from '#catalog/index.ts'
import { authenticate } from '#engine/send/authenticate/authenticate.ts'
import type { Credential } from '#engine/send/authenticate/proof.ts'
import { worldAt } from '#engine/send/authenticate/test-world.ts'
import { failure } from '#wire/failure.ts'

const { context } = worldAt(0)
const prove = (auth: Auth, credential: Credential | undefined): unknown =>
  authenticate({ auth, credential }, { method: 'POST', url: 'https://h/', headers: {}, body: '{}' }, context)

test('a single key goes where the platform takes it, at once', () => {
  expect([
    prove({ kind: 'bearer' }, 'a key'),
    prove({ kind: 'header', name: 'x-goog-api-key' }, 'k'),
    prove({ kind: 'query', name: 'key' }, 'a&b'),
    prove({ kind: 'word', word: 'Token' }, 'vda_1'),
    prove({ kind: 'none' }, 'k'),
    prove({ kind: 'none' }, undefined),
  ]).toEqual([
    { ok: true, headers: { authorization: 'Bearer a key' } },
    { ok: true, headers: { 'x-goog-api-key': 'k' } },
    { ok: true, headers: {}, query: 'key=a%26b' },
    { ok: true, headers: { authorization: 'Token vda_1' } },
    { ok: true, headers: { authorization: 'Bearer k' } },
    { ok: true, headers: {} },
  ])
})

test('a credential that does not fit the scheme is refused with what is missing', () => {
  const no = (message: string): unknown => ({ ok: false, failure: failure('credentials', message) })
  expect([
    prove({ kind: 'bearer' }, undefined),
    prove({ kind: 'bearer' }, { secretId: 'a', secretKey: 'b' }),
    prove({ kind: 'tc3', service: 'hunyuan' }, 'k'),
    prove({ kind: 'tc3', service: 'hunyuan' }, { secretId: 'a' }),
    prove({ kind: 'aws-sigv4', service: 'bedrock' }, undefined),
  ]).toEqual([
    no('the provider has no API key'),
    no('bearer takes a single apiKey'),
    no("the provider's credentials lack secretId, secretKey (tc3)"),
    no("the provider's credentials lack secretKey (tc3)"),
    no("the provider's credentials lack accessKeyId, secretAccessKey (aws-sigv4)"),
  ])
})
