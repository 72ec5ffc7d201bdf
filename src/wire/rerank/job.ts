import { type Failure, failure } from '#wire/failure.ts'
import { rerankForm } from '#wire/rerank/forms.ts'
import type { Ranked, RerankRequest } from '#wire/rerank/request.ts'
import type { CallAnswer, Job, Range, ServiceTarget, TakeAnswer, WholeContext, WriteCall } from '#wire/service.ts'
import { parsed } from '#wire/shape/read-json.ts'
import { inputTokens } from '#wire/usage.ts'
import type { Warning } from '#wire/warning.ts'

/** What has come so far; places count within the request. */
interface State {
  readonly results: Ranked[]
  model: string | undefined
}

/** A request to rank under way. More documents than a call takes are ranked in several, and put in order by their scores. */
export function rerankJob(request: RerankRequest): Job {
  const { documents, model } = request
  const state: State = { results: [], model: undefined }
  return {
    model,
    size: documents.length,
    warnings: [],
    endOf: (from, most) => Math.min(documents.length, from + most),
    texts: (range) => textsOf(request, range),
    write: (range, target) => writeCall(request, range, target),
    take: (range, target, answer) => take(state, { range, target, answer }),
    whole: (context) => writeAnswer(request, state, context),
  }
}

/** A model reads each document together with the query. */
function textsOf({ documents, query }: RerankRequest, { from, to }: Range): readonly string[] {
  return documents.slice(from, to).map(({ text, raw }) => `${query} ${text ?? JSON.stringify(raw)}`)
}

function writeCall(request: RerankRequest, { from, to }: Range, target: ServiceTarget): WriteCall {
  const form = rerankForm(target)
  const documents = request.documents.slice(from, to)
  const odd = form.objects ? undefined : documents.find(({ sent }) => typeof sent !== 'string')
  if (odd !== undefined && odd.text === undefined)
    return refuse(`${odd.path}: ${target.name} takes text only`, odd.path)
  const plain = form.objects ? documents : documents.map((each) => ({ ...each, sent: each.text ?? '' }))
  const topN = Math.min(request.topN ?? documents.length, documents.length)
  const body = form.write({ request, documents: plain, topN, target })
  return { ok: true, body: JSON.stringify(body), warnings: lostFields(request, { from, to }, target) }
}

/** Another platform may carry it. */
function refuse(message: string, param: string): { readonly ok: false; readonly failure: Failure } {
  return { ok: false, failure: failure('invalid-request', message, { param, retryable: true }) }
}

function lostFields(request: RerankRequest, { from, to }: Range, target: ServiceTarget): readonly Warning[] {
  const form = rerankForm(target)
  const open = form.open && target.quirks.openFields
  const lost = request.unread.filter((path) => !(open && Object.hasOwn(request.source.json, path)))
  const told = form.instruction === 'quirk' ? open || target.quirks.instructionField !== 'none' : form.instruction
  if (request.instruction !== undefined && !told) lost.push(request.instructionField)
  if (request.user !== undefined && !(form.open && target.quirks.user)) lost.push('user')
  const dropped = lost.map((path): Warning => ({
    action: 'dropped',
    path,
    detail: `${target.name} has no such field`,
  }))
  if (to - from === request.documents.length) return dropped
  const detail = `ranked in calls of at most ${target.batchMax}; scores are compared across calls`
  return [...dropped, { action: 'approximated', path: 'documents', detail }]
}

interface Taking {
  readonly range: Range
  readonly target: ServiceTarget
  readonly answer: CallAnswer
}

function take(state: State, { range, target, answer }: Taking): TakeAnswer {
  const read = rerankForm(target).read(parsed(answer.body))
  if (read === undefined) return { ok: false, failure: undefined }
  const size = range.to - range.from
  const places = new Set(read.results.map(({ index }) => index))
  const astray = read.results.some(({ index }) => !Number.isInteger(index) || index < 0 || index >= size)
  if (astray || places.size < read.results.length) {
    return { ok: false, failure: failure('malformed', `${target.name} ranked documents that it was not given`) }
  }
  for (const { index, score } of read.results) state.results.push({ index: range.from + index, score })
  state.model ??= read.model
  return { ok: true, usage: read.usage, warnings: [] }
}

/** The form that clients of Cohere, Jina and vLLM all read: the best first. */
function writeAnswer(request: RerankRequest, state: State, { requestId, usage }: WholeContext): string {
  const best = state.results.toSorted((a, b) => b.score - a.score || a.index - b.index)
  const tokens = inputTokens(usage)
  return JSON.stringify({
    id: requestId,
    object: 'list',
    model: state.model ?? request.model,
    results: best.slice(0, request.topN ?? best.length).map(({ index, score }) => ({
      index,
      relevance_score: score,
      ...(request.returnDocuments ? { document: documentAt(request, index) } : {}),
    })),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
    meta: { tokens: { input_tokens: tokens, output_tokens: 0 } },
  })
}

/** `{text}` for a text, an object as it came. */
function documentAt({ documents }: RerankRequest, index: number): unknown {
  const raw = documents[index]?.raw ?? ''
  return typeof raw === 'string' ? { text: raw } : raw
}
