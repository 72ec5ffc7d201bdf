import { expect, test } from 'vitest'
import { platforms } from '#catalog/index.ts'
import { routeOf } from '#simulator/routes.ts'

function route(id: string, path: string): readonly unknown[] {
  const platform = platforms.get(id)
  if (platform === undefined) throw new Error(`no platform ${id}`)
  const found = routeOf(platform, 'POST', path)
  return found.kind === 'chat' ? [found.endpoint.dialect, found.model] : [found.kind]
}

test('a path that one model has for itself names the model, before any path that ends alike', () => {
  expect([
    route('qianfan', '/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/completions?access_token=t'),
    route('qianfan', '/wenxinworkshop/chat/completions_pro'),
    route('qianfan', '/v2/chat/completions'),
    route('spark', '/v4.0/chat'),
    route('spark', '/chat/max-32k'),
    route('spark', '/v1/chat/completions'),
  ]).toEqual([
    ['wenxin-chat', 'ERNIE-3.5-8K'],
    ['wenxin-chat', 'ERNIE-4.0-8K'],
    ['openai-chat', undefined],
    ['spark-chat', '4.0Ultra'],
    ['spark-chat', 'max-32k'],
    ['openai-chat', undefined],
  ])
})

test('the root of a host is no end of other paths', () => {
  expect([route('hunyuan', '/'), route('hunyuan', '/messages'), route('hunyuan', '/elsewhere')]).toEqual([
    ['tencent-chat', undefined],
    ['anthropic-messages', undefined],
    ['nothing'],
  ])
})
