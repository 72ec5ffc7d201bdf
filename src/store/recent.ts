/** A text, and when it stops to count. */
interface Held {
  readonly text: string
  /** Unix milliseconds. */
  readonly expiresAt: number
  readonly bytes: number
}

/** What an entry costs beside its texts. */
const ENTRY_BYTES = 200
/** One text may not push out all others. */
const LARGEST_SHARE = 4

/** Texts that were written or read lately, up to a number of bytes: the one that was not asked for longest goes first. */
export class Recent {
  readonly #most: number
  readonly #held = new Map<string, Held>()
  #bytes = 0

  constructor(most: number) {
    this.#most = most
  }

  get(place: string, now: number): string | undefined {
    const found = this.#held.get(place)
    if (found === undefined) return undefined
    this.drop(place)
    if (found.expiresAt <= now) return undefined
    this.#add(place, found)
    return found.text
  }

  put(place: string, text: string, expiresAt: number): void {
    this.drop(place)
    const bytes = (place.length + text.length) * 2 + ENTRY_BYTES
    if (bytes > this.#most / LARGEST_SHARE) return
    this.#add(place, { text, expiresAt, bytes })
    for (const oldest of this.#held.keys()) {
      if (this.#bytes <= this.#most) return
      this.drop(oldest)
    }
  }

  drop(place: string): void {
    this.#bytes -= this.#held.get(place)?.bytes ?? 0
    this.#held.delete(place)
  }

  clear(): void {
    this.#held.clear()
    this.#bytes = 0
  }

  #add(place: string, held: Held): void {
    this.#held.set(place, held)
    this.#bytes += held.bytes
  }
}
