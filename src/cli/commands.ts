import type { Command } from '#cli/command.ts'

/** A command by its name; its file is read when it is asked for. */
export interface Listed {
  readonly name: string
  readonly load: () => Promise<Command>
}

/** All commands, in the order of the help. */
export const COMMANDS: readonly Listed[] = [
  { name: 'serve', load: async () => (await import('#cli/serve.ts')).serve },
  { name: 'check', load: async () => (await import('#cli/check.ts')).check },
  { name: 'platforms', load: async () => (await import('#cli/platforms.ts')).platformsCommand },
  { name: 'models', load: async () => (await import('#cli/models.ts')).models },
  { name: 'price', load: async () => (await import('#cli/price.ts')).price },
  { name: 'simulate', load: async () => (await import('#cli/simulate.ts')).simulateCommand },
  { name: 'keys', load: async () => (await import('#cli/keys.ts')).keys },
  { name: 'teams', load: async () => (await import('#cli/teams.ts')).teams },
  { name: 'organisations', load: async () => (await import('#cli/organisations.ts')).organisations },
  { name: 'usage', load: async () => (await import('#cli/usage.ts')).usage },
  { name: 'reconcile', load: async () => (await import('#cli/reconcile.ts')).reconcile },
]
