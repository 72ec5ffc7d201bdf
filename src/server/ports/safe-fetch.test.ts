import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FetchMedia, MediaKind } from '#engine/ports.ts'
import { isPublicAddress } from '#server/ports/public-address.ts'
import { safeFetch } from '#server/ports/safe-fetch.ts'

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const PDF = Buffer.from('%PDF-1.7\n%%EOF')

let server: Server
let port = 0
const asked: string[] = []

beforeAll(async () => {
  server = createServer(answer)
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  port = (server.address() as AddressInfo).port
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

function answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
  asked.push(url)
  const { pathname, searchParams } = new URL(url, 'http://x')
  const send = (status: number, headers: Record<string, string>, body?: Buffer): void => {
    response.writeHead(status, headers)
    response.end(body)
  }
  if (pathname === '/to') send(302, { location: Buffer.from(searchParams.get('url') ?? '').toString('latin1') })
  else if (pathname === '/loop') send(302, { location: '/loop' })
  else if (pathname === '/pdf') send(200, { 'content-type': 'application/pdf; charset=binary' }, PDF)
  else if (pathname === '/html') send(200, { 'content-type': 'text/html' }, Buffer.from('<html>'))
  else if (pathname === '/liar') send(200, { 'content-type': 'image/png' }, Buffer.from('AWS_SECRET_ACCESS_KEY=1'))
  else if (pathname === '/packed') send(200, { 'content-type': 'image/png', 'content-encoding': 'gzip' }, PNG)
  else if (pathname === '/large') send(200, { 'content-type': 'image/png' }, Buffer.alloc(3_000, PNG))
  else if (pathname === '/said-large') send(200, { 'content-type': 'image/png', 'content-length': '99999999' }, PNG)
  else if (pathname === '/gone') send(404, {})
  else if (pathname === '/slow') response.writeHead(200, { 'content-type': 'image/png' }).write(PNG)
  else send(200, { 'content-type': 'image/png' }, PNG)
}

interface Asking {
  readonly kind?: MediaKind
  readonly addresses?: readonly (readonly string[])[]
  readonly allowHosts?: readonly string[]
}

/** What fetching from an address gives, with `PORT` for the server's; each name resolves to the addresses in turn. */
async function fetched(
  url: string,
  { kind = 'image', addresses = [['127.0.0.1']], allowHosts }: Asking = {},
): Promise<string> {
  let turn = 0
  const fetch: FetchMedia = safeFetch(async () => addresses[turn++] ?? [])
  const limits = { allowHosts: allowHosts ?? [`files.test:${port}`], maxBytes: 2_000, timeoutMs: 300 }
  const result = await fetch({ url: url.replaceAll('PORT', String(port)), kind, limits }, new AbortController().signal)
  return result.ok ? `${result.media.mediaType} ${Buffer.from(result.media.data, 'base64').length}` : result.reason
}

const CLOSED = 'its host is not on the internet'

test.each([
  ['http://127.0.0.1/', CLOSED],
  ['http://2130706433/', CLOSED],
  ['http://0x7f000001/', CLOSED],
  ['http://0177.0.0.1/', CLOSED],
  ['http://127.1/', CLOSED],
  ['http://127.0.0.1./', CLOSED],
  ['http://%EF%BC%91%EF%BC%92%EF%BC%97.0.0.1/', CLOSED],
  ['http://0/', CLOSED],
  ['http://10.1.2.3/', CLOSED],
  ['http://172.31.255.255/', CLOSED],
  ['http://192.168.0.1/', CLOSED],
  ['http://169.254.169.254/latest/meta-data/', CLOSED],
  ['http://100.100.100.200/latest/meta-data/', CLOSED],
  ['http://168.63.129.16/', CLOSED],
  ['http://224.0.0.1/', CLOSED],
  ['http://255.255.255.255/', CLOSED],
  ['http://[::]/', CLOSED],
  ['http://[::1]/', CLOSED],
  ['http://[::ffff:127.0.0.1]/', CLOSED],
  ['http://[::ffff:7f00:1]/', CLOSED],
  ['http://[::127.0.0.1]/', CLOSED],
  ['http://[64:ff9b::7f00:1]/', CLOSED],
  ['http://[64:ff9b:1::a9fe:a9fe]/', CLOSED],
  ['http://[2002:7f00:1::]/', CLOSED],
  ['http://[2001:0:7f00:1::]/', CLOSED],
  ['http://[fd00:ec2::254]/', CLOSED],
  ['http://[fe80::1]/', CLOSED],
  ['http://[ff02::1]/', CLOSED],
  ['http://metadata.google.internal/', CLOSED],
  ['http://localhost/', CLOSED],
  ['http://public.test@127.0.0.1/', 'credentials in a URL are not sent'],
  ['http://user:secret@files.test:PORT/', 'credentials in a URL are not sent'],
  ['http://127.0.0.1\\@public.test/', CLOSED],
  ['http://public.test:22/', 'port 22 is not fetched from'],
  ['http://127.0.0.1:PORT/', /^port \d+ is not fetched from$/],
  ['file:///etc/passwd', 'only http and https are fetched'],
  ['gopher://127.0.0.1/', 'only http and https are fetched'],
  ['ftp://files.test/', 'only http and https are fetched'],
  ['http://', 'it is no URL'],
])('%s is not fetched', async (url, expected) => {
  asked.length = 0
  const reason: unknown = typeof expected === 'string' ? expected : expect.stringMatching(expected)
  expect(await fetched(url)).toEqual(reason)
  const addresses = [['127.0.0.1'], ['127.0.0.1']]
  expect(await fetched(`http://files.test:PORT/to?url=${encodeURIComponent(url)}`, { addresses })).toEqual(reason)
  expect(asked.filter((path) => !path.startsWith('/to'))).toEqual([])
})

test.each([[['93.184.216.34', '10.0.0.1']], [['2606:4700::1111', '::1']], [['::ffff:169.254.169.254']], [[]]])(
  'a name with the addresses %j is not fetched',
  async (addresses) => {
    const reason = addresses.length === 0 ? 'its host has no address' : CLOSED
    expect(await fetched('http://public.test/', { addresses: [addresses] })).toBe(reason)
  },
)

test('a name is asked for its address once, and the connection goes to the address that was checked', async () => {
  let turns = 0
  const fetch = safeFetch(async () => {
    turns++
    // By the second time it would be another.
    return turns === 1 ? ['127.0.0.1'] : ['192.0.2.1']
  })
  const limits = { allowHosts: [`rebind.test:${port}`], maxBytes: 2_000, timeoutMs: 300 }
  const result = await fetch(
    { url: `http://rebind.test:${port}/`, kind: 'image', limits },
    new AbortController().signal,
  )
  expect([result.ok, turns]).toEqual([true, 1])
})

test.each([
  ['http://files.test:PORT/', {}, `image/png ${PNG.length}`],
  ['http://FILES.test.:PORT/', {}, `image/png ${PNG.length}`],
  ['http://files.test:PORT/to?url=/x', { addresses: [['127.0.0.1'], ['127.0.0.1']] }, `image/png ${PNG.length}`],
  ['http://127.0.0.1:PORT/', { allowHosts: ['127.0.0.1:PORT'] }, `image/png ${PNG.length}`],
  ['http://files.test:PORT/pdf', { kind: 'document' }, `application/pdf ${PDF.length}`],
  ['http://files.test:PORT/pdf', {}, 'it is no image: application/pdf'],
  ['http://files.test:PORT/html', {}, 'it is no image: text/html'],
  ['http://files.test:PORT/liar', {}, 'its first bytes are those of no image that is sent on (PNG, JPEG, GIF, WebP)'],
  ['http://files.test:PORT/packed', {}, 'it came compressed, which was not asked for'],
  ['http://files.test:PORT/large', {}, 'it is larger than 2000 bytes'],
  ['http://files.test:PORT/said-large', {}, 'it is larger than 2000 bytes'],
  ['http://files.test:PORT/gone', {}, 'its server answered 404'],
  ['http://files.test:PORT/slow', {}, 'it took longer than 300 ms'],
  [
    'http://files.test:PORT/loop',
    { addresses: Array.from({ length: 9 }, () => ['127.0.0.1']) },
    'it redirects more than 3 times',
  ],
] as const)('%s with %j gives %s', async (url, asking, expected) => {
  const { allowHosts } = asking as Asking
  const hosts = allowHosts?.map((host) => host.replace('PORT', String(port)))
  expect(await fetched(url, { ...asking, ...(hosts === undefined ? {} : { allowHosts: hosts }) })).toBe(expected)
})

test.each(['1.1.1.1', '93.184.216.34', '172.15.0.1', '172.32.0.1', '2606:4700:4700::1111', '2400:3200::1'])(
  '%s is on the internet',
  (address) => {
    expect(isPublicAddress(address)).toBe(true)
  },
)
