import { embeddingForm } from '#wire/embeddings/forms.ts'
import { lostFields } from '#wire/embeddings/lost.ts'
import type { EmbeddingInput, EmbeddingRequest } from '#wire/embeddings/request.ts'
import { lengthOf, type Vector } from '#wire/embeddings/vector.ts'
import type { EmbeddingAnswer } from '#wire/embeddings/write-answer.ts'
import { type Failure, failure } from '#wire/failure.ts'
import type { CallAnswer, Job, Range, ServiceTarget, TakeAnswer, WriteCall } from '#wire/service.ts'
import { parsed } from '#wire/shape/read-json.ts'
import type { Warning } from '#wire/warning.ts'

/** What has come so far. */
interface State {
  /** By place of the input; holes are still to come. */
  readonly vectors: (Vector | undefined)[]
  /** Of the first vector that came: all must have it. */
  length: number | undefined
  model: string | undefined
}

/** A request for vectors under way. `write` puts the whole answer into the caller's form. */
export function embeddingJob(request: EmbeddingRequest, write: (answer: EmbeddingAnswer) => string): Job {
  const { inputs, model } = request
  const state: State = { vectors: inputs.map(() => undefined), length: undefined, model: undefined }
  return {
    model,
    size: inputs.length,
    warnings: [],
    endOf: (from, most) => endOf(inputs, from, most),
    texts: ({ from, to }) => inputs.slice(from, to).flatMap(textsOf),
    write: (range, target) => writeCall(request, range, target),
    take: (range, target, answer) => take(state, { request, range, target, answer }),
    whole: ({ usage }) =>
      write({ vectors: state.vectors.filter((vector) => vector !== undefined), model: state.model ?? model, usage }),
  }
}

/** Inputs of one call are for one purpose: most platforms are told once a call. */
function endOf(inputs: readonly EmbeddingInput[], from: number, most: number): number {
  const first = inputs[from]
  let to = from + 1
  while (to < inputs.length && to - from < most && inputs[to]?.task === first?.task) to++
  return to
}

/** Token ids count by their number: four letters stand for each. */
function textsOf(input: EmbeddingInput): readonly string[] {
  switch (input.kind) {
    case 'text':
      return [input.text]
    case 'tokens':
      return ['1234'.repeat(input.tokens.length)]
    case 'parts':
      // A picture counts as a large one: about six thousand letters' worth.
      return input.parts.map((part) => (part.kind === 'text' ? part.text : 'm'.repeat(6_000)))
  }
}

function writeCall(request: EmbeddingRequest, { from, to }: Range, target: ServiceTarget): WriteCall {
  const form = embeddingForm(target)
  const inputs = request.inputs.slice(from, to)
  for (const input of inputs) {
    const reason = form.refuses(input, target)
    if (reason !== undefined) return refuse(`${input.path}: ${target.name} ${reason}`, input.path)
  }
  const length = lengthFor(request, target)
  if (!length.ok) return length
  const warnings = [...length.warnings, ...lostFields(request, inputs, { form, target })]
  const body = form.write({ inputs, request, target, dimensions: length.dimensions, warnings })
  return { ok: true, body: JSON.stringify(body), warnings }
}

/** Another platform may carry it. */
function refuse(message: string, param: string): { readonly ok: false; readonly failure: Failure } {
  return { ok: false, failure: failure('invalid-request', message, { param, retryable: true }) }
}

type Length =
  | { readonly ok: true; readonly dimensions: number | undefined; readonly warnings: readonly Warning[] }
  | { readonly ok: false; readonly failure: Failure }

/** The length to ask for. A model that is known not to give it is not asked: vectors of another length are no help. */
function lengthFor({ dimensions, dimensionsField }: EmbeddingRequest, target: ServiceTarget): Length {
  const { dimensions: known, anyDimensions, quirks } = target
  const [own] = known
  if (dimensions === undefined) return { ok: true, dimensions, warnings: [] }
  const gives = known.includes(dimensions) || (anyDimensions && dimensions <= Math.max(...known))
  if (own !== undefined && !gives) {
    const lengths = anyDimensions ? `up to ${Math.max(...known)}` : known.join(', ')
    return refuse(`${target.name} gives vectors of ${lengths} dimensions, not ${dimensions}`, dimensionsField)
  }
  const needless = known.length === 1 && !anyDimensions
  if (needless || (!quirks.dimensions && own === dimensions)) return { ok: true, dimensions: undefined, warnings: [] }
  if (quirks.dimensions) return { ok: true, dimensions, warnings: [] }
  const detail = `${target.name} cannot be told how long its vectors shall be`
  return { ok: true, dimensions: undefined, warnings: [{ action: 'dropped', path: dimensionsField, detail }] }
}

interface Taking {
  readonly request: EmbeddingRequest
  readonly range: Range
  readonly target: ServiceTarget
  readonly answer: CallAnswer
}

function take(state: State, { request, range, target, answer }: Taking): TakeAnswer {
  const read = embeddingForm(target).read(parsed(answer.body), answer.headers)
  if (read === undefined) return { ok: false, failure: undefined }
  const { vectors } = read
  const wanted = range.to - range.from
  if (vectors.length !== wanted) return malformed(`${target.name} gave ${vectors.length} vectors for ${wanted} inputs`)
  const lengths = new Set(vectors.map(lengthOf))
  const [length = 0] = lengths
  const before = state.length ?? length
  if (lengths.size > 1 || before !== length) {
    return malformed(`vectors of one request differ in length: ${[...new Set([before, ...lengths])].join(', ')}`)
  }
  state.length = length
  state.model ??= read.model
  for (const [i, vector] of vectors.entries()) state.vectors[range.from + i] = vector
  return { ok: true, usage: read.usage, warnings: lengthWarnings(request, target, length) }
}

function malformed(message: string): TakeAnswer {
  return { ok: false, failure: failure('malformed', message) }
}

function lengthWarnings(request: EmbeddingRequest, target: ServiceTarget, length: number): readonly Warning[] {
  const { dimensions, dimensionsField } = request
  if (dimensions === undefined || dimensions === length) return []
  const detail = `${target.name} was asked for ${dimensions} and gave vectors of ${length}`
  return [{ action: 'ignored', path: dimensionsField, detail }]
}
