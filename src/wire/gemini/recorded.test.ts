import { describe, expect, test } from 'vitest'
import { inputTokens, outputTokens } from '#wire/usage.ts'
import { gemini } from '#wire/gemini/index.ts'
import { context, read, readWhole } from '#test/support/gemini.ts'
import { HAVE_RECORDINGS, recordedLines, recordedText } from '#test/support/recordings.ts'

/** What an answer says, read as naively as possible: the judge of the reader. */
function told(chunks: readonly any[]): unknown {
  const answer = { text: '', signatures: [] as string[], calls: [] as unknown[], finish: '', usage: {} as any }
  for (const { candidates = [], usageMetadata } of chunks) {
    if (usageMetadata) answer.usage = usageMetadata
    for (const { content, finishReason } of candidates) {
      if (finishReason) answer.finish = finishReason
      for (const part of content?.parts ?? []) {
        answer.text += part.text ?? ''
        if (part.thoughtSignature) answer.signatures.push(part.thoughtSignature)
        if (part.functionCall) answer.calls.push([part.functionCall.name, part.functionCall.args])
      }
    }
  }
  const { promptTokenCount, totalTokenCount } = answer.usage
  return { ...answer, usage: [promptTokenCount, totalTokenCount - promptTokenCount] }
}

function heard(events: ReturnType<typeof read>): unknown {
  const answer = { text: '', signatures: [] as string[], calls: [] as unknown[][], finish: '', usage: [] as number[] }
  for (const event of events) {
    if (event.type === 'text-delta') answer.text += event.text
    if (event.type === 'reasoning-signature') answer.signatures.push(event.signature)
    if (event.type === 'tool-call-start') answer.calls.push([event.name])
    if (event.type === 'tool-call-delta') answer.calls.at(-1)?.push(JSON.parse(event.arguments))
    if (event.type === 'finish') answer.finish = event.native
    if (event.type === 'usage') answer.usage = [inputTokens(event.usage), outputTokens(event.usage)]
  }
  return answer
}

describe.skipIf(!HAVE_RECORDINGS)('real answers', () => {
  test.each(['text', 'tool-call'])('the stream of %s', (name) => {
    const lines = recordedLines(`gemini/${name}.chunks.jsonl`)
    const events = read(lines)
    expect(heard(events)).toEqual(told(lines.map((line) => JSON.parse(line))))
    expect(events.at(-1)).toEqual({ type: 'end' })
    expect(read(lines.slice(0, -1)).at(-1)).toMatchObject({ type: 'failure', failure: { kind: 'cut' } })
  })

  test('the call ends in calls, its signature before it', () => {
    const types = read(recordedLines('gemini/tool-call.chunks.jsonl')).map(({ type }) => type)
    expect(types).toEqual([
      'start',
      'reasoning-signature',
      'block-end',
      'tool-call-start',
      'tool-call-delta',
      'block-end',
      'usage',
      'finish',
      'end',
    ])
  })

  test('the whole text', () => {
    const text = recordedText('gemini/text.json')
    expect(heard(readWhole(text))).toEqual(told([JSON.parse(text)]))
  })

  test('a limit says when to come again', () => {
    const body = recordedText('gemini/429-retry-info.json')
    expect(gemini.readFailure({ status: 429, headers: {}, body }, context())).toMatchObject({
      kind: 'rate-limit',
      retryable: true,
      retryAfterMs: 34_400,
      platform: { platform: 'gemini', status: 429, code: 'RESOURCE_EXHAUSTED' },
    })
  })
})
