import type { Family } from '#catalog/schema.ts'

const sources = ['https://docs.bigmodel.cn/cn/guide (2026-09)', 'zai-org/z-ai-sdk-python']

/** GLM: thinks by default from 4.5, by degrees from 5.2. */
export const GLM_FAMILIES: readonly Family[] = [
  { id: 'glm-4.5', quirks: { thinkingDefault: 'on' }, sources },
  { id: 'glm-5.2', quirks: { efforts: { high: 'high', max: 'max' }, thinkingDefault: 'on' }, sources },
  // GLM-Z1 and GLM-4.1V-Thinking.
  { id: 'glm-thinking', quirks: { thinkingDefault: 'always' }, sources },
  // Character play takes no tools.
  { id: 'charglm', quirks: { refusedFields: ['tools', 'tool_choice', 'parallel_tool_calls'] }, sources },
]
