import type { Family } from '#catalog/schema.ts'

const sources = [
  'https://help.aliyun.com/en/model-studio/deep-thinking',
  'https://www.alibabacloud.com/help/zh/model-studio/qwen-api-via-openai-chat-completions',
]

/**
 * Qwen: who thinks when nothing is said. Commercial plus, flash and turbo before 3.5 do not, so they need no family.
 * That DashScope refuses unstreamed calls of some is the host's rule and stands in its rows.
 */
export const QWEN_FAMILIES: readonly Family[] = [
  { id: 'qwen3-hybrid', quirks: { thinkingDefault: 'on' }, sources },
  { id: 'qwen3-thinking', quirks: { thinkingDefault: 'always' }, sources },
  { id: 'qwen3.5', quirks: { thinkingDefault: 'on' }, sources },
  { id: 'qwen3.8', quirks: { thinkingDefault: 'on' }, sources },
  { id: 'qwq', quirks: { thinkingDefault: 'always' }, sources },
]
