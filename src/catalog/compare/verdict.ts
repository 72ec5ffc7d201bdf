/**
 * What becomes of a feature that an application uses, when its requests go through the gateway to a target.
 *
 * - `works`    as on OpenAI's own API
 * - `alias`    fully, under another name or in another form: the gateway translates
 * - `emulated` by other means of the gateway, at a price that the detail names
 * - `degraded` the request is answered, the wish is not, or not fully: dropped, moved, or (perhaps) without effect
 * - `blocked`  refused, or what the application reads in the answer is not there
 */
export type Verdict = 'works' | 'alias' | 'emulated' | 'degraded' | 'blocked'

/** From best to worst. */
export const VERDICTS: readonly Verdict[] = ['works', 'alias', 'emulated', 'degraded', 'blocked']

/** A text in each language that people are spoken to in. */
export interface Words {
  readonly en: string
  readonly zh: string
}

/** A verdict with what it rests on, and what can be done about it. */
export interface Judged {
  readonly verdict: Verdict
  readonly detail?: Words
  readonly remedy?: Words
  /** The catalog does not say: the verdict is a guess, and counts only where nothing is known. */
  readonly guess?: true
  /** A bound, where more is better: two of one verdict are compared by it. */
  readonly amount?: number
}

export function words(en: string, zh: string): Words {
  return { en, zh }
}

export function works(detail?: Words): Judged {
  return judged('works', detail)
}

/** Perhaps: it hangs on something that the catalog does not know. */
export function mayWork(detail: Words): Judged {
  return { ...works(detail), guess: true }
}

export function alias(detail: Words): Judged {
  return judged('alias', detail)
}

export function emulated(detail: Words, remedy?: Words): Judged {
  return judged('emulated', detail, remedy)
}

export function degraded(detail: Words, remedy?: Words): Judged {
  return judged('degraded', detail, remedy)
}

export function blocked(detail: Words, remedy?: Words): Judged {
  return judged('blocked', detail, remedy)
}

function judged(verdict: Verdict, detail?: Words, remedy?: Words): Judged {
  return { verdict, ...(detail === undefined ? {} : { detail }), ...(remedy === undefined ? {} : { remedy }) }
}

/** How bad a verdict is: an application that loses nothing in translation loses nothing by it. */
export function rankOf(verdict: Verdict): number {
  return verdict === 'alias' ? 0 : VERDICTS.indexOf(verdict)
}
