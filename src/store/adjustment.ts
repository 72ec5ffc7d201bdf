/** A correction of the books: an entry of its own, never a change of another. */
export interface Adjustment {
  /** Booked once, however often it is sent. */
  readonly id: string
  /** When that counts which it corrects, Unix milliseconds. */
  readonly at: number
  /** Absent = of nobody's key: it counts in no budget. */
  readonly keyId?: string
  /** Scopes above the key. */
  readonly above?: readonly string[]
  readonly model: string
  /** `provider/model` */
  readonly target: string
  /** Below zero where too much was booked. */
  readonly nanos: bigint
  readonly currency: string
  readonly reason: string
  /** Who says so. */
  readonly actor: string
  /** The request, or the line of a bill, that it is about. */
  readonly reference?: string
}

/** One that is in the books. */
export interface BookedAdjustment extends Adjustment {
  /** Unix milliseconds. */
  readonly bookedAt: number
}

/** Where the books contradict themselves. */
export interface Discrepancy {
  readonly check: 'postings' | 'held' | 'spent' | 'sums' | 'tagged-sums' | 'open'
  /** Fit for an operator. */
  readonly message: string
}
