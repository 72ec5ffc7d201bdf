import { lookup as systemLookup } from 'node:dns'
import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import type { FetchMedia, MediaKind, MediaLimits } from '#engine/ports.ts'
import { mediaTypeOf } from '#server/ports/media-type.ts'
import { isPublicAddress } from '#server/ports/public-address.ts'

/** All addresses of a name. */
export type Resolve = (host: string) => Promise<readonly string[]>

const MOST_HOPS = 3

/** The reason why something is not fetched, in words for the caller: nothing of what stands behind a refused address. */
class Refused extends Error {}

/**
 * Fetches by http and https from addresses of the internet only. A name is resolved once and the connection goes to the
 * very address that was checked, so that a name which answers differently the next time gains nothing; each redirect is
 * checked like the first address (pain T43).
 */
export function safeFetch(resolve: Resolve = resolveAll): FetchMedia {
  return async ({ url, kind, limits }, signal) => {
    const late = AbortSignal.timeout(limits.timeoutMs)
    const both = AbortSignal.any([signal, late])
    try {
      return { ok: true, media: await follow(url, { kind, limits, resolve, signal: both }) }
    } catch (error) {
      const reason = late.aborted ? `it took longer than ${limits.timeoutMs} ms` : reasonOf(error)
      return { ok: false, reason }
    }
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Refused) return error.message
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'no answer'
  return `its server cannot be reached (${code})`
}

function resolveAll(host: string): Promise<readonly string[]> {
  return new Promise((done, fail) => {
    systemLookup(host, { all: true, verbatim: true }, (error, found) => {
      if (error === null) done(found.map(({ address }) => address))
      else fail(error)
    })
  })
}

interface Fetching {
  readonly kind: MediaKind
  readonly limits: MediaLimits
  readonly resolve: Resolve
  readonly signal: AbortSignal
}

async function follow(first: string, fetching: Fetching): Promise<{ mediaType: string; data: string }> {
  let url = parsed(first)
  for (let hop = 0; hop <= MOST_HOPS; hop++) {
    const answer = await open(url, await addressOf(url, fetching), fetching.signal)
    const { statusCode = 0, headers } = answer
    if (statusCode >= 300 && statusCode <= 399 && headers.location !== undefined) {
      answer.destroy()
      url = parsed(headers.location, url)
      continue
    }
    try {
      return await read(answer, fetching)
    } finally {
      answer.destroy()
    }
  }
  throw new Refused(`it redirects more than ${MOST_HOPS} times`)
}

function parsed(text: string, base?: URL): URL {
  if (!URL.canParse(text, base?.href)) throw new Refused('it is no URL')
  const url = new URL(text, base)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Refused('only http and https are fetched')
  if (url.username !== '' || url.password !== '') throw new Refused('credentials in a URL are not sent')
  return url
}

/** The one address that is connected to, after it was checked. */
async function addressOf(url: URL, { limits, resolve, signal }: Fetching): Promise<string> {
  const host = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname
  const allowed = isAllowed(url, limits)
  // The URL parser drops the port that is its scheme's own.
  if (url.port !== '' && !allowed) throw new Refused(`port ${url.port} is not fetched from`)
  const addresses = isIP(host) === 0 ? await unlessAborted(resolve(withoutDot(host)), signal) : [host]
  const [first] = addresses
  if (first === undefined) throw new Refused('its host has no address')
  if (!allowed && !addresses.every(isPublicAddress)) throw new Refused('its host is not on the internet')
  return first
}

function withoutDot(host: string): string {
  return host.endsWith('.') ? host.slice(0, -1) : host
}

/** Exactly the host and the port that the operator wrote; without a port, those of http and https. */
function isAllowed({ hostname, port }: URL, { allowHosts }: MediaLimits): boolean {
  const name = withoutDot(hostname) + (port === '' ? '' : `:${port}`)
  return allowHosts.some((host) => host.toLowerCase() === name)
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((done, fail) => {
    const stop = (): void => fail(new Refused('it was given up'))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(done, fail).finally(() => signal.removeEventListener('abort', stop))
  })
}

const HEADERS = { accept: 'image/*, application/pdf', 'accept-encoding': 'identity', 'user-agent': 'tongwen' }

/** A connection of its own, to this address and no other, whatever the name says by then. */
function open(url: URL, address: string, signal: AbortSignal): Promise<IncomingMessage> {
  const pinned: LookupFunction = (_host, options, done) => {
    const family = isIP(address)
    if (options.all === true) done(null, [{ address, family }])
    else done(null, address, family)
  }
  return new Promise((done, fail) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp
    const asking: ClientRequest = send(url, { lookup: pinned, agent: false, headers: HEADERS, signal })
    asking.on('response', done)
    asking.on('error', fail)
    asking.end()
  })
}

async function read(answer: IncomingMessage, { kind, limits }: Fetching): Promise<{ mediaType: string; data: string }> {
  const refusal = headProblem(answer, kind)
  if (refusal !== undefined) throw new Refused(refusal)
  const bytes = await bytesOf(answer, limits)
  const mediaType = mediaTypeOf(bytes, kind)
  if (mediaType !== undefined) return { mediaType, data: bytes.toString('base64') }
  throw new Refused(`its first bytes are those of no ${kind} that is sent on (${WANTED[kind].forms})`)
}

function headProblem({ statusCode = 0, headers }: IncomingMessage, kind: MediaKind): string | undefined {
  if (statusCode !== 200) return `its server answered ${statusCode}`
  // Asked for as it is: nothing is unpacked, so that nothing small grows large.
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') return 'it came compressed, which was not asked for'
  const said = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? ''
  if (said.startsWith(WANTED[kind].said)) return undefined
  return `it is no ${kind}: ${said === '' ? 'without a type' : said.slice(0, 100)}`
}

async function bytesOf(answer: IncomingMessage, limits: MediaLimits): Promise<Buffer> {
  if (Number(answer.headers['content-length'] ?? 0) > limits.maxBytes) throw new Refused(tooLarge(limits))
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > limits.maxBytes) throw new Refused(tooLarge(limits))
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

const WANTED: Readonly<Record<MediaKind, { readonly said: string; readonly forms: string }>> = {
  image: { said: 'image/', forms: 'PNG, JPEG, GIF, WebP' },
  document: { said: 'application/pdf', forms: 'PDF' },
}

function tooLarge({ maxBytes }: MediaLimits): string {
  return `it is larger than ${maxBytes} bytes`
}
