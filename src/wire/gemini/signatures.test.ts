import { describe, expect, test } from 'vitest'
import type { Part } from '#wire/part.ts'
import { assistant, BUDGET, readBody, request, result, target, toolCall, user, write } from '#test/support/gemini.ts'

const SKIP = 'skip_thought_signature_validator'

function sealed(signature: string, sealedBy: 'gemini' | 'anthropic-messages' = 'gemini', text = ''): Part {
  return { kind: 'reasoning', text, signature, sealedBy }
}

/** The model's turn in a running tool loop. */
function turn(parts: readonly Part[], quirks = {}): unknown {
  const messages = [user('a'), assistant(parts), result('x', 'done')]
  const { body, warnings } = write(request({ messages }), target(quirks))
  return [body.contents[1].parts, warnings]
}

const call = (thoughtSignature?: string, id = 'x'): unknown => ({
  functionCall: { id, name: 'f', args: {} },
  ...(thoughtSignature === undefined ? {} : { thoughtSignature }),
})

describe('a seal of Gemini', () => {
  test('goes back to the part that follows it', () => {
    expect(
      turn([sealed('s1'), { kind: 'text', text: 'b' }, sealed('s2', 'gemini', 'hm'), toolCall('x'), sealed('s3')]),
    ).toEqual([
      [
        { text: 'b', thoughtSignature: 's1' },
        { text: 'hm', thought: true },
        call('s2'),
        { text: '', thoughtSignature: 's3' },
      ],
      [],
    ])
  })

  test('after another seal stands on an empty text of its own', () => {
    expect(turn([sealed('s1'), sealed('s2'), toolCall('x')])).toEqual([
      [{ text: '', thoughtSignature: 's1' }, call('s2')],
      [],
    ])
  })

  test('comes back from its own words as it was', () => {
    const parts = [
      sealed('s0', 'gemini', 'hm'),
      { kind: 'text', text: 'b' },
      sealed('s1'),
      toolCall('x'),
      sealed('s2'),
    ] as const
    const { body } = write(request({ messages: [user('a'), assistant(parts)] }))
    expect(readBody(body).messages[1]?.parts).toEqual(parts)
  })
})

describe('a step of the running turn without a seal of Gemini', () => {
  const emulated = 'emulated:messages.1.content'

  test('gets Google’s dummy on its first call, for Gemini 3', () => {
    expect(turn([toolCall('x'), toolCall('y')])).toEqual([[call(SKIP), call(undefined, 'y')], [emulated]])
    expect(turn([toolCall('x')], BUDGET)).toEqual([[call()], []])
  })

  test('leaves out what another platform sealed', () => {
    const dropped = 'dropped:messages.1.reasoning_details'
    expect(turn([sealed('s', 'anthropic-messages', 'hm'), toolCall('x')])).toEqual([
      [{ text: 'hm', thought: true }, call(SKIP)],
      [dropped, emulated],
    ])
    const redacted: Part = { kind: 'reasoning-redacted', data: 'd', sealedBy: 'anthropic-messages' }
    expect(turn([redacted, toolCall('x')])).toEqual([[call(SKIP)], [dropped, emulated]])
  })

  test('gets nothing where an earlier turn had it', () => {
    const messages = [
      user('a'),
      assistant([toolCall('x')]),
      result('x', '1'),
      assistant([{ kind: 'text', text: 'b' }], 'messages.3'),
      user('c', 'messages.4'),
    ]
    const { body, warnings } = write(request({ messages }))
    expect([body.contents[1].parts, warnings]).toEqual([[call()], []])
  })

  test('gets one for each step', () => {
    const messages = [
      user('a'),
      assistant([toolCall('x')]),
      result('x', '1'),
      assistant([sealed('s'), toolCall('y')], 'messages.3'),
      result('y', '1', 'messages.4'),
      assistant([toolCall('z')], 'messages.5'),
      result('z', '1', 'messages.6'),
    ]
    const { body, warnings } = write(request({ messages }))
    expect(body.contents.flatMap(({ parts }: any) => parts.map((part: any) => part.thoughtSignature))).toEqual([
      undefined,
      SKIP,
      undefined,
      's',
      undefined,
      SKIP,
      undefined,
    ])
    expect(warnings).toEqual(['emulated:messages.1.content', 'emulated:messages.5.content'])
  })
})

test('earlier thinking does not reach a target that refuses it', () => {
  expect(turn([sealed('s', 'gemini', 'hm'), toolCall('x')], { ...BUDGET, reasoningReturn: 'refused' })).toEqual([
    [call()],
    ['dropped:messages.1.reasoning_details'],
  ])
})
