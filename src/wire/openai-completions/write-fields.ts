import { type Draft, note } from '#wire/shape/draft.ts'
import { fitAnswers, fitPenalty } from '#wire/shape/plain-request.ts'
import { bytesOf, writeMaxTokens, writeTemperature, writeTopP } from '#wire/shape/sampling.ts'
import type { NamedField } from '#wire/shape/caller-field.ts'

/** A field whose value the target may not take as it is. */
export interface FittedField {
  readonly key: string
  readonly write: (draft: Draft) => unknown
}

export const FITTED_FIELDS: readonly FittedField[] = [
  { key: 'max_tokens', write: writeMaxTokens },
  { key: 'temperature', write: (draft) => writeTemperature(draft, false) },
  {
    key: 'top_p',
    write: (draft) => writeTopP(draft, { temperature: draft.request.temperature !== undefined, thinking: false }),
  },
  { key: 'presence_penalty', write: (draft) => fitPenalty(draft, 'presencePenalty') },
  { key: 'frequency_penalty', write: (draft) => fitPenalty(draft, 'frequencyPenalty') },
  { key: 'stop', write: writeStop },
  { key: 'n', write: fitAnswers },
]

/** What our fields are in the middle form, to name them in the caller's words. */
export const NAMED: Readonly<Record<string, NamedField>> = {
  max_tokens: 'maxOutputTokens',
  temperature: 'temperature',
  top_p: 'topP',
  presence_penalty: 'presencePenalty',
  frequency_penalty: 'frequencyPenalty',
  stop: 'stop',
  n: 'n',
  seed: 'seed',
  user: 'user',
}

/** As many and as long ones as the target takes. Line ends are what completions mostly stop at. */
function writeStop(draft: Draft): readonly string[] | undefined {
  const { stop } = draft.request
  if (stop === undefined) return undefined
  const { stopMax, stopBytesMax } = draft.target.quirks
  const kept = stop.filter((sequence) => sequence !== '' && bytesOf(sequence) <= stopBytesMax).slice(0, stopMax)
  if (kept.length < stop.length) {
    note(draft, 'stop', ['dropped', `${stop.length - kept.length} of ${stop.length}, which the target refuses`])
  }
  return kept.length === 0 ? undefined : kept
}
