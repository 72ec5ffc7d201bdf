import { expect, test } from 'vitest'
import { platforms, resolve } from '#catalog/index.ts'
import { keptOf, note, startNotes } from '#engine/recall/answer.ts'
import { keptText, readKept } from '#engine/recall/kept.ts'
import { restoredTurns } from '#engine/recall/restore.ts'
import { keysOfAnswer, lostTurns } from '#engine/recall/turns.ts'
import type { Target } from '#engine/target.ts'
import { anthropicMessages } from '#wire/anthropic-messages/index.ts'
import type { DialectId } from '#wire/dialect.ts'
import type { Event } from '#wire/event.ts'
import { openaiChat } from '#wire/openai-chat/index.ts'
import type { Part } from '#wire/part.ts'
import type { Message } from '#wire/request.ts'

const ACCOUNT = { provider: 'mine', platform: 'anthropic' }

function seal(block: number, signature: string): Event[] {
  return [
    { type: 'reasoning-signature', block, signature, sealedBy: 'anthropic-messages' },
    { type: 'block-end', block },
  ]
}

/** Thinking before a text, before a call, at the end; one that nobody can read. */
const INTERLEAVED: Event[] = [
  { type: 'start' },
  { type: 'reasoning-delta', block: 0, text: 'fir' },
  { type: 'reasoning-delta', block: 0, text: 'st' },
  ...seal(0, 's1'),
  { type: 'text-delta', block: 1, text: 'Let me ' },
  { type: 'text-delta', block: 1, text: 'see.' },
  { type: 'block-end', block: 1 },
  { type: 'reasoning-redacted', block: 2, data: 'd', sealedBy: 'anthropic-messages' },
  { type: 'reasoning-delta', block: 3, text: 'second' },
  ...seal(3, 's2'),
  { type: 'tool-call-start', block: 4, id: 'toolu_abcdefghijklmnop', name: 'f' },
  { type: 'block-end', block: 4 },
  { type: 'reasoning-delta', block: 5, text: 'another answer', choice: 1 },
  { type: 'reasoning-delta', block: 5, text: 'last' },
  { type: 'finish', reason: 'tool-calls', native: 'tool_use' },
  { type: 'end' },
]

const sealedBy = 'anthropic-messages'
const FIRST: Part = { kind: 'reasoning', text: 'first', signature: 's1', sealedBy }
const REDACTED: Part = { kind: 'reasoning-redacted', data: 'd', sealedBy }
const SECOND: Part = { kind: 'reasoning', text: 'second', signature: 's2', sealedBy }
const LAST: Part = { kind: 'reasoning', text: 'last' }
const TEXT: Part = { kind: 'text', text: 'Let me see.' }
const CALL: Part = { kind: 'tool-call', id: 'toolu_abcdefghijklmnop', name: 'f', arguments: '{}' }

function kept(events: readonly Event[] = INTERLEAVED): NonNullable<ReturnType<typeof keptOf>> {
  const notes = startNotes(false)
  for (const event of events) note(notes, [event])
  return keptOf(notes, ACCOUNT)!
}

function target(platform: string, dialect: DialectId, model = 'm'): Target {
  const resolved = resolve({ platform: platforms.get(platform)!, model, dialect, baseUrl: 'http://here' })
  if (!resolved.ok) throw new Error(resolved.reason)
  return { id: `mine/${model}`, provider: { id: 'mine' } as Target['provider'], resolved: resolved.value, weight: 1 }
}

function turn(...parts: Part[]): Message {
  return { role: 'assistant', parts, path: 'messages.1' }
}

test('an answer’s thinking is kept with what it stands before, and read again as it was', () => {
  expect(kept()).toEqual({
    account: ACCOUNT,
    thoughts: [
      { part: FIRST, before: { text: 0 } },
      { part: REDACTED, before: { call: 'toolu_abcdefghijklmnop' } },
      { part: SECOND, before: { call: 'toolu_abcdefghijklmnop' } },
      { part: LAST },
    ],
  })
  expect(readKept(keptText(kept()))).toEqual(kept())
  expect(['', '[]', '{"thoughts":[]}', '{"account":{},"thoughts":[]}'].map(readKept)).toEqual(Array(4).fill(undefined))
  expect(kept([{ type: 'text-delta', block: 0, text: 'a' }])).toBeUndefined()
  expect(kept([{ type: 'reasoning-delta', block: 0, text: 'x'.repeat(1_000_001) }])).toBeUndefined()
})

