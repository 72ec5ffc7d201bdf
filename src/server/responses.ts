import type { Caller } from '#engine/admit/keyring.ts'
import type { Reply } from '#engine/reply.ts'
import { forgetResponse, recallResponse } from '#engine/responses-state.ts'
import type { Engine } from '#engine/run.ts'
import { type Failure, failure } from '#wire/failure.ts'
import { openaiResponses } from '#wire/openai-responses/index.ts'

/** A path of an answer that the gateway keeps. */
export interface ResponsePath {
  readonly id: string
  readonly about: 'response' | 'input_items' | 'cancel'
}

const PATH = /^(?:\/openai)?(?:\/v1)?\/responses\/([^/]+)(?:\/(input_items|cancel))?$/

/** What a path asks of a kept answer, if it does. */
export function responsePath(path: string): ResponsePath | undefined {
  const [, id, about] = PATH.exec(path) ?? []
  if (id === undefined) return undefined
  return { id, about: about === 'input_items' || about === 'cancel' ? about : 'response' }
}

interface Asked extends ResponsePath {
  readonly method: string
  readonly query: string
}

type Result = Reply | { readonly kind: 'refused'; readonly failure: Failure }

/** Shows or deletes a caller's own kept answer, or the turns before it. */
export async function answerResponse(engine: Engine, caller: Caller, asked: Asked): Promise<Result> {
  const { id, about, method, query } = asked
  const wanted = about === 'cancel' ? ['POST'] : about === 'response' ? ['GET', 'DELETE'] : ['GET']
  if (!wanted.includes(method)) {
    const message = `${method} is not served at this path: use ${wanted.join(' or ')}`
    return refused(failure('not-found', message, { code: 'method_not_allowed' }))
  }
  const recalled = await recallResponse({ engine, caller }, id)
  if (!recalled.ok) return refused(recalled.failure.kind === 'invalid-request' ? notFound(id) : recalled.failure)
  if (about === 'cancel') {
    const message =
      'Only responses in the background can be cancelled, and this gateway makes none: this one has ended.'
    return refused(failure('invalid-request', message, { param: 'response_id' }))
  }
  if (method === 'DELETE') {
    await forgetResponse({ engine, caller }, id)
    return json(JSON.stringify({ id, object: 'response', deleted: true }))
  }
  const page = new URLSearchParams(query)
  const { kept } = recalled
  if (about === 'input_items') {
    return json(JSON.stringify(openaiResponses.threads?.inputPage({ ...kept, id }, Object.fromEntries(page))))
  }
  if (page.get('stream') === 'true') {
    const message = 'stream: only responses in the background can be streamed anew, and this gateway makes none.'
    return refused(failure('invalid-request', message, { param: 'stream' }))
  }
  return json(kept.response)
}

function notFound(id: string): Failure {
  const message = `Response with id '${id.slice(0, 200)}' not found.`
  return failure('not-found', message, { param: 'response_id', code: 'response_not_found' })
}

function refused(why: Failure): Result {
  return { kind: 'refused', failure: why }
}

function json(body: string): Reply {
  return { kind: 'whole', status: 200, headers: { 'content-type': 'application/json' }, body }
}
