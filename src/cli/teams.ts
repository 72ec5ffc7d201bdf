import type { Command } from '#cli/command.ts'
import { groupCommand } from '#cli/groups.ts'

/** Makes, lists, changes and removes teams of the store; holds for a running server within a second. */
export const teams: Command = groupCommand('team', {
  summary: { en: 'make, list, change and remove teams of keys', zh: '创建、列出、修改、删除团队' },
  example: "tongwen teams create search --organisation acme --budget '500.00 CNY/month'",
})
