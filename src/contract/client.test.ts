import { expect, test } from 'vitest'
import { ApiError, createClient, type Fetch, routes } from '#contract/index.ts'

const KEY = {
  id: 'key-1',
  name: 'shop',
  role: 'caller',
  preview: 'sk-tw-…abcd',
  owner: 'store',
  models: [],
  limits: {},
} as const

/** A network that answers the same to everything and remembers what it was asked. */
function network(status: number, body: unknown): { fetch: Fetch; asked: unknown[] } {
  const asked: unknown[] = []
  return {
    asked,
    fetch: async (url, request) => {
      asked.push({ url, ...request })
      return { status, text: async () => (typeof body === 'string' ? body : JSON.stringify(body)) }
    },
  }
}

test('a call fills the path, encodes it, and carries the key as a bearer token', async () => {
  const { fetch, asked } = network(200, KEY)
  const call = createClient({ fetch, key: 'sk-tw-x', baseUrl: 'http://gateway' })
  expect(await call(routes.revokeKey, { params: { id: 'a/b c' } })).toEqual(KEY)
  expect(asked).toEqual([
    { url: 'http://gateway/api/keys/a%2Fb%20c', method: 'DELETE', headers: { authorization: 'Bearer sk-tw-x' } },
  ])
})

test('a body goes as JSON, a query as encoded parameters without the absent ones', async () => {
  const created = network(200, { ...KEY, key: 'sk-tw-new' })
  const usage = network(200, { rows: [] })
  expect(
    await createClient({ fetch: created.fetch, key: 'k' })(routes.createKey, { body: { name: 'shop', models: ['a'] } }),
  ).toEqual({ ...KEY, key: 'sk-tw-new' })
  await createClient({ fetch: usage.fetch, key: 'k' })(routes.usage, { query: { by: 'model,day', offset: '+08:00' } })
  expect([...created.asked, ...usage.asked]).toEqual([
    {
      url: '/api/keys',
      method: 'POST',
      headers: { authorization: 'Bearer k', 'content-type': 'application/json' },
      body: '{"name":"shop","models":["a"]}',
    },
    { url: '/api/usage?by=model%2Cday&offset=%2B08%3A00', method: 'GET', headers: { authorization: 'Bearer k' } },
  ])
})

test('a refusal becomes an ApiError with the words of the gateway', async () => {
  const error = { message: 'name: must not be empty', type: 'invalid_request_error', param: 'name', code: null }
  const call = createClient({ fetch: network(400, { error }).fetch, key: 'k' })
  const thrown = await call(routes.createKey, { body: { name: '' } }).catch((caught: unknown) => caught)
  expect(thrown).toEqual(new ApiError(400, { error }, error))
  expect(thrown).toMatchObject({ status: 400, param: 'name', code: undefined, message: 'name: must not be empty' })
})

test.each([
  { what: 'a page of a proxy', status: 502, body: '<html>bad gateway</html>', words: 'the gateway answered 502' },
  { what: 'an answer of another shape', status: 200, body: { keys: 1 }, words: 'not an answer of /api/keys' },
])('$what becomes an ApiError', async ({ status, body, words }) => {
  const call = createClient({ fetch: network(status, body).fetch, key: 'k' })
  await expect(call(routes.listKeys, {})).rejects.toThrow(words)
})
