import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { expect } from 'vitest'
import { call, WAYS, type Way, type Json } from '#test/support/callers.ts'
import type { TestGateway } from '#test/support/gateway.ts'

/** What the caller is told: status, type and code. */
export type Shown = readonly [status: number, type: string, code: string | null]

type Name =
  | 'credentials'
  | 'upstream'
  | 'rate'
  | 'tooLong'
  | 'filter'
  | 'invalid'
  | 'overloaded'
  | 'timeout'
  | 'notFound'

/** What interfaces §5 shows for what a platform can mean. */
export const SHOWN: Readonly<Record<Name, Shown>> = {
  credentials: [502, 'api_error', 'upstream_credentials'],
  upstream: [502, 'api_error', 'upstream_error'],
  rate: [429, 'rate_limit_error', 'rate_limit_exceeded'],
  tooLong: [400, 'invalid_request_error', 'context_length_exceeded'],
  filter: [400, 'invalid_request_error', 'content_filter'],
  invalid: [400, 'invalid_request_error', null],
  overloaded: [503, 'overloaded_error', 'no_target_available'],
  timeout: [504, 'api_error', 'upstream_timeout'],
  notFound: [404, 'not_found_error', 'model_not_found'],
}

const CLASSES: Readonly<Record<Way['door'], Readonly<Record<number, abstract new (...args: never[]) => unknown>>>> = {
  openai: {
    400: OpenAI.BadRequestError,
    404: OpenAI.NotFoundError,
    429: OpenAI.RateLimitError,
    502: OpenAI.InternalServerError,
    503: OpenAI.InternalServerError,
    504: OpenAI.InternalServerError,
  },
  anthropic: {
    400: Anthropic.BadRequestError,
    404: Anthropic.NotFoundError,
    429: Anthropic.RateLimitError,
    502: Anthropic.InternalServerError,
    503: Anthropic.InternalServerError,
    504: Anthropic.InternalServerError,
  },
}

/** The error that the SDK of a way raises, and what stands in its body. */
export async function raised(gateway: TestGateway, way: Way, model: string): Promise<{ thrown: Json; error: Json }> {
  const thrown: Json = await call(gateway, way, { model }).then(
    (answer) => expect.unreachable(`an answer: ${JSON.stringify(answer.heard)}`),
    (error: unknown) => error,
  )
  return { thrown, error: way.door === 'openai' ? thrown.error : thrown.error?.error }
}

/** Every way of calling a model ends in this refusal, raised by the SDK as its own matching class. */
export async function expectShown(
  gateway: TestGateway,
  model: string,
  [[status, type, code], provider]: [Shown, Record<string, unknown>],
): Promise<void> {
  for (const way of WAYS) {
    const { thrown, error } = await raised(gateway, way, model)
    const told = { ...way, status: thrown.status, type: error?.type, code: error?.code ?? null }
    expect(told).toEqual({ ...way, status, type, code })
    expect(thrown).toBeInstanceOf(CLASSES[way.door][status])
    expect(error.provider).toMatchObject(provider)
  }
}

/** OpenAI's form of an error. */
export function saying(message: string, code?: string | number, type?: string): unknown {
  return {
    error: { message, ...(type === undefined ? {} : { type }), param: null, ...(code === undefined ? {} : { code }) },
  }
}
