import type { Command } from '#cli/command.ts'
import { groupCommand } from '#cli/groups.ts'

/** Makes, lists, changes and removes organisations of the store; holds for a running server within a second. */
export const organisations: Command = groupCommand('organisation', {
  summary: { en: 'make, list, change and remove organisations of teams', zh: '创建、列出、修改、删除组织' },
  example: "tongwen organisations create acme --models 'qwen/*' --requests-per-day 100000",
})
