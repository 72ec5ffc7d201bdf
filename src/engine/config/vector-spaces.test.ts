import { expect, test } from 'vitest'
import { released } from '#catalog/index.ts'
import type { ProviderConfig, RouteConfig } from '#engine/config/config.ts'
import { checkSpace } from '#engine/config/vector-spaces.ts'

const providers = new Map(
  ['openai', 'azure', 'dashscope', 'siliconflow', 'huawei-maas', 'vllm'].map((id) => [
    id,
    { id, platform: id } as unknown as ProviderConfig,
  ]),
)

function check(name: string, targets: readonly string[], vectorSpace?: string): string {
  const route: RouteConfig = {
    name,
    targets: targets.map((target) => ({ target, weight: 1 })),
    strategy: 'priority',
    ...(vectorSpace === undefined ? {} : { vectorSpace }),
  }
  const { finding, note } = checkSpace(route, providers, released)
  return finding === undefined ? (note === undefined ? 'fine' : `note: ${note}`) : `problem: ${finding.message}`
}

test.each([
  { name: 'embed', targets: ['openai/text-embedding-3-small', 'azure/text-embedding-3-small'], says: /^fine$/ },
  { name: 'embed', targets: ['siliconflow/BAAI/bge-m3', 'huawei-maas/bge-m3', 'vllm/bge-m3'], says: /^fine$/ },
  { name: 'text-embedding-3-small', targets: ['openai/text-embedding-3-small'], says: /^fine$/ },
  { name: 'chat', targets: ['openai/gpt-4o', 'dashscope/qwen-max'], says: /^fine$/ },
  { name: 'unknown', targets: ['vllm/one', 'vllm/two'], says: /^fine$/ },
  {
    name: 'embed',
    targets: ['openai/text-embedding-3-small', 'dashscope/text-embedding-v4'],
    says: /^problem: leads to different vector spaces/,
  },
  {
    name: 'embed',
    targets: ['openai/text-embedding-3-small', 'openai/text-embedding-3-large'],
    says: /^problem: leads to different vector spaces/,
  },
  { name: 'embed', targets: ['dashscope/text-embedding-v4', 'vllm/mine'], says: /^problem: leads to different/ },
  { name: 'embed', targets: ['dashscope/text-embedding-v4', 'openai/gpt-4o'], says: /^problem: leads to different/ },
  {
    name: 'openai/text-embedding-ada-002',
    targets: ['dashscope/text-embedding-v4'],
    says: /^problem: bears the name of one embedding model and leads to another/,
  },
])('$name → $targets: $says', ({ name, targets, says }) => {
  expect(check(name, targets)).toMatch(says)
})

test("the operator's word lifts it, and stands in the notes where it was needed", () => {
  const two = ['openai/text-embedding-3-small', 'dashscope/text-embedding-v4']
  expect([check('embed', two, 'ours'), check('embed', two.slice(0, 1), 'ours')]).toEqual([
    expect.stringMatching(
      /^note: routes\.embed\.vectorSpace: by the operator's word\. Without it, this route leads to/,
    ),
    'fine',
  ])
})
