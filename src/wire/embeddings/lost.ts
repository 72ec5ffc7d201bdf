import type { EmbeddingForm } from '#wire/embeddings/form.ts'
import type { EmbeddingInput, EmbeddingRequest } from '#wire/embeddings/request.ts'
import type { ServiceTarget } from '#wire/service.ts'
import type { Warning } from '#wire/warning.ts'

/** What a caller said that has no place in a call of this form. */
export function lostFields(
  request: EmbeddingRequest,
  inputs: readonly EmbeddingInput[],
  to: { readonly form: EmbeddingForm; readonly target: ServiceTarget },
): readonly Warning[] {
  const { form, target } = to
  const titled = !form.titles && inputs.some(({ title }) => title !== undefined)
  const user = request.user !== undefined && !(form.open && target.quirks.user)
  const lost = [
    ...lostUnread(request, to),
    ...(isUntold(request, inputs, to) ? ['taskType'] : []),
    ...(titled ? ['title'] : []),
    ...(user ? ['user'] : []),
  ]
  return lost.map((path) => ({ action: 'dropped', path, detail: `${target.name} has no such field` }))
}

interface To {
  readonly form: EmbeddingForm
  readonly target: ServiceTarget
}

/** Top-level fields travel where the platform takes what it does not know; the task's field has its own way. */
function lostUnread({ unread, source, taskField }: EmbeddingRequest, to: To): readonly string[] {
  const open = to.form.open && to.target.quirks.openFields
  const told = tellsTasks(to)
  return unread.filter((path) => !(open && Object.hasOwn(source.json, path)) && !(told && path === taskField))
}

function tellsTasks({ form, target }: To): boolean {
  return form.tasks === 'quirk' ? target.quirks.taskField !== 'none' : form.tasks
}

/** Gemini's callers say the task of each input; those of OpenAI's form in a field, which is among the unread ones. */
function isUntold(request: EmbeddingRequest, inputs: readonly EmbeddingInput[], to: To): boolean {
  return request.taskField === undefined && !tellsTasks(to) && inputs.some(({ task }) => task !== undefined)
}
