import { expect, test } from 'vitest'
import { threads } from '#wire/openai-responses/threads.ts'
import type { Source } from '#wire/request.ts'
import type { KeptAnswer } from '#wire/threads.ts'

function source(text: string): Source {
  return { text, json: JSON.parse(text) }
}

const SEALED = { id: 'rs_1', type: 'reasoning', summary: [], encrypted_content: 'c2VhbA==' }
const KEPT: KeptAnswer = {
  input: '[ {"role":"user","content":"One","n":9007199254740993} ]',
  response: JSON.stringify({
    id: 'resp_1',
    status: 'completed',
    output: [
      SEALED,
      { id: 'rs_2', type: 'reasoning', summary: [] },
      { id: 'rs_3', type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }] },
      { id: 'fc_1', type: 'function_call', status: 'completed', call_id: 'c', name: 'f', arguments: '{}' },
      { id: 'ws_1', type: 'web_search_call', status: 'completed' },
    ],
  }),
}

test('a request says in place of the id all that was said, its own turns and those before it character for character', () => {
  const asked =
    '{"model":"m", "previous_response_id":"resp_1","input": [{"role":"user","content":"Two","n":1.0}], "x":1e400}'
  const { source: whole, turns } = threads.spellOut(source(asked), KEPT)
  expect(whole.text).toBe(
    '{"model":"m","input": [{"role":"user","content":"One","n":9007199254740993},' +
      '{"type":"reasoning","summary":[],"encrypted_content":"c2VhbA=="},' +
      '{"type":"reasoning","summary":[{"type":"summary_text","text":"Hm."}],"encrypted_content":"tw.unsealed"},' +
      '{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},' +
      '{"id":"ws_1","type":"web_search_call","status":"completed"},' +
      '{"role":"user","content":"Two","n":1.0}],"x":1e400}',
  )
  expect([turns, whole.json]).toEqual([5, JSON.parse(whole.text)])
})

test.each(['"Two"', '[]', 'null', '[{"role":"user","content":"Two"}]'])('own turns of %s come last', (input) => {
  const { source: whole } = threads.spellOut(source(`{"input":${input},"previous_response_id":"resp_1"}`), KEPT)
  const own = (whole.json['input'] as unknown[]).slice(5)
  expect(own).toEqual(input === '[]' || input === 'null' ? [] : [{ role: 'user', content: 'Two' }])
  expect(JSON.parse(whole.text)).toEqual(whole.json)
})

test('a spelt-out request that was edited names the answer again', () => {
  const asked = source(
    '{"previous_response_id":"resp_1","input":[{"role":"user","content":"Two","n":9007199254740993}]}',
  )
  const spelt = threads.spellOut(asked, KEPT)
  const again = threads.nameAgain(spelt.source, spelt)
  expect(again.text).toBe(
    '{"input":[{"role":"user","content":"Two","n":9007199254740993}],"previous_response_id":"resp_1"}',
  )
  expect(again.json).toEqual(JSON.parse(again.text))
})

test('places are those of the caller’s own request', () => {
  const list = { turns: 5, whole: false }
  expect(['input.6.content.0', 'input.2.role', 'tools.0'].map((path) => threads.pathIn(path, list))).toEqual([
    'input.1.content.0',
    'previous_response_id.input.2.role',
    'tools.0',
  ])
  expect(threads.pathIn('input.5.content', { turns: 5, whole: true })).toBe('input')
})

function follow(...frames: readonly { event?: string; data: string }[]): unknown {
  const track = threads.startAnswer()
  return frames.map((frame) => threads.followAnswer(track, [frame]))
}

test('an answer is known by the frame that ends it well, with or without names of frames', () => {
  const response = '{"id":"resp_9","status":"incomplete","output":[{"type":"message"}],"n":9007199254740993}'
  const data = `{"type":"response.incomplete","sequence_number":4,"response":${response}}`
  const found = { id: 'resp_9', response }
  expect(follow({ event: 'response.incomplete', data })).toEqual([found])
  expect(follow({ data })).toEqual([found])
  const failed = data.replaceAll('incomplete', 'failed')
  expect(follow({ event: 'response.failed', data: failed }, { data: failed }, { data: '' })).toEqual(
    Array(3).fill(undefined),
  )
})

test('a whole answer is kept unless it failed', () => {
  const whole = '{\n "id": "resp_9", "object": "response", "status": "completed", "output": []}'
  expect(follow({ data: whole })).toEqual([{ id: 'resp_9', response: whole }])
  expect(follow({ data: whole.replace('completed', 'failed') })).toEqual([undefined])
})

test('a stream whose end does not repeat its items is kept with them', () => {
  const item = '{"id":"msg_1","type":"message","n":9007199254740993}'
  const end = '{"type":"response.completed","response":{"id":"resp_9","status":"completed","output":[]}}'
  expect(
    follow(
      { event: 'response.output_item.done', data: `{"type":"response.output_item.done","item":${item}}` },
      { event: 'response.completed', data: end },
    ),
  ).toEqual([undefined, { id: 'resp_9', response: `{"id":"resp_9","status":"completed","output":[${item}]}` }])
})
