import { describe, expect, test } from 'vitest'
import {
  awsEventStreamBytes,
  awsEventStreamReader,
  endAwsEventStream,
  readAwsEventStream,
} from '#engine/framing/aws-event-stream.ts'
import { HAVE_RECORDINGS, recordedLines, recordedText } from '#test/support/recordings.ts'
import { eventsOf, frame, loose, readContext, writeContext } from '#wire/bedrock-converse/fixture.ts'
import { bedrockConverse } from '#wire/bedrock-converse/index.ts'
import type { Event, Frame } from '#wire/event.ts'

/** A line's only member is the event's name. */
function recorded(): Frame[] {
  return recordedLines('bedrock/text.chunks.jsonl').map((line) => {
    const [[event, data] = ['', {}]] = Object.entries<object>(JSON.parse(line))
    return frame(event, { ...data })
  })
}

function textIn(events: readonly Event[]): string {
  return events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('')
}

/** The frames of bytes that come in pieces of a size. */
function reread(bytes: Uint8Array, size: number): Frame[] {
  const reader = awsEventStreamReader(1 << 20)
  const frames: Frame[] = []
  for (let from = 0; from < bytes.length; from += size) {
    frames.push(...(readAwsEventStream(reader, bytes.subarray(from, from + size)) ?? []))
  }
  return [...frames, ...endAwsEventStream(reader)]
}

describe.skipIf(!HAVE_RECORDINGS)('recorded', () => {
  test('a stream tells its text, its end and its figures', () => {
    const lines = recordedLines('bedrock/text.chunks.jsonl').map((line) => JSON.parse(line))
    const events = eventsOf(recorded())
    expect(textIn(events)).toBe(lines.map((line) => line.contentBlockDelta?.delta.text ?? '').join(''))
    const { usage } = lines.at(-1).metadata
    expect(events.slice(-3)).toEqual([
      { type: 'finish', reason: 'stop', native: 'end_turn' },
      {
        type: 'usage',
        usage: expect.objectContaining({ inputFresh: usage.inputTokens, outputText: usage.outputTokens, raw: usage }),
      },
      { type: 'end' },
    ])
  })

  test.each([1, 7, 1000])('the same in pieces of %i bytes, and back to the very bytes', (size) => {
    const bytes = awsEventStreamBytes(recorded())
    const frames = reread(bytes, size)
    expect(eventsOf(frames)).toEqual(eventsOf(recorded()))
    const { readEvents, writeEvents } = bedrockConverse
    const reading = readEvents.start(readContext())
    const writing = writeEvents.start(writeContext(true))
    const out = frames.flatMap((each) => writeEvents.step(writing, readEvents.step(reading, each)))
    expect(Buffer.from(awsEventStreamBytes([...out, ...writeEvents.end(writing)])).equals(Buffer.from(bytes))).toBe(
      true,
    )
  })

  test('a whole answer tells the same of itself', () => {
    const data = recordedText('bedrock/text.json')
    const { output, usage } = JSON.parse(data)
    const events = loose(bedrockConverse.readEvents.whole(readContext(), { data }))
    expect(events).toEqual([
      { type: 'start' },
      { type: 'text-delta', block: 0, text: output.message.content[0].text },
      { type: 'block-end', block: 0 },
      {
        type: 'usage',
        usage: expect.objectContaining({ inputFresh: usage.inputTokens, outputText: usage.outputTokens, raw: usage }),
      },
      { type: 'finish', reason: 'stop', native: 'end_turn' },
      { type: 'end' },
    ])
  })
})
