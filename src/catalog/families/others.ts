import type { Family } from '#catalog/schema.ts'

const GLM_SOURCES = ['https://docs.bigmodel.cn/cn/guide (2026-09)', 'zai-org/z-ai-sdk-python']

/** GLM: thinks by default from 4.5, by degrees from 5.2. */
const GLM_FAMILIES: readonly Family[] = [
  { id: 'glm-4.5', quirks: { thinkingDefault: 'on' }, sources: GLM_SOURCES },
  { id: 'glm-5.2', quirks: { efforts: { high: 'high', max: 'max' }, thinkingDefault: 'on' }, sources: GLM_SOURCES },
  // GLM-Z1 and GLM-4.1V-Thinking.
  { id: 'glm-thinking', quirks: { thinkingDefault: 'always' }, sources: GLM_SOURCES },
  // Character play takes no tools.
  { id: 'charglm', quirks: { refusedFields: ['tools', 'tool_choice', 'parallel_tool_calls'] }, sources: GLM_SOURCES },
]

const GEMINI_SOURCES = [
  'https://ai.google.dev/gemini-api/docs/whats-new-gemini-3.6',
  'anomalyco/models.dev:providers/google (f3fc692, 2026-07-02)',
]

/** Gemini: 3.x by levels and never off, 2.5 by a budget, 2.0 and Gemma not at all. */
const GEMINI_FAMILIES: readonly Family[] = [
  {
    id: 'gemini-3',
    quirks: { efforts: { low: 'low', medium: 'medium', high: 'high' }, thinkingDefault: 'always' },
    dialects: { gemini: { thinking: 'gemini-level' } },
    sources: GEMINI_SOURCES,
  },
  {
    id: 'gemini-2.5',
    quirks: { thinkingDefault: 'on' },
    dialects: { gemini: { thinking: 'gemini-budget' } },
    sources: GEMINI_SOURCES,
  },
  // Smallest budget 128: it cannot be switched off.
  {
    id: 'gemini-2.5-pro',
    quirks: { thinkingDefault: 'always' },
    dialects: { gemini: { thinking: 'gemini-budget' } },
    sources: GEMINI_SOURCES,
  },
  {
    id: 'gemini-2.0',
    quirks: { thinkingDefault: 'off' },
    dialects: { gemini: { thinking: 'none' } },
    sources: GEMINI_SOURCES,
  },
  // Its chat template can think; the API has no documented switch for it (ai.google.dev/gemma/docs, 2026-11).
  {
    id: 'gemma',
    quirks: { thinkingDefault: 'off' },
    dialects: { gemini: { thinking: 'none' } },
    sources: GEMINI_SOURCES,
  },
]

const KIMI_SOURCES = ['https://platform.kimi.ai/docs (2026-09)', 'docs.apiyi.com kimi-k3-1 (2026-10-25)']

/** Kimi: K2.5 and K2.6 can be told not to think, the others cannot. */
const KIMI_FAMILIES: readonly Family[] = [
  { id: 'kimi-k2-thinking', quirks: { thinkingDefault: 'always' }, sources: KIMI_SOURCES },
  { id: 'kimi-k2.6', quirks: { thinkingDefault: 'on' }, sources: KIMI_SOURCES },
  { id: 'kimi-k2.7-code', quirks: { thinkingDefault: 'always' }, sources: KIMI_SOURCES },
  {
    id: 'kimi-k3',
    quirks: { efforts: { low: 'low', high: 'high', max: 'max' }, thinkingDefault: 'always' },
    sources: KIMI_SOURCES,
  },
  // Wants temperature 1 and top_p 0.95, its defaults.
  {
    id: 'kimi-k3.1',
    quirks: { temperature: 'fixed', topP: 'fixed', thinkingDefault: 'always' },
    sources: KIMI_SOURCES,
  },
]

const QWEN_SOURCES = [
  'https://help.aliyun.com/en/model-studio/deep-thinking',
  'https://www.alibabacloud.com/help/zh/model-studio/qwen-api-via-openai-chat-completions',
]

/**
 * Qwen: who thinks when nothing is said. Commercial plus, flash and turbo before 3.5 do not, so they need no family.
 * That DashScope refuses unstreamed calls of some is the host's rule and stands in its rows.
 */
const QWEN_FAMILIES: readonly Family[] = [
  { id: 'qwen3-hybrid', quirks: { thinkingDefault: 'on' }, sources: QWEN_SOURCES },
  { id: 'qwen3-thinking', quirks: { thinkingDefault: 'always' }, sources: QWEN_SOURCES },
  { id: 'qwen3.5', quirks: { thinkingDefault: 'on' }, sources: QWEN_SOURCES },
  { id: 'qwen3.8', quirks: { thinkingDefault: 'on' }, sources: QWEN_SOURCES },
  { id: 'qwq', quirks: { thinkingDefault: 'always' }, sources: QWEN_SOURCES },
]

/** Makers with one or two lines of thinking models each: whether they think when nothing is said. */
const SMALL_FAMILIES: readonly Family[] = [
  {
    id: 'deepseek-v4',
    quirks: { thinkingDefault: 'on' },
    sources: ['https://api-docs.deepseek.com/quick_start/pricing (2026-11)'],
  },
  {
    id: 'deepseek-r1',
    quirks: { thinkingDefault: 'always' },
    sources: ['https://api-docs.deepseek.com', 'songquanpeng/one-api:relay/adaptor/deepseek'],
  },
  {
    id: 'doubao-seed',
    quirks: { thinkingDefault: 'on' },
    sources: ['https://www.volcengine.com/article/2605349 (2026-09)'],
  },
  { id: 'doubao-seed-thinking', quirks: { thinkingDefault: 'always' }, sources: ['volcengine SDK'] },
  {
    id: 'minimax-m2',
    quirks: { thinkingDefault: 'always' },
    sources: ['platform.minimax.io documents, live captures of 2026'],
  },
  { id: 'minimax-m3', quirks: { thinkingDefault: 'on' }, sources: ['dev.to/aiwave/minimax-m3-api (2026-09-11)'] },
  {
    id: 'minimax-m3.1-flash',
    quirks: { thinkingDefault: 'always' },
    sources: ['https://help.aliyun.com/zh/model-studio/minimax-m3-1-flash (2026-11)'],
  },
  {
    id: 'ernie-x1',
    quirks: { thinkingDefault: 'always' },
    sources: ['lobehub/lobe-chat:packages/model-bank/src/aiModels/wenxin.ts (349d556)'],
  },
  {
    id: 'spark-x',
    quirks: { thinkingDefault: 'on' },
    dialects: { 'spark-chat': { temperature: { min: 0, minOpen: true, max: 2 }, thinking: 'thinking-type' } },
    sources: ['https://www.xfyun.cn/doc/spark/X1ws.html (2025-10-25)'],
  },
  {
    id: 'nova-2',
    quirks: { thinking: 'reasoning-effort' },
    dialects: { 'bedrock-converse': { thinking: 'nova-effort' } },
    sources: ['https://docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html (2026-11)'],
  },
  {
    id: 'hy3',
    quirks: { thinkingDefault: 'on' },
    sources: ['https://cloud.tencent.com/document/product/1823/132252 (2026-05-28)'],
  },
]

/** Makers whose families need little said. They share a file, since each more costs every start some time. */
export const OTHER_FAMILIES: readonly Family[] = [
  ...GLM_FAMILIES,
  ...GEMINI_FAMILIES,
  ...KIMI_FAMILIES,
  ...QWEN_FAMILIES,
  ...SMALL_FAMILIES,
]