test('it comes back into its places, as far as the platform can use it', () => {
  const restored = (to: Target, parts: Part[], thinks = false): unknown =>
    restoredTurns([{ message: turn(...parts), thinks, kept: kept() }], to).map((one) => one.parts)
  const claude = target('anthropic', 'anthropic-messages', 'claude-opus-4-8')
  expect(restored(claude, [TEXT, CALL])).toEqual([[FIRST, TEXT, REDACTED, SECOND, CALL]])
  expect(restored(claude, [CALL])).toEqual([[FIRST, REDACTED, SECOND, CALL]])
  const deepseek = target('deepseek', 'openai-chat', 'deepseek-v4-pro')
  const plain = (text: string): Part => ({ kind: 'reasoning', text })
  expect(restored(deepseek, [TEXT, CALL])).toEqual([[plain('first'), TEXT, plain('second'), CALL, LAST]])
  expect(restored(target('openai', 'openai-chat'), [TEXT, CALL])).toEqual([])
  // Beside the caller's own thinking only a seal without text may stand.
  expect(restored(claude, [plain('mine'), TEXT, CALL], true)).toEqual([])
})

test('a turn is found again by each of its calls, by its words after a call, and not in another conversation', () => {
  const user = (text: string): Message => ({ role: 'user', parts: [{ kind: 'text', text }], path: 'messages.0' })
  const call = (id: string): Part => ({ kind: 'tool-call', id, name: 'get_weather', arguments: '{}' })
  const asked = [user('Weather?')]
  const counting = { id: 'functions.get_weather:0', name: 'get_weather' }
  const random = { id: 'call_00_AbCdEf0123456789', name: 'get_weather' }
  const keys = keysOfAnswer(asked, [random, counting])
  const parted = [turn(call(random.id)), turn(call(counting.id))]
  expect(lostTurns([...asked, ...parted], true).map(({ key }) => key)).toEqual(keys)
  const elsewhere = lostTurns([user('Another?'), ...parted], true).map(({ key }) => key)
  expect([elsewhere[0] === keys[0], elsewhere[1] === keys[1]]).toEqual([true, false])

  const loop = [...asked, turn(call(random.id))]
  const said = turn({ kind: 'text', text: 'It rains.' })
  expect(lostTurns([...loop, said], true).at(-1)?.key).toBe(keysOfAnswer(loop, [], ' It rains.\n')[0])
  expect(lostTurns([...loop, said], false)).toHaveLength(1)
  expect([keysOfAnswer(asked, [], 'It rains.'), keysOfAnswer(loop, [])]).toEqual([[], []])
  expect(lostTurns([...asked, said, user('And now?'), said], true)).toEqual([])
})

test('turns that have what they need are not looked up', () => {
  const lost = lostTurns([turn(SECOND, CALL), turn(LAST, CALL), turn(CALL)], false)
  expect(lost.map(({ thinks }) => thinks)).toEqual([true, false])
})

test('the caller’s own text gets the thinking as the caller would have sent it', () => {
  const [restored] = restoredTurns(
    [{ message: turn(TEXT, CALL), thinks: false, kept: kept() }],
    target('anthropic', 'anthropic-messages'),
  )
  const claude = `{"model":"m","messages":[{"role":"user","content":"u"},{"role":"assistant","extra":1e2,"content":[{"type":"text","text":"Let me see."},{"type":"tool_use","id":"toolu_abcdefghijklmnop","name":"f","input":{"n":12345678901234567890}}]}]}`
  const { text } = anthropicMessages.restoreReasoning!({ text: claude, json: JSON.parse(claude) }, [restored!])
  expect(text).toBe(
    claude
      .replace('[{"type":"text"', '[{"type":"thinking","thinking":"first","signature":"s1"},{"type":"text"')
      .replace(
        '{"type":"tool_use"',
        '{"type":"redacted_thinking","data":"d"},{"type":"thinking","thinking":"second","signature":"s2"},{"type":"tool_use"',
      ),
  )
  const openai = {
    messages: [
      { role: 'user', content: 'u' },
      {
        role: 'assistant',
        content: 'Let me see.',
        tool_calls: [{ id: CALL.id, type: 'function', function: { name: 'f' } }],
      },
    ],
  }
  const loose: Part = { kind: 'reasoning', text: '', signature: 'g', sealedBy: 'openai-chat' }
  const turns = [{ path: 'messages.1', parts: [LAST, TEXT, loose, CALL], added: new Set([LAST, loose]) }]
  const { json } = openaiChat.restoreReasoning!({ text: JSON.stringify(openai), json: openai }, turns)
  const [, assistant] = openai.messages
  expect(json).toEqual({
    messages: [
      openai.messages[0],
      {
        ...assistant,
        reasoning_content: 'last',
        tool_calls: [{ ...assistant!.tool_calls![0], extra_content: { google: { thought_signature: 'g' } } }],
      },
    ],
  })
})
