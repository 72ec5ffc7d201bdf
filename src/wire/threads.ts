import type { Frame } from '#wire/event.ts'
import type { Quirks } from '#wire/quirks.ts'
import type { Source } from '#wire/request.ts'

/**
 * Going on from an answer by naming it, in a dialect that has words for that. What is kept is JSON text, character for
 * character as it went by: numbers beyond a double and fields that nobody knows come back as they were.
 */
export interface Threads {
  readonly wish: (source: Source) => ThreadWish
  /** Whether a platform keeps its answers by itself, so that one can be named there. */
  readonly keeps: (quirks: Quirks) => boolean
  /** All turns of a request, as the text of a list. */
  readonly inputOf: (source: Source) => string
  /** The request as one that says all that was said before, in place of naming it. */
  readonly spellOut: (source: Source, answer: KeptAnswer) => SpeltOut
  /** A spelt-out request, edited since or not, as one that names the answer again. */
  readonly nameAgain: (source: Source, spelt: Pick<SpeltOut, 'turns' | 'named'>) => Source
  /** Turns that a request names by their ids in place of saying them: clients do so where answers are kept. */
  readonly referencesIn: (source: Source) => readonly string[]
  /** The request with those turns said of which the text is at hand. Undefined where there is none. */
  readonly withTurns: (source: Source, turns: ReadonlyMap<string, string>) => Source | undefined
  /** The turns of an answer that a later request may name, by id. */
  readonly turnsIn: (response: string) => ReadonlyMap<string, string>
  /** Where in the caller's own text a path of the spelt-out one is. */
  readonly pathIn: (path: string, spelt: Pick<SpeltOut, 'turns' | 'whole'>) => string
  readonly startAnswer: () => AnswerTrack
  /** Follows an answer on its way out. The answer, with the frame that ends it well. */
  readonly followAnswer: (track: AnswerTrack, frames: readonly Frame[]) => FinishedAnswer | undefined
  /** A kept answer's turns as a page of the list that clients ask for. */
  readonly inputPage: (answer: KeptAnswer & { readonly id: string }, page: PageWish) => unknown
}

/** Which part of a list, in the words of the query; each may be missing or nonsense. */
export type PageWish = Readonly<Partial<Record<'order' | 'limit' | 'after', string>>>

/** What a request says of answers before it, and of its own. */
export interface ThreadWish {
  /** Id of the answer that it goes on from. */
  readonly previous?: string
  /** Later requests may name its answer. */
  readonly keep: boolean
  /** The field that names a state which only the platform has. */
  readonly heldThere?: string
}

/** JSON texts of an answer and of all turns before it. */
export interface KeptAnswer {
  readonly input: string
  readonly response: string
}

export interface SpeltOut {
  readonly source: Source
  /** Id of the answer that was named. */
  readonly named: string
  /** How many of the turns are not the caller's own. */
  readonly turns: number
  /** The caller's own turns are one text, and no list. */
  readonly whole: boolean
}

/** Frames of an answer that hold whole turns, in case that its end does not repeat them. */
export interface AnswerTrack {
  readonly turns: Frame[]
}

export interface FinishedAnswer {
  readonly id: string
  /** The JSON text of the answer as its caller has it. */
  readonly response: string
}
