import type { Family } from '#catalog/schema.ts'

/** Makers with one or two lines of thinking models each: whether they think when nothing is said. */
export const OTHER_FAMILIES: readonly Family[] = [
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
    sources: ['https://www.xfyun.cn/doc/spark/X1ws.html (2025-10-25)'],
  },
  {
    id: 'hy3',
    quirks: { thinkingDefault: 'on' },
    sources: ['https://cloud.tencent.com/document/product/1823/132252 (2026-05-28)'],
  },
]
