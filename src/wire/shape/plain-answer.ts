import type { FinishReason } from '#wire/event.ts'
import type { Usage } from '#wire/usage.ts'

/*
 * What answers of OpenAI's kind say whatever their fields are called: texts, thinking, calls, an end, figures. The
 * older native dialects of Tencent, iFlytek, SenseTime and Baidu say this and no more; each undresses its own
 * payloads into these words, and dresses these words.
 */

/** A call or a fragment of one. What comes without index and id goes on with the call before, unless it has a name. */
export interface SaidCall {
  readonly index?: number
  readonly id?: string
  readonly name?: string
  readonly arguments?: string
}

/** What one payload says of one answer. */
export interface SaidChoice {
  readonly index: number
  readonly reasoning?: string
  readonly text?: string
  readonly calls?: readonly SaidCall[]
  /** The platform's word for why it stopped; empty where it has stopped without one. Absent = it goes on. */
  readonly finish?: string
}

/** What one payload says. */
export interface Said {
  readonly id?: string
  readonly model?: string
  /** Unix seconds. */
  readonly created?: number
  readonly choices: readonly SaidChoice[]
  readonly usage?: Usage
  /** Paths of what is said beside the answer: sources of a search, questions to go on with. */
  readonly beside?: readonly string[]
  /** Nothing comes after this payload. */
  readonly last?: boolean
}

/** What every payload of one answer may repeat. */
export interface Head {
  readonly id: string
  readonly model: string
  /** Unix seconds. */
  readonly created: number
}

/** A call with all of its arguments. */
export interface WholeCall {
  readonly id: string
  readonly name: string
  readonly arguments: string
}

/** One thing to put into a payload of a stream. */
export interface Piece {
  readonly choice: number
  readonly text?: string
  readonly reasoning?: string
  readonly call?: WholeCall
  /** The number of the call among those of its choice. */
  readonly callIndex?: number
  readonly finish?: FinishReason
  readonly usage?: Usage
  /** Payloads before this one. */
  readonly sequence: number
  /** Nothing comes after it. */
  readonly last: boolean
}

/** One answer in one piece. */
export interface WholeChoice {
  readonly index: number
  readonly text: string
  readonly reasoning: string
  readonly calls: readonly WholeCall[]
  readonly finish: FinishReason
}

/** All answers in one piece, by index. */
export interface WholeAnswer {
  readonly choices: readonly WholeChoice[]
  readonly usage: Usage | undefined
}
