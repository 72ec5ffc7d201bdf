import { expect, test } from 'vitest'
import { extrasOf } from '#engine/meter/extras.ts'
import type { ModelRequest } from '#wire/request.ts'

const request = (
  body: object,
  more: Partial<Pick<ModelRequest, 'messages' | 'tools'>> = {},
): Parameters<typeof extrasOf>[0] =>
  ({ source: { text: JSON.stringify(body) }, messages: [], tools: [], ...more }) as unknown as ModelRequest

const native = (type: string, value: object = {}): ModelRequest['tools'][number] => ({
  kind: 'native',
  dialect: 'anthropic-messages',
  type,
  value: { type, ...value },
  path: 'tools.0',
})

test('plain text may be charged for its tokens alone, whatever words it is made of', () => {
  const content = 'say "service_tier": "priority", "enable_search": true and "modalities": []'
  expect(extrasOf(request({ messages: [{ role: 'user', content }] }))).toEqual({ media: false, lanes: false })
})

test('another lane, sounds and searches are told by their members', () => {
  expect([
    extrasOf(request({ service_tier: 'auto' })),
    extrasOf(request({ modalities: ['text', 'audio'] })),
    extrasOf(request({ enable_search: true })),
  ]).toEqual([
    { media: false, lanes: true },
    { media: true, lanes: false },
    { media: false, lanes: false, counts: { 'web-search': 20 } },
  ])
})

test('tools that the platform runs count as often as they say, else twenty times each', () => {
  const tools = [native('web_search_20250305', { max_uses: 3 }), native('web_fetch_20250910'), native('file_search')]
  expect(extrasOf(request({}, { tools })).counts).toEqual({ 'web-search': 3, 'web-fetch': 20, 'file-search': 20 })
})

test('a picture in a message or in the result of a tool is one', () => {
  const image = { kind: 'image', source: { kind: 'url', url: 'https://a.example/b.png' } }
  const message = (part: object): ModelRequest['messages'] =>
    [{ role: 'user', parts: [part], path: '' }] as unknown as ModelRequest['messages']
  expect([
    extrasOf(request({}, { messages: message(image) })).media,
    extrasOf(request({}, { messages: message({ kind: 'tool-result', parts: [image] }) })).media,
    extrasOf(request({}, { messages: message({ kind: 'text', text: 'a' }) })).media,
  ]).toEqual([true, true, false])
})
