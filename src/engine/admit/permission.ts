import type { Caller } from '#engine/admit/keyring.ts'
import { type Failure, failure } from '#wire/failure.ts'
import { fitsPattern } from '#wire/shape/pattern.ts'

/**
 * May this key ask for this name? Its team and its organisation must allow it too. `qwen/*` allows all that begins so;
 * an empty list allows everything.
 */
export function mayUse(caller: Caller, model: string): Failure | undefined {
  const refusal = refusalOf('this key', caller.models, model)
  if (refusal !== undefined || caller.above === undefined) return refusal
  for (const { words, models = [] } of caller.above) {
    const above = refusalOf(words, models, model)
    if (above !== undefined) return above
  }
  return undefined
}

function refusalOf(who: string, models: readonly string[], model: string): Failure | undefined {
  if (models.length === 0 || models.some((pattern) => fitsPattern(pattern, model))) return undefined
  const allowed = models.slice(0, 8).join(', ')
  return failure('permission', `${who} may not use "${model}"; it may use ${allowed}`, {
    param: 'model',
    code: 'model_not_allowed',
  })
}
