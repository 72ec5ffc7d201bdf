import { Readable } from 'node:stream'

/** The parts of AWS's request that a handler sends. */
interface AwsRequest {
  readonly protocol: string
  readonly hostname: string
  readonly port?: number
  readonly path: string
  readonly method: string
  readonly headers: Record<string, string>
  readonly body?: string | Uint8Array
}

/**
 * Sends over HTTP/1.1, as `NodeHttpHandler` of `@smithy/node-http-handler` does, which applications use: AWS's client of
 * Bedrock speaks HTTP/2 by itself, and only where TLS has agreed on it.
 */
export const overHttp1: { handle(request: AwsRequest): Promise<{ response: any }> } = {
  async handle({ protocol, hostname, port, path, method, headers, body }) {
    const response = await fetch(`${protocol}//${hostname}:${port}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: body as string }),
    })
    return {
      response: {
        statusCode: response.status,
        headers: Object.fromEntries(response.headers),
        body: response.body === null ? undefined : Readable.fromWeb(response.body as never),
      },
    }
  },
}
