import { failure } from '#wire/failure.ts'
import type { JsonObject } from '#wire/json.ts'
import { moderationForm } from '#wire/moderations/forms.ts'
import type { ModerationInput, ModerationRequest } from '#wire/moderations/request.ts'
import type { CallAnswer, Job, Range, ServiceTarget, TakeAnswer, WriteCall } from '#wire/service.ts'
import { parsed } from '#wire/shape/read-json.ts'
import { NO_USAGE } from '#wire/usage.ts'
import type { Warning } from '#wire/warning.ts'

interface State {
  /** By place of the input. */
  readonly results: (JsonObject | undefined)[]
  model: string | undefined
}

/** A request to judge content under way. */
export function moderationJob(request: ModerationRequest): Job {
  const { inputs, model } = request
  const state: State = { results: inputs.map(() => undefined), model: undefined }
  return {
    model,
    size: inputs.length,
    warnings: request.defaulted ? [{ action: 'defaulted', path: 'model', detail: `"${model}", as OpenAI does` }] : [],
    endOf: (from, most) => Math.min(inputs.length, from + most),
    texts: ({ from, to }) => inputs.slice(from, to).flatMap(textsOf),
    write: (range, target) => writeCall(request, range, target),
    take: (range, target, answer) => take(state, { range, target, answer }),
    whole: ({ requestId }) => JSON.stringify({ id: requestId, model: state.model ?? model, results: state.results }),
  }
}

function textsOf({ parts }: ModerationInput): readonly string[] {
  return parts.map((part) => (part.kind === 'text' ? part.text : ''))
}

function writeCall(request: ModerationRequest, { from, to }: Range, target: ServiceTarget): WriteCall {
  const form = moderationForm(target)
  const inputs = request.inputs.slice(from, to)
  for (const input of inputs) {
    const reason = form.refuses(input)
    if (reason === undefined) continue
    const message = `${input.path}: ${target.name} ${reason}`
    return { ok: false, failure: failure('invalid-request', message, { param: input.path, retryable: true }) }
  }
  return {
    ok: true,
    body: JSON.stringify(form.write({ request, inputs, target })),
    warnings: request.unread.map((path) => ({ action: 'dropped', path, detail: `${target.name} has no such field` })),
  }
}

interface Taking {
  readonly range: Range
  readonly target: ServiceTarget
  readonly answer: CallAnswer
}

function take(state: State, { range, target, answer }: Taking): TakeAnswer {
  const form = moderationForm(target)
  const read = form.read(parsed(answer.body))
  if (read === undefined) return { ok: false, failure: undefined }
  const { results } = read
  const wanted = range.to - range.from
  if (results.length !== wanted) {
    return {
      ok: false,
      failure: failure('malformed', `${target.name} gave ${results.length} judgements for ${wanted} inputs`),
    }
  }
  for (const [i, result] of results.entries()) state.results[range.from + i] = result
  state.model ??= read.model
  return { ok: true, usage: NO_USAGE, warnings: form.ownWords ? [ownWords(target)] : [] }
}

function ownWords(target: ServiceTarget): Warning {
  const detail = `${target.name} names risks in its own words and gives no scores; REVIEW counts as flagged`
  return { action: 'approximated', path: 'results', detail }
}
