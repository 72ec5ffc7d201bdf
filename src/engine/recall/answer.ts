import type { Anchor, KeptTurn, Thought } from '#engine/recall/kept.ts'
import type { Event, ReasoningDelta, ReasoningRedacted, ReasoningSignature } from '#wire/event.ts'
import type { SealAccount } from '#wire/shape/seal.ts'

/** A thought as far as it has come. */
interface Noted {
  readonly block: number
  readonly redacted: boolean
  text: string
  seal: string | undefined
  sealedBy: ReasoningSignature['sealedBy']
  before: Anchor | undefined
}

/** What is noted of an answer while it goes by, of the first of several. */
export interface Notes {
  readonly thoughts: Noted[]
  readonly calls: { readonly id: string; readonly name: string }[]
  /** All text of the answer; absent where nobody will ask for it. */
  said: string | undefined
  texts: number
  inText: boolean
}

/** A turn's thinking beyond this many characters is not kept. */
const LONGEST = 1_000_000

/** `words`: the answer's text is wanted, too. */
export function startNotes(words: boolean): Notes {
  return { thoughts: [], calls: [], said: words ? '' : undefined, texts: 0, inText: false }
}

/** Takes note of a batch. */
export function note(notes: Notes, events: readonly Event[]): void {
  for (const event of events) if ((event.choice ?? 0) === 0) noteOne(notes, event)
}

function noteOne(notes: Notes, event: Event): void {
  switch (event.type) {
    case 'reasoning-delta':
    case 'reasoning-signature':
    case 'reasoning-redacted':
      notes.inText = false
      think(notes, event)
      return
    case 'text-delta':
      if (event.text === '') return
      if (!notes.inText) anchor(notes, { text: notes.texts++ })
      notes.inText = true
      if (notes.said !== undefined) notes.said += event.text
      return
    case 'tool-call-start':
      notes.inText = false
      anchor(notes, { call: event.id })
      notes.calls.push({ id: event.id, name: event.name })
      return
    default:
  }
}

function think({ thoughts }: Notes, event: ReasoningDelta | ReasoningSignature | ReasoningRedacted): void {
  const { block } = event
  if (event.type === 'reasoning-redacted') {
    const { data: seal, sealedBy } = event
    thoughts.push({ block, redacted: true, text: '', seal, sealedBy, before: undefined })
    return
  }
  let thought = thoughts.findLast((one) => one.block === block)
  if (thought === undefined) {
    thought = { block, redacted: false, text: '', seal: undefined, sealedBy: undefined, before: undefined }
    thoughts.push(thought)
  }
  if (event.type === 'reasoning-delta') thought.text += event.text
  else {
    thought.seal = event.signature
    thought.sealedBy = event.sealedBy
  }
}

/** What comes next stands behind the thoughts that wait for it. */
function anchor({ thoughts }: Notes, before: Anchor): void {
  for (let i = thoughts.length - 1; i >= 0; i--) {
    const thought = thoughts[i]
    if (thought === undefined || thought.before !== undefined) return
    thought.before = before
  }
}

/** Seals of the answer. */
export function sealsIn({ thoughts }: Notes): string[] {
  return thoughts.flatMap(({ seal }) => (seal === undefined ? [] : [seal]))
}

/** The answer's thinking as it is kept; undefined where there is none, or too much. */
export function keptOf({ thoughts }: Notes, account: SealAccount): KeptTurn | undefined {
  const kept = thoughts.filter(({ text, seal }) => text !== '' || seal !== undefined)
  const length = kept.reduce((sum, { text, seal = '' }) => sum + text.length + seal.length, 0)
  if (kept.length === 0 || length > LONGEST) return undefined
  return {
    account,
    thoughts: kept.map((thought) => {
      const part = partOf(thought)
      return thought.before === undefined ? { part } : { part, before: thought.before }
    }),
  }
}

function partOf({ redacted, text, seal, sealedBy }: Noted): Thought {
  const maker = sealedBy === undefined ? {} : { sealedBy }
  if (redacted) return { kind: 'reasoning-redacted', data: seal ?? '', ...maker }
  return { kind: 'reasoning', text, ...(seal === undefined ? {} : { signature: seal, ...maker }) }
}
